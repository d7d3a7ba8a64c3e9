/** Train in a browser: networks that learn, go back, are paused, and say what stopped them. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Studio, startStudio } from '../support/studio.ts'

let studio: Studio

beforeAll(async () => {
  studio = await startStudio()
}, 240_000) // a machine without a browser gets one first

afterAll(() => studio?.stop())

interface TrainPage {
  readonly page: Page
  readonly complaints: readonly string[]
}

async function opened(query: string): Promise<TrainPage> {
  const { page, complaints } = await studio.open({ path: `#/train?${query}` })
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor()
  return { page, complaints }
}

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}

/** Runs as fast as it can until an iteration, and gives the fingerprint of all that came of it. */
async function runTo(page: Page, iteration: number): Promise<string> {
  await page.getByLabel('Pace').selectOption('as fast as it can')
  await page.getByLabel('Pause at').fill(String(iteration))
  await press(page, 'Run')
  await arrivedAt(page, iteration)
  return fingerprint(page)
}

async function arrivedAt(page: Page, iteration: number): Promise<void> {
  await page.locator(`[data-is="iteration"]:text-is("${iteration}")`).waitFor()
  await page.locator('[data-is="state"]:text-is("paused")').waitFor()
}

async function fingerprint(page: Page): Promise<string> {
  return (await page.locator('[data-is="fingerprint"]').textContent()) ?? ''
}

/** What a chart says last of one of its lines. */
async function lastOf(page: Page, chart: string, line: string): Promise<number> {
  const figure = page.locator('.chart', { hasText: chart })
  const item = figure.locator('li').filter({ hasText: new RegExp(`^\\s*${line}`) })
  return Number((await item.locator('b').textContent())?.replaceAll('−', '-'))
}

describe('exclusive or', () => {
  test('is learned twice with the same bits, also after going back', async () => {
    const runs: string[] = []
    for (let run = 0; run < 2; run++) {
      const { page, complaints } = await opened('dataset=xor')
      runs.push(await runTo(page, 2000))
      expect(await lastOf(page, 'Accuracy', 'train')).toBe(1)
      await press(page, 'Rewind')
      await arrivedAt(page, 0)
      runs.push(await runTo(page, 700))
      const middle = await fingerprint(page)
      runs.push(await runTo(page, 2000))
      await page.getByLabel('Iteration', { exact: true }).fill('700')
      await arrivedAt(page, 700)
      expect(await fingerprint(page)).toBe(middle)
      expect(complaints).toEqual([])
      await page.context().close()
    }
    const [whole, middle] = runs
    expect(whole).toMatch(/^[0-9a-f]{8}$/)
    expect(middle).not.toBe(whole)
    expect(runs).toEqual([whole, middle, whole, whole, middle, whole])
  })

  test('another seed comes to other numbers', async () => {
    const found: string[] = []
    for (const seed of [1, 2]) {
      const { page } = await opened(`dataset=xor&seed=${seed}`)
      found.push(await runTo(page, 100))
      await page.context().close()
    }
    expect(found[0]).not.toBe(found[1])
  })

  test('opens in Learn at its very iteration, and a link there brings it back', async () => {
    const { page } = await opened('dataset=xor')
    await runTo(page, 300)
    await page.getByRole('link', { name: 'One gate' }).click()
    const title = page.getByRole('heading', { name: 'xor: 2 → 4 → 1, iteration 300' })
    await title.waitFor()
    const numbers = () => page.locator('svg.sluice').innerHTML()
    const before = await numbers()
    await page.reload()
    await title.waitFor()
    expect(await numbers()).toBe(before)
    await page.context().close()
  })

  test('at a rate of 1e6 stops, names the gate, and shows it at that step', async () => {
    const { page, complaints } = await opened('dataset=xor&rate=1e6')
    await press(page, 'Run')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(/^mse made ∞ at step \d+.*forward pass, mse "J"/)
    await page.locator('[data-is="state"]:text-is("paused")').waitFor()
    const iteration = await page.locator('[data-is="iteration"]').textContent()
    await page.getByRole('link', { name: 'Go to mse, F7' }).click()
    const title = `xor: 2 → 4 → 1, iteration ${iteration}`
    const atTheGate = async (there: Page) => {
      await there.getByRole('heading', { name: title }).waitFor()
      const chip = there.locator('[aria-current="step"]').first()
      expect(await chip.textContent()).toContain('F7')
      const active = there.locator('svg.sluice .active')
      expect(await active.count()).toBeGreaterThan(0)
      expect(await active.first().textContent()).toContain('mse')
      await there.locator('article.learn').getByText('∞').first().waitFor()
    }
    await atTheGate(page)
    expect(complaints).toEqual([])
    // The link alone leads there, too, in a page that never trained.
    const fresh = await studio.open({ path: page.url().slice(page.url().indexOf('#')) })
    await atTheGate(fresh.page)
    await fresh.page.context().close()
    await page.context().close()
  })
})

test('digits come to 95 % of those held out, with their predictions and confusions', async () => {
  const { page, complaints } = await opened('dataset=digits')
  await runTo(page, 900) // 20 epochs
  expect(await lastOf(page, 'Accuracy', 'held-out')).toBeGreaterThanOrEqual(0.95)
  const right = await page.locator('.images .right').count()
  expect(right).toBeGreaterThanOrEqual(43) // of 48: 90 %, so that chance has room
  const diagonal = await page.locator('.confusion td.right').allTextContents()
  const sum = diagonal.reduce((total, text) => total + Number(text), 0)
  expect(sum / 359).toBeGreaterThanOrEqual(0.95)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('while a network trains nothing keeps the page busy for 100 ms, and a pause takes no longer', async () => {
  const { page } = await opened('dataset=digits')
  await page.getByLabel('Pace').selectOption('as fast as it can')
  await press(page, 'Run')
  const { longest, shown, pauseMs } = await page.evaluate(async () => {
    const element = (name: string) => document.querySelector(`[data-is="${name}"]`)
    const state = () => element('state')?.textContent
    const tasks: number[] = []
    const observer = new PerformanceObserver((list) => {
      tasks.push(...list.getEntries().map(({ duration }) => duration))
    })
    observer.observe({ type: 'longtask' })
    const seen = new Set<string | null | undefined>()
    const end = performance.now() + 5000
    while (performance.now() < end) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      seen.add(element('iteration')?.textContent)
    }
    const start = performance.now()
    const buttons = [...document.querySelectorAll('button')]
    buttons.find(({ textContent }) => textContent === 'Pause')?.click()
    while (state() !== 'paused') await new Promise((resolve) => setTimeout(resolve, 1))
    return { longest: Math.max(0, ...tasks), shown: seen.size, pauseMs: performance.now() - start }
  })
  expect(shown).toBeGreaterThan(20) // it did train, and showed it
  expect(longest).toBeLessThanOrEqual(100)
  expect(pauseMs).toBeLessThanOrEqual(100)
  await page.context().close()
})

test('a changed learning rate holds from the next batch on', async () => {
  const { page } = await opened('dataset=moons')
  await runTo(page, 50)
  const row = page.locator('.layers tbody tr').first()
  const ratio = async () =>
    Number((await row.locator('td').nth(2).textContent())?.replaceAll('−', '-'))
  const before = await ratio()
  const rate = page.getByLabel('Learning rate')
  await rate.fill('0.1')
  await rate.press('Enter')
  // What the next batch would do: Adam's update is in proportion to the rate, ten times as large.
  await expect.poll(ratio).toBeGreaterThan(9.9 * before)
  expect(await ratio()).toBeLessThan(10.1 * before) // three digits are shown
  const still = await fingerprint(page)
  await rate.fill('0')
  await rate.press('Enter')
  await expect.poll(ratio).toBe(0)
  expect(await fingerprint(page)).toBe(still) // no batch was learned from, nothing compiled anew
  await page.context().close()
})

test('at the width of a phone nothing scrolls sideways', async () => {
  for (const dataset of ['digits', 'spiral']) {
    const viewport = { width: 390, height: 844 }
    const { page } = await studio.open({ viewport, path: `#/train?dataset=${dataset}` })
    await page.locator('.layers').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await page.context().close()
  }
})

test('widths that are none are answered with the rule, and the run goes on as it was', async () => {
  const { page } = await opened('dataset=moons')
  const layers = page.getByLabel('Hidden layers')
  await layers.fill('8, 0')
  await layers.press('Enter')
  expect(await page.getByRole('alert').textContent()).toMatch(/1 to 256/)
  await layers.fill('3')
  await layers.press('Enter')
  await page.getByRole('heading', { name: 'moons: 2 → 3 → 2' }).waitFor()
  expect(page.url()).toMatch(/layers=3&/)
  await page.context().close()
})

describe('a table of one’s own', () => {
  const rows = Array.from({ length: 120 }, (_, k) => {
    const [size, kind] = [20 + ((37 * k) % 100), ['flat', 'house'][k % 2]]
    return `${size},${kind},7,${3 * size + (k % 2) * 50}.5`
  })
  const text = `size,kind,still,price\n${rows.join('\n')}\n`

  async function choose(page: Page, name: string, contents: string): Promise<void> {
    const file = { name, mimeType: 'text/csv', buffer: Buffer.from(contents) }
    await page.locator('.file input').setInputFiles(file)
  }

  test('is learned as what its target is, and a link brings its settings back', async () => {
    const { page, complaints } = await studio.open({ path: '#/train?dataset=table' })
    await choose(page, 'prices.csv', text)
    await page.getByRole('heading', { name: 'prices.csv: 4 → 16 → 1' }).waitFor()
    expect(await page.locator('.work header').textContent()).toContain('still is the same')
    await runTo(page, 600)
    expect(await lastOf(page, 'R²', 'held-out')).toBeGreaterThan(0.95)
    await page.getByLabel('Predicts').selectOption('kind')
    await page.getByRole('heading', { name: 'prices.csv: 3 → 16 → 2' }).waitFor()
    expect(await page.getByLabel('Criterion').inputValue()).toBe('crossEntropy')
    await page.reload()
    const alert = page.getByRole('alert')
    expect(await alert.textContent()).toContain('the table prices.csv is not here')
    await choose(page, 'prices.csv', text)
    await page.getByRole('heading', { name: 'prices.csv: 3 → 16 → 2' }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test.each([
    ['', 'the table is empty'],
    ['a,b\n1,2\n3\n', 'line 3 has 1 cell'],
    ['a,b\n1,2.5\n,3\n4,5\n', 'line 3, column 1 "a"'],
    ['a,b\n1,0.5\n2,0.5\n3,0.5\n4,0.5\n', 'the target is the same in every row'],
    ['a,b\n1,yes\n2,yes\n', 'there is only one class'],
  ])('that says %j is refused, with the place and a way out', async (contents, message) => {
    const { page } = await studio.open({ path: '#/train?dataset=table' })
    await page.getByRole('alert').filter({ hasText: 'no table' }).waitFor()
    await choose(page, 'bad.csv', contents)
    const alert = page.getByRole('alert').filter({ hasText: message })
    await alert.waitFor()
    expect(await alert.textContent()).toContain('fix')
    await page.context().close()
  })

  test('with missing cells is learned once these are dropped', async () => {
    const { page } = await studio.open({ path: '#/train?dataset=table' })
    await choose(page, 'gaps.csv', text.replace('\n', '\n,flat,7,100.5\n'))
    await page.getByRole('alert').filter({ hasText: 'line 2, column 1 "size"' }).waitFor()
    await page.getByLabel('Missing cells').selectOption('leave their row out')
    await page.getByRole('heading', { name: 'gaps.csv: 4 → 16 → 1' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.context().close()
  })
})

test('points are painted by pointer and by keys, learned, and brought back by the address', async () => {
  const { page, complaints } = await studio.open({ path: '#/train?dataset=painted&points=' })
  await page.getByRole('alert').filter({ hasText: 'nothing to tell apart' }).waitFor()
  const surface = page.getByLabel('Plane to paint on')
  const box = await surface.boundingBox()
  const { x, y, width } = box ?? { x: 0, y: 0, width: 0 }
  await page.mouse.move(x + 0.2 * width, y + 0.2 * width)
  await page.mouse.down()
  await page.mouse.move(x + 0.2 * width, y + 0.8 * width, { steps: 30 })
  await page.mouse.up()
  await page.getByText(/^A \d\d, B 0, C 0$/).waitFor()
  await surface.focus()
  for (let step = 0; step < 3; step++) await page.keyboard.press('Shift+ArrowRight')
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('b')
    await page.keyboard.press('Shift+ArrowUp')
  }
  const counts = page.getByText(/^A \d\d, B 6, C 0$/)
  await counts.waitFor()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Delete')
  await page.getByText(/^A \d\d, B 5, C 0$/).waitFor()
  expect(await surface.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.getByRole('heading', { name: 'painted: 2 → 8 → 8 → 2' }).waitFor()
  const before = await runTo(page, 200)
  expect(await lastOf(page, 'Accuracy', 'train')).toBe(1)
  await page.reload()
  await page.getByText(/^A \d\d, B 5, C 0$/).waitFor()
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor()
  expect(await runTo(page, 200)).toBe(before)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('units that are dead are counted and named', async () => {
  const { page } = await opened('dataset=xor&activation=relu&rate=0&layers=4')
  const shown = async () => (await page.locator('[data-dead="a2"]').textContent()) ?? ''
  expect(await shown()).toMatch(/^[0-4] of 4 dead$/)
  await page.getByLabel('Activation').selectOption('leakyRelu')
  await page.locator('.units', { hasText: 'leakyRelu' }).waitFor()
  expect(await shown()).toBe('0 of 4 dead') // its slope is 0.01 below 0
  await page.context().close()
})

test('a pinned run stays beside the next one, with what differs', async () => {
  const { page } = await opened('dataset=moons')
  await runTo(page, 60)
  await press(page, 'Pin as run A')
  await page.getByLabel('Optimizer').selectOption('sgd')
  const row = (name: string) => page.locator('.compare tr', { hasText: name })
  await row('optimizer').waitFor()
  expect(await row('optimizer').locator('td').allTextContents()).toEqual(['adam', 'sgd'])
  await arrivedAt(page, 0)
  await runTo(page, 30)
  expect(await row('iterations').locator('td').allTextContents()).toEqual(['60', '30'])
  const loss = page.locator('.chart', { hasText: 'Loss' })
  expect(await loss.locator('li').count()).toBe(6)
  // By keys: the numbers of both runs at one iteration.
  await loss.locator('.plot').focus()
  await page.keyboard.press('Home')
  await loss.getByText('at 0').waitFor()
  const spoken = await loss.locator('.plot').getAttribute('aria-valuetext')
  expect(spoken).toMatch(/^at 0: A batch .*, B held-out/)
  await page.context().close()
})

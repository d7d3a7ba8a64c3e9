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
    const title = page.getByRole('heading', { name: 'xor, 2 → 4 → 1, iteration 300' })
    await title.waitFor()
    const numbers = () => page.locator('svg.sluice').innerHTML()
    const before = await numbers()
    await page.reload()
    await title.waitFor()
    expect(await numbers()).toBe(before)
    await page.context().close()
  })

  test('at a rate of 1e6 stops, and names the gate', async () => {
    const { page } = await opened('dataset=xor&rate=1e6')
    await press(page, 'Run')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(/^mse made ∞ at step \d+.*forward pass, mse "J"/)
    await page.locator('[data-is="state"]:text-is("paused")').waitFor()
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

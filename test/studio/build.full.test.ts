/** Build in a browser: one model as layers, gates, code and JSON, by pointer and by keyboard. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Studio, startStudio } from '../support/studio.ts'

let studio: Studio

beforeAll(async () => {
  studio = await startStudio()
}, 240_000) // a machine without a browser gets one first

afterAll(() => studio?.stop())

interface BuildPage {
  readonly page: Page
  readonly complaints: readonly string[]
}

async function opened(path = '#/build'): Promise<BuildPage> {
  const { page, complaints } = await studio.open({ path })
  await page.locator('.build [data-is="shape"]').first().waitFor()
  await page.waitForURL(/document=/)
  return { page, complaints }
}

const head = (page: Page, name: string): Locator => page.locator(`[data-step="${name}"]`)

/** The shape of each value, in the order of the list. */
function shapes(page: Page): Promise<readonly string[]> {
  return page.locator('.steps .head .chip').allTextContents()
}

/** The document as the tab of JSON says it. */
async function json(page: Page): Promise<string> {
  await page.getByRole('tab', { name: 'JSON' }).click()
  return page.getByLabel('The model as JSON').inputValue()
}

async function choose(page: Page, kind: string, label: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).selectOption({ label: kind })
}

describe('3 to 5 hidden units', () => {
  test('change every shape, and undo brings back the same JSON; by pointer', async () => {
    const { page, complaints } = await opened()
    const before = await json(page)
    expect(await shapes(page)).toEqual(['4 × 2', '4 × 3', '4 × 3', '4 × 1'])
    await head(page, 'z2').click()
    const outputs = page.getByLabel('outputs')
    await outputs.fill('5')
    await outputs.blur()
    await expect.poll(() => shapes(page)).toEqual(['4 × 2', '4 × 5', '4 × 5', '4 × 1'])
    expect(await page.locator('.gates').getByText('[4, 5]').count()).toBeGreaterThan(1)
    expect(await page.locator('.broken-edge').count()).toBe(0)
    const after = await json(page)
    expect(after).not.toBe(before)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => shapes(page)).toEqual(['4 × 2', '4 × 3', '4 × 3', '4 × 1'])
    expect(await json(page)).toBe(before)
    await page.getByRole('button', { name: 'Redo' }).click()
    await expect.poll(() => json(page)).toBe(after)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('the same by keyboard alone', async () => {
    const { page } = await opened()
    const before = await json(page)
    await head(page, 'x').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab') // inputs
    await page.keyboard.press('Tab') // outputs
    await page.keyboard.press('Control+A')
    await page.keyboard.type('5')
    await page.keyboard.press('Enter')
    await expect.poll(() => shapes(page)).toEqual(['4 × 2', '4 × 5', '4 × 5', '4 × 1'])
    await page.keyboard.press('Control+z')
    await expect.poll(() => shapes(page)).toEqual(['4 × 2', '4 × 3', '4 × 3', '4 × 1'])
    expect(await json(page)).toBe(before)
    await page.context().close()
  })
})

describe('shapes that do not fit', () => {
  test('show one error, at their edge in both views, and Train says why it cannot start', async () => {
    const { page } = await opened()
    await page.getByLabel('Begin with').selectOption('digits')
    for (const [name, inputs] of [
      ['z4', '7'], // two edges are broken: the first one is told
      ['z3', '30'],
    ] as const) {
      await head(page, name).click()
      const field = page.getByLabel('inputs')
      await field.fill(inputs)
      await field.press('Enter')
    }
    const edge = page.locator('.broken-edge')
    await expect.poll(() => edge.getAttribute('data-to')).toBe('z3')
    expect(await edge.count()).toBe(1)
    expect(await edge.getAttribute('data-from')).toBe('a2')
    expect(await page.getByRole('alert').count()).toBe(1)
    // Between the two steps in the list.
    const order = await page
      .locator('.steps > li')
      .evaluateAll((items) =>
        items.map(
          (item) => item.querySelector<HTMLElement>('[data-step]')?.dataset.step ?? item.className,
        ),
      )
    expect(order).toEqual(['x', 'z2', 'a2', 'broken-edge', 'z3', 'a3', 'z4', 'given'])
    expect(await edge.textContent()).toMatch(/inner sizes differ, 32 and 30.*got.*\[8, 32\]/)
    expect(await page.locator('.chip.waits').count()).toBe(2)
    // In the graph one node is wrong, behind the last right one.
    expect(await page.locator('sluice-graph .node.wrong').count()).toBe(1)
    // Train says why, here and in its own view.
    const reason = 'z3 takes 30 numbers, and a2 gives 32'
    expect(await page.locator('#no-training').textContent()).toBe(`Train cannot start: ${reason}.`)
    await page.getByRole('link', { name: 'Train it' }).click()
    const alert = page.getByRole('alert').filter({ hasText: 'Train cannot start' })
    await alert.waitFor()
    expect(await alert.textContent()).toContain(reason)
    await page.goBack()
    await page.getByRole('button', { name: 'Fix: set inputs to 32' }).click()
    await expect.poll(() => edge.getAttribute('data-to')).toBe('z4')
    await page.getByRole('button', { name: 'Fix: set inputs to 16' }).click()
    await expect.poll(() => edge.count()).toBe(0)
    await page.getByRole('link', { name: 'Train it' }).click()
    await page.getByRole('heading', { name: 'digits: 64 → 32 → 16 → 10' }).waitFor()
    await page.context().close()
  })

  test('are mended by a layer that is put on the edge', async () => {
    const { page } = await opened()
    await page.getByLabel('Begin with').selectOption('images')
    await head(page, 'h4').waitFor()
    await head(page, 'h4').focus()
    await page.keyboard.press('Delete')
    await page.getByRole('button', { name: 'Fix: insert flatten' }).click()
    await expect.poll(() => page.locator('.broken-edge').count()).toBe(0)
    expect((await shapes(page)).slice(-2)).toEqual(['4 × 32', '4 × 10'])
    await page.context().close()
  })
})

describe('list and graph', () => {
  test('are two views of one model: what is chosen in one is chosen in the other', async () => {
    const { page } = await opened()
    await page.locator('sluice-graph').getByText('sigmoid', { exact: true }).click({ force: true })
    await expect.poll(() => head(page, 'a2').getAttribute('aria-expanded')).toBe('true')
    await choose(page, 'Tanh', 'Change the chosen gate into')
    await page.locator('sluice-graph').getByText('tanh', { exact: true }).waitFor()
    expect(await head(page, 'a2').textContent()).toContain('Tanh')
    await head(page, 'z3').click()
    await page.locator('sluice-graph .node.selected').waitFor()
    await page.locator('sluice-graph').focus()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => head(page, 'z3').getAttribute('aria-expanded')).toBe('true') // its matmul
    await page.context().close()
  })

  test('a gate is put on an edge, moved, and removed again', async () => {
    const { page } = await opened()
    const before = await json(page)
    await page.locator('sluice-graph').getByText('z2', { exact: true }).click({ force: true })
    await choose(page, 'Layer norm', 'Insert on the edge z2 → a2')
    await expect.poll(() => shapes(page)).toEqual(['4 × 2', '4 × 3', '4 × 3', '4 × 3', '4 × 1'])
    await head(page, 'h2').focus()
    await page.keyboard.press('Alt+ArrowDown')
    const names = () =>
      page
        .locator('[data-step]')
        .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.step)) // buttons
    await expect.poll(names).toEqual(['x', 'z2', 'a2', 'h2', 'z3'])
    await head(page, 'h2').focus()
    await page.keyboard.press('Delete')
    await expect.poll(names).toEqual(['x', 'z2', 'a2', 'z3'])
    expect(await json(page)).toBe(before)
    await page.context().close()
  })

  test('a step is dragged to another place', async () => {
    const { page } = await opened()
    await head(page, 'a2').dragTo(head(page, 'z3'))
    await expect.poll(() => shapes(page)).toEqual(['4 × 2', '4 × 3', '4 × 1', '4 × 1'])
    expect(await page.getByRole('button', { name: 'Undo' }).isEnabled()).toBe(true)
    await page.context().close()
  })
})

test('what is built opens in Learn, and its link in a fresh profile shows the same', async () => {
  const { page } = await opened()
  await page.getByLabel('Begin with').selectOption('attention')
  await expect.poll(async () => (await shapes(page)).length).toBe(12)
  const all = await shapes(page)
  await page.waitForFunction(
    () => document.querySelector('.build .primary')?.getAttribute('href') !== null,
  )
  await expect.poll(() => page.url().length).toBeGreaterThan(300)
  const other = await opened(new URL(page.url()).hash)
  expect(await shapes(other.page)).toEqual(all)
  await other.page.context().close()
  await page.getByRole('link', { name: 'Step through' }).click()
  await page.getByRole('heading', { name: 'An attention block' }).first().waitFor()
  expect(page.url()).toMatch(/#\/learn\?model=build&document=/)
  await page.context().close()
})

test('a link that holds no model, and JSON that is none, are answered with what is wrong', async () => {
  const { page, complaints } = await opened('#/build?document=z123')
  expect(await page.getByRole('alert').textContent()).toMatch(/cut off or mistyped/)
  const before = await json(page)
  const text = page.getByLabel('The model as JSON')
  await text.fill(before.replace('"linear"', '"lineal"'))
  await page.getByRole('button', { name: 'Take it over' }).click()
  const wrong = page.getByRole('alert').filter({ hasText: 'lineal' })
  expect(await wrong.textContent()).toBe('step 1: there is no layer or gate "lineal"')
  await text.fill(before.replace('The [2, 3, 1] network', 'Mine'))
  await page.getByRole('button', { name: 'Take it over' }).click()
  await expect.poll(() => page.getByLabel('Title').inputValue()).toBe('Mine')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('at the width of a phone nothing scrolls sideways in any part', async () => {
  const viewport = { width: 390, height: 844 }
  const { page } = await studio.open({ viewport, path: '#/build' })
  for (const name of ['Layers', 'Gates', 'Code']) {
    await page.getByRole('tab', { name, exact: true }).click()
    await page.getByRole('region', { name, exact: true }).waitFor()
    expect(await page.locator('.build section[aria-label]:visible').count()).toBe(1)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  }
  await page.context().close()
})

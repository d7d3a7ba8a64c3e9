/** Learn in a browser: the [2, 3, 1] network, stepped through forward and back. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Studio, startStudio } from '../support/studio.ts'

let studio: Studio

beforeAll(async () => {
  studio = await startStudio()
}, 240_000) // a machine without a browser gets one first

afterAll(() => studio?.stop())

const forward = ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7']
const backward = ['B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8', 'B9', 'B10']

async function opened(): Promise<Page> {
  const { page } = await studio.open({ path: '#/learn' })
  await page.waitForSelector('.learn svg.sluice')
  return page
}

/** The page draws a moment after a key. */
function arrivedAt(page: Page, id: string): Promise<void> {
  return page.locator(`[aria-current="step"]:text-is("${id}")`).waitFor()
}

/** What is drawn and can be seen. */
function seen(page: Page): Promise<string> {
  return page.locator('svg.sluice').evaluate((svg) => {
    const copy = svg.cloneNode(true) as SVGElement // a copy of an element is one
    for (const hidden of copy.querySelectorAll('.unknown')) hidden.remove()
    return copy.innerHTML
  })
}

test('the first load asks no other origin, says no error and shows the graph in its colours', async () => {
  const { page, complaints } = await studio.open()
  await page.waitForSelector('svg.sluice', { timeout: 10_000 })
  const fills = await page.evaluate(() =>
    ['variable', 'operation'].map((kind) => {
      const element = document.querySelector(`.sluice .${kind}`)
      return element ? getComputedStyle(element).fill : 'none'
    }),
  )
  expect(fills).toEqual(['rgb(255, 243, 184)', 'rgb(214, 233, 250)']) // yellow, blue
  expect(await page.locator('.node').count()).toBe(13)
  expect(complaints).toEqual([])
  await page.context().close()
})

describe('stepping', () => {
  test('seventeen steps visit F1 to F7 and B1 to B10, each at its gate, and back again', async () => {
    const page = await opened()
    const first = await seen(page)
    const gates: string[] = []
    for (const id of [...forward, ...backward]) {
      await page.keyboard.press('.')
      await arrivedAt(page, id)
      expect(await page.locator('.inspector h2 .chip').textContent()).toBe(id)
      gates.push((await page.locator('.active[data-node] title').allTextContents()).join())
    }
    // The hint of a gate begins with its forward equation: B4 and B5 come back through F4.
    expect(gates.map((hint) => hint.split(':')[0])).toEqual([
      ...['F1', 'F2', 'F3', 'F4', 'F5', '', 'F7'], // F6 is a second name: an edge, no gate
      ...['F7', 'F5', 'F5', 'F4', 'F4', 'F3', 'F2', 'F2', 'F1', 'F1'],
    ])
    expect(await seen(page)).not.toBe(first)
    for (let step = 0; step < 17; step++) await page.keyboard.press(',')
    await page.getByText('Before the first step').first().waitFor()
    expect(await seen(page)).toBe(first)
    await page.context().close()
  })

  test('the brackets go from phase to phase, and a chip to its step', async () => {
    const page = await opened()
    for (const [key, id] of [
      [']', 'F7'],
      [']', 'B10'],
      ['[', 'F7'],
    ] as const) {
      await page.keyboard.press(key)
      await arrivedAt(page, id)
    }
    await page.getByRole('button', { name: 'B4', exact: true }).click()
    await arrivedAt(page, 'B4')
    await page.context().close()
  })

  test('gradients below their edges appear as they are reached, dashed', async () => {
    const page = await opened()
    const known = page.locator('[data-kind="gradient"]:not(.unknown)')
    expect(await known.count()).toBe(0)
    await page.getByRole('button', { name: 'B3', exact: true }).click()
    await arrivedAt(page, 'B3')
    expect(await known.count()).toBe(3)
    const dashes = await known
      .first()
      .locator('path')
      .first()
      .evaluate((path) => getComputedStyle(path).strokeDasharray)
    expect(dashes).toMatch(/^5/)
    await page.context().close()
  })
})

test('upstream, local and downstream are the numbers of the engine: B4 is dJ/du2 · W2ᵀ', async () => {
  const page = await opened()
  await page.getByRole('button', { name: 'B4', exact: true }).click()
  await arrivedAt(page, 'B4')
  const tensors = await page
    .locator('.tensor')
    .evaluateAll((figures) =>
      figures.map((figure) =>
        [...figure.querySelectorAll('tr')].map((row) =>
          [...row.querySelectorAll('td')].map((cell) => Number(cell.dataset.number)),
        ),
      ),
    )
  const [upstream = [], local = [], downstream = []] = tensors
  expect(downstream).toHaveLength(4)
  const products = upstream.map(([above = 0]) => local[0]?.map((own) => above * own))
  expect(downstream).toEqual(products) // one product each, in f64: no rounding differs
  await page.context().close()
})

test('a link brings back model, seed and step; one that is broken shows a picture all the same', async () => {
  const { page } = await studio.open({ path: '#/learn?model=multiply&seed=2&step=4' })
  await arrivedAt(page, 'B2')
  await page.keyboard.press(',')
  await arrivedAt(page, 'B1')
  expect(page.url()).toMatch(/#\/learn\?model=multiply&seed=2&step=3$/)
  await page.goto(`${studio.server.url}#/nowhere?step=x%`)
  await page.waitForSelector('.home svg.sluice')
  await page.goto(`${studio.server.url}#/learn?model=nothing`)
  expect(await page.getByRole('alert').textContent()).toMatch(/the gallery has no model "nothing"/)
  await page.context().close()
})

test('at the width of a phone nothing scrolls sideways but the graph', async () => {
  const { page } = await studio.open({ viewport: { width: 390, height: 844 }, path: '#/learn' })
  await page.waitForSelector('svg.sluice')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await page.context().close()
})

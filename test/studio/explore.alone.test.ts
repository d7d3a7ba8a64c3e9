/** Explore in a browser: the graph of 5,000 gates, measured. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SluiceGraph } from '../../src/element/index.ts'
import { type Studio, startStudio } from '../support/studio.ts'

let studio: Studio

beforeAll(async () => {
  studio = await startStudio()
}, 240_000) // a machine without a browser gets one first

afterAll(() => studio?.stop())

const canvas = '.explore sluice-graph'

async function opened(): Promise<Page> {
  const { page } = await studio.open({ path: '#/explore?model=deep' })
  await page.locator('[role="treeitem"]').first().waitFor({ timeout: 60_000 })
  return page
}

/** How long it takes from a click in the page until an element is there, in its own clock. */
function clickUntil(page: Page, clicked: string, awaited: string): Promise<number> {
  return page.evaluate(
    ([from, until]) =>
      new Promise<number>((resolve) => {
        const start = performance.now()
        const look = () => {
          if (!document.querySelector(until)) return
          watch.disconnect()
          requestAnimationFrame(() => resolve(performance.now() - start))
        }
        const watch = new MutationObserver(look)
        watch.observe(document, { subtree: true, childList: true, attributes: true })
        document.querySelector<HTMLElement>(from)?.click()
        look()
      }),
    [clicked, awaited] as const,
  )
}

/** Where the left border of a node, or of an open group, has its middle on the screen. */
function placeOf(page: Page, id: string): Promise<readonly [x: number, y: number]> {
  return page.locator(canvas).evaluate((element, id) => {
    const bounds = (element as SluiceGraph).boundsOf(id) // the element is one
    return [bounds?.x ?? 0, (bounds?.y ?? 0) + (bounds?.height ?? 0) / 2] as const
  }, id)
}

function nodesSeen(page: Page): Promise<number> {
  return page
    .locator(canvas)
    .evaluate((element) => (element as SluiceGraph).scene?.nodes.length ?? 0) // as above
}

const rowOf = (id: string, isOpen: boolean) =>
  `[role="treeitem"][data-row="${id}"][aria-expanded="${isOpen}"]`
const signOf = (id: string) => `[role="treeitem"][data-row="${id}"] .sign`

test('5,000 gates are usable within three seconds from the click, with 200 nodes at most', async () => {
  const { page, complaints } = await studio.open()
  await page.waitForSelector('.home sluice-graph')
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: '#/explore?model=deep' })
    link.className = 'to-explore'
    document.body.append(link)
  })
  const time = await clickUntil(page, '.to-explore', '.explore [role="treeitem"]')
  console.log(`usable after ${Math.round(time)} ms`)
  expect(time).toBeLessThan(3000)
  expect(await nodesSeen(page)).toBeLessThanOrEqual(200)
  expect(await page.locator('.explore-head').textContent()).toContain('5,071 gates')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('groups open and close within half a second, and stay where they are', async () => {
  const page = await opened()
  for (const id of ['layer stage2', 'repeat layer stage2.1', 'layer stage2.4']) {
    const before = await placeOf(page, id)
    const opening = await clickUntil(page, signOf(id), rowOf(id, true))
    const during = await placeOf(page, id)
    expect(await nodesSeen(page)).toBeLessThanOrEqual(200)
    console.log(`opened ${id} in ${Math.round(opening)} ms`)
    expect(opening).toBeLessThan(500)
    expect(distance(before, during)).toBeLessThanOrEqual(2)
  }
  for (const id of ['layer stage2.4', 'layer stage2']) {
    const before = await placeOf(page, id)
    const closing = await clickUntil(page, signOf(id), rowOf(id, false))
    console.log(`closed ${id} in ${Math.round(closing)} ms`)
    expect(closing).toBeLessThan(500)
    expect(distance(before, await placeOf(page, id))).toBeLessThanOrEqual(2)
  }
  await page.context().close()
})

function distance([x, y]: readonly [number, number], [u, v]: readonly [number, number]): number {
  return Math.hypot(x - u, y - v)
}

test('however much is opened, 200 nodes are seen at most', async () => {
  const page = await opened()
  for (let round = 0; round < 12; round++) {
    const closed = page.locator('[role="treeitem"][aria-expanded="false"]').nth(round % 3)
    const id = await closed.getAttribute('data-row')
    if (id === null || /^(?:before|after) /.test(id)) continue
    await closed.locator('.sign').click()
    await page.locator(rowOf(id, true)).waitFor({ timeout: 20_000 })
    expect(await nodesSeen(page)).toBeLessThanOrEqual(200)
  }
  await page.context().close()
})

test('panning keeps its frames within 33 ms', async () => {
  const page = await opened()
  for (const id of ['layer stage2', 'repeat layer stage2.1']) {
    await page.locator(signOf(id)).click()
    await page.locator(rowOf(id, true)).waitFor({ timeout: 20_000 })
  }
  const box = await page.locator(canvas).boundingBox()
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 60]
  await page.mouse.move(x, y)
  await page.mouse.down()
  const frames = page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = []
        let last = performance.now()
        const frame = (now: number) => {
          gaps.push(now - last)
          last = now
          if (gaps.length < 90) requestAnimationFrame(frame)
          else resolve(gaps.slice(5))
        }
        requestAnimationFrame(frame)
      }),
  )
  for (let step = 0; step < 60; step++) {
    await page.mouse.move(x - 8 * step, y + (step % 20))
  }
  const gaps = (await frames).sort((a, b) => a - b)
  await page.mouse.up()
  const late = gaps[Math.floor(gaps.length * 0.95)] ?? Number.POSITIVE_INFINITY
  console.log(`panning: ${late.toFixed(1)} ms a frame at the 95th percentile`)
  expect(late).toBeLessThanOrEqual(33)
  await page.context().close()
})

test('a layout that is called off ends within 200 ms, and the next one comes', async () => {
  const page = await opened()
  const id = 'layer stage2'
  const time = await page.evaluate(
    (sign) =>
      new Promise<number>((resolve) => {
        let start = 0
        const watch = new MutationObserver(() => {
          const cancel = document.querySelector<HTMLElement>('.explore-note button')
          if (start === 0 && cancel) {
            start = performance.now()
            cancel.click()
          } else if (start > 0 && !cancel) {
            watch.disconnect()
            resolve(performance.now() - start)
          }
        })
        watch.observe(document, { subtree: true, childList: true })
        document.querySelector<HTMLElement>(sign)?.click()
      }),
    signOf(id),
  )
  console.log(`cancelled in ${Math.round(time)} ms`)
  expect(time).toBeLessThan(200)
  expect(await page.locator(rowOf(id, false)).count()).toBe(1)
  await page.locator(signOf(id)).click()
  await page.locator(rowOf(id, true)).waitFor({ timeout: 20_000 })
  await page.context().close()
})

test('search finds a gate inside closed groups, opens them and brings it to the middle', async () => {
  const page = await opened()
  expect(await page.locator('[data-row="F2500"]').count()).toBe(0)
  await page.keyboard.press('/')
  await page.keyboard.type('F2500')
  await page.locator('[role="option"]').first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('[data-row="F2500"][aria-selected="true"]').waitFor({ timeout: 20_000 })
  const isCentred = () =>
    page.locator(canvas).evaluate((element) => {
      const own = element as SluiceGraph // as above
      const bounds = own.boundsOf('F2500')
      const box = own.getBoundingClientRect()
      return (
        bounds !== undefined && Math.abs(bounds.x + bounds.width / 2 - box.x - box.width / 2) < 60
      )
    })
  await expect.poll(isCentred, { timeout: 5000 }).toBe(true)
  expect(await nodesSeen(page)).toBeLessThanOrEqual(200)
  expect(await page.locator('.explore-panel h3').textContent()).toBe('F2500 reshape')
  await page.context().close()
})

test('isolating, paths, overlays and kernels of a small network', async () => {
  const { page, complaints } = await studio.open({ path: '#/explore?model=network' })
  await page.locator('[role="treeitem"]').first().waitFor()
  await page.getByLabel('Colour by').selectOption('gradient')
  await page.locator('.legend').waitFor()
  await page.getByLabel('Colour by').selectOption('parameters')
  await page.locator('[role="treeitem"] small:text-is("9")').first().waitFor() // 2 · 3 + 3
  await page.getByRole('button', { name: 'Find the first NaN' }).click()
  await page.getByText('All values and gradients are finite.').first().waitFor()
  await page.getByRole('tab', { name: 'Kernels' }).click()
  await page.getByRole('button', { name: 'Compile and time it' }).click()
  await page.locator('.kernels li').first().waitFor({ timeout: 20_000 })
  expect(await page.locator('.held').allTextContents()).toContainEqual(
    expect.stringMatching(/F1 matmul/),
  )
  await page.getByRole('tab', { name: 'Details' }).click()
  await page.locator('[role="treeitem"]').first().click()
  const all = await nodesSeen(page)
  await page.getByRole('button', { name: 'Only what it depends on' }).click()
  await page
    .getByText(/What it depends on/)
    .first()
    .waitFor()
  expect(await nodesSeen(page)).toBeLessThan(all)
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect.poll(() => nodesSeen(page)).toBe(all)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('at the width of a phone nothing scrolls sideways', async () => {
  const { page } = await studio.open({
    viewport: { width: 390, height: 844 },
    path: '#/explore?model=deep',
  })
  await page.locator('[role="treeitem"]').first().waitFor({ timeout: 60_000 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await page.context().close()
})

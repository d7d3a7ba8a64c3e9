/** The view of thousands of nodes: on a canvas, and no frame too many. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ElementSite, startElementSite } from '../support/element-page.ts'
import { wideScene } from './wide-scene.ts'

let site: ElementSite

beforeAll(async () => {
  site = await startElementSite('<sluice-graph id="large"></sluice-graph>', {
    'wide.json': wideScene(100, 50),
  })
}, 240_000)

afterAll(() => site?.stop())

async function opened(): Promise<Page> {
  const { page } = await site.open()
  await page.evaluate(async () => {
    const view = document.querySelector('sluice-graph')
    if (view) view.scene = await (await fetch('wide.json')).json()
  })
  await page.locator('canvas.sluice').waitFor()
  return page
}

/** Drags the graph about in circles by a real mouse, and gives the time of each frame meanwhile. */
async function framesOfDragging(page: Page): Promise<readonly number[]> {
  await page.evaluate(() => {
    const times: number[] = []
    const watch = { isOver: false, times }
    Object.assign(window, { watch })
    let last = performance.now()
    const frame = (now: number) => {
      times.push(now - last)
      last = now
      if (!watch.isOver) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  await page.mouse.move(900, 450)
  await page.mouse.down()
  for (let step = 1; step <= 150; step++) {
    const angle = step / 10
    await page.mouse.move(700 + 200 * Math.cos(angle), 450 + 150 * Math.sin(angle))
  }
  await page.mouse.up()
  const found: readonly number[] = await page.evaluate(() => {
    const { watch } = window as unknown as { watch: { isOver: boolean; times: number[] } } // put there above
    watch.isOver = true
    return watch.times.slice(1)
  })
  expect(found.length).toBeGreaterThan(30)
  return found
}

function percentile95(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.95)] ?? Number.NaN
}

test.each(['home', 'fit'] as const)(
  'five thousand nodes are panned at 30 frames a second or more, at %s',
  async (from) => {
    const page = await opened()
    await page.evaluate((from) => document.querySelector('sluice-graph')?.[from](), from)
    const place = () =>
      page.evaluate(() => document.querySelector('sluice-graph')?.boundsOf('n0-0')?.x)
    const before = await place()
    const times = await framesOfDragging(page)
    expect(times.length).toBeGreaterThan(30)
    expect(percentile95(times)).toBeLessThanOrEqual(33)
    expect(await place()).not.toBe(before)
    await page.context().close()
  },
)

test('a node on the canvas is chosen and opened as one of SVG is', async () => {
  const page = await opened()
  const told = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('sluice-open', ({ detail }) => resolve(detail.id))
      }),
  )
  const { x, y } = await page.evaluate(() => {
    const bounds = document.querySelector('sluice-graph')?.boundsOf('n3-4')
    return { x: (bounds?.x ?? 0) + 10, y: (bounds?.y ?? 0) + 10 }
  })
  await page.mouse.dblclick(x, y)
  expect(await told).toBe('n3-4')
  await page.keyboard.press('ArrowRight')
  const selected = () => page.evaluate(() => document.querySelector('sluice-graph')?.selected)
  expect(await selected()).toBe('n4-4')
  await page.context().close()
})

test('the page of the example works as a file, without a server', async () => {
  const path = await import('../../examples/17-graph-element.ts').then(() =>
    join(tmpdir(), 'sluice-graph.html'),
  )
  const page = await site.browser.newPage()
  await page.goto(pathToFileURL(path).href)
  await page.locator('[data-node="n0"]').click()
  expect(await page.locator('#chosen').textContent()).not.toMatch(/^Click/)
  await page.close()
})

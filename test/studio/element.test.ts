/** `<sluice-graph>` on a page of its own, under a policy that allows no inline style or script. */
import type { Page } from 'playwright-core'
import { input, maximum, mse, parameter, trace } from 'sluice'
import { draw } from 'sluice/draw'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ElementSite, startElementSite } from '../support/element-page.ts'

let site: ElementSite
let page: Page
let complaints: readonly string[] = []

beforeAll(async () => {
  const x = input('x', [4, 2])
  const y = input('y', [4, 1])
  const hidden = x
    .matmul(parameter('W1', [2, 3]))
    .add(parameter('b1', [3]))
    .sigmoid()
  const output = hidden.matmul(parameter('W2', [3, 1])).add(parameter('b2', [1]))
  const J = mse(output.named('ŷ'), y).named('J')
  const feeds = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [[0], [1], [1], [0]] } // biome-ignore format: a truth table
  const network = draw(J, { values: await trace(J, feeds) })
  const forward = draw(J, { gradients: false })
  const pair = draw(maximum(input('a', []), input('b', [])).named('m'))
  site = await startElementSite(
    '<sluice-graph id="small" src="network.json"></sluice-graph><sluice-graph id="other"></sluice-graph>',
    {
      ...{ 'network.json': network, 'forward.json': forward, 'pair.json': pair },
      'broken.json': { format: 'sluice-drawing', version: 1, scene: { width: -1 } },
    },
  )
  const opened = await site.open()
  page = opened.page
  complaints = opened.complaints
  await page.locator('#small [data-node]').first().waitFor()
  await page.evaluate(() => {
    const told: string[] = []
    Object.assign(window, { told })
    for (const name of ['select', 'open', 'view', 'error'] as const) {
      document.addEventListener(`sluice-${name}`, (event) => {
        const { id } = (event as CustomEvent).detail // the element's own events
        told.push(name === 'select' || name === 'open' ? `${name} ${id}` : name)
      })
    }
  })
}, 240_000) // a machine without a browser gets one first

afterAll(() => site?.stop())

/** The events since they were asked for last, those of panning once. */
function told(): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { told } = window as unknown as { told: string[] } // put there above
    return [...new Set(told.splice(0))]
  })
}

function boxOf(id: string): Promise<{ readonly x: number; readonly y: number }> {
  return page.evaluate((id) => {
    const bounds = document.querySelector('sluice-graph')?.boundsOf(id)
    return { x: bounds?.x ?? Number.NaN, y: bounds?.y ?? Number.NaN }
  }, id)
}

function nodeOf(label: string): Promise<string> {
  const owner = page.locator('#small [data-label]', { hasText: new RegExp(`^${label}$`) }).first()
  return owner.getAttribute('data-label').then((id) => id ?? 'none')
}

test('draws a file in the colours of the studio and names itself, without a complaint', async () => {
  const fills = await page
    .locator('#small :is(.variable, .operation)')
    .evaluateAll((shapes) => [...new Set(shapes.map((shape) => getComputedStyle(shape).fill))])
  expect(fills.toSorted()).toEqual(['rgb(214, 233, 250)', 'rgb(255, 243, 184)']) // blue, yellow
  expect(await page.locator('#small [data-node]').count()).toBe(13)
  await page.getByRole('application', { name: 'The graph of J' }).waitFor()
  expect(complaints).toEqual([])
})

test('a click chooses, a second opens, and arrows follow the edges', async () => {
  const x = await nodeOf('x')
  await page.locator(`#small [data-node="${x}"]`).dblclick()
  expect(await told()).toEqual([`select ${x}`, `open ${x}`])
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  const [product, W1] = [await nodeOf('·'), await nodeOf('W1')]
  const selections = [product, x, W1].map((id) => `select ${id}`)
  const steps = (await told()).filter((one) => one !== 'view')
  expect(steps).toEqual([...selections, `open ${W1}`, 'select undefined'])
  await page.keyboard.press('ArrowRight')
  expect(await page.locator('#small [aria-live]').textContent()).not.toBe('')
  await page.keyboard.press('Escape')
  await told()
})

test('is dragged, zoomed by keys and wheel, and shown whole', async () => {
  const x = await nodeOf('x')
  const stage = page.locator('#small .stage')
  await page.keyboard.press('f')
  const J = await nodeOf('J')
  expect((await boxOf(J)).x).toBeLessThan(600)
  const fitted = await boxOf(x)
  await page.keyboard.press('+')
  await page.mouse.move(300, 250)
  await page.mouse.down()
  await page.mouse.move(340, 230, { steps: 4 })
  await page.mouse.up()
  const [dragged, width] = [await boxOf(x), 600]
  // 1.25 times as large about the middle of 600 × 300 pixels, then dragged by (40, −20).
  expect(dragged.x).toBeCloseTo(width / 2 + (fitted.x - width / 2) * 1.25 + 40, 6)
  expect(dragged.y).toBeCloseTo(150 + (fitted.y - 150) * 1.25 - 20, 6)
  await page.keyboard.down('Control')
  await stage.hover({ position: { x: 100, y: 100 } })
  await page.mouse.wheel(0, -300)
  await page.keyboard.up('Control')
  // e times as large about the pointer: exp(300 / 300)
  await expect
    .poll(() => boxOf(x))
    .toMatchObject({ x: expect.closeTo(100 + (dragged.x - 100) * Math.E, 3) })
  expect(await told()).toEqual(['view'])
})

test('the anchor keeps its place when another scene comes', async () => {
  const x = await nodeOf('sigmoid')
  const before = await boxOf(x)
  const middle = await page.evaluate(async (id) => {
    const view = document.querySelector('sluice-graph')
    const data = await (await fetch('forward.json')).json()
    const old = view?.boundsOf(id)
    if (view) Object.assign(view, { anchor: id, scene: data.scene })
    const now = view?.boundsOf(id)
    const middleOf = (box?: DOMRect) => [
      (box?.x ?? 0) + (box?.width ?? 0) / 2,
      (box?.y ?? 0) + (box?.height ?? 0) / 2,
    ]
    return { old: middleOf(old), now: middleOf(now) }
  }, x)
  expect(before.x).not.toBeNaN()
  for (const axis of [0, 1]) expect(middle.now[axis]).toBeCloseTo(middle.old[axis] ?? Number.NaN, 6)
  expect(await page.locator('#small [data-kind="gradient"]').count()).toBe(0)
})

test('shows what is known, active, marked and measured', async () => {
  await page.evaluate(async () => {
    const view = document.querySelector<HTMLElementTagNameMap['sluice-graph']>('#other')
    const drawing = await (await fetch('pair.json')).json()
    const marks = new Map([['n0', 'added'], ['n1', 'dimmed']]) // biome-ignore format: two marks
    const overlay = new Map([['n2', { share: 1, text: '12 %' }]])
    const unknown = { isKnown: () => false }
    if (view)
      Object.assign(view, { drawing, marks, overlay, unknown, active: 'n2', phase: 'forward' })
  })
  const other = page.locator('#other')
  await other.locator('[data-node="n2"].active.forward').waitFor()
  expect(await other.locator('.added text.badge').textContent()).toBe('+')
  expect(await other.locator('[data-node="n1"].dimmed').count()).toBe(1)
  expect(await other.locator('text.overlay').textContent()).toBe('12 %')
  const fill = (shape: Element) => getComputedStyle(shape).fill
  const shape = other.locator('[data-node="n2"] > :is(circle, rect)').first()
  expect(await shape.evaluate(fill)).toBe('rgb(254, 232, 56)') // the end of cividis
})

test('what is set before it stands on a page is shown there', async () => {
  const count = await page.evaluate(async () => {
    const drawing = await (await fetch('pair.json')).json()
    const view = document.createElement('sluice-graph')
    view.drawing = drawing
    await new Promise((resolve) => setTimeout(resolve))
    document.body.append(view)
    await new Promise((resolve) => setTimeout(resolve))
    const found = view.shadowRoot?.querySelectorAll('[data-node]').length
    view.remove()
    return found
  })
  expect(count).toBe(4) // a, b, maximum, m
})

test('what cannot be shown is said inside, and told', async () => {
  await told()
  for (const [source, said] of [
    ['nothing.json', /the drawing is not there[\s\S]*404/],
    ['broken.json', /no drawing[\s\S]*scene\.width/],
  ] as const) {
    await page.locator('#other').evaluate((view, name) => view.setAttribute('src', name), source)
    await page.locator('#other [role="alert"]').filter({ hasText: said }).waitFor()
    expect(await told()).toContain('error')
  }
})

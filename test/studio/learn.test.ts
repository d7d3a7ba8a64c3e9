/** Learn in a browser: the graph stepped through forward and back, and every number that it shows. */
import { gzipSync } from 'node:zlib'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkEquation, type EquationData } from '../../src/index.ts'
import { openModel } from '../../studio/src/engine/open-model.ts'
import { type PosedModel, poseOfGallery } from '../../studio/src/engine/pose-model.ts'
import type { OpenModel } from '../../studio/src/engine/protocol.ts'
import { gallery } from '../../studio/src/gallery.ts'
import { numbersOf, shortNumber } from '../../studio/src/learn/numbers.ts'
import { type OpenPage, type Studio, startStudio } from '../support/studio.ts'

let studio: Studio
/** The one page of these tests, and all that went wrong in it. */
let opened: OpenPage
let page: Page
let posed: PosedModel
let network: OpenModel

beforeAll(async () => {
  studio = await startStudio()
  opened = await studio.open()
  page = opened.page
  posed = await poseOfGallery('network', 1)
  network = await openModel(posed)
}, 240_000) // a machine without a browser gets one first

afterAll(() => studio?.stop())

/** Goes to a model and to the time before its first step. */
async function open(model: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, `#/learn?model=${model}`)
  const title = gallery.find(({ id }) => id === model)?.title
  await page.locator(`.learn .heading h2:text-is("${title}")`).waitFor()
  await page.locator('.inspector').getByText('Before the first step').waitFor()
}

/** A step as it is on the screen. */
interface Shown {
  /** The hint of the gate that is drawn strongly; '' where it is an edge. */
  readonly gate: string
  readonly tensors: readonly {
    readonly name: string
    readonly rows: readonly (readonly number[])[]
    /** The digits that stand there. */
    readonly texts: readonly string[]
  }[]
  readonly signs: readonly string[]
  readonly role: string | undefined
  /** Whether all that the role promises holds in the numbers. */
  readonly holds: boolean
  /** What is said of finite differences. */
  readonly check: { readonly passed: boolean; readonly error: number } | undefined
}

/** Waits until a step is shown, one that comes back with its finite differences. */
async function arrivedAt(id: string): Promise<Shown> {
  const shown = await page.waitForFunction((wanted) => {
    const text = (selector: string) => document.querySelector(selector)?.textContent
    const isThere = text('.timeline [aria-current="step"]') === wanted
    if (!isThere || text('.inspector h2 .chip') !== wanted) return undefined
    const check = document.querySelector<HTMLElement>('.check [data-passed]')?.dataset
    if (wanted.startsWith('B') && !check) return undefined
    const graph = document.querySelector('.learn sluice-graph')?.shadowRoot
    const role = document.querySelector<HTMLElement>('.inspector .role')
    const figures = [...document.querySelectorAll('.factors .tensor')]
    return {
      gate: graph?.querySelector('.active[data-node] title')?.textContent ?? '',
      tensors: figures.map((figure) => {
        const rows = [...figure.querySelectorAll('tr')]
        const cells = rows.map((row) => [...row.querySelectorAll('td')])
        return {
          name: figure.querySelector('.name')?.textContent ?? '',
          rows: cells.map((row) => row.map((cell) => Number(cell.dataset.number))),
          texts: cells.flat().map((cell) => cell.textContent ?? ''),
        }
      }),
      signs: [...document.querySelectorAll('.factors .sign')].map((sign) => sign.textContent ?? ''),
      role: role?.dataset.role,
      holds: role?.querySelector('[data-holds="false"]') === null,
      check: check && { passed: check.passed === 'true', error: Number(check.error) },
    }
  }, id)
  return (await shown.jsonValue()) as Shown // it waits until this is there
}

/** What is drawn and can be seen. */
function seen(): Promise<string> {
  return page.locator('.learn svg.sluice').evaluate((svg) => {
    const copy = svg.cloneNode(true) as SVGElement // a copy of an element is one
    for (const hidden of copy.querySelectorAll('.unknown')) hidden.remove()
    return copy.innerHTML
  })
}

test('the first load asks no other origin, says no error and shows the graph in its colours', async () => {
  await page.locator('[data-node]').first().waitFor()
  const fill = (kind: string) =>
    page
      .locator(`.sluice .${kind}`)
      .first()
      .evaluate((element) => getComputedStyle(element).fill)
  expect(await fill('variable')).toBe('rgb(255, 243, 184)') // yellow
  expect(await fill('operation')).toBe('rgb(214, 233, 250)') // blue
  expect(await page.locator('[data-node]').count()).toBe(13)
  expect(opened.complaints).toEqual([])
})

test('the page begins with at most 150 kB of JavaScript, gzipped', async () => {
  const { url } = studio.server
  const page = await (await fetch(url)).text()
  const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path = '']) => path)
  expect(scripts.length).toBeGreaterThan(0)
  const sizes = scripts.map(async (path) => {
    const script = await (await fetch(new URL(path, url))).arrayBuffer()
    return gzipSync(new Uint8Array(script)).length
  })
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  expect(total).toBeLessThan(150_000)
})

describe('seventeen steps', () => {
  test('visit F1 to F7 and B1 to B10, each with its gate and with numbers of the engine and of finite differences, and lead back', async () => {
    await open('network')
    const first = await seen()
    const gates: string[] = []
    for (const equation of network.explanation.equations) {
      await page.keyboard.press('.')
      const shown = await arrivedAt(equation.id)
      gates.push(shown.gate)
      checkNumbers(shown, equation)
      if (equation.phase === 'backward') await checkDifferences(shown, equation)
    }
    // The hint of a gate begins with its forward equation: B4 and B5 come back through F4.
    expect(gates.map((hint) => hint.split(':')[0])).toEqual([
      ...['F1', 'F2', 'F3', 'F4', 'F5', '', 'F7'], // F6 is a second name: an edge, no gate
      ...['F7', 'F5', 'F5', 'F4', 'F4', 'F3', 'F2', 'F2', 'F1', 'F1'],
    ])
    await checkLabels()
    expect(await seen()).not.toBe(first)
    for (let step = 0; step < 17; step++) await page.keyboard.press(',')
    await page.locator('.inspector').getByText('Before the first step').waitFor()
    expect(await seen()).toBe(first)
  })
})

/** Every tile is a number of the engine, to all digits; what stands there is that to three. */
function checkNumbers({ tensors }: Shown, equation: EquationData): void {
  const { equations, given } = network.explanation
  const known = new Map<string, readonly number[]>()
  for (const { name, value } of given) if (value !== undefined) known.set(name, numbersOf(value))
  for (const { output, numbers } of equations) {
    if (numbers) known.set(output.name, numbersOf(numbers.value))
  }
  known.set('dJ/dJ', [1])
  const { id, local, numbers } = equation
  if (local !== undefined && numbers?.local !== undefined) {
    known.set(local, local === '1' ? [1] : numbersOf(numbers.local))
  }
  expect(tensors.length, id).toBeGreaterThan(1)
  expect(tensors.at(-1)?.name, id).toBe(equation.output.name)
  for (const { name, rows, texts } of tensors) {
    const engine = known.get(name)
    expect(rows.flat(), `${id} ${name}`).toEqual(engine)
    expect(texts, `${id} ${name}`).toEqual(engine?.map(shortNumber))
  }
}

/** The downstream gradient on the screen against central differences, and what the page says of it. */
async function checkDifferences({ tensors, check }: Shown, { id }: EquationData): Promise<void> {
  const { J, feeds, store } = posed
  const { rows } = await checkEquation(J, id, feeds, { store })
  const downstream = tensors.at(-1)?.rows.flat() ?? []
  const largest = Math.max(...downstream.map(Math.abs))
  rows.forEach(({ numeric }, index) => {
    expect(Math.abs(numeric - (downstream[index] ?? Number.NaN)), id).toBeLessThan(1e-6 * largest)
  })
  expect(check?.passed, id).toBe(true)
  expect(check?.error, id).toBeLessThan(1e-6)
}

/** The numbers in the graph are the engine's, in three digits. */
async function checkLabels(): Promise<void> {
  const { equations, given } = network.explanation
  const written = await page.locator('svg.sluice').evaluate((svg) =>
    [...svg.querySelectorAll('[data-label] text')].map((text) => ({
      owner: text.parentElement?.getAttribute('data-label') ?? '',
      kind: text.getAttribute('class') ?? '',
      text: text.textContent ?? '',
    })),
  )
  const { nodes, edges } = network.diagram
  for (const { id, from, name, gradientName } of edges) {
    const label = nodes.find((node) => node.id === from)?.label ?? ''
    for (const [kind, called] of [
      ['forward', name?.split(' = ')[0] ?? label],
      ['gradient', gradientName],
    ] as const) {
      const value =
        equations.find(({ output }) => output.name === called)?.numbers?.value ??
        given.find((one) => one.name === called)?.value
      if (value === undefined) continue
      const own = written.filter((text) => text.owner === id && text.kind === kind)
      const digits = own.map(({ text }) => text).filter((text) => text !== called)
      expect(digits, `${id} ${called}`).toEqual(numbersOf(value).map(shortNumber))
    }
  }
}

test('no label overlaps another; values lie above their edges, gradients below', async () => {
  await open('network')
  await page.keyboard.press('End')
  await arrivedAt('B10')
  const boxes = await page.locator('[data-label]:not(.unknown)').evaluateAll((labels) =>
    labels.map((label) => {
      const { left, right, top, bottom } = label.getBoundingClientRect()
      return { owner: label.getAttribute('data-label'), left, right, top, bottom }
    }),
  )
  expect(boxes.length).toBeGreaterThan(30)
  const overlaps = boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.owner} and ${b.owner}`),
  )
  expect(overlaps).toEqual([])
  const sides = await page.locator('svg.sluice').evaluate((svg) => {
    const wrong: string[] = []
    for (const label of svg.querySelectorAll<SVGGElement>('[data-label]')) {
      const id = label.getAttribute('data-label')
      const line = svg.querySelector<SVGPathElement>(`[data-edge="${id}"] .line`)
      if (!line) continue
      const middle = label.getBBox().x + label.getBBox().width / 2
      const length = line.getTotalLength()
      const points = Array.from({ length: 400 }, (_, k) =>
        line.getPointAtLength((k * length) / 399),
      )
      const at = points.reduce((a, b) => (Math.abs(a.x - middle) < Math.abs(b.x - middle) ? a : b))
      for (const text of label.querySelectorAll('text')) {
        const { y, height } = text.getBBox()
        const isAbove = y + height / 2 < at.y
        if (text.classList.contains('forward') && !isAbove) wrong.push(`${id} ${text.textContent}`)
        if (text.classList.contains('gradient') && isAbove) wrong.push(`${id} ${text.textContent}`)
      }
    }
    return wrong
  })
  expect(sides).toEqual([])
})

describe('upstream × local = downstream on the screen', () => {
  test.each([
    { model: 'add', roles: ['switch', 'distributor', 'distributor'] },
    { model: 'multiply', roles: ['switch', 'switch', 'switch'] },
    { model: 'maximum', roles: ['switch', 'router', 'router'] },
    { model: 'sigmoid', roles: ['switch', 'scaler'] },
    { model: 'matmul', roles: ['distributor', 'switch', 'switch', 'switch'] },
    {
      model: 'fanout',
      roles: ['switch', 'distributor', 'distributor', 'switch', 'adder', 'switch'],
    },
  ])('$model', async ({ model, roles }) => {
    const steps = await backwardSteps(model, roles.length)
    expect(steps.map(({ role }) => role)).toEqual(roles)
    steps.forEach((shown, k) => {
      expect([shown.holds, shown.check?.passed], `B${k + 1}`).toEqual([true, true])
      checkProduct(shown, `${model} B${k + 1}`)
    })
    const downstreams = steps.map(({ tensors }) => tensors.at(-1)?.rows.flat())
    const [, second, third, fourth, fifth] = downstreams
    if (model === 'add') expect([second, third]).toEqual([[2], [2]]) // equal
    if (model === 'maximum') expect([second, third]).toEqual([[2], [0]]) // 3 wins over −4
    if (model === 'multiply') expect([second, third]).toEqual([[2 * -4], [2 * 3]]) // a = 3, b = −4
    if (model === 'fanout') expect(fifth).toEqual([(third?.[0] ?? 0) + (fourth?.[0] ?? 0)])
  })
})

/** B1 to B`count`, one after the other. */
async function backwardSteps(model: string, count: number): Promise<readonly Shown[]> {
  await open(model)
  await page.keyboard.press(']')
  const steps: Shown[] = []
  for (let k = 1; k <= count; k++) {
    await page.keyboard.press('.')
    steps.push(await arrivedAt(`B${k}`))
  }
  return steps
}

/** Recomputes the last tensor of a step from the digits that stand there. */
function checkProduct({ tensors, signs }: Shown, where: string): void {
  const [a, b] = tensors.map(({ texts, rows }) => {
    const numbers = texts.map((text) => Number(text.replaceAll('−', '-')))
    const width = rows[0]?.length ?? 1
    return rows.map((_, row) => numbers.slice(row * width, (row + 1) * width))
  })
  const result = tensors.at(-1)
  if (!a || !b || !result) throw new Error(`${where} shows too few numbers`)
  const made = signs[0] === '+' ? sumOf(a, b) : productOf(a, b, signs[0])
  const stands = result.texts.map((text) => Number(text.replaceAll('−', '-')))
  // Each of the numbers that stand there is rounded to three digits.
  const largest = Math.max(...stands.map(Math.abs), 1e-12)
  made.flat().forEach((number, index) => {
    expect(Math.abs(number - (stands[index] ?? Number.NaN)) / largest, where).toBeLessThan(0.02)
  })
}

type Rows = readonly (readonly number[])[]

function sumOf(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((one, j) => one + (b[i]?.[j] ?? Number.NaN)))
}

/** Of matrices where the sign says so, else element by element or by one number. */
function productOf(a: Rows, b: Rows, sign: string | undefined): Rows {
  const isOne = (rows: Rows) => rows.length === 1 && rows[0]?.length === 1
  const [left, right] = [a[0]?.[0] ?? Number.NaN, b[0]?.[0] ?? Number.NaN]
  if (isOne(b)) return a.map((row) => row.map((one) => one * right))
  if (isOne(a)) return b.map((row) => row.map((one) => one * left))
  const isMatrix = sign === '·' && a[0]?.length === b.length
  if (!isMatrix) return a.map((row, i) => row.map((one, j) => one * (b[i]?.[j] ?? Number.NaN)))
  return a.map((row) =>
    (b[0] ?? []).map((_, j) =>
      row.reduce((sum, one, k) => sum + one * (b[k]?.[j] ?? Number.NaN), 0),
    ),
  )
}

test('the ribbon of dJ/dW1 shows the transpose and ends in the shape of W1', async () => {
  await open('network')
  await page.keyboard.press('End')
  await arrivedAt('B10')
  const blocks = page.locator('.ribbon .block')
  const sizes = await blocks.evaluateAll((all) =>
    all.map((block) => [
      block.getAttribute('data-rows'),
      block.getAttribute('data-columns'),
      block.querySelector('.mirror') !== null,
      block.querySelector('.own')?.getBoundingClientRect().width,
      block.querySelector('.own')?.getBoundingClientRect().height,
    ]),
  )
  const [left = [], right = [], result = []] = sizes
  expect([left, right, result].map((one) => one.slice(0, 3))).toEqual([
    ['2', '4', true], // xᵀ
    ['4', '3', false],
    ['2', '3', false], // W1
  ])
  const proportion = (one: readonly unknown[]) => Number(one[3]) / Number(one[4])
  expect(proportion(left)).toBeCloseTo(4 / 2, 1) // outlines add a pixel and a half
  expect(proportion(result)).toBeCloseTo(3 / 2, 1)
  expect(await textOf(page.locator('.ribbon'))).toContain('(2 × 4)(4 × 3) → 2 × 3')
  expect(await textOf(page.locator('.ribbon'))).toContain('dJ/du1 · xᵀ does not fit: 3 ≠ 2')
})

async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? ''
}

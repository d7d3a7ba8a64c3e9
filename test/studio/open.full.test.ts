/** Home, and files that are dropped or chosen: opened, or refused with what is open left open. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import '../../src/methods.ts'
import { draw } from '../../src/draw/index.ts'
import { input, parameter } from '../../src/gates/index.ts'
import { partsOf } from '../../src/nn/index.ts'
import { print } from '../../src/print.ts'
import { trace } from '../../src/read.ts'
import { createStore } from '../../src/runtime/store.ts'
import { encodeModel } from '../../src/train/index.ts'
import { type Studio, startStudio } from '../support/studio.ts'

let studio: Studio
let model: Buffer

beforeAll(async () => {
  studio = await startStudio()
  model = Buffer.from(await savedModel())
}, 240_000) // a machine without a browser gets one first

afterAll(() => studio?.stop())

async function savedModel(): Promise<Uint8Array> {
  const facts = { layers: [4, 5, 3], activation: 'relu', criterion: 'crossEntropy' } as const
  const network = { ...facts, task: 'classification' } as const
  const store = createStore({ seed: 1 })
  const { model, criterion } = partsOf(network)
  const J = criterion(model(input('x', [1, 4])), input('y', [1], { dtype: 'i32' }))
  await trace(J, { x: [[1, 2, 3, 4]], y: [2] }, { store }) // makes its weights
  return encodeModel({ network, store, metrics: { accuracy: 0.9 } })
}

const sum = input('x', [2])
  .multiply(parameter('w', [2], { init: [3, -4] }))
  .sum()
  .named('J')

async function opened(path = '#/learn?model=multiply'): Promise<Page> {
  const { page } = await studio.open({ path })
  await page.locator('[data-node]').first().waitFor()
  return page
}

interface Chosen {
  readonly name: string
  readonly content: Buffer | string
}

interface Dropped {
  readonly name: string
  /** A number stands for so many zeros. */
  readonly content: Buffer | string | number
}

/** Lets a file fall on the page, as a browser tells it. */
async function drop(page: Page, { name, content }: Dropped): Promise<void> {
  const bytes = typeof content === 'number' ? content : [...Buffer.from(content)]
  await page.evaluate(
    ([name, bytes]) => {
      const dataTransfer = new DataTransfer()
      const own = typeof bytes === 'number' ? new Uint8Array(bytes) : Uint8Array.from(bytes)
      dataTransfer.items.add(new File([own], name))
      for (const kind of ['dragover', 'drop']) {
        const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true })
        document.querySelector('main')?.dispatchEvent(event)
      }
    },
    [name, bytes] as const,
  )
}

/** Chooses it by the button of the bar. */
async function choose(page: Page, { name, content }: Chosen): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Open a file …' }).focus()
  await page.keyboard.press('Enter')
  const mimeType = 'application/octet-stream'
  await (await chooser).setFiles({ name, mimeType, buffer: Buffer.from(content) })
}

const heading = (page: Page, text: string) =>
  page.getByRole('heading', { name: text, exact: true }).waitFor()

describe.each([
  ['dropped', drop],
  ['chosen by keyboard', choose],
])('a file that is %s', (_, give) => {
  test('opens where it is a model, with its widths and scores, and can be stepped through', async () => {
    const page = await opened()
    await give(page, { name: 'iris.safetensors', content: model })
    await heading(page, 'iris.safetensors')
    await page.getByText('4 → 5 → 3 with relu').waitFor()
    await page.getByText('accuracy 0.9').waitFor()
    await page.locator('.learn [data-node]').first().waitFor()
    await page.keyboard.press('.')
    await page.locator('[aria-current="step"]:text-is("F1")').waitFor()
    await page.context().close()
  })

  test('opens where it is a graph as text', async () => {
    const page = await opened()
    await give(page, { name: 'graph.txt', content: print(sum) })
    await heading(page, 'graph.txt')
    await page.getByText('x: drawn by the seed').waitFor()
    await page.context().close()
  })
})

test('a drawing opens as its picture', async () => {
  const page = await opened()
  await drop(page, { name: 'sum.json', content: JSON.stringify(draw(sum)) })
  await heading(page, 'sum.json')
  expect(await page.locator('[data-node]').count()).toBe(draw(sum).diagram.nodes.length)
  await page.context().close()
})

test('a table goes to Train', async () => {
  const page = await opened()
  await drop(page, { name: 'points.csv', content: 'a,b,kind\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n' })
  await page.waitForURL(/#\/train/)
  await page.context().close()
})

type Wrong = readonly [
  what: string,
  name: string,
  content: () => Dropped['content'],
  message: RegExp,
]

describe('what cannot be opened is told, and what was open stays open', () => {
  const cases: readonly Wrong[] = [
    ['empty', 'empty.safetensors', () => '', /is nothing that the studio opens.*it is empty/],
    ['cut off', 'cut.safetensors', () => model.subarray(0, 200), /cut\.safetensors/],
    ['of no kind', 'photo.png', () => '\u0089PNG\r\n\u001a\n\0', /photo\.png is nothing that/],
    ['no drawing', 'data.json', () => '{"a": 1}', /this is no drawing.*sluice-drawing/],
    ['a broken graph', 'g.txt', () => 'graph {\n output y = z\n}', /z.*/],
    ['too large', 'big.safetensors', () => 8 * 2 ** 20 + 1, /too large.*8 MB.*8\.0 MB/],
    ['spaces', 'blank.txt', () => ' \n ', /nothing but spaces/],
  ]
  test.each(cases)('%s', async (_, name, content, message) => {
    const page = await opened()
    await drop(page, { name, content: content() })
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect((await alert.textContent())?.replace(/\s+/g, ' ')).toMatch(message)
    expect(page.url()).toMatch(/#\/learn\?model=multiply$/)
    expect(await page.locator('.learn [data-node]').count()).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Close this message' }).click()
    await alert.waitFor({ state: 'detached' })
    await page.context().close()
  })
})

test.each([
  ['#/learn?model=nothing', /no model "nothing"/],
  ['#/learn?model=file&file=7', /no longer here/],
  ['#/learn?model=given&file=x.mjs', /the server has no file "x\.mjs"/],
  ['#/learn?seed=-1', /the seed "-1", which is no whole number/],
  ['#/learn?step=x%25', /the step "x%", which is no whole number/],
  ['#/learn?step=99', /step 99, and there are 17/],
])('%s says what is wrong, and leads home', async (path, message) => {
  const { page, complaints } = await studio.open({ path })
  // A step is only told of; the rest interrupts.
  const note = page.locator('.failure:is([role="alert"], [role="status"])')
  await note.waitFor()
  expect(await note.textContent()).toMatch(message)
  await page.getByRole('link', { name: 'Go home' }).click()
  await page.locator('.home [data-node]').first().waitFor()
  // The browser itself notes a file that is not there.
  expect(complaints.filter((one) => !one.includes('404'))).toEqual([])
  await page.context().close()
})

describe('Home', () => {
  test('steps its network by itself, and stops when it is paused', async () => {
    const { page } = await studio.open()
    const told = page.locator('.beat span')
    await told.getByText(/^F2:/).waitFor()
    await told.getByText(/^F3:/).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Go on' }).waitFor()
    const before = await told.textContent()
    await page.waitForTimeout(2500) // nearly three steps: nothing may come
    expect(await told.textContent()).toBe(before)
    await page.context().close()
  })

  test('moves nothing for those who want little motion, and shows every number', async () => {
    const { page } = await studio.open({ reducedMotion: 'reduce' })
    await page.locator('.home [data-node]').first().waitFor()
    expect(await page.locator('.beat').count()).toBe(0)
    expect(await page.locator('.live .unknown').count()).toBe(0)
    await page.context().close()
  })

  test('every model of the gallery has its outline, and opens', async () => {
    const { page, complaints } = await studio.open()
    const cards = page.locator('.gallery a')
    await cards.first().waitFor()
    const count = await cards.count()
    await page.waitForFunction(
      (count) => document.querySelectorAll('.sketch').length === count,
      count,
    )
    const links = await cards.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
    for (const path of links.filter((link) => !link.includes('deep'))) {
      const { page: own } = await studio.open({ path })
      await own.locator('.learn [data-node]').first().waitFor()
      await own.context().close()
    }
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)('fits a phone, %s', async (colorScheme) => {
    const { page } = await studio.open({ viewport: { width: 390, height: 844 }, colorScheme })
    await page.locator('.home [data-node]').first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await page.context().close()
  })
})

test('Learn opens 5,071 gates folded but for one block, with its steps alone', async () => {
  const { page, complaints } = await studio.open({ path: '#/learn?model=deep' })
  await page.locator('.learn [data-node]').first().waitFor({ timeout: 60_000 })
  expect(await page.locator('[data-node]').count()).toBeLessThan(60)
  await page.keyboard.press('.')
  await page.locator('[aria-current="step"]:text-is("F2")').waitFor()
  expect(complaints).toEqual([])
  await page.context().close()
}, 90_000)

/** Files by their contents: what they are, how they are posed, and what is said of broken ones. */
import { readFile as readBytes } from 'node:fs/promises'
import { createStore, input, parameter, print, trace } from 'sluice'
import { draw } from 'sluice/draw'
import { writeSafetensors } from 'sluice/formats'
import { partsOf } from 'sluice/nn'
import { encodeModel } from 'sluice/train'
import { describe, expect, test } from 'vitest'
import { createFileShelf } from './file-shelf.ts'
import type { PosedModel } from './pose-model.ts'
import { graphKey, readFile } from './read-file.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const J = input('x', [2])
  .multiply(parameter('w', [2], { init: [3, -4] }))
  .sum()
  .named('J')

async function posed(name: string, bytes: Uint8Array, seed = 1): Promise<PosedModel> {
  const file = readFile(name, bytes)
  if (file.form !== 'model') throw new Error(`${name} is a ${file.form}`)
  return file.pose(seed)
}

async function costOf({ J, feeds, store }: PosedModel): Promise<number> {
  return J.item(feeds, { store, precision: 'f64' })
}

describe('an ONNX file', () => {
  const file = new URL('../../../test/vectors/onnx/digits.onnx', import.meta.url)

  test('runs on numbers that the seed draws, with the sum of its output for a cost', async () => {
    const model = await posed('digits.onnx', await readBytes(file))
    expect(model.about).toContain('J is the sum of logits. image: drawn by the seed.')
    expect(model.feeds.image).toMatchObject({ shape: [2, 1, 8, 8] })
    expect(Number.isFinite(await costOf(model))).toBe(true)
  })

  test('that was fine-tuned and saved is opened as any model', async () => {
    const onnx = await import('sluice/onnx')
    const { layer, spec } = onnx.importNetwork(onnx.readOnnx(await readBytes(file)))
    const network = {
      ...{ layers: [64, 10], activation: 'relu', criterion: 'crossEntropy' },
      ...({ task: 'classification', imported: spec } as const),
    }
    const store = createStore()
    await trace(layer(input('x', [1, 64])).sum(), { x: new Float32Array(64) }, { store })
    const model = await posed('tuned.safetensors', encodeModel({ network, layer, store }))
    expect(model.about).toContain('64 → 10 a graph that was imported')
    expect(Number.isFinite(await costOf(model))).toBe(true)
  })

  test('that is broken says so', async () => {
    await expect(posed('net.onnx', Uint8Array.of(8, 7, 99))).rejects.toThrow('FILE net.onnx')
  })
})

describe('a graph as text', () => {
  test('runs on numbers from 0 to 1 that its seed draws', async () => {
    const model = await posed('g.txt', bytesOf(`\n${print(J)}`))
    expect(model.about).toMatch(/^A graph of \d+ values\. x: drawn by the seed\.$/)
    const [a = 0, b = 0] = (model.feeds.x as { data: Float32Array }).data
    expect([a, b].every((one) => one >= 0 && one <= 1)).toBe(true)
    expect(await costOf(model)).toBeCloseTo(3 * a - 4 * b, 12)
    const again = await posed('g.txt', bytesOf(print(J)))
    expect(again.feeds).toEqual(model.feeds)
    expect((await posed('g.txt', bytesOf(print(J)), 2)).feeds).not.toEqual(model.feeds)
  })

  test('without a cost has the sum of its output for one', async () => {
    const model = await posed('g.txt', bytesOf(print(input('x', [3]).multiply(2).named('y'))))
    expect(model.about).toMatch(/J is the sum of /)
    expect(model.J.shape).toEqual([])
  })

  test('with feeds and states of a script runs on those', async () => {
    const f32 = (...numbers: number[]) => ({
      ...{ shape: [numbers.length], dtype: 'f32', data: Float32Array.from(numbers) },
    })
    const tensors = new Map([
      ['feed/x', f32(1, 2)],
      ['state/w', f32(10, 20)],
    ]) as Parameters<typeof writeSafetensors>[0] // of f32
    const bytes = writeSafetensors(tensors, { metadata: { [graphKey]: print(J) } })
    expect(await costOf(await posed('net.mjs', bytes))).toBe(50)
  })

  test('that is too large to be shown says so before it is run', async () => {
    const text = print(input('x', [5000, 5000]).sum().named('J'))
    await expect(posed('g.txt', bytesOf(text))).rejects.toThrow(
      /g\.txt is too large[\s\S]*20,000,000 numbers[\s\S]*got +25,000,00\d/,
    )
  })
})

test('a saved model says its widths and scores, and runs on drawn examples', async () => {
  const network = {
    ...{ layers: [4, 5, 3], activation: 'relu', criterion: 'crossEntropy' },
    ...{ task: 'classification' as const },
  }
  const store = createStore({ seed: 1 })
  const { model, criterion } = partsOf(network)
  const cost = criterion(model(input('x', [1, 4])), input('y', [1], { dtype: 'i32' }))
  await trace(cost, { x: [[1, 2, 3, 4]], y: [2] }, { store }) // makes its weights
  const bytes = encodeModel({ network, store, metrics: { accuracy: 0.91234 } })
  const read = await posed('iris.safetensors', bytes)
  expect(read.about).toBe(
    '4 → 5 → 3 with relu, on 4 examples drawn by the seed. As saved: accuracy 0.912.',
  )
  expect(read.store.get('0.weight')).toEqual(store.get('0.weight'))
  expect(await costOf(read)).toBeGreaterThan(0)
})

test('a drawing is a picture, a table a table', () => {
  const file = readFile('d.json', bytesOf(JSON.stringify(draw(J))))
  expect(file.form === 'picture' && file.picture.diagram).toEqual(draw(J).diagram)
  expect(readFile('t.csv', bytesOf('only one column\n1\n')).form).toBe('table')
  expect(readFile('t.txt', bytesOf('a;b\n1;2\n')).form).toBe('table')
})

test.each([
  ['nothing', '', /it is empty/],
  ['spaces', ' \n', /nothing but spaces/],
  ['bytes of another program', '\u0001\u0002\0', /bytes that begin with 01 02 00/],
  ['prose', 'Dear reader, hello', /text that begins with "Dear reader, hello"/],
  ['other JSON', '{"a": 1}', /readDrawing: this is no drawing/],
  ['a broken graph', 'graph {\n  output y = z\n}', /PARSE/],
])('%s is refused, and said what it is', (_, text, message) => {
  expect(() => readFile('file', bytesOf(text))).toThrow(message)
})

describe('the shelf', () => {
  test('keeps four files, by number, and tells of one that is gone', async () => {
    const shelf = createFileShelf()
    const taken = await shelf.take('g.txt', bytesOf(print(J)))
    expect(taken).toEqual({ form: 'model', number: 1 })
    expect((await shelf.pose({ from: 'file', number: 1, seed: 1 })).title).toBe('g.txt')
    for (let index = 0; index < 4; index++) await shelf.take('g.txt', bytesOf(print(J)))
    await expect(shelf.pose({ from: 'file', number: 1, seed: 1 })).rejects.toThrow(/no longer here/)
    expect((await shelf.pose({ from: 'file', number: 2, seed: 1 })).title).toBe('g.txt')
  })

  test('gives a drawing as a picture, and says that it has no graph', async () => {
    const shelf = createFileShelf()
    await shelf.take('d.json', bytesOf(JSON.stringify(draw(J))))
    const source = { from: 'file', number: 1, seed: 1 } as const
    expect(shelf.pictureOf(source)?.title).toBe('d.json')
    await expect(shelf.pose(source)).rejects.toThrow(/d\.json has no graph/)
  })
})

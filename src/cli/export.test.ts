import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { there } from '../../test/support/recorded.ts'
import { runCli } from '../../test/support/run-cli.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { type Tensor, tensor, toNumbers } from '../ir/tensor.ts'
import { readOnnx } from '../onnx/index.ts'

const iris = fileURLToPath(new URL('../../data/iris.csv', import.meta.url))
const digits = fileURLToPath(new URL('../../test/vectors/onnx/digits.onnx', import.meta.url))

let folder = ''
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-export-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** What an ONNX file gives for some feeds. */
async function run(
  path: string,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, Tensor>>> {
  const model = readOnnx(await readFile(path))
  const { outputs } = model.build(model.axes.includes('batch') ? { batch: 1 } : {})
  return evaluate(new Graph(outputs), { feeds }).outputs
}

describe('sluice export', () => {
  test('writes a model that takes the numbers of the table, and gives its probabilities', async () => {
    const [model, out] = [at('iris.safetensors'), at('iris.onnx')]
    await runCli(['train', iris, '--epochs', '5', '--hidden', '6', '--out', model])
    expect(await runCli(['export', model, '-o', out])).toEqual({
      ...{ code: 0, out: '', err: `wrote ${out}\n` },
    })
    const table = await runCli(['predict', model, iris, '--probabilities', '--quiet'])
    const predicted = table.out.split('\n')[1]?.split(',').slice(1).map(Number) ?? []
    const { probabilities } = await run(out, { x: tensor([[5.1, 3.5, 1.4, 0.2]]) })
    // Six digits are printed.
    toNumbers(there(probabilities)).forEach((share, k) => {
      expect(share).toBeCloseTo(there(predicted[k]), 5)
    })
    const { metadata, inputs } = readOnnx(await readFile(out))
    expect(inputs.map(({ name, axes }) => [name, axes])).toEqual([['x', ['batch', 4]]])
    expect(metadata['sluice.classes']).toBe('["setosa","versicolor","virginica"]')
  })

  test('writes numbers of a regression in the units of the data', async () => {
    const [model, out] = [at('width.safetensors'), at('width.onnx')]
    const target = ['--target', 'petal width (cm)', '--ignore', 'species']
    await runCli(['train', iris, ...target, '--epochs', '5', '--out', model])
    await runCli(['export', model, '-o', out])
    const table = await runCli(['predict', model, iris, '--quiet'])
    const { prediction } = await run(out, { x: tensor([[5.1, 3.5, 1.4]]) })
    expect(toNumbers(there(prediction))[0]).toBeCloseTo(Number(table.out.split('\n')[1]), 5) // f32
  })

  test('--training-step writes a step that learns, and what its states begin with', async () => {
    const out = at('step.onnx')
    const argv = ['export', '--layers', '2,3,1', '--training-step', '--learning-rate', '0.2']
    const { err } = await runCli([...argv, '--rows', '4', '-o', out])
    const beside = at('step.states.onnx')
    expect(err).toBe(`wrote ${out}\nwrote ${beside}: what its states hold first\n`)
    let states = await run(beside, {})
    expect(Object.keys(states)).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
    const y = tensor([[0], [1], [1], [0]])
    const costs: number[] = []
    for (let step = 0; step < 20; step++) {
      const { J, ...next } = await run(out, { x, y, ...states })
      costs.push(there(toNumbers(there(J))[0]))
      states = Object.fromEntries(
        Object.keys(states).map((key) => [key, there(next[`${key}.next`])]),
      )
    }
    expect(costs[19]).toBeLessThan(there(costs[0]))
  })

  test('writes what was imported for any number of images, which gives the same', async () => {
    const out = at('digits.onnx')
    expect((await runCli(['export', digits, '-o', out])).err).toBe(`wrote ${out}\n`)
    const [given, made] = await Promise.all(
      [digits, out].map(async (path) => {
        const { outputs } = readOnnx(await readFile(path)).build({ batch: 2 })
        const data = Float32Array.from({ length: 128 }, (_, k) => (k % 17) / 16)
        const image = { shape: [2, 1, 8, 8], dtype: 'f32', data } as const
        return evaluate(new Graph(outputs), { feeds: { image } }).outputs.logits
      }),
    )
    const expected = toNumbers(there(given))
    // f32: sums of 72 products, in another order at most.
    toNumbers(there(made)).forEach((logit, k) => {
      expect(logit).toBeCloseTo(there(expected[k]), 5)
    })
  })

  test('gives a pipe the bytes, and says where only one example fits', async () => {
    const words = fileURLToPath(new URL('../../test/vectors/onnx/encoder.onnx', import.meta.url))
    const { code, out, err } = await runCli(['export', words])
    expect(code).toBe(0)
    expect(out).toMatch(/^<\d+ bytes>$/)
    expect(err === '' || err === 'it takes one example at a time: give --rows for more\n').toBe(
      true,
    )
  })

  test('is not for a terminal', async () => {
    const { code, err } = await runCli(['export', digits], { terminals: { out: true, err: true } })
    expect(code).toBe(2)
    expect(err).toContain('add -o model.onnx')
  })
})

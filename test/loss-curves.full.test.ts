/** Compiled training against the reference evaluator: the same losses, step by step. */
import {
  adam,
  adamW,
  compile,
  createStore,
  crossEntropy,
  input,
  interpreter,
  mse,
  parameter,
  relu,
  type Shape,
  sgd,
  type TensorLike,
  type Update,
  type Value,
} from 'sluice'
import { digits, scaleInputs } from 'sluice/data'
import { linear, sequential } from 'sluice/nn'
import { describe, expect, test } from 'vitest'
import { smallCnn, smallTransformer } from './support/models.ts'

type Floating = 'f32' | 'f64'
type Feeds = Readonly<Record<string, TensorLike>>

interface Training {
  readonly J: Value
  readonly updates: readonly Update[]
  /** What is fed in each step. */
  readonly feeds: (step: number) => Feeds
}

const steps = 50
// Sums are taken in another order, and 50 steps carry on what that changes in the last digit.
const tolerances = { f64: 1e-9, f32: 1e-4 } as const

const trainings: Readonly<Record<string, (dtype: Floating) => Promise<Training>>> = {
  xor: async (dtype) => {
    const x = input('x', [4, 2], { dtype })
    const y = input('y', [4, 1], { dtype })
    const W1 = parameter('W1', [2, 3], { dtype })
    const b1 = parameter('b1', [3], { dtype })
    const W2 = parameter('W2', [3, 1], { dtype })
    const b2 = parameter('b2', [1], { dtype })
    const hidden = x.matmul(W1).add(b1).sigmoid()
    const J: Value = mse(hidden.matmul(W2).add(b2), y)
    const ofType = (numbers: number[]) =>
      dtype === 'f64' ? Float64Array.from(numbers) : Float32Array.from(numbers)
    // The four rows of exclusive or.
    const feeds = { x: ofType([0, 0, 0, 1, 1, 0, 1, 1]), y: ofType([0, 1, 1, 0]) }
    return { J, updates: sgd(J, { learningRate: 0.5 }), feeds: () => feeds }
  },
  digits: async (dtype) => {
    const x: Value = input('x', [32, 64], { dtype })
    const labels: Value<Shape, 'i32'> = input('labels', [32], { dtype: 'i32' })
    const network = sequential(linear(64, 32, { dtype }), relu, linear(32, 10, { dtype }))
    const J: Value = crossEntropy(network(x), labels)
    return {
      J,
      updates: sgd(J, { learningRate: 0.2 }),
      feeds: await digitFeeds(32, [32, 64], dtype),
    }
  },
  cnn: async (dtype) => {
    const sizes = { batch: 8, size: 8, channels: [4, 6], hidden: 12, dtype } as const
    const { J } = smallCnn(sizes)
    const feeds = await digitFeeds(8, [8, 1, 8, 8], dtype)
    return { J, updates: adam(J, { learningRate: 0.01 }), feeds }
  },
  transformer: async (dtype) => {
    const sizes = { batch: 2, vocabulary: 9, context: 8, width: 12, heads: 2, layers: 2, dtype }
    const { J } = smallTransformer(sizes)
    const feeds = (step: number) => {
      // Sequences that repeat: what follows can be learnt.
      const at = (k: number) => (step + k + (k % 3) * (k % 2)) % 9
      const rows = (shift: number) =>
        [0, 1].map((row) => Array.from({ length: 8 }, (_, k) => at(k + shift + 3 * row)))
      return { tokens: rows(0), targets: rows(1) }
    }
    return { J, updates: adamW(J, { learningRate: 0.01 }), feeds }
  },
}

describe.each(Object.entries(trainings))('%s', (_, make) => {
  test.each(['f64', 'f32'] as const)('has the losses of the interpreter, in %s', async (dtype) => {
    const compiled = await lossesOf(await make(dtype), undefined)
    const reference = await lossesOf(await make(dtype), interpreter)
    const distances = compiled.map((loss, step) => {
      const wanted = reference[step] ?? Number.NaN
      return Math.abs(loss - wanted) / Math.abs(wanted)
    })
    expect(distances).toHaveLength(steps)
    expect(Math.max(...distances)).toBeLessThanOrEqual(tolerances[dtype])
    // It learns: a curve of one constant would agree with itself.
    expect(compiled.at(-1)).toBeLessThan(compiled[0] ?? 0)
  })
})

async function lossesOf(
  { J, updates, feeds }: Training,
  backend: typeof interpreter | undefined,
): Promise<readonly number[]> {
  const store = createStore({ seed: 3 })
  const step = await compile({ J }, { updates, store, ...(backend && { backend }) })
  expect(step.engine).toBe(backend ? 'interpreter' : 'wasm')
  const losses: number[] = []
  for (let turn = 0; turn < steps; turn++) losses.push(await step.run(feeds(turn)).J.item())
  return losses
}

/** Real digits, the next ones in each step. */
async function digitFeeds(
  batch: number,
  shape: readonly number[],
  dtype: Floating,
): Promise<(step: number) => Feeds> {
  const { inputs, targets } = scaleInputs(await digits())
  const size = 64 * batch
  return (step) => {
    const pixels = inputs.data.slice(step * size, (step + 1) * size)
    const data = dtype === 'f64' ? Float64Array.from(pixels as Float32Array) : pixels // scaled: f32
    return {
      x: { shape, dtype, data: data as Float32Array }, // of dtype, by the line above
      labels: targets.data.slice(step * batch, (step + 1) * batch),
    }
  }
}

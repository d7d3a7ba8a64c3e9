/** Programs that several threads share: the same bits for any number of them, and what may go wrong. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  adam,
  adamW,
  compile,
  createStore,
  init,
  input,
  interpreter,
  mean,
  parameter,
  type Store,
  sgd,
  type Update,
  type Value,
} from 'sluice'
import { describe, expect, test } from 'vitest'
import { wasmOn } from '../src/backends/wasm/backend.ts'
import { probeFeatures } from '../src/backends/wasm/features.ts'
import { everything } from '../src/backends/wasm/threads/actions.ts'
import { stateOf } from '../src/ir/graph.ts'
import type { Tensor } from '../src/ir/tensor.ts'
import { contentsOf, runOnce } from './fuzz/run-program.ts'
import { type TrainingCase, trainingCase } from './fuzz/training-graph.ts'
import { type Model, smallCnn, smallTransformer } from './support/models.ts'

/** Shares whatever can be shared, and spreads the rest: small graphs find what large ones would. */
const eager = wasmOn(probeFeatures, everything)
const counts = [2, 3, 4]

test('random training steps give the same bits on 1, 2, 3 and 4 threads', async () => {
  await fc.assert(
    fc.asyncProperty(trainingCase({ maxSteps: 25 }), async (given) => {
      const alone = await stepsOf(given, 1)
      for (const threads of counts) expect(await stepsOf(given, threads)).toEqual(alone)
    }),
    { numRuns: 40 },
  )
}, 60_000)

interface Case {
  readonly model: Model
  readonly optimizer: (J: Value) => readonly Update[]
}

const cases: Readonly<Record<string, Case>> = {
  'the small CNN': {
    model: smallCnn({ batch: 8, size: 16, channels: [8, 12], hidden: 64 }),
    optimizer: (J) => adam(J, { learningRate: 0.01 }),
  },
  'the transformer': {
    model: smallTransformer({ batch: 4, context: 32, width: 64, heads: 4, layers: 2 }),
    optimizer: (J) => adamW(J, { learningRate: 0.01 }),
  },
}

describe.each(Object.entries(cases))('%s', (_, { model, optimizer }) => {
  const updates = optimizer(model.J)
  const train = async (threads: number) => {
    const store = createStore()
    const program = await compile({ J: model.J }, { updates, store, threads, backend: eager })
    expect(program.threads).toBe(threads)
    const losses: number[] = []
    for (let step = 0; step < 6; step++) {
      losses.push(Number(program.run(feedsOf(model, step)).J.dataSync()[0]))
    }
    return { losses, parameters: program.parameters.keys.map((key) => store.get(key)) }
  }
  test('trains with the same bits on 1, 2, 3 and 4 threads', async () => {
    const alone = await train(1)
    expect(alone.losses.at(-1)).toBeLessThan(alone.losses[0] ?? 0)
    for (const threads of counts) expect(await train(threads)).toEqual(alone)
  })
})

test('programs of one store share threads and states, also when the memory has grown', async () => {
  const store = createStore()
  const w = parameter('w', [256, 256], { init: init.uniform(-0.1, 0.1) })
  const [x, wide] = [input('x', [256, 256]), input('wide', [4096, 256])]
  const J = mean(x.matmul(w).tanh()).named('J')
  const updates = sgd(J, { learningRate: 0.5 })
  const make = async (threads: number, own: Store) => {
    const options = { store: own, threads, backend: eager }
    const step = await compile({ J }, { ...options, updates })
    const first = step.run({ x: wave(256 * 256) }).J.dataSync()
    // 8 MB more than the store had when the workers first saw it.
    const predict = await compile({ y: wide.matmul(w), total: wide.sum() }, options)
    const { y, total } = predict.run({ wide: wave(4096 * 256) })
    const second = step.run({ x: wave(256 * 256) }).J.dataSync()
    const all = [first, second, y.dataSync(), total.dataSync(), own.get('w').data]
    return all.map(digest)
  }
  expect(await make(3, store)).toEqual(await make(1, createStore()))
})

test('small programs stay on one thread, and so do all where memory cannot be shared', async () => {
  const small = mean(parameter('s', [4]))
  expect((await compile({ small }, { threads: 4 })).threads).toBe(1)
  const large = input('a', [512, 512]).matmul(input('b', [512, 512]))
  expect((await compile({ large }, { threads: 3 })).threads).toBe(3)
  const unshared = wasmOn(() => ({ ...probeFeatures(), hasThreads: false }))
  expect((await compile({ large }, { threads: 3, backend: unshared })).threads).toBe(1)
  expect((await compile({ large }, { threads: 3, backend: interpreter })).threads).toBe(1)
})

test('a number of threads that is none is refused', async () => {
  const y = input('x', [2]).add(1)
  for (const threads of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(compile({ y }, { threads })).rejects.toThrow(
      'OPTION compile: the number of threads is not a whole number',
    )
  }
})

test('a step that fails tells the same on any number of threads, and changes nothing', async () => {
  const fail = async (threads: number) => {
    const store = createStore()
    const w = parameter('w', [64, 64], { init: 1 })
    const J = mean(input('x', [64, 64]).matmul(w).log()).named('J')
    const updates = sgd(J, { learningRate: 0.1 })
    const program = await compile({ J }, { updates, store, threads, backend: eager })
    const feeds = { x: new Float32Array(64 * 64).fill(1) }
    program.run(feeds)
    const before = store.get('w')
    feeds.x[63 * 64] = -1000
    const failure = failureOf(() => program.run(feeds))
    expect(store.get('w')).toEqual(before)
    feeds.x[63 * 64] = 1
    return { failure, after: program.run(feeds).J.dataSync() }
  }
  const alone = await fail(1)
  expect(alone.failure).toMatch(/^SluiceError: NONFINITE log/)
  for (const threads of counts) expect(await fail(threads)).toEqual(alone)
})

/** What two steps give, and what they leave in the states. */
async function stepsOf({ graph, feeds }: TrainingCase, threads: number): Promise<unknown> {
  const store = createStore()
  const { updates } = graph
  const program = await compile(graph.outputs, { updates, store, threads, backend: eager })
  expect(program.threads).toBe(threads)
  const keys = graph.states.map((state) => stateOf(state).key)
  const results = []
  for (let step = 0; step < 2; step++) results.push(await runOnce(program, feeds(step), keys))
  return { results, states: contentsOf(store, keys) }
}

function feedsOf({ inputs }: Model, step: number): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => {
      const length = shape.reduce((size, extent) => size * extent, 1)
      const wave = (index: number) => Math.sin(index * 1.7 + step)
      const data =
        dtype === 'i32'
          ? Int32Array.from({ length }, (_, index) => Math.floor(5 + 5 * wave(index)))
          : Float32Array.from({ length }, (_, index) => wave(index))
      return [name, { shape, dtype, data }]
    }),
  )
}

function wave(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(index * 1.7))
}

function digest(data: NodeJS.ArrayBufferView): string {
  return createHash('sha256').update(data).digest('hex')
}

function failureOf(run: () => unknown): string {
  try {
    run()
    return 'none'
  } catch (error) {
    return String(error)
  }
}

/**
 * Twelve steps of every optimizer against PyTorch in f64; test/vectors/optimizers.py says how the
 * expected numbers were made. And what they refuse.
 */
import { describe, expect, test } from 'vitest'
import { expectNear, mapValues, type Named } from '../../test/support/recorded.ts'
import recorded from '../../test/vectors/optimizers.json' with { type: 'json' }
import {
  compile,
  createStore,
  input,
  mse,
  type NestedArray,
  parameter,
  tanh,
  tensor,
  type Update,
  type Value,
} from '../index.ts'
import { adam, adamW, sgd } from './index.ts'

interface Run {
  /** J before each step. */
  readonly losses: readonly number[]
  /** The parameters after the last. */
  readonly after: Named<NestedArray>
}

const optimizers: Named<(J: Value) => readonly Update[]> = {
  adam: (J) => adam(J, { learningRate: 0.05 }),
  'adam with weight decay': (J) => adam(J, { learningRate: 0.05, weightDecay: 0.1 }),
  'adam with other means': (J) => adam(J, { learningRate: 0.1, betas: [0.5, 0.8], epsilon: 0.01 }),
  'adam without means': (J) => adam(J, { learningRate: 0.01, betas: [0, 0] }),
  adamW: (J) => adamW(J, { learningRate: 0.05 }),
  'adamW with weight decay': (J) => adamW(J, { learningRate: 0.05, weightDecay: 0.2 }),
  'adamW without weight decay': (J) => adamW(J, { learningRate: 0.05, weightDecay: 0 }),
  'sgd with momentum': (J) => sgd(J, { learningRate: 0.1, momentum: 0.9 }),
  'sgd with nesterov': (J) => sgd(J, { learningRate: 0.1, momentum: 0.8, nesterov: true }),
  'sgd with weight decay': (J) => sgd(J, { learningRate: 0.1, weightDecay: 0.05 }),
  'sgd with all': (J) =>
    sgd(J, { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
}

const runs: Named<Run> = recorded.runs

test('every recorded run has its optimizer', () => {
  expect(Object.keys(runs)).toEqual(Object.keys(optimizers))
})

describe.each(Object.entries(runs))('%s', (name, expected) => {
  test('has the losses and the parameters that PyTorch has', async () => {
    const J = network('f64')
    const updates = optimizers[name]?.(J) ?? []
    const step = await compile({ J }, { updates, store: createStore() })
    const losses: number[] = []
    for (const _ of expected.losses) losses.push(await step.run(recorded.inputs).J.item())
    expectNear({ losses: tensor(losses, { dtype: 'f64' }) }, { losses: expected.losses })
    const after = mapValues(expected.after, (_, key) => step.parameters.get(key))
    expectNear(after, expected.after)
  })
})

test('the first step of Adam in f32 goes by lr, to the last digits', async () => {
  // At t = 1 m̂ / √v̂ is the sign of the gradient. 1 − 0.999¹, subtracted in f32, would be off by 1e-5.
  const w = parameter('w', [2], { init: [0, 0] })
  const J = w.multiply(input('x', [2])).sum()
  const step = await compile(
    { J },
    { updates: adam(J, { learningRate: 0.5 }), store: createStore() },
  )
  step.run({ x: [3, -0.25] })
  const [first, second] = step.parameters.get('w').data
  // f32: some ten roundings of 6e-8 each.
  expect(Math.abs(Number(first) + 0.5)).toBeLessThan(3e-7)
  expect(Math.abs(Number(second) - 0.5)).toBeLessThan(3e-7)
})

test('states of an optimizer are keyed by their parameter, and by its key where it has one', () => {
  const J = network('f32')
  const keysOf = (updates: readonly Update[]) =>
    updates.map(({ state }) => (state.attributes.state as { readonly key: string }).key)
  expect(keysOf(adam(J, { learningRate: 0.1 })).slice(0, 4)).toEqual([
    'W1.steps',
    'W1.m',
    'W1.v',
    'W1',
  ])
  expect(keysOf(adam(J, { learningRate: 0.1, key: 'slow' })).slice(0, 3)).toEqual([
    'slow.W1.steps',
    'slow.W1.m',
    'slow.W1.v',
  ])
  expect(keysOf(sgd(J, { learningRate: 0.1, momentum: 0.5 })).slice(0, 2)).toEqual([
    'W1.velocity',
    'W1',
  ])
})

test('parameters of two dtypes move alike, by a learning rate that is a value of the graph', async () => {
  const single = parameter('single', [], { init: 1 })
  const double = parameter('double', [], { init: 1, dtype: 'f64' })
  const J = single.multiply(single).cast('f64').add(double.multiply(double))
  const learningRate = input('rate', []).multiply(0.5)
  const step = await compile({ J }, { updates: adamW(J, { learningRate }), store: createStore() })
  for (let i = 0; i < 3; i++) step.run({ rate: 0.5 })
  const [first, second] = ['single', 'double'].map((key) =>
    Number(step.parameters.get(key).data[0]),
  )
  expect(second).toBeLessThan(0.3) // three steps of about 0.25 from 1
  expect(first).toBeCloseTo(second ?? Number.NaN, 6) // f32
})

test('all parameters share the scalars of a step', () => {
  const J = network('f32')
  const updates = adam(J, { learningRate: 0.1 })
  const powers = new Set<Value>()
  const walk = (value: Value): void => {
    if (value.gate.name === 'expm1') powers.add(value.application)
    value.inputs.forEach(walk)
  }
  for (const { value } of updates) walk(value)
  expect(powers.size).toBe(2) // one for each of the two means
})

test.each([
  ['momentum', () => sgd(network('f32'), { learningRate: 0.1, momentum: 1 })],
  ['weightDecay', () => sgd(network('f32'), { learningRate: 0.1, weightDecay: -1 })],
  ['one of betas', () => adam(network('f32'), { learningRate: 0.1, betas: [0.9, 1] })],
  ['epsilon', () => adamW(network('f32'), { learningRate: 0.1, epsilon: Number.NaN })],
  ['weightDecay', () => adamW(network('f32'), { learningRate: 0.1, weightDecay: -0.1 })],
])('%s out of range is refused', (name, make) => {
  expect(make).toThrow(new RegExp(`^OPTION (sgd|adam|adamW): ${name} is out of range\n`))
})

test('adamW that J gives no parameter says its own name', () => {
  expect(() => adamW(input('x', []), { learningRate: 0.1 })).toThrow(
    'GRADIENT adamW: J depends on no parameter',
  )
})

function network(dtype: 'f32' | 'f64'): Value {
  const { first } = recorded
  const w = mapValues(first as Named<NestedArray>, (init, name) =>
    parameter(name, tensor(init).shape, { init, dtype }),
  ) as Readonly<Record<keyof typeof first, Value>> // mapValues keeps the names
  const x: Value = input('x', [6, 3], { dtype })
  const y: Value = input('y', [6, 2], { dtype })
  return mse(tanh(x.matmul(w.W1).add(w.b1)).matmul(w.W2).add(w.b2), y)
}

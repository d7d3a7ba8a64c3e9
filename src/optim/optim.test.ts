/**
 * Ten steps of every optimizer against PyTorch in f64, and in f32 within what f32 can hold;
 * test/vectors/optimizers.py says how the expected numbers were made. What they refuse, how they are
 * explained, and learning rates that change.
 */
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { mapValues, type Named } from '../../test/support/recorded.ts'
import recorded from '../../test/vectors/optimizers.json' with { type: 'json' }
import {
  compile,
  createStore,
  explain,
  graph,
  input,
  interpreter,
  mse,
  type NestedArray,
  parameter,
  state,
  tanh,
  tensor,
  type Update,
  type Value,
} from '../index.ts'
import { adam, adamW, sgd } from './index.ts'

interface Run {
  /** J before each step. */
  readonly losses: readonly number[]
  /** All parameters in a row after each step. */
  readonly after: readonly (readonly number[])[]
}

const optimizers: Named<(J: Value) => readonly Update[]> = {
  sgd: (J) => sgd(J, { learningRate: 0.1 }),
  'sgd with momentum': (J) => sgd(J, { learningRate: 0.1, momentum: 0.9 }),
  'sgd with dampening': (J) => sgd(J, { learningRate: 0.1, momentum: 0.9, dampening: 0.4 }),
  'sgd with nesterov': (J) => sgd(J, { learningRate: 0.1, momentum: 0.8, nesterov: true }),
  'sgd with weight decay': (J) => sgd(J, { learningRate: 0.1, weightDecay: 0.05 }),
  'sgd with all': (J) =>
    sgd(J, { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
  'sgd that maximizes': (J) => sgd(J, { learningRate: 0.02, momentum: 0.5, maximize: true }),
  adam: (J) => adam(J, { learningRate: 0.05 }),
  'adam with weight decay': (J) => adam(J, { learningRate: 0.05, weightDecay: 0.1 }),
  'adam with other means': (J) => adam(J, { learningRate: 0.1, betas: [0.5, 0.8], epsilon: 0.01 }),
  'adam without means': (J) => adam(J, { learningRate: 0.01, betas: [0, 0] }),
  'adam with amsgrad': (J) => adam(J, { learningRate: 0.1, betas: [0.8, 0.7], amsgrad: true }),
  'adam that maximizes': (J) => adam(J, { learningRate: 0.02, maximize: true }),
  adamW: (J) => adamW(J, { learningRate: 0.05 }),
  'adamW with weight decay': (J) => adamW(J, { learningRate: 0.05, weightDecay: 0.2 }),
  'adamW without weight decay': (J) => adamW(J, { learningRate: 0.05, weightDecay: 0 }),
  'adamW with amsgrad': (J) => adamW(J, { learningRate: 0.1, betas: [0.8, 0.7], amsgrad: true }),
}

const runs: Named<Run> = recorded.runs

test('every recorded run has its optimizer', () => {
  expect(Object.keys(runs)).toEqual(Object.keys(optimizers))
})

describe.each(Object.entries(runs))('%s', (name, expected) => {
  const train = (dtype: 'f32' | 'f64', backend?: typeof interpreter) =>
    trainLike(expected, { dtype, backend, optimizer: (J) => optimizers[name]?.(J) ?? [] })

  // The file holds 12 digits; the roundings of ten steps in f64 are some 1e-15.
  test('has the parameters that PyTorch has after each step, in f64', async () => {
    expect(await train('f64')).toBeLessThan(1e-9)
  })

  test('has them on the interpreter', async () => {
    expect(await train('f64', interpreter)).toBeLessThan(1e-9)
  })

  // f32 rounds at 6e-8, ten times and more in a step. Adam divides by √v̂: where a gradient is small
  // beside its terms, what they lost goes into the step, which is as long as any other.
  test('has them in f32 but for its roundings', async () => {
    expect(await train('f32')).toBeLessThan(1e-5)
  })
})

interface Training {
  readonly dtype: 'f32' | 'f64'
  readonly backend: typeof interpreter | undefined
  readonly optimizer: (J: Value) => readonly Update[]
}

/** The largest difference of a loss or a parameter from the recorded ones, beside 1 or itself. */
async function trainLike(expected: Run, { dtype, backend, optimizer }: Training): Promise<number> {
  const J = network(dtype)
  const options = { updates: optimizer(J), store: createStore(), ...(backend && { backend }) }
  const step = await compile({ J }, options)
  let largest = 0
  const compare = (got: number, wanted: number) => {
    const difference = Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference)
  }
  for (const [index, after] of expected.after.entries()) {
    compare(await step.run(recorded.inputs).J.item(), expected.losses[index] ?? Number.NaN)
    const got = Object.keys(recorded.first).flatMap((key) => [...step.parameters.get(key).data])
    expect(got).toHaveLength(after.length)
    got.forEach((number, at) => {
      compare(Number(number), after[at] ?? Number.NaN)
    })
  }
  return largest
}

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
    if (value.gate.name === 'biasCorrection') powers.add(value.application)
    value.inputs.forEach(walk)
  }
  for (const { value } of updates) walk(value)
  expect(powers.size).toBe(2) // one for each of the two means
})

test.each([
  ['momentum', () => sgd(network('f32'), { learningRate: 0.1, momentum: 1 })],
  ['dampening', () => sgd(network('f32'), { learningRate: 0.1, momentum: 0.5, dampening: 2 })],
  ['weightDecay', () => sgd(network('f32'), { learningRate: 0.1, weightDecay: -1 })],
  ['one of betas', () => adam(network('f32'), { learningRate: 0.1, betas: [0.9, 1] })],
  ['epsilon', () => adamW(network('f32'), { learningRate: 0.1, epsilon: Number.NaN })],
  ['weightDecay', () => adamW(network('f32'), { learningRate: 0.1, weightDecay: -0.1 })],
])('%s out of range is refused', (name, make) => {
  expect(make).toThrow(new RegExp(`^OPTION (sgd|adam|adamW): ${name} is out of range\n`))
})

test.each([{}, { momentum: 0.9, dampening: 0.1 }])('nesterov with %j is refused', (options) => {
  expect(() => sgd(network('f32'), { learningRate: 0.1, nesterov: true, ...options })).toThrow(
    'OPTION sgd: nesterov has nothing to look ahead along\n',
  )
})

test('adamW that J gives no parameter says its own name', () => {
  expect(() => adamW(input('x', []), { learningRate: 0.1 })).toThrow(
    'GRADIENT adamW: J depends on no parameter',
  )
})

const makers: Named<(J: Value, learningRate: Value) => readonly Update[]> = {
  sgd: (J, learningRate) => sgd(J, { learningRate, momentum: 0.5, dampening: 0.5 }),
  adam: (J, learningRate) => adam(J, { learningRate }),
  adamW: (J, learningRate) => adamW(J, { learningRate }),
}

test.each(Object.entries(makers))(
  '%s follows a learning rate that is fed, without being compiled again',
  async (_, make) => {
    const w = parameter('w', [], { init: 1 })
    const updates = make(w.multiply(w), input('rate', []))
    const step = await compile({ w }, { updates, store: createStore() })
    const before = Number(step.parameters.get('w').data[0])
    step.run({ rate: 0 })
    expect(Number(step.parameters.get('w').data[0])).toBe(before)
    step.run({ rate: 0.01 })
    const [small] = step.parameters.get('w').data
    step.run({ rate: 0.1 })
    const [large] = step.parameters.get('w').data
    expect(before - Number(small)).toBeGreaterThan(0)
    expect(Number(small) - Number(large)).toBeGreaterThan(4 * (before - Number(small)))
  },
)

test('a learning rate may be computed in the graph from a state that updates itself', async () => {
  const w = parameter('w', [], { init: 0 })
  const steps = state('schedule', [], 0)
  const learningRate = steps.multiply(-0.25).add(1) // 1, 0.75, 0.5 …
  const updates = [...sgd(w, { learningRate }), { state: steps, value: steps.add(1) }]
  const step = await compile({ w }, { updates, store: createStore() })
  for (const expected of [-1, -1.75, -2.25, -2.5]) {
    step.run({})
    expect(step.parameters.get('w').data[0]).toBe(expected)
  }
})

test('a learning rate that is a number is a state that may be set between steps', async () => {
  const w = parameter('w', [], { init: 0 })
  const step = await compile(
    { w },
    { updates: sgd(w, { learningRate: 0.5 }), store: createStore() },
  )
  step.run({})
  step.store.set('learningRate', 0.25)
  step.run({})
  expect(step.parameters.get('w').data[0]).toBe(-0.75)
})

// Source: the algorithms of torch.optim's documentation, with the old contents unprimed.
test.each<readonly [string, (J: Value) => readonly Update[], readonly string[]]>([
  [
    'sgd that looks ahead',
    (J) => sgd(J, { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
    [
      'g(W) = dJ/dW + 0.01 · W',
      "v(W) ← v'(W) = 0.9 · v(W) + g(W)",
      "W ← W − lr · (g(W) + 0.9 · v'(W))",
    ],
  ],
  [
    'sgd with dampening',
    (J) => sgd(J, { learningRate: 0.1, momentum: 0.9, dampening: 0.5 }),
    [
      "v(W) ← v'(W) = 0.9 · v(W) + (1 − 0.5 · started) · dJ/dW",
      "W ← W − lr · v'(W)",
      'started ← 1',
    ],
  ],
  [
    'adam with amsgrad',
    (J) => adam(J, { learningRate: 0.1, amsgrad: true }),
    [
      "t ← t' = t + 1",
      "m(W) ← m'(W) = 0.9 · m(W) + 0.1 · dJ/dW",
      "v(W) ← v'(W) = 0.999 · v(W) + 0.001 · dJ/dW ⊙ dJ/dW",
      "vmax(W) ← vmax'(W) = max(vmax(W), v'(W))",
      "c1 = 1 − 0.9^t'",
      "c2 = 1 − 0.999^t'",
      "W ← W − lr/c1 · m'(W)/(√vmax'(W) · 1/√c2 + 1e-8)",
    ],
  ],
  [
    'adamW by a rate that is fed',
    (J) => adamW(J, { learningRate: input('rate', []) }),
    [
      "t ← t' = t + 1",
      "m(W) ← m'(W) = 0.9 · m(W) + 0.1 · dJ/dW",
      "v(W) ← v'(W) = 0.999 · v(W) + 0.001 · dJ/dW ⊙ dJ/dW",
      "c1 = 1 − 0.9^t'",
      "c2 = 1 − 0.999^t'",
      "W ← (1 − rate · 0.01) · W − rate/c1 · m'(W)/(√v'(W) · 1/√c2 + 1e-8)",
    ],
  ],
])('%s is explained as its equations', (_, updatesOf, expected) => {
  const W = parameter('W', [2, 1])
  const J = mse(input('x', [4, 2]).matmul(W).named('ŷ'), input('y', [4, 1])).named('J')
  const { equations } = explain(graph({ J }, updatesOf(J)))
  const own = equations.filter(({ phase }) => phase === 'update')
  expect(own.map(({ text }) => text)).toEqual(expected)
  for (const { latex } of own) katex.renderToString(latex, { throwOnError: true, strict: 'error' })
})

function network(dtype: 'f32' | 'f64'): Value {
  const { first } = recorded
  const w = mapValues(first as Named<NestedArray>, (init, name) =>
    parameter(name, tensor(init).shape, { init, dtype }),
  ) as Readonly<Record<keyof typeof first, Value>> // mapValues keeps the names
  const x: Value = input('x', [5, 2], { dtype })
  const y: Value = input('y', [5, 1], { dtype })
  return mse(tanh(x.matmul(w.W1).add(w.b1)).matmul(w.W2).add(w.b2), y)
}

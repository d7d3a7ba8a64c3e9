/** What optimizers keep, what they refuse, how they are explained, and learning rates that change. */
import katex from 'katex'
import { expect, test } from 'vitest'
import { mapValues, type Named } from '../../test/support/recorded.ts'
import recorded from '../../test/vectors/optimizers.json' with { type: 'json' }
import {
  compile,
  constant,
  createStore,
  explain,
  graph,
  input,
  mse,
  type NestedArray,
  parameter,
  state,
  tanh,
  tensor,
  type Update,
  type Value,
} from '../index.ts'
import * as optim from './index.ts'
import { adam, adamW, sgd } from './index.ts'

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

test.each<readonly [string, (J: Value) => readonly Update[]]>([
  ['adamax: one of betas', (J) => optim.adamax(J, { learningRate: 0.1, betas: [1, 0.9] })],
  ['nadam: momentumDecay', (J) => optim.nadam(J, { learningRate: 0.1, momentumDecay: -1 })],
  ['radam: epsilon', (J) => optim.radam(J, { learningRate: 0.1, epsilon: -1 })],
  [
    'adagrad: learningRateDecay',
    (J) => optim.adagrad(J, { learningRate: 0.1, learningRateDecay: -1 }),
  ],
  ['adadelta: rho', (J) => optim.adadelta(J, { learningRate: 1, rho: 1 })],
  ['adafactor: d', (J) => optim.adafactor(J, { learningRate: 0.1, d: 0.5 })],
  ['rmsprop: alpha', (J) => optim.rmsprop(J, { learningRate: 0.1, alpha: 1.5 })],
  ['rprop: etas', (J) => optim.rprop(J, { learningRate: 0.1, etas: [1.2, 0.5] })],
  ['asgd: lambd', (J) => optim.asgd(J, { learningRate: 0.1, lambd: Number.NaN })],
  ['lion: one of betas', (J) => optim.lion(J, { learningRate: 0.1, betas: [0.9, 2] })],
  ['sgd: clipGradNorm', (J) => sgd(J, { learningRate: 0.1, clipGradNorm: 0 })],
  ['sgd: clipGradValue', (J) => sgd(J, { learningRate: 0.1, clipGradValue: -1 })],
  ['sgd: accumulate', (J) => sgd(J, { learningRate: 0.1, accumulate: 1.5 })],
])('%s out of range is refused as well', (what, make) => {
  expect(() => make(network('f32'))).toThrow(`OPTION ${what} is out of range\n`)
})

test('a learning rate that is a schedule says where schedules go', () => {
  const learningRate = optim.stepLr(0.1, { stepSize: 3 }) as unknown as number // as JavaScript may
  expect(() => sgd(network('f32'), { learningRate })).toThrow(
    'got       a function\n  fix       give a schedule to fit, or what scheduled makes of it',
  )
})

test('a learning rate of several numbers is refused', () => {
  const learningRate = input('rate', [2])
  expect(() => adam(network('f32'), { learningRate })).toThrow(
    /^OPTION adam: the learning rate is not one number\n.*\n.*\n {2}got {7}f32\[2\]\n/,
  )
})

test('parameters that are a record, as those of a model, are refused', () => {
  const w = parameter('w', [], { init: 1 })
  const parameters = { w } as unknown as Value[] // as JavaScript may give it
  const asked = 'OPTION sgd: parameters are no list of parameters\n'
  expect(() => sgd(w.multiply(w), { learningRate: 0.1, parameters })).toThrow(asked)
  const groups = [{ parameters }]
  expect(() => sgd(w.multiply(w), { learningRate: 0.1, groups })).toThrow(asked)
})

test('parameters that are chosen by their keys move, the others stay as they are', async () => {
  const [a, b] = [parameter('a', [], { init: 1 }), parameter('b', [], { init: 2 })]
  const J = a.multiply(b)
  const moves = (parameters: (key: string) => boolean) => sgd(J, { learningRate: 0.5, parameters })
  const step = await compile({ J }, { updates: moves((key) => key === 'b') })
  step.run({})
  // b − 0.5 · a
  expect([step.parameters.get('a').data[0], step.parameters.get('b').data[0]]).toEqual([1, 1.5])
  expect(() => moves((key) => key === 'c')).toThrow(
    'OPTION sgd: parameters says no to every parameter\n  expected  yes to some of 2: a, b\n',
  )
})

test('a parameter in two groups is refused', () => {
  const w = parameter('w', [], { init: 1 })
  const groups = [{ parameters: [w] }, { parameters: [w], learningRate: 1 }]
  expect(() => sgd(w.multiply(w), { learningRate: 0.1, groups })).toThrow(
    'OPTION sgd: a parameter stands in two groups',
  )
})

test('a group with a rate of its own has a state of its own, which may be set', async () => {
  const [a, b] = [parameter('a', [], { init: 0 }), parameter('b', [], { init: 0 })]
  const groups = [{ parameters: [a] }, { parameters: [b], learningRate: 0.25 }]
  const updates = sgd(a.add(b), { learningRate: 1, groups })
  const step = await compile({ a, b }, { updates, store: createStore() })
  step.run({})
  step.store.set('learningRate.1', 0.5)
  step.run({})
  expect(step.parameters.get('a').data[0]).toBe(-2)
  expect(step.parameters.get('b').data[0]).toBe(-0.75)
})

test('micro-batches leave parameters and counts as they are until the last one', async () => {
  const w = parameter('w', [], { init: 0 })
  const J = w.multiply(input('x', []))
  const updates = sgd(J, { learningRate: 1, accumulate: 2 })
  const step = await compile({ w }, { updates, store: createStore() })
  const seen = [3, 5, 7, 9].map((x) => {
    step.run({ x })
    return step.parameters.get('w').data[0]
  })
  expect(seen).toEqual([0, -4, -4, -12]) // the means 4 and 8
})

test('muon takes matrices alone, and says which parameter is none', () => {
  expect(() => optim.muon(network('f32'), { learningRate: 0.1 })).toThrow(
    /^OPTION muon: a parameter is no matrix\n {2}where {5}parameter "b1"/,
  )
})

test.each([1, 2, 3, Number.POSITIVE_INFINITY])(
  'gradients clipped to a norm of type %d have it',
  async (normType) => {
    const given = [constant([3, -4], { dtype: 'f64' }), constant([[12]], { dtype: 'f64' })]
    const { gradients, norm } = optim.clipGradNorm(given, 2, { normType })
    const expected = new Map([
      [1, 19],
      [2, 13],
      [3, (27 + 64 + 1728) ** (1 / 3)],
      [Number.POSITIVE_INFINITY, 12],
    ])
    expect(await norm.item()).toBeCloseTo(expected.get(normType) ?? 0, 12) // f64
    const scale = 2 / ((expected.get(normType) ?? 0) + 1e-6)
    expect(await gradients[1]?.item()).toBeCloseTo(12 * scale, 12)
  },
)

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

/** What must not need a rewrite later, each with its gradients. */
import {
  add,
  checkpoint,
  compile,
  constant,
  conv2d,
  createStore,
  evaluate,
  gradcheck,
  gradients,
  graph,
  input,
  mean,
  mse,
  parameter,
  scan,
  sgd,
  split,
  state,
  type Tensor,
  tensor,
  type Value,
} from 'sluice'
import { expect, test } from 'vitest'

test('a gate with two outputs hands the gradients of both back to its input', () => {
  const x = parameter('x', [5], { init: [1, 2, 3, 4, 5], dtype: 'f64' })
  const [left, right] = split(x, [2, 3], 0)
  if (!left || !right) throw new Error('split gave no two outputs')
  const J = add(left.multiply(left).sum(), right.sum().multiply(10))
  const [dx] = gradients(J, [x])
  expect(numbers(evaluate(graph({ dx })).outputs.dx)).toEqual([2, 4, 10, 10, 10])
  expect(gradcheck(J).passed).toBe(true)
})

test('only one of two outputs may be used: the other hands back zeros', () => {
  const x = parameter('x', [5], { init: [1, 2, 3, 4, 5], dtype: 'f64' })
  const [left] = split(x, [2, 3], 0)
  const [dx] = gradients(one([left]).sum(), [x])
  expect(numbers(evaluate(graph({ dx })).outputs.dx)).toEqual([1, 1, 0, 0, 0])
})

test('scan carries a value through time, and its gradients come back through time', () => {
  // h ← tanh(h·w + x): three steps written out by hand are the reference.
  const xs = constant([0.1, -0.2, 0.3], { dtype: 'f64' })
  const h0 = parameter('h0', [], { init: 0.5, dtype: 'f64' })
  const w = parameter('w', [], { init: 0.8, dtype: 'f64' })
  const walked = scan(
    ([h], [x]) => {
      const next = one([h])
        .multiply(w)
        .add(one([x]))
        .tanh()
      return { carry: [next], outputs: [next.multiply(next)] }
    },
    { carry: [h0], sequences: [xs] },
  )
  let h = h0
  const squares = [0.1, -0.2, 0.3].map((x) => {
    h = h.multiply(w).add(x).tanh()
    return h.multiply(h)
  })
  const looped = add(one(walked.carry), one(walked.outputs).sum())
  const unrolled = squares.reduce((total, square) => add(total, square), h)
  const [dh, dw] = gradients(looped, [h0, w])
  const [dhByHand, dwByHand] = gradients(unrolled, [h0, w])
  const { outputs } = evaluate(graph({ looped, unrolled, dh, dw, dhByHand, dwByHand }))
  expect(first(outputs.looped)).toBeCloseTo(first(outputs.unrolled), 15)
  expect(first(outputs.dh)).toBeCloseTo(first(outputs.dhByHand), 15)
  expect(first(outputs.dw)).toBeCloseTo(first(outputs.dwByHand), 15)
  expect(gradcheck(looped).passed).toBe(true)
  // The gradient of a gradient walks back through the backward scan.
  expect(gradcheck(dw, { wrt: [h0, w] }).passed).toBe(true)
})

test('conv2d has gradients for image and kernel', () => {
  const image = parameter('image', [1, 2, 4, 4], { dtype: 'f64', init: counting(32) })
  const kernel = parameter('kernel', [3, 2, 3, 3], { dtype: 'f64', init: counting(54) })
  const J = conv2d(image, kernel, { stride: 2, padding: 1 }).tanh().sum()
  expect(gradcheck(J).passed).toBe(true)
})

test('a running mean is updated beside a gradient step, from the values before the step', async () => {
  const x = input('x', [2])
  const w = parameter('w', [], { init: 1 })
  const running = state('running', [], 0)
  const J = mean(x.multiply(w))
  const step = await compile(
    { J },
    {
      updates: [
        ...sgd(J, { learningRate: 0.5 }),
        { state: running, value: running.multiply(0.9).add(mean(x).multiply(0.1)) },
      ],
      store: createStore(),
    },
  )
  expect(await step.run({ x: [2, 4] }).J.item()).toBe(3)
  expect(step.store.get('w').data[0]).toBe(1 - 0.5 * 3)
  expect(step.store.get('running').data[0]).toBeCloseTo(0.3, 6) // f32 holds 0.1 to 7 digits
  step.run({ x: [2, 4] })
  expect(step.store.get('running').data[0]).toBeCloseTo(0.57, 6)
})

test('one builder is compiled at two batch sizes over one store', async () => {
  const program = await compile(
    ({ x, y }) => {
      const w = parameter('w', [2, 1], { init: [[1], [1]] })
      const J = mse(one([x]).matmul(w), one([y]))
      return { outputs: { J }, updates: sgd(J, { learningRate: 0.1 }) }
    },
    { inputs: { x: { shape: [null, 2] }, y: { shape: [null, 1] } } },
  )
  program.run({ x: [[1, 0]], y: [[0]] })
  // dJ/dw = 2 (w1 − 0) · [1, 0], so w1 ← 1 − 0.1 · 2.
  expect([...program.store.get('w').data].map((n) => Number(n).toFixed(6))).toEqual([
    '0.800000',
    '1.000000',
  ])
  const after = program.run({
    x: [
      [1, 0],
      [0, 1],
    ],
    y: [[0.8], [0]],
  })
  expect(await after.J.item()).toBeCloseTo(0.5, 6) // mean of 0² and 1²
  program.run({ x: [[1, 0]], y: [[0]] })
  expect(program.variants).toBe(2)
})

test('one graph runs in f32 and in f64', () => {
  const x = input('x', [3])
  const J = x.exp().sum()
  const [dx] = gradients(J, [x])
  const feeds = { x: tensor([0.1, 0.2, 0.3], { dtype: 'f32' }) }
  const single = evaluate(graph({ dx }), { feeds })
  const double = evaluate(graph({ dx }), {
    feeds: { x: tensor([0.1, 0.2, 0.3], { dtype: 'f64' }) },
    precision: 'f64',
  })
  expect(single.outputs.dx?.dtype).toBe('f32')
  expect(first(single.outputs.dx)).toBe(Math.fround(Math.exp(Math.fround(0.1))))
  expect(first(double.outputs.dx)).toBe(Math.exp(0.1))
})

test('a checkpointed block gives the same gradients from values that are computed again', () => {
  const x = parameter('x', [3], { init: [0.1, 0.2, 0.3], dtype: 'f64' })
  const w = parameter('w', [3], { init: [1, 2, 3], dtype: 'f64' })
  const block = (v: typeof x) => v.multiply(w).tanh().multiply(v).sin()
  const plain = block(x).sum()
  const kept = checkpoint((v) => block(v as typeof x), x).sum()
  const [dx, dw] = gradients(plain, [x, w])
  const [dx2, dw2] = gradients(kept, [x, w])
  const whole = graph({ dx2, dw2 })
  const { outputs } = evaluate(graph({ dx, dw, dx2, dw2 }))
  expect(numbers(outputs.dx2)).toEqual(numbers(outputs.dx))
  expect(numbers(outputs.dw2)).toEqual(numbers(outputs.dw))
  const again = whole.applications.filter(
    ({ tag, gate }) => tag === 'recomputed' && gate.name === 'tanh',
  )
  expect(again).toHaveLength(1)
  expect(gradcheck(kept).passed).toBe(true)
})

/** Small numbers that are all different. */
function counting(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => Math.sin(index + 1) / 2)
}

function one(list: readonly (Value | undefined)[]): Value {
  const [value] = list
  if (!value) throw new Error('an empty list')
  return value
}

function numbers(from: Tensor | undefined): number[] {
  return [...(from?.data ?? [])].map(Number)
}

function first(from: Tensor | undefined): number {
  return numbers(from)[0] ?? Number.NaN
}

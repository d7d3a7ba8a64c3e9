/** Every mistake is met by an error that says what, where, expected, got and fix. */
import {
  compile,
  constant,
  createStore,
  crossEntropy,
  input,
  mse,
  type Program,
  parameter,
  SluiceError,
  sgd,
  type Value,
} from 'sluice'
import { expect, test } from 'vitest'

const rows = [
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 8],
]
const targets = [[1], [2], [3], [4]]

test('shapes that do not broadcast are refused while the graph is built', () => {
  const x: Value = input('x', [4, 2])
  const bias: Value = input('bias', [3])
  expect(messageOf(() => x.add(bias))).toBe(
    [
      'SHAPE add: shapes [4, 2] and [3] do not broadcast',
      '  where     add(x, bias), built at bad-input.test.ts:LINE',
      '  expected  sizes that are equal, or 1, counted from the last axis',
      '  got       2 and 3',
      '  fix       reshape or transpose one of them, or give it an axis of size 1',
    ].join('\n'),
  )
})

test('matrices whose inner sizes differ are refused while the graph is built', () => {
  const logits: Value = input('images', [32, 784])
  const weights: Value = input('weights', [128, 10])
  expect(messageOf(() => logits.matmul(weights))).toBe(
    [
      'SHAPE matmul: inner sizes differ, 784 and 128',
      '  where     matmul(images, weights), built at bad-input.test.ts:LINE',
      '  expected  a [..., m, k] and b [..., k, n] with the same k',
      '  got       a f32[32, 784], b f32[128, 10]',
      '  fix       transpose one of them, or make the layer before it as wide',
    ].join('\n'),
  )
})

test('dtypes that mix are refused, naming cast', () => {
  const x: Value = input('x', [2])
  const count: Value = input('count', [2], { dtype: 'i32' })
  expect(messageOf(() => x.multiply(count))).toBe(
    [
      'DTYPE multiply: dtypes f32 and i32 do not mix',
      '  where     multiply(x, count), built at bad-input.test.ts:LINE',
      '  expected  operands of one dtype',
      '  got       f32 and i32',
      "  fix       convert one of them: cast(count, 'f32')",
    ].join('\n'),
  )
})

test('a class label out of range is named with its place', async () => {
  const program = await compile({
    J: crossEntropy(input('logits', [2, 3]), input('labels', [2], { dtype: 'i32' })),
  })
  const logits = [
    [1, 2, 3],
    [1, 2, 3],
  ]
  expect(messageOf(() => program.run({ logits, labels: [0, 3] }))).toBe(
    [
      'INDEX crossEntropy: label 3 is out of range',
      '  where     value crossEntropy: f32[]',
      '  expected  0 to 2: input [2, 3] has 3 classes',
      '  got       3 at target[1]',
      '  fix       count classes from 0, and make the last layer as wide as there are classes',
    ].join('\n'),
  )
  expect(messageOf(() => program.run({ logits, labels: [0, 1.5] }))).toBe(
    [
      'FEED run: the feed of "labels" does not fit: tensor: 1.5 does not fit i32',
      '  where     input "labels"',
      '  expected  i32[2]: whole numbers that i32 holds',
      '  got       1.5 at element 1',
      '  fix       round or scale the data, or choose another dtype',
    ].join('\n'),
  )
})

test('a feed that is missing is named with what it must be', async () => {
  const step = await regression(0.1)
  expect(messageOf(() => step.run({ x: rows }))).toBe(
    [
      'FEED run: input "y" is not fed',
      '  where     input "y"',
      '  expected  a feed of type f32[4, 1]',
      '  got       feeds for x',
      '  fix       add y to the feeds',
    ].join('\n'),
  )
})

test('a feed too many is named with the inputs that there are', async () => {
  const step = await regression(0.1)
  expect(messageOf(() => step.run({ x: rows, y: targets, labels: [1] }))).toBe(
    [
      'FEED run: there is no input "labels"',
      '  where     feed "labels"',
      '  expected  feeds for x, y',
      '  got       labels',
      '  fix       leave it out',
    ].join('\n'),
  )
})

test('a feed of the wrong shape is named with both shapes', async () => {
  const step = await regression(0.1)
  expect(messageOf(() => step.run({ x: rows.slice(1), y: targets }))).toBe(
    [
      'FEED run: the feed of "x" has another shape',
      '  where     input "x"',
      '  expected  [4, 2]',
      '  got       [3, 2]',
      '  fix       feed data of the shape that the input declares, or compile a builder, which takes any batch size',
    ].join('\n'),
  )
  expect(messageOf(() => step.run({ x: [[1, 2], [3]], y: targets }))).toBe(
    [
      'FEED run: the feed of "x" does not fit: tensor: a nested array is not rectangular',
      '  where     input "x"',
      '  expected  f32[4, 2]: rows of 2 at depth 1, as the first one',
      '  got       a row of 1',
      '  fix       make all rows of one depth equally long',
    ].join('\n'),
  )
})

test('a NaN in the data is named with its place', async () => {
  const step = await regression(0.1)
  const broken = [
    [1, 2],
    [3, Number.NaN],
    [5, 6],
    [7, 8],
  ]
  expect(messageOf(() => step.run({ x: broken, y: targets }))).toBe(
    [
      'NONFINITE input "x" holds NaN at step 1',
      '  where     input "x", element [1, 1]',
      '  expected  finite numbers',
      '  got       f32[4, 2] [[1, 2], [3, NaN], [5, 6], [7, 8]]',
      '  fix       clean the data before feeding it',
    ].join('\n'),
  )
})

test('a learning rate that makes the loss infinite names gate and step; the last good parameters stay', async () => {
  const step = await regression(1e6)
  const before: number[][] = []
  const message = messageOf(() => {
    for (let i = 0; i < 100; i++) {
      before.push([...step.store.get('W').data].map(Number))
      step.run({ x: rows, y: targets })
    }
  })
  // NumPy, in f64: three steps W ← W − 1e6 · Xᵀ · 2 (X·W − y) / 4 from W = [0.5, 0.5], then X·W.
  expect(message).toBe(
    [
      'NONFINITE mse made ∞ at step 4',
      '  where     forward pass, mse "J"',
      '  expected  finite numbers from finite operands',
      '  got       ŷ = f32[4, 1] [[−7.362e+23], [−1.69e+24], [−2.643e+24], [−3.596e+24]]',
      '            y = f32[4, 1] [[1], [2], [3], [4]]',
      '  fix       lower the learning rate, scale the data, or use the stable form of the gate; no state was changed by this step',
    ].join('\n'),
  )
  expect([...step.store.get('W').data].map(Number)).toEqual(before.at(-1))
  expect(before.at(-1)?.every(Number.isFinite)).toBe(true)
  expect(step.steps).toBe(3)
})

test('an operand that is no value says how to make one', () => {
  const x: Value = constant([[1, 2]])
  const wrong = [[1], [2]] as unknown as Value
  expect(messageOf(() => x.matmul(wrong))).toBe(
    [
      'DTYPE matmul: an operand is not a value',
      '  where     matmul(), built at bad-input.test.ts:LINE',
      '  expected  a Value or a number',
      '  got       an array',
      '  fix       wrap it: constant([…])',
    ].join('\n'),
  )
})

function regression(learningRate: number): Promise<Program> {
  const x = input('x', [4, 2])
  const y = input('y', [4, 1])
  const yHat = x.matmul(parameter('W', [2, 1], { init: 0.5 })).named('ŷ')
  const J = mse(yHat, y).named('J')
  return compile({ J }, { updates: sgd(J, { learningRate }), store: createStore() })
}

/** The message, with the line of this file that it names left open. */
function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof SluiceError) return error.message.replace(/test\.ts:\d+/, 'test.ts:LINE')
    throw error
  }
  throw new Error('nothing was thrown')
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feedsFor, randomGraph } from '../../test/support/random-graph.ts'
import * as gates from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { applyGate } from '../ir/apply-gate.ts'
import type { DType } from '../ir/dtype.ts'
import { Graph, graph } from '../ir/graph.ts'
import { tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { verify } from '../ir/verify.ts'
import { simplify } from './simplify.ts'

const { add, broadcastTo, cast, divide, full, multiply, negate, power, reshape, sum } = gates
const { subtract, transpose, where } = gates

const floats = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.1, -7.5, 3e38, 1e-45, 5e-39]
const wholes = [0, 1, -1, 7, -8, 2147483647, -2147483648, 3, 5, 65536, -65536, 2]
const edges: { readonly [D in DType]?: readonly number[] } = {
  f32: floats,
  f64: [...floats.slice(0, 9), 1.7e308, 5e-324, 2e-308],
  i32: wholes,
  u32: wholes.map((whole) => whole >>> 0),
  bool: wholes.map((whole) => whole & 1),
}

/** A function of x [3, 4] and y [4], and the names of the gates that are left of it. */
type Case = readonly [
  what: string,
  make: (x: Value, y: Value) => Value,
  left: readonly string[],
  dtypes?: readonly DType[],
]

const floating: readonly DType[] = ['f32', 'f64']
const numeric: readonly DType[] = ['f32', 'f64', 'i32', 'u32']
const like = (x: Value, number: number) => full(x.shape, number, { dtype: x.dtype as 'f32' }) // a compute dtype in every case
const twice = (x: Value) => broadcastTo(x, [3, 4])

const vanishing: readonly Case[] = [
  ['x · 1', (x) => multiply(x, 1), [], numeric],
  ['1 · x', (x) => multiply(1, x), [], numeric],
  ['x / 1', (x) => divide(x, 1), [], numeric],
  ['x ^ 1', (x) => power(x, 1), [], numeric],
  ['x + −0', (x) => add(x, -0), []],
  ['x − 0', (x) => subtract(x, 0), [], numeric],
  ['x + 0 of whole numbers', (x) => add(0, x), [], ['i32', 'u32']],
  ['the larger of x and −∞', (x) => gates.maximum(x, -Infinity), []],
  ['the smaller of x and ∞', (x) => gates.minimum(Infinity, x), []],
  ['−(−x)', (x) => negate(negate(x)), [], ['f32', 'f64', 'i32']],
  ['not not x', (x) => gates.not(gates.not(x)), [], ['bool']],
  ['x and true', (x) => gates.and(x, true), [], ['bool']],
  ['x or false', (x) => gates.or(false, x), [], ['bool']],
  ['the choice of true', (x) => where(full([3, 4], 1, { dtype: 'bool' }), x, like(x, 2)), []],
  ['the choice of false', (x) => where(full([3, 4], 0, { dtype: 'bool' }), like(x, 2), x), []],
  ['a choice of twice the same', (x) => where(gates.greater(x, 0), x, x), []],
  ['an alias', (x) => gates.alias(x), [], numeric],
  ['a stopped gradient', (x) => gates.stopGradient(x), []],
  ['two transposes', (x) => transpose(transpose(x)), [], ['bool', 'i32']],
  ['a slice of everything', (x) => gates.slice(x, [[], [0, 4]]), []],
  ['a pad by nothing', (x) => gates.pad(x, [0, 0], [0, 0]), []],
  ['one value put together', (x) => gates.concat([x], 1), []],
  ['a reshape there and back', (x) => reshape(reshape(x, [12]), [3, 4]), []],
  ['a cast to its own dtype', (x) => cast(x, x.dtype), [], [...numeric, 'bool']],
  ['a cast to f64 and back', (x) => cast(cast(x, 'f64'), x.dtype), [], [...numeric, 'bool']],
  ['the sum of one whole number', (x) => sum(reshape(x, [3, 4, 1]), 2), [], ['i32', 'u32']],
  ['the product of one', (x) => gates.prod(reshape(x, [3, 4, 1]), 2), [], numeric],
  ['the largest of one', (x) => gates.max(reshape(x, [3, 4, 1]), 2), [], numeric],
  ['a reduction over no axes', (x) => gates.min(x, []), []],
]

const simpler: readonly Case[] = [
  ['x ^ 2', (x) => power(x, 2), ['multiply'], numeric],
  ['x ^ 0', (x) => power(x, 0), ['broadcastTo'], numeric],
  ['x ^ −1', (x) => power(x, -1), ['broadcastTo', 'divide']],
  ['x / 4', (x) => divide(x, 4), ['broadcastTo', 'multiply']],
  ['x / −0.5', (x) => divide(x, -0.5), ['broadcastTo', 'multiply']],
  ['x + (−y)', (x, y) => add(twice(y), negate(x)), ['broadcastTo', 'subtract'], ['f32', 'i32']],
  ['−x + y', (x, y) => add(negate(x), y), ['broadcastTo', 'subtract']],
  ['x − (−y)', (x, y) => subtract(y, negate(x)), ['broadcastTo', 'add']],
  ['the sum of one', (x) => sum(reshape(x, [3, 4, 1]), 2), ['broadcastTo', 'add']],
  ['where one is largest', (x) => gates.argmax(reshape(x, [3, 4, 1]), 2), ['broadcastTo']],
  ['a reshape of a reshape', (x) => reshape(reshape(x, [12]), [4, 3]), ['reshape']],
  ['a broadcast of a broadcast', (_, y) => broadcastTo(twice(y), [2, 3, 4]), ['broadcastTo']],
  [
    'a transpose of a transpose',
    (x) => transpose(transpose(reshape(x, [3, 2, 2]), [1, 0, 2]), [2, 1, 0]),
    ['reshape', 'transpose'],
  ],
  ['a transpose of an axis of one', (x) => transpose(reshape(x, [12, 1])), ['reshape']],
  ['a cast from a storage dtype', (x) => cast(cast(cast(x, 'i8'), 'i32'), 'f32'), ['cast', 'cast']],
  ['exp of a broadcast', (_, y) => gates.exp(twice(y)), ['exp', 'broadcastTo']],
  [
    'a product of broadcasts',
    (_, y) => multiply(twice(y), full([3, 4], 2, { dtype: y.dtype as 'f32' })), // a compute dtype
    ['broadcastTo', 'multiply', 'broadcastTo'],
  ],
  [
    'a comparison of broadcasts',
    (_, y) => cast(gates.less(twice(y), twice(negate(y))), 'i32'),
    ['negate', 'less', 'cast', 'broadcastTo'],
  ],
]

const kept: readonly Case[] = [
  ['x + 0, as −0 + 0 is 0', (x) => add(x, 0), ['broadcastTo', 'add']],
  ['x − (−0), as −0 + 0 is 0', (x) => subtract(x, -0), ['broadcastTo', 'subtract']],
  ['0 − x, as 0 − 0 is 0', (x) => subtract(0, x), ['broadcastTo', 'subtract']],
  ['x · 0, as ∞ · 0 is NaN', (x) => multiply(x, 0), ['broadcastTo', 'multiply']],
  ['x / 3, whose reciprocal is rounded', (x) => divide(x, 3), ['broadcastTo', 'divide']],
  ['whole x / 2', (x) => divide(x, 2), ['broadcastTo', 'divide'], ['i32', 'u32']],
  [
    'x / 2^127, whose reciprocal is denormal in f32',
    (x) => divide(x, 2 ** 127),
    ['broadcastTo', 'divide'],
  ],
  ['x ^ 0.5, as √−∞ is NaN', (x) => power(x, 0.5), ['broadcastTo', 'power']],
  ['a cast that cuts', (x) => cast(cast(x, 'i32'), 'f64'), ['cast', 'cast']],
  ['a cast that rounds', (x) => cast(cast(x, 'f32'), 'f64'), ['cast', 'cast'], ['f64', 'i32']],
]

describe('nothing is left of', () => {
  test.each(named(vanishing))('%s', (_, one) => check(one))
})

describe('something simpler is made of', () => {
  test.each(named(simpler))('%s', (_, one) => check(one))
})

describe('nothing is changed of', () => {
  test.each(named(kept))('%s', (_, one) => check(one))
})

test('graphs of up to 40 random gates keep their values, and are not simplified twice', () => {
  fc.assert(
    fc.property(randomGraph({ maxGates: 40 }), (given) => {
      const result = simplify.run(given)
      verify(result)
      const feeds = feedsFor(given)
      expect(evaluate(result, { feeds })).toEqual(evaluate(given, { feeds }))
      expect(simplify.run(result)).toBe(result)
    }),
    { numRuns: 100, seed: 11 },
  )
})

test('what is built in the place of a tagged gate bears its tag', () => {
  const x = gates.input('x', [2])
  const two = full([2], 2)
  const squared = applyGate(power.definition, [x, two], undefined, 'recomputed')
  const { applications } = simplify.run(graph(squared))
  expect(applications.map(({ gate, tag }) => [gate.name, tag])).toEqual([
    ['input', undefined],
    ['multiply', 'recomputed'],
  ])
})

test('a body that scans share stays shared, its inputs and outputs in their order', () => {
  const xs = gates.input('xs', [3])
  const scaled = gates.scan(
    ([total, unused], [x]) => ({
      carry: [add(multiply(total as Value, 1), x as Value), unused as Value],
      outputs: [divide(total as Value, 2)],
    }),
    { carry: [gates.constant(0), gates.constant(1)], sequences: [xs] },
  )
  const before = graph({ a: scaled.outputs[0] as Value, b: scaled.carry[0] as Value })
  const after = simplify.run(before)
  verify(after)
  const scans = after.applications.filter(({ gate }) => gate.name === 'scan')
  const bodies = scans.map(({ attributes }) => attributes.body).filter((b) => b instanceof Graph)
  expect(bodies.map((body) => Object.keys(body.outputs))).toEqual([['0', '1', '2']])
  expect(bodies.flatMap(gatesOf)).toEqual(['add', 'multiply'])
  const feeds = { xs: tensor([1, 2, 3]) }
  expect(evaluate(after, { feeds })).toEqual(evaluate(before, { feeds }))
})

/** Cases beside what they are called. */
function named(cases: readonly Case[]): [string, Case][] {
  return cases.map((one) => [one[0], one])
}

/** Simplifies one case in each of its dtypes: which gates are left, and the numbers that they give. */
function check([, make, left, dtypes = floating]: Case): void {
  for (const dtype of dtypes) {
    const x = gates.input('x', [3, 4], { dtype })
    const y = gates.input('y', [4], { dtype })
    const before = graph({ out: make(x, y) })
    const after = simplify.run(before)
    verify(after)
    expect(gatesOf(after), dtype).toEqual(left)
    const numbers = edges[dtype] ?? []
    const feeds = {
      x: tensor([...numbers], { dtype, shape: [3, 4] }),
      y: tensor(numbers.slice(2, 6), { dtype }),
    }
    // toEqual tells 0 from −0.
    expect(evaluate(after, { feeds }), dtype).toEqual(evaluate(before, { feeds }))
  }
}

/** The names of gates that compute something, in order. */
function gatesOf({ applications }: Graph): readonly string[] {
  const { name: constantName } = gates.constant.definition
  return applications
    .filter(({ gate }) => gate.meaning.kind !== 'source' && gate.name !== constantName)
    .map(({ gate }) => gate.name)
}

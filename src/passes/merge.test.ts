import { expect, test } from 'vitest'
import { defineGate, type Unary } from '../gates/define.ts'
import * as gates from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { applyGate } from '../ir/apply-gate.ts'
import type { Gate } from '../ir/gate.ts'
import { graph } from '../ir/graph.ts'
import { tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { merge } from './merge.ts'

const { add, constant, multiply, negate, reshape, transpose } = gates
const x = gates.input('x', [2, 3])

/** How many applications are left of values, not counting inputs. */
function countOf(...values: readonly Value[]): number {
  const { applications } = merge.run(graph(values))
  return applications.filter(({ gate }) => gate.meaning.kind !== 'source').length
}

test('what has other inputs, or the same ones in another order, stays', () => {
  const y = negate(x)
  expect(countOf(add(x, y), add(x, y))).toBe(2)
  expect(countOf(add(x, y), add(y, x))).toBe(3)
})

test('what follows from merged values merges in its turn', () => {
  const chain = () => multiply(negate(negate(x)), negate(x))
  expect(countOf(chain(), chain())).toBe(3)
})

test('attributes tell applications apart: lists, numbers, both zeros, words', () => {
  expect(countOf(transpose(x, [1, 0]), transpose(x, [1, 0]))).toBe(1)
  expect(countOf(transpose(x, [1, 0]), transpose(x, [0, 1]))).toBe(2)
  expect(countOf(reshape(x, [6]), reshape(x, [6, 1]), reshape(x, [1, 6]))).toBe(3)
  expect(countOf(constant(0), constant(0))).toBe(1)
  expect(countOf(constant(0), constant(-0))).toBe(2)
  expect(countOf(constant(Number.NaN), constant(Number.NaN))).toBe(1)
  expect(countOf(constant(1, { dtype: 'f32' }), constant(1, { dtype: 'f64' }))).toBe(2)
})

test('constants merge by their contents', () => {
  expect(countOf(constant([1, 2, 3]), constant([1, 2, 3]))).toBe(1)
  expect(countOf(constant([1, 2, 3]), constant([1, 2, 4]))).toBe(2)
})

test('gates of one name are different gates', () => {
  const twin: Gate<Unary> = defineGate({
    name: 'negate',
    operands: ['x'],
    role: 'scaler',
    element: ({ x: one }) => one.exp(),
    samples: [{ x: 0, output: 1 }],
  })
  expect(countOf(negate(x), twin(x))).toBe(2)
})

test('a tag stands apart from no tag and from another', () => {
  const tagged = (tag?: string) => applyGate(negate.definition, [x], undefined, tag)
  expect(countOf(tagged(), tagged('a'), tagged('a'), tagged('b'))).toBe(3)
})

test('of gates with several outputs each output stands for its own', () => {
  const parts = [gates.split(x, [1, 2], 1), gates.split(x, [1, 2], 1)] as const
  const before = graph(parts.flatMap(([a, b]) => [negate(b), a]))
  const after = merge.run(before)
  expect(after.applications.map(({ gate }) => gate.name)).toEqual(['input', 'split', 'negate'])
  const feeds = {
    x: tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  }
  expect(evaluate(after, { feeds })).toEqual(evaluate(before, { feeds }))
})

test('20,000 different applications on few inputs all stay', () => {
  // So many that some hashes clash.
  const seeds = Array.from({ length: 200 }, (_, index) => constant(index))
  const pairs = seeds.flatMap((a) => seeds.slice(0, 100).map((b) => add(a, b)))
  expect(countOf(...pairs)).toBe(200 + 20_000)
})

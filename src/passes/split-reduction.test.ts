import { describe, expect, test } from 'vitest'
import { differencesOf } from '../../test/support/compare-routine.ts'
import '../index.ts'
import * as gates from '../gates/index.ts'
import { type Graph, graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { lower } from '../kernel/lower.ts'
import type { Routine } from '../kernel/routine.ts'
import { verifyRoutine } from '../kernel/verify.ts'
import { fuse } from './fuse.ts'
import { lowerable } from './index.ts'
import { splitReductions } from './split-reduction.ts'

const x = gates.input('x', [3, 70_000], { dtype: 'f64' })
const whole = gates.input('whole', [2, 66_000], { dtype: 'i32' })
// A prime number of elements can be cut into no equal pieces.
const prime = gates.input('prime', [100_003], { dtype: 'f64' })

describe('what is computed stays the same', () => {
  const cases: Readonly<Record<string, Value>> = {
    'a sum of all elements': x.sum(),
    'sums of columns that are few': x.transpose([1, 0]).sum([0]),
    'a mean of squares, and what follows at the point': gates.mean(x.multiply(x)).sqrt().add(1),
    'the largest and the least': x.max().subtract(gates.min(x)),
    'a product near 1': gates.prod(x.multiply(1e-6).add(1)),
    'whole numbers': whole.sum([1]),
    'pieces and a rest': prime.exp().sum(),
    'positions that are counted': gates.iota([100_003], 0).cast('f64').multiply(prime).sum(),
    'what a point gives to all elements': prime.subtract(x.sum()).tanh().sum(),
  }
  test.each(Object.entries(cases))('%s', (_, value) => {
    const given = graph({ y: value })
    const { before, after } = splitOf(given)
    expect(after.kernels.length).toBeGreaterThan(before.kernels.length)
    expect(differencesOf(given, after, feedsOf(given))).toEqual([])
  })
})

describe('what stays whole', () => {
  const cases: Readonly<Record<string, Value>> = {
    'what is short': gates.input('short', [60_000]).sum(),
    'what has points enough to share': gates.input('rows', [16, 70_000]).sum([1]),
    'the place of the largest': gates.argmax(prime, 0),
    'no elements': gates.input('none', [0, 70_000]).sum([1]),
  }
  test.each(Object.entries(cases))('%s', (_, value) => {
    const { before, after } = splitOf(graph({ y: value }))
    expect(after).toBe(before)
  })
})

test('pieces go by size alone', () => {
  const pointsOf = (length: number) => {
    const { after } = splitOf(graph({ y: gates.input('x', [length]).sum() }))
    return after.kernels.map((kernel) => kernel.kind === 'nest' && kernel.points)
  }
  expect(pointsOf(1_000_000)).toEqual([[100], []]) // pieces of 10,000: whole vectors
  expect(pointsOf(100_003)).toEqual([[6], [1], []]) // 6 · 16,384 and 1,699
})

function splitOf(given: Graph): { readonly before: Routine; readonly after: Routine } {
  const before = fuse(lower(lowerable(given)))
  const after = splitReductions(before)
  verifyRoutine(after)
  return { before, after }
}

function feedsOf({ inputs }: Graph) {
  return Object.fromEntries(
    inputs.map(({ attributes, shape, dtype }) => {
      const length = shape.reduce((size, extent) => size * extent, 1)
      const data = Array.from({ length }, (_, index) =>
        dtype === 'i32' ? (index % 7) - 3 : Math.sin(index * 1.7),
      )
      const array = dtype === 'i32' ? Int32Array.from(data) : Float64Array.from(data)
      return [String(attributes.name), { shape, dtype, data: array }]
    }),
  )
}

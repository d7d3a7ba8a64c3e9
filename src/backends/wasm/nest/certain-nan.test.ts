import { describe, expect, it } from 'vitest'
import {
  at,
  binary,
  load,
  once,
  over,
  reduce,
  store,
  unary,
} from '../../../../test/support/hand-routine.ts'
import type { Operation, Stage } from '../../../kernel/routine.ts'
import { negligibleNaNs } from './certain-nan.ts'

/** Of rows of 9: the largest %1, its differences %3, their exp %4 and the sum %5 of those. */
const begin = (...more: readonly Operation[]): readonly Stage[] => [
  over([9], load(0, at(0, [9, 1])), reduce(1, 'max', 0)),
  over(
    [9],
    load(2, at(0, [9, 1])),
    binary(3, 'subtract', [2, 1]),
    unary(4, 'exp', 3),
    reduce(5, 'sum', 4),
    ...more,
  ),
]

const negligible = (stages: readonly Stage[], points: readonly number[] = [5]) => [
  ...negligibleNaNs(stages, points),
]

describe('the largest of a row may pass over a NaN', () => {
  it('where the exponentials wait in scratch to be divided by their sum', () => {
    const stages = [
      ...begin(store(at(2, [0, 1]), 4)),
      over([9], load(6, at(2, [0, 1])), binary(7, 'divide', [6, 5]), store(at(1, [9, 1]), 7)),
    ]
    expect(negligible(stages)).toEqual([1])
  })

  it('where only the logarithm of the sum lasts', () => {
    const end = once(unary(6, 'log', 5), binary(7, 'add', [6, 1]), store(at(1, [1]), 7))
    expect(negligible([...begin(), end])).toEqual([1])
  })
})

describe('the largest of a row must see a NaN', () => {
  it('where it is stored itself', () => {
    expect(negligible([...begin(), once(store(at(1, [1]), 1))])).toEqual([])
  })

  it('where its differences or their exponentials last', () => {
    expect(negligible(begin(store(at(1, [9, 1]), 3)))).toEqual([])
    expect(negligible(begin(store(at(1, [9, 1]), 4)))).toEqual([])
  })

  it('where what is stored in one place need not be scratch, as there is one row', () => {
    expect(negligible(begin(store(at(2, [0, 1]), 4)), [1])).toEqual([])
  })

  it('where the sum is of something else', () => {
    const other = over(
      [9],
      load(6, at(3, [9, 1])),
      binary(7, 'subtract', [6, 1]),
      unary(8, 'exp', 7),
      reduce(9, 'sum', 8),
    )
    expect(negligible([...begin(), other, once(store(at(1, [1]), 9))])).toEqual([])
  })

  it('where a choice may hide that the sum is NaN', () => {
    const end = once(
      { op: 'compare', id: 6, dtype: 'bool', operation: 'greater', a: 5, b: 1 },
      { op: 'select', id: 7, dtype: 'f32', condition: 6, a: 5, b: 1 },
      store(at(1, [1]), 7),
    )
    expect(negligible([...begin(), end])).toEqual([])
  })
})

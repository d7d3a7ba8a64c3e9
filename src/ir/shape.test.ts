import { describe, expect, it } from 'vitest'
import {
  broadcastShapes,
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sameShape,
  sizeOf,
  stridesOf,
} from './shape.ts'

describe('a shape', () => {
  it('has as many elements as the product of its sizes, 1 for a scalar', () => {
    expect([[], [3], [2, 3, 4], [2, 0, 3]].map(sizeOf)).toEqual([1, 3, 24, 0])
  })

  it('has row-major strides', () => {
    expect([[], [5], [2, 3, 4], [2, 0, 3]].map(stridesOf)).toEqual([[], [1], [12, 4, 1], [0, 3, 1]])
  })

  it('is the same as another where every size is', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true)
    expect(sameShape([2, 3], [3, 2])).toBe(false)
    expect(sameShape([2], [2, 1])).toBe(false)
    expect(sameShape([], [])).toBe(true)
  })

  it('reads as a list', () => {
    expect([[], [4], [4, 3]].map(formatShape)).toEqual(['[]', '[4]', '[4, 3]'])
  })

  it('has sizes that are whole numbers, 0 or more', () => {
    expect(() => checkShape([0, 1, 2 ** 40], 'reshape')).not.toThrow()
    expect(
      messageOf(() => checkShape([2, -1], 'reshape')),
    ).toBe(`SHAPE reshape: a size is not a whole number
  expected  whole numbers, 0 or more
  got       [2, -1]: size -1 at axis 1
  fix       give every axis its size; where each run decides one, compile a builder with { inputs }`)
    for (const size of [1.5, Number.NaN, Infinity, 2 ** 53]) {
      expect(messageOf(() => checkShape([size], 'reshape'))).toContain(`size ${size} at axis 0`)
    }
  })
})

describe('an axis', () => {
  it('is counted from the front, from the end where it is negative', () => {
    expect([0, 2, -1, -3].map((axis) => normalizeAxis(axis, 3, 'sum'))).toEqual([0, 2, 2, 0])
  })

  it('is refused where there is none', () => {
    expect(messageOf(() => normalizeAxis(3, 3, 'sum'))).toBe(`ATTRIBUTE sum: there is no axis 3
  expected  an axis from -3 to 2
  got       axis 3 of a value with 3 axes
  fix       count axes from 0, or from the end with -1`)
    expect(messageOf(() => normalizeAxis(0, 0, 'sum'))).toContain(
      'expected  no axis: a scalar has none\n  got       axis 0 of a value with 0 axes',
    )
    expect(messageOf(() => normalizeAxis(-2, 1, 'sum'))).toContain('a value with 1 axis\n')
    expect(messageOf(() => normalizeAxis(0.5, 2, 'sum'))).toContain('there is no axis 0.5')
  })

  it('stands in a list that is ascending, or is one of all', () => {
    expect(normalizeAxes([-1, 0], 3, 'sum')).toEqual([0, 2])
    expect(normalizeAxes(-1, 3, 'sum')).toEqual([2])
    expect(normalizeAxes(undefined, 3, 'sum')).toEqual([0, 1, 2])
    expect(normalizeAxes([], 3, 'sum')).toEqual([])
  })

  it('is named once', () => {
    expect(
      messageOf(() => normalizeAxes([1, -1], 2, 'sum')),
    ).toBe(`ATTRIBUTE sum: axis 1 is named twice
  expected  each axis at most once
  got       axes [1, -1]
  fix       name it once; -1 and the last axis are the same`)
  })
})

describe('broadcasting', () => {
  // Expected: NumPy, np.broadcast_shapes.
  it.each<[Shape, Shape, Shape]>([
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3], [2, 3]],
    [[3], [2, 3], [2, 3]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [
      [4, 1, 3],
      [2, 1],
      [4, 2, 3],
    ],
    [[], [2, 3], [2, 3]],
    [[1], [0], [0]],
    [[2, 0], [1], [2, 0]],
  ])('of %j and %j gives %j', (a, b, met) => {
    expect(broadcastShapes(a, b)).toEqual(met)
  })

  it.each<[Shape, Shape, [number, number]]>([
    [[2, 3], [2], [3, 2]],
    [
      [2, 3],
      [3, 3],
      [2, 3],
    ],
    [[2], [0], [2, 0]],
  ])('of %j and %j clashes in %j', (a, b, clash) => {
    expect(broadcastShapes(a, b)).toEqual({ clash })
  })
})

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  throw new Error('nothing was thrown')
}

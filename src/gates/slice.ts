import { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, stridesOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

/**
 * Which places of an axis are read: from `start` up to, without, `end`, each `stride`-th of them;
 * `[]` reads all. A negative start or end counts from the end of the axis, and what lies beyond
 * the axis is left out.
 */
export type SliceRange = readonly [
  start?: number | undefined,
  end?: number | undefined,
  stride?: number | undefined,
]

/** An axis without a range keeps its size. */
export type Sliced<S extends Shape, R extends readonly SliceRange[]> = {
  [K in keyof S]: number extends R['length']
    ? number
    : K extends keyof R
      ? R[K] extends readonly []
        ? S[K]
        : number
      : S[K]
}

export interface Slice {
  <S extends Shape, D extends DType, const R extends readonly SliceRange[]>(
    x: Value<S, D>,
    ranges: R,
  ): Value<Sliced<S, R>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    slice<V extends Value, const R extends readonly SliceRange[]>(
      this: V,
      ranges: R,
    ): Value<Sliced<V['shape'], R>, V['dtype']>
  }
}

interface SliceAttributes {
  readonly [name: string]: readonly number[]
  /** One for each axis, counted from the front: 0 ≤ start ≤ end ≤ size. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  /** One or more. */
  readonly strides: readonly number[]
}

/**
 * A part of `x`: for each axis a range `[start, end, stride]`, as Python's `start:end:stride`.
 * Axes that are not named, and those with the range `[]`, are read whole. To read backwards, flip.
 *
 * Shapes: x [...] → as many axes, each ⌈(end − start) / stride⌉ long.
 * Throws: ATTRIBUTE for more ranges than axes, a stride below 1 or a place that is no whole number.
 * Source: NumPy's basic slicing.
 *
 * @example
 * slice(x, [[0, 2], [1, 5, 2]]) // x[0:2, 1:5:2]
 * slice(x, [[], [-1]]) // x[:, -1:]
 */
export const slice: Gate<Slice> = defineGate<Slice, ['x'], SliceAttributes>({
  name: 'slice',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, ranges: readonly SliceRange[]) => ({
    inputs: [x],
    attributes: completeRanges(x.shape, ranges),
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'each stride is 1 or more',
      holds: ({ attributes }) =>
        attributes.strides.every((stride) => stride >= 1) ||
        `strides ${formatShape(attributes.strides)} hold one below 1`,
      fix: 'to read an axis backwards, flip it',
      broken: { x: 'f32[4]', with: [[[3, 0, -1]]] },
    },
  },
  shape: ({ attributes: { starts, ends, strides } }) =>
    starts.map((start, axis) => Math.ceil(((ends[axis] ?? 0) - start) / (strides[axis] ?? 1))),
  move: ({ x, attributes: { starts, strides } }) => {
    const own = stridesOf(x.shape)
    return {
      kind: 'strided',
      offset: starts.reduce((offset, start, axis) => offset + start * (own[axis] ?? 0), 0),
      strides: strides.map((stride, axis) => stride * (own[axis] ?? 0)),
    }
  },
  backward: ({ gates, x, attributes: { starts, strides }, upstream }) => {
    const spread = upstream.shape.map((size, axis) =>
      size === 0 ? 0 : (size - 1) * (strides[axis] ?? 1) + 1,
    )
    const high = x.shape.map((size, axis) => size - (starts[axis] ?? 0) - (spread[axis] ?? 0))
    return { x: gates.pad(upstream, starts, high, { interior: strides.map((n) => n - 1) }) }
  },
  equation: ({ x, attributes, shapes }) =>
    String.raw`\operatorname{slice}(${x}, ${writeRanges(attributes, shapes.x)})`,
  downstream: ({ upstream }) => String.raw`\operatorname{pad}(${upstream})`,
  // Expected values: NumPy 1.24, x[ranges].
  samples: [
    { x: [0, 1, 2, 3, 4, 5], with: [[[1, 5, 2]]], output: [1, 3] },
    { x: [0, 1, 2, 3, 4, 5], with: [[[-4, -1]]], output: [2, 3, 4] },
    { x: [0, 1, 2], with: [[[1, 100]]], output: [1, 2] },
    { x: [0, 1, 2], with: [[[2, 1]]], output: [] },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [[[], [0, undefined, 2]]],
      output: [
        [1, 3],
        [4, 6],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [[[1]]],
      output: [[4, 5, 6]],
    },
  ],
})

function completeRanges(shape: Shape, ranges: readonly SliceRange[]): SliceAttributes {
  if (ranges.length > shape.length) {
    throw new SluiceError({
      code: 'ATTRIBUTE',
      what: 'slice: more ranges than axes',
      expected: `at most ${shape.length} ${shape.length === 1 ? 'range' : 'ranges'} for ${formatShape(shape)}`,
      got: `${ranges.length} ranges`,
      fix: 'give one range [start, end, stride] for each axis, in their order',
    })
  }
  const flat = ranges.findIndex((range) => !Array.isArray(range))
  if (flat >= 0) {
    throw new SluiceError({
      code: 'ATTRIBUTE',
      what: 'slice: a range is no list',
      expected: 'a list for each axis: [start, end, stride], each left out as one likes',
      got: `${ranges[flat]} for axis ${flat}`,
      fix: 'slice(x, [[0, 2], [1, 5]]) is x[0:2, 1:5]; [] reads an axis whole',
    })
  }
  const complete = shape.map((size, axis) => {
    const [from = 0, to = size, stride = 1] = ranges[axis] ?? []
    const start = placeOf(from, size)
    return { start, end: Math.max(start, placeOf(to, size)), stride: wholeNumber(stride) }
  })
  return {
    starts: Object.freeze(complete.map(({ start }) => start)),
    ends: Object.freeze(complete.map(({ end }) => end)),
    strides: Object.freeze(complete.map(({ stride }) => stride)),
  }
}

function placeOf(place: number, size: number): number {
  if (place === Number.POSITIVE_INFINITY) return size
  const counted = wholeNumber(place) < 0 ? place + size : place
  return Math.min(Math.max(counted, 0), size)
}

function wholeNumber(number: number): number {
  if (Number.isSafeInteger(number)) return number
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'slice: a start, end or stride is not a whole number',
    expected: 'a range [start, end, stride] of whole numbers for each axis',
    got: String(number),
    fix: 'slice(x, [[0, 2], [1, 5, 2]]) reads x[0:2, 1:5:2]',
  })
}

/** `[0, 2], [], [1, 5, 2]`, as the call is written. */
function writeRanges({ starts, ends, strides }: SliceAttributes, shape: Shape): string {
  const ranges = starts.map((start, axis) => {
    const end = ends[axis] ?? 0
    const stride = strides[axis] ?? 1
    if (stride !== 1) return [start, end, stride]
    return start === 0 && end === shape[axis] ? [] : [start, end]
  })
  return ranges.map(formatShape).join(', ')
}

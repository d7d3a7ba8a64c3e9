/** What lies beyond an edge taken from what lies before it: pads by reflection, repetition, turning round. */
import { defineGate, type Gates } from '../gates/define.ts'
import type { SameRank } from '../gates/pad.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate, Sample } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/** A pad as a function: how much comes before and after, for each axis of x. */
export interface EdgePad {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    low: readonly number[],
    high: readonly number[],
  ): Value<SameRank<S>, D>
}

interface EdgePadAttributes {
  readonly [name: string]: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

interface Edge {
  /** The most that an axis of a size can be padded by, in words and in numbers. */
  readonly limit: { readonly rule: string; readonly of: (size: number) => number }
  /** What stands before and after x along an axis. */
  readonly beyond: (part: Part, counts: Counts) => readonly [low: Value, high: Value]
}

interface Counts {
  readonly low: number
  readonly high: number
  readonly size: number
}

interface Part {
  readonly slice: (start: number, end: number) => Value
  readonly flipped: (start: number, end: number) => Value
  readonly repeated: (place: number, count: number) => Value
}

function edgePadGate(
  name: string,
  { limit, beyond }: Edge,
  samples: readonly Sample[],
): Gate<EdgePad> {
  return defineGate<EdgePad, ['x'], EdgePadAttributes>({
    name,
    operands: ['x'],
    role: 'adder',
    takes: 'stored',
    call: (x: Value, low: readonly number[], high: readonly number[]) => ({
      inputs: [x],
      attributes: { low: Object.freeze([...low]), high: Object.freeze([...high]) },
    }),
    constraints: {
      C1: {
        code: 'ATTRIBUTE',
        rule: 'low and high have a whole number, 0 or more, for each axis of x',
        holds: ({ x, attributes: { low, high } }) =>
          [low, high].every(
            (list) =>
              list.length === x.shape.length &&
              list.every((count) => Number.isSafeInteger(count) && count >= 0),
          ) ||
          `low ${formatShape(low)} and high ${formatShape(high)} do not fit ${formatShape(x.shape)}`,
        fix: 'give one number for each axis, 0 where nothing is added; slice to cut off',
        broken: { x: 'f32[2, 3]', with: [[1], [1]] },
      },
      C2: {
        rule: `along an axis that is padded, ${limit.rule}`,
        holds: ({ x, attributes: { low, high } }) => {
          const most = x.shape.map(
            (size, axis) => Math.max(low[axis] ?? 0, high[axis] ?? 0) - limit.of(size),
          )
          const axis = most.findIndex(
            (excess, at) => excess > 0 && (low[at] ?? 0) + (high[at] ?? 0) > 0,
          )
          return (
            axis < 0 ||
            `axis ${axis} of x ${formatShape(x.shape)} is padded by ${low[axis]} and ${high[axis]}`
          )
        },
        fix: 'pad by less, or pad again',
        broken: { x: 'f32[0]', with: [[1], [0]] },
      },
    },
    shape: ({ x, attributes: { low, high } }) =>
      x.map((size, axis) => (low[axis] ?? 0) + size + (high[axis] ?? 0)),
    expand: ({ gates, x, attributes }) =>
      x.shape.reduce((value, size, axis) => {
        const counts = { low: attributes.low[axis] ?? 0, high: attributes.high[axis] ?? 0, size }
        if (counts.low === 0 && counts.high === 0) return value
        const [before, after] = beyond(partOf(gates, value, axis), counts)
        const parts = [before, value, after].filter(({ shape }) => (shape[axis] ?? 0) > 0)
        return gates.concat(parts, axis)
      }, x),
    equation: ({ x, attributes: { low, high } }) =>
      String.raw`\operatorname{${name}}(${x}, ${formatShape(low)}, ${formatShape(high)})`,
    downstream: ({ upstream }) => String.raw`\operatorname{sum of copies}(${upstream})`,
    samples,
  })
}

function partOf(gates: Gates, x: Value, axis: number): Part {
  const slice = (start: number, end: number) =>
    gates.slice(
      x,
      x.shape.map((_, at): [number?, number?] =>
        at === axis ? [start, Math.max(start, end)] : [],
      ),
    )
  return {
    slice,
    flipped: (start, end) => gates.flip(slice(start, end), axis),
    repeated: (place, count) =>
      gates.broadcastTo(slice(place, place + 1), x.shape.with(axis, count)),
  }
}

/**
 * `x` with each edge continued by its mirror image, of which the edge itself is no part: c b | a b c.
 *
 * Shapes: x [...] → low + size + high on each axis.
 * Throws: ATTRIBUTE where low or high does not fit the axes, SHAPE where an axis is too short.
 * Source: PyTorch `pad` with mode 'reflect'.
 *
 * @example
 * reflectionPad(image, [0, 0, 1, 1], [0, 0, 1, 1]) // [n, c, h, w] → [n, c, h + 2, w + 2]
 */
export const reflectionPad: Gate<EdgePad> = edgePadGate(
  'reflectionPad',
  {
    limit: { rule: 'x is longer than what is added on either side', of: (size) => size - 1 },
    beyond: ({ flipped }, { low, high, size }) => [
      flipped(1, low + 1),
      flipped(size - 1 - high, size - 1),
    ],
  },
  // Expected values: torch 1.13, torch.nn.functional.pad.
  [
    { x: [1, 4, 2, 0, 5, 3], with: [[2], [1]], output: [2, 4, 1, 4, 2, 0, 5, 3, 5] },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [
        [1, 1],
        [0, 1],
      ],
      output: [
        [5, 4, 5, 6, 5],
        [2, 1, 2, 3, 2],
        [5, 4, 5, 6, 5],
      ],
    },
  ],
)

/**
 * `x` with each edge continued by itself: a a | a b c.
 *
 * Shapes: x [...] → low + size + high on each axis.
 * Throws: ATTRIBUTE where low or high does not fit the axes, SHAPE where an axis is empty.
 * Source: PyTorch `pad` with mode 'replicate'.
 */
export const replicationPad: Gate<EdgePad> = edgePadGate(
  'replicationPad',
  {
    limit: { rule: 'x has an element', of: (size) => (size > 0 ? Number.POSITIVE_INFINITY : 0) },
    beyond: ({ repeated }, { low, high, size }) => [repeated(0, low), repeated(size - 1, high)],
  },
  // Expected values: torch 1.13, torch.nn.functional.pad.
  [
    { x: [1, 4, 2, 0, 5, 3], with: [[2], [1]], output: [1, 1, 1, 4, 2, 0, 5, 3, 3] },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [
        [1, 1],
        [1, 0],
      ],
      output: [
        [1, 1, 2, 3],
        [1, 1, 2, 3],
        [4, 4, 5, 6],
        [4, 4, 5, 6],
      ],
    },
  ],
)

/**
 * `x` with each edge continued from the other end: b c | a b c | a b.
 *
 * Shapes: x [...] → low + size + high on each axis.
 * Throws: ATTRIBUTE where low or high does not fit the axes, SHAPE where an axis is too short.
 * Source: PyTorch `pad` with mode 'circular'.
 */
export const circularPad: Gate<EdgePad> = edgePadGate(
  'circularPad',
  {
    limit: { rule: 'x is no shorter than what is added on either side', of: (size) => size },
    beyond: ({ slice }, { low, high, size }) => [slice(size - low, size), slice(0, high)],
  },
  // Expected values: torch 1.13, torch.nn.functional.pad.
  [
    { x: [1, 4, 2, 0, 5, 3], with: [[2], [1]], output: [5, 3, 1, 4, 2, 0, 5, 3, 1] },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [
        [0, 1],
        [1, 0],
      ],
      output: [
        [3, 1, 2, 3],
        [6, 4, 5, 6],
        [3, 1, 2, 3],
      ],
    },
  ],
)

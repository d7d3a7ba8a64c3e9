import { type DType, dtypes, isFloating } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import { formatNumber } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface PadOptions {
  /** How many elements come between any two neighbours, for each axis. Default: none. */
  readonly interior?: readonly number[]
  /** What they hold. Default: 0, or false. */
  readonly value?: number | boolean
}

/** As many axes, of sizes that the types do not follow. */
export type SameRank<S extends Shape> = { [K in keyof S]: number }

export interface Pad {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    low: readonly number[],
    high: readonly number[],
    options?: PadOptions,
  ): Value<SameRank<S>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    pad<V extends Value>(
      this: V,
      low: readonly number[],
      high: readonly number[],
      options?: PadOptions,
    ): Value<SameRank<V['shape']>, V['dtype']>
  }
}

interface PadAttributes {
  readonly [name: string]: readonly number[] | number
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly interior: readonly number[]
  readonly value: number
}

/**
 * `x` with elements put before, after and between those of each axis. A negative `low` or `high`
 * cuts elements off instead, after `interior` has been put in.
 *
 * Shapes: x [...] → low + size + (size − 1) · interior + high on each axis.
 * Throws: ATTRIBUTE where low, high or interior does not fit the axes, SHAPE where more is cut off
 * than is there, DTYPE where x's dtype does not hold `value`.
 * Source: StableHLO `pad`.
 *
 * @example
 * pad(image, [0, 0, 1, 1], [0, 0, 1, 1]) // [n, c, h, w] → [n, c, h + 2, w + 2]
 */
export const pad: Gate<Pad> = defineGate<Pad, ['x'], PadAttributes>({
  name: 'pad',
  operands: ['x'],
  role: 'mover',
  takes: 'any',
  call: (
    x: Value,
    low: readonly number[],
    high: readonly number[],
    { interior = x.shape.map(() => 0), value = 0 }: PadOptions = {},
  ) => ({
    inputs: [x],
    attributes: {
      low: Object.freeze([...low]),
      high: Object.freeze([...high]),
      interior: Object.freeze([...interior]),
      value: Number(value),
    },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'low, high and interior have a whole number for each axis of x',
      holds: ({ x, attributes: { low, high, interior } }) =>
        [low, high, interior].every(
          (list) => list.length === x.shape.length && list.every(Number.isSafeInteger),
        ) ||
        `low ${formatShape(low)}, high ${formatShape(high)} and interior ${formatShape(interior)} do not fit ${formatShape(x.shape)}`,
      fix: 'give one whole number for each axis, 0 where nothing is added',
      broken: { x: 'f32[2, 3]', with: [[1], [1]] },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'interior is 0 or more',
      holds: ({ attributes: { interior } }) =>
        interior.every((count) => count >= 0) || `interior ${formatShape(interior)} is negative`,
      fix: 'to leave elements out, slice with a stride',
      broken: { x: 'f32[3]', with: [[0], [0], { interior: [-1] }] },
    },
    C3: {
      rule: 'negative low and high cut off no more than is there',
      holds: ({ x, attributes }) =>
        paddedShape(x.shape, attributes).every((size) => size >= 0) ||
        `${formatShape(x.shape)} would become ${formatShape(paddedShape(x.shape, attributes))}`,
      fix: 'cut off less',
      broken: { x: 'f32[3]', with: [[-2], [-2]] },
    },
    C4: {
      code: 'DTYPE',
      rule: "value is one that x's dtype holds",
      holds: ({ x, attributes: { value } }) =>
        holdsExactly(x.dtype, value) || `${x.dtype} does not hold ${value}`,
      fix: 'choose a whole number for integers, true or false for bool',
      broken: { x: 'i32[2]', with: [[1], [0], { value: 0.5 }] },
    },
  },
  shape: ({ x, attributes }) => paddedShape(x, attributes),
  move: ({ attributes: { low, interior, value } }) => ({ kind: 'pad', low, interior, fill: value }),
  backward: ({ gates, x, attributes: { low, high, interior }, upstream }) => {
    // What was added gets nothing; what was cut off gets zeros.
    const opposite = (list: readonly number[]) => list.map((count) => 0 - count)
    const isAdded = low.some((count) => count !== 0) || high.some((count) => count !== 0)
    const own = isAdded ? gates.pad(upstream, opposite(low), opposite(high)) : upstream
    const isSpread = interior.some((count, axis) => count > 0 && (x.shape[axis] ?? 0) > 1)
    return {
      x: isSpread
        ? gates.slice(
            own,
            interior.map((n) => [0, undefined, n + 1]),
          )
        : own,
    }
  },
  equation: ({ x, attributes: { low, high, interior, value } }) => {
    const between = interior.some((count) => count > 0) ? `, ${formatShape(interior)}` : ''
    const filled = value === 0 ? '' : `, ${writeNumber(value)}`
    return String.raw`\operatorname{pad}(${x}, ${formatShape(low)}, ${formatShape(high)}${between}${filled})`
  },
  downstream: ({ upstream }) => String.raw`\operatorname{slice}(${upstream})`,
  // Expected values: jax.lax.pad.
  samples: [
    { x: [1, 2, 3], with: [[1], [2]], output: [0, 1, 2, 3, 0, 0] },
    { x: [1, 2, 3], with: [[0], [1], { interior: [1], value: 9 }], output: [1, 9, 2, 9, 3, 9] },
    { x: [1, 2, 3], with: [[-1], [1], { interior: [2] }], output: [0, 0, 2, 0, 0, 3, 0] },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [
        [0, -1],
        [1, 0],
      ],
      output: [[2], [4], [0]],
    },
    {
      x: [[1, 2]],
      with: [[1, 0], [0, 0], { value: Number.NEGATIVE_INFINITY }],
      output: [
        [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
        [1, 2],
      ],
    },
  ],
})

function paddedShape(shape: Shape, { low, high, interior }: PadAttributes): number[] {
  return shape.map(
    (size, axis) =>
      (low[axis] ?? 0) + size + Math.max(size - 1, 0) * (interior[axis] ?? 0) + (high[axis] ?? 0),
  )
}

function holdsExactly(dtype: DType, value: number): boolean {
  if (isFloating(dtype)) return true
  if (dtype === 'bool') return value === 0 || value === 1
  const held = dtypes[dtype].allocate(1)
  held[0] = value as never // a compute dtype
  return held[0] === value
}

function writeNumber(value: number): string {
  if (Number.isFinite(value)) return formatNumber(value, 6).replace('−', '-')
  return Number.isNaN(value)
    ? String.raw`\text{NaN}`
    : `${value < 0 ? '-' : ''}${String.raw`\text{infinity}`}`
}

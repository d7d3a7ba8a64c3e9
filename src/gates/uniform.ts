import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { checkShape, formatShape, type Shape, type ShapeArgument } from '../ir/shape.ts'
import { formatNumber } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type Key, keyHasTwoWords } from './random-key.ts'

export type FloatingDType = 'f32' | 'f64'

export interface Uniform {
  <
    const S extends ShapeArgument,
    T extends Shape,
    E extends DType,
    const D extends FloatingDType = 'f32',
  >(
    key: Key<'uniform', T, E>,
    shape: S,
    options?: { readonly low?: number; readonly high?: number; readonly dtype?: D },
  ): Value<S, D>
}

interface UniformAttributes {
  readonly [name: string]: Shape | number | FloatingDType
  readonly shape: Shape
  readonly low: number
  readonly high: number
  readonly dtype: FloatingDType
}

/**
 * Random numbers that are equally likely anywhere in [low, high), by default in [0, 1).
 *
 * Each has 23 random bits in every dtype, so f64 draws the numbers that f32 draws. Rounding can
 * give `high` itself where the interval is not [0, 1).
 *
 * Shapes: key u32[2] → `shape`. No gradient passes.
 * Throws: ATTRIBUTE where low or high is not finite or low is above high.
 * Source: `jax.random.uniform`.
 *
 * @example
 * uniform(randomKey(7), [2, 3], { low: -1, high: 1 })
 */
export const uniform: Gate<Uniform> = defineGate<Uniform, ['key'], UniformAttributes>({
  name: 'uniform',
  operands: ['key'],
  role: 'stop',
  takes: 'u32',
  call: (
    key: Value,
    shape: Shape,
    options: { low?: number; high?: number; dtype?: FloatingDType } = {},
  ) => {
    checkShape(shape, 'uniform')
    const { low = 0, high = 1, dtype = 'f32' } = options
    return { inputs: [key], attributes: { shape: Object.freeze([...shape]), low, high, dtype } }
  },
  constraints: {
    C1: keyHasTwoWords,
    C2: {
      code: 'ATTRIBUTE',
      rule: 'low and high are finite, and low is not above high',
      holds: ({ attributes: { low, high } }) =>
        (Number.isFinite(low) && Number.isFinite(high) && low <= high) ||
        `there is no interval from ${low} to ${high}`,
      fix: 'give the lower bound as low',
      broken: { key: 'u32[2]', with: [[2], { low: 1, high: -1 }] },
    },
  },
  shape: ({ attributes }) => attributes.shape,
  dtype: ({ attributes }) => attributes.dtype,
  expand: ({ gates, key, attributes: { shape, low, high, dtype } }) => {
    const bits = gates.shiftRight(gates.randomBits(key, shape), 9)
    const fraction = gates.multiply(gates.cast(bits, dtype), 2 ** -23)
    if (low === 0 && high === 1) return fraction
    // The width is rounded in the graph, in its dtype, as JAX does.
    const least = gates.constant(low, { dtype })
    const width = gates.subtract(gates.constant(high, { dtype }), least)
    return gates.add(gates.multiply(fraction, width), least)
  },
  equation: ({ key, attributes: { shape, low, high } }) => {
    const interval = [low, high].map((bound) => formatNumber(bound, 6).replace('−', '-')).join(', ')
    return String.raw`\operatorname{uniform}(${key}, ${formatShape(shape)}, ${interval})`
  },
  // Expected values: jax.random.uniform(key, shape, minval=low, maxval=high), JAX 0.10.
  samples: [
    {
      key: [0, 7],
      with: [[2, 3]],
      output: [
        [0.6740899085998535, 0.9746168851852417, 0.3028435707092285],
        [0.4439585208892822, 0.7308865785598755, 0.6309295892715454],
      ],
    },
    {
      key: [0, 7],
      with: [[2, 3], { low: -2, high: 6 }],
      output: [
        [3.392719268798828, 5.796935081481934, 0.4227485656738281],
        [1.5516681671142578, 3.847092628479004, 3.0474367141723633],
      ],
    },
  ],
})

import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { checkShape, formatShape, type Shape, type ShapeArgument } from '../ir/shape.ts'
import { formatNumber } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type Key, keyHasTwoWords } from './random-key.ts'
import type { FloatingDType } from './uniform.ts'

export interface NormalOptions<D extends FloatingDType> {
  readonly mean?: number
  readonly standardDeviation?: number
  readonly dtype?: D
}

export interface Normal {
  <
    const S extends ShapeArgument,
    T extends Shape,
    E extends DType,
    const D extends FloatingDType = 'f32',
  >(
    key: Key<'normal', T, E>,
    shape: S,
    options?: NormalOptions<D>,
  ): Value<S, D>
}

interface NormalAttributes {
  readonly [name: string]: Shape | number | FloatingDType
  readonly shape: Shape
  readonly mean: number
  readonly standardDeviation: number
  readonly dtype: FloatingDType
}

/** 1 − 2⁻²⁴: the uniform numbers k · 2⁻²³ become the odd multiples of 2⁻²⁴ in (−1, 1). */
const shift = 1 - 2 ** -24

/**
 * Random numbers of the normal distribution, by default with mean 0 and standard deviation 1.
 *
 * Shapes: key u32[2] → `shape`. No gradient passes: to differentiate with respect to a mean or a
 * deviation, scale and shift standard numbers by gates.
 * Throws: ATTRIBUTE where the mean is not finite, or the deviation is negative or not finite.
 * Source: `jax.random.normal`, √2 · erf⁻¹(u) with u uniform in (−1, 1).
 *
 * @example
 * normal(randomKey(7), [2, 3], { standardDeviation: 0.02 })
 */
export const normal: Gate<Normal> = defineGate<Normal, ['key'], NormalAttributes>({
  name: 'normal',
  operands: ['key'],
  role: 'stop',
  takes: 'u32',
  call: (key: Value, shape: Shape, options: NormalOptions<FloatingDType> = {}) => {
    checkShape(shape, 'normal')
    const { mean = 0, standardDeviation = 1, dtype = 'f32' } = options
    const attributes = { shape: Object.freeze([...shape]), mean, standardDeviation, dtype }
    return { inputs: [key], attributes }
  },
  constraints: {
    C1: keyHasTwoWords,
    C2: {
      code: 'ATTRIBUTE',
      rule: 'mean and standardDeviation are finite, and standardDeviation is not negative',
      holds: ({ attributes: { mean, standardDeviation: deviation } }) =>
        (Number.isFinite(mean) && Number.isFinite(deviation) && deviation >= 0) ||
        `mean ${mean} and standardDeviation ${deviation} make no distribution`,
      fix: 'give a deviation of 0 or more',
      broken: { key: 'u32[2]', with: [[2], { standardDeviation: -1 }] },
    },
  },
  shape: ({ attributes }) => attributes.shape,
  dtype: ({ attributes }) => attributes.dtype,
  expand: ({ gates, key, attributes: { shape, mean, standardDeviation, dtype } }) => {
    const fraction = gates.uniform(key, shape, { dtype })
    // Both steps are exact in f32, so every dtype takes the inverse at the same points, never ±1.
    const symmetric = gates.subtract(gates.multiply(fraction, 2), shift)
    const standard = gates.multiply(gates.erfInverse(symmetric), Math.SQRT2)
    const scaled = standardDeviation === 1 ? standard : gates.multiply(standard, standardDeviation)
    return mean === 0 ? scaled : gates.add(scaled, mean)
  },
  equation: ({ key, attributes: { shape, mean, standardDeviation } }) => {
    const moments = [mean, standardDeviation]
      .map((moment) => formatNumber(moment, 6).replace('−', '-'))
      .join(', ')
    return String.raw`\operatorname{normal}(${key}, ${formatShape(shape)}, ${moments})`
  },
  // Expected values: torch 1.13, √2 · torch.erfinv in f64 of the uniform numbers that JAX draws;
  // random.test.ts holds them against jax.random.normal, whose inverse is in f32.
  samples: [
    {
      key: [0, 7],
      with: [[2, 3]],
      output: [
        [0.45123508799173345, 1.9534510680619492, -0.5162394203634098],
        [-0.14094030469515192, 0.6154966465386097, 0.33431647215764726],
      ],
    },
    { key: [0, 7], with: [[2], { mean: 3, standardDeviation: 0 }], output: [3, 3] },
  ],
})

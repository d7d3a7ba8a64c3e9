import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { checkShape, formatShape, type Shape, type ShapeArgument } from '../ir/shape.ts'
import { formatNumber } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type Key, keyHasTwoWords } from './random-key.ts'

export interface Bernoulli {
  <const S extends ShapeArgument, T extends Shape, E extends DType>(
    key: Key<'bernoulli', T, E>,
    shape: S,
    options?: { readonly probability?: number },
  ): Value<S, 'bool'>
}

interface BernoulliAttributes {
  readonly [name: string]: Shape | number
  readonly shape: Shape
  readonly probability: number
}

/**
 * Random truth: each element is true with `probability`, by default ½.
 *
 * Shapes: key u32[2] → `shape`, bool. No gradient passes.
 * Throws: ATTRIBUTE for a probability outside [0, 1].
 * Source: `jax.random.bernoulli`.
 *
 * @example
 * bernoulli(randomKey(7), [32, 128], { probability: 0.9 }) // what a dropout of 0.1 keeps
 */
export const bernoulli: Gate<Bernoulli> = defineGate<Bernoulli, ['key'], BernoulliAttributes>({
  name: 'bernoulli',
  operands: ['key'],
  role: 'stop',
  takes: 'u32',
  call: (key: Value, shape: Shape, { probability = 0.5 }: { probability?: number } = {}) => {
    checkShape(shape, 'bernoulli')
    return { inputs: [key], attributes: { shape: Object.freeze([...shape]), probability } }
  },
  constraints: {
    C1: keyHasTwoWords,
    C2: {
      code: 'ATTRIBUTE',
      rule: 'probability is from 0 to 1',
      holds: ({ attributes: { probability } }) =>
        (probability >= 0 && probability <= 1) || `${probability} is no probability`,
      fix: 'give a fraction: 0.1 for 10 %',
      broken: { key: 'u32[2]', with: [[2], { probability: 10 }] },
    },
  },
  shape: ({ attributes }) => attributes.shape,
  dtype: () => 'bool',
  expand: ({ gates, key, attributes: { shape, probability } }) => {
    // Rounded to f32 here, so that a run in f64 compares with the same number.
    return gates.less(gates.uniform(key, shape), Math.fround(probability))
  },
  equation: ({ key, attributes: { shape, probability } }) =>
    String.raw`\operatorname{bernoulli}(${key}, ${formatShape(shape)}, ${formatNumber(probability, 6)})`,
  // Expected values: jax.random.bernoulli(key, probability, shape), JAX 0.10.
  samples: [
    {
      key: [0, 7],
      with: [[2, 3]],
      output: [
        [false, false, true],
        [true, false, false],
      ],
    },
    { key: [0, 7], with: [[3], { probability: 0 }], output: [false, false, false] },
    { key: [0, 7], with: [[3], { probability: 1 }], output: [true, true, true] },
  ],
})

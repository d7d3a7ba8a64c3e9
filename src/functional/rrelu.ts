import { defineGate } from '../gates/define.ts'
import { type Key, keyHasTwoWords } from '../gates/random-key.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface RreluOptions {
  /** The least slope. Default ⅛. */
  readonly lower?: number
  /** The largest slope. Default ⅓. */
  readonly upper?: number
}

export interface Rrelu {
  <S extends Shape, D extends DType, T extends Shape, E extends DType>(
    x: Value<S, D>,
    key: Key<'rrelu', T, E>,
    options?: RreluOptions,
  ): Value<S, D>
}

interface RreluAttributes {
  readonly [name: string]: number
  readonly lower: number
  readonly upper: number
}

/**
 * x where it is above 0, else x times a slope drawn for each element from `lower` to `upper`: what
 * a network learns with. Without chance it is `leakyRelu` with the middle of both.
 *
 * Shapes: x [...], key u32[2] → x's shape.
 * Throws: ATTRIBUTE where lower or upper is not finite or lower is above upper.
 * Source: PyTorch `rrelu` with `training=True`; Xu et al. 2015.
 *
 * @example
 * rrelu(x, foldIn(randomKey(7), step))
 */
export const rrelu: Gate<Rrelu> = defineGate<Rrelu, ['x', 'key'], RreluAttributes>({
  name: 'rrelu',
  operands: ['x', 'key'],
  role: 'scaler',
  part: 'activation',
  takes: { x: 'floating', key: 'u32' },
  call: (x: Value, key: Value, { lower = 1 / 8, upper = 1 / 3 }: RreluOptions = {}) => ({
    inputs: [x, key],
    attributes: { lower, upper },
  }),
  constraints: {
    C1: { ...keyHasTwoWords, broken: { x: 'f32[3]', key: 'u32[3]' } },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'lower and upper are finite, and lower is not above upper',
      holds: ({ attributes: { lower, upper } }) =>
        (Number.isFinite(lower) && Number.isFinite(upper) && lower <= upper) ||
        `there is no slope from ${lower} to ${upper}`,
      fix: 'leave both out for 1/8 and 1/3',
      broken: { x: 'f32[3]', key: 'u32[2]', with: [{ lower: 1, upper: 0.5 }] },
    },
  },
  expand: ({ gates, x, key, attributes: { lower, upper } }) => {
    const words = key as Value<[2], 'u32'> // C1 says so
    const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
    const slopes = gates.uniform(words, x.shape, { low: lower, high: upper, dtype })
    return gates.where(gates.greater(x, 0), x, gates.multiply(x, slopes))
  },
  equation: ({ x, key, attributes: { lower, upper } }) =>
    String.raw`\max(${x}, 0) + \operatorname{uniform}(${key}, ${lower}, ${upper}) \odot \min(${x}, 0)`,
  // The slopes are those of jax.random.uniform(key, (2, 3)), JAX 0.10.
  samples: [
    {
      x: [
        [1, -2, 0.5],
        [-0.25, -1, 4],
      ],
      key: [0, 7],
      output: [
        [1, -0.656090368827184, 0.5],
        [-0.054372839629650116, -0.27726803719997406, 4],
      ],
    },
    {
      x: [
        [1, -2, 0.5],
        [-0.25, -1, 4],
      ],
      key: [0, 7],
      with: [{ lower: 0.25, upper: 0.5 }],
      output: [
        [1, -0.9873084425926208, 0.5],
        [-0.09024740755558014, -0.43272164463996887, 4],
      ],
    },
  ],
})

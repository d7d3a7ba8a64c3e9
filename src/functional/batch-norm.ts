import { defineGate } from '../gates/define.ts'
import { decimal } from '../gates/standardize.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  affineInputs,
  axesBut,
  besideChannels,
  type EpsilonOption,
  isByChannel,
  isEpsilon,
  isOneDType,
  type NormAttributes,
} from './channel-norm.ts'

type PerChannel<D extends DType, E extends DType> = IfSameDType<'batchNorm', D, E, Value<Shape, E>>

export interface BatchNorm {
  <
    S extends Shape,
    D extends DType,
    E extends DType,
    F extends DType,
    G extends DType = D,
    H extends DType = D,
  >(
    x: Value<S, D>,
    mean: PerChannel<D, E>,
    variance: PerChannel<D, F>,
    weight?: PerChannel<D, G>,
    bias?: PerChannel<D, H>,
    options?: EpsilonOption,
  ): Value<S, D>
}

const fit = {
  x: 'f32[2, 3, 4]',
  mean: 'f32[3]',
  variance: 'f32[3]',
  weight: 'f32[3]',
  bias: 'f32[3]',
}

/**
 * Each channel of x brought to mean 0 and variance 1 by a mean and a variance that are given, then
 * scaled by weight and moved by bias, which are ones and zeros where they are left out: what a
 * trained network does.
 *
 * Shapes: x [n, channels, ...], the others [channels] → x's shape.
 * Throws: SHAPE where they are not [channels]; DTYPE where dtypes differ; ATTRIBUTE for a negative
 * epsilon.
 * Source: PyTorch `batch_norm` with `training=False`; Ioffe and Szegedy, "Batch normalization".
 */
export const batchNorm: Gate<BatchNorm> = defineGate<
  BatchNorm,
  ['x', 'mean', 'variance', 'weight', 'bias'],
  NormAttributes
>({
  name: 'batchNorm',
  operands: ['x', 'mean', 'variance', 'weight', 'bias'],
  role: 'mixer',
  call: (
    x: Value,
    mean: Value,
    variance: Value,
    weight?: Value,
    bias?: Value,
    { epsilon = 1e-5 }: EpsilonOption = {},
  ) => {
    const [, ...affine] = affineInputs(x, weight, bias)
    return { inputs: [x, mean, variance, ...affine], attributes: { epsilon } }
  },
  constraints: {
    C1: {
      rule: 'x has a batch axis and channels, and the others a number for each channel',
      holds: ({ x, mean, variance, weight, bias }) =>
        isByChannel(x, { mean, variance, weight, bias }),
      fix: 'give x [n, channels, ...] and the others [channels]',
      broken: { ...fit, mean: 'f32[4]' },
    },
    C2: {
      code: 'DTYPE',
      rule: 'all operands have the same dtype',
      holds: ({ x, mean, variance, weight, bias }) => isOneDType([x, mean, variance, weight, bias]),
      fix: 'cast the others to the dtype of x',
      broken: { ...fit, variance: 'f64[3]' },
    },
    C3: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is 0 or more',
      holds: ({ attributes }) => isEpsilon(attributes),
      fix: 'give a small number, such as 1e-5',
      broken: { ...fit, with: [{ epsilon: -1 }] },
    },
  },
  expand: ({ gates, x, mean, variance, weight, bias, attributes: { epsilon } }) => {
    const beside = (perChannel: Value) => besideChannels(gates, perChannel, x)
    const scale = gates.divide(weight, gates.sqrt(gates.add(variance, epsilon)))
    const centred = gates.subtract(x, beside(mean))
    return gates.add(gates.multiply(centred, beside(scale)), beside(bias))
  },
  backward: ({ gates, x, mean, variance, weight, attributes: { epsilon }, upstream }) => {
    const beside = (perChannel: Value) => besideChannels(gates, perChannel, x)
    const inverse = gates.divide(1, gates.sqrt(gates.add(variance, epsilon)))
    const scale = gates.multiply(weight, inverse)
    const rest = axesBut(x, 1)
    const total = gates.sum(upstream, rest)
    const centred = gates.subtract(x, beside(mean))
    const along = gates.multiply(gates.sum(gates.multiply(upstream, centred), rest), inverse)
    const bent = gates.multiply(gates.multiply(scale, inverse), along)
    return {
      x: gates.multiply(upstream, beside(scale)),
      mean: gates.negate(gates.multiply(scale, total)),
      variance: gates.multiply(-0.5, bent),
      weight: along,
      bias: total,
    }
  },
  equation: ({ x, mean, variance, weight, bias, attributes: { epsilon } }) =>
    String.raw`\frac{${x} - ${mean}}{\sqrt{${variance} + ${decimal(epsilon)}}} \odot ${weight} + ${bias}`,
  downstream: ({ x, mean, variance, weight, upstream, attributes: { epsilon } }) => {
    const deviation = String.raw`\sqrt{${variance} + ${decimal(epsilon)}}`
    return {
      x: String.raw`\frac{${weight}}{${deviation}} \odot ${upstream}`,
      mean: String.raw`-\frac{${weight}}{${deviation}} \odot \sum ${upstream}`,
      variance: String.raw`-\frac{${weight}}{2 (${variance} + ${decimal(epsilon)})^{3/2}} \odot \sum (${upstream} \odot (${x} - ${mean}))`,
      weight: String.raw`\sum (${upstream} \odot \frac{${x} - ${mean}}{${deviation}})`,
      bias: String.raw`\sum ${upstream}`,
    }
  },
  // Expected values: torch 1.13, torch.nn.functional.batch_norm.
  samples: [
    {
      x: [
        [
          [1, 2, 4],
          [0, -1, 3],
        ],
        [
          [0.5, 0, -2],
          [2, 2.5, 1],
        ],
      ],
      mean: [0.5, 1],
      variance: [4, 0.25],
      weight: [1, -2],
      bias: [0, 0.25],
      output: [
        [
          [0.24999968750058593, 0.7499990625017579, 1.7499978125041016],
          [4.24992000239992, 8.24984000479984, -7.7498400047998395],
        ],
        [
          [0.0, -0.24999968750058593, -1.2499984375029296],
          [-3.7499200023999197, -5.74988000359988, 0.25],
        ],
      ],
    },
    {
      x: [
        [1, 0],
        [0.5, 2],
      ],
      mean: [0.5, 1],
      variance: [4, 0.25],
      weight: [1, -2],
      bias: [0, 0.25],
      with: [{ epsilon: 0.5 }],
      output: [
        [0.23570226039551587, 2.5594010767585034],
        [0.0, -2.0594010767585034],
      ],
    },
    {
      x: [
        [1, Infinity],
        [Number.NaN, 2],
      ],
      mean: [1, 0],
      variance: [0, 1],
      weight: [1, 1],
      bias: [0, 0],
      with: [{ epsilon: 0 }],
      output: [
        [Number.NaN, Infinity],
        [Number.NaN, 2],
      ],
    },
  ],
})

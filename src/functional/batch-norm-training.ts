import { defineGate } from '../gates/define.ts'
import { standardGradients, standardized, standardText } from '../gates/standardize.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  affineConstraints,
  affineInputs,
  axesBut,
  besideChannels,
  type EpsilonOption,
  isMeasurable,
  type NormAttributes,
} from './channel-norm.ts'
import { groupDownstream } from './group-norm.ts'

export interface BatchNormTraining {
  <S extends Shape, D extends DType, E extends DType = D, F extends DType = D>(
    x: Value<S, D>,
    weight?: IfSameDType<'batchNormTraining', D, E, Value<Shape, E>>,
    bias?: IfSameDType<'batchNormTraining', D, F, Value<Shape, F>>,
    options?: EpsilonOption,
  ): readonly [output: Value<S, D>, mean: Value<[number], D>, variance: Value<[number], D>]
}

/**
 * Each channel of x brought to mean 0 and variance 1 over the batch and all further axes, then
 * scaled by weight and moved by bias, which are ones and zeros where they are left out; and the
 * mean and the variance (the mean square from the mean) that were measured.
 *
 * Shapes: x [n, channels, ...], weight and bias [channels] → x's shape, [channels] and [channels].
 * Throws: SHAPE where weight and bias are not [channels] or a channel has a single number; DTYPE
 * where dtypes differ; ATTRIBUTE for a negative epsilon.
 * Source: StableHLO `batch_norm_training`; PyTorch `batch_norm` with `training=True`.
 *
 * @example
 * const [y, mean, variance] = batchNormTraining(x, weight, bias) // x [64, 32, 28, 28]
 */
export const batchNormTraining: Gate<BatchNormTraining> = defineGate<
  BatchNormTraining,
  ['x', 'weight', 'bias'],
  NormAttributes
>({
  name: 'batchNormTraining',
  operands: ['x', 'weight', 'bias'],
  role: 'mixer',
  call: (x: Value, weight?: Value, bias?: Value, { epsilon = 1e-5 }: EpsilonOption = {}) => ({
    inputs: affineInputs(x, weight, bias),
    attributes: { epsilon },
  }),
  constraints: {
    ...affineConstraints(),
    C4: {
      rule: 'every channel has two numbers or more, over the batch and all further axes',
      holds: ({ x }) => isMeasurable(x, axesBut(x, 1)),
      fix: 'train on batches of two examples or more; to evaluate, use batchNorm',
      broken: { x: 'f32[1, 3]', weight: 'f32[3]', bias: 'f32[3]' },
    },
  },
  outputTypes: ({ x }) => {
    const measured = Object.freeze({ shape: Object.freeze(x.shape.slice(1, 2)), dtype: x.dtype })
    return [x.type, measured, measured]
  },
  expand: ({ gates, x, weight, bias, attributes: { epsilon } }) => {
    const axes = axesBut(x, 1)
    const { standard, mean, variance } = standardized(gates, x, { axes, epsilon })
    const scaled = gates.multiply(standard, besideChannels(gates, weight, x))
    const output = gates.add(scaled, besideChannels(gates, bias, x))
    return [output, gates.reshape(mean, weight.shape), gates.reshape(variance, weight.shape)]
  },
  backward: ({ gates, x, weight, attributes: { epsilon }, upstreams }) => {
    const [upstream, ofMean, ofVariance] = upstreams
    const axes = axesBut(x, 1)
    const beside = (perChannel: Value) => besideChannels(gates, perChannel, x)
    const count = axes.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1)
    const own =
      upstream &&
      standardGradients(gates, { x, weight: beside(weight), upstream }, { axes, epsilon })
    const parts = own?.parts ?? standardized(gates, x, { axes, epsilon })
    const centred = gates.subtract(x, parts.mean)
    const terms = [
      own?.x,
      ofMean && gates.broadcastTo(beside(gates.divide(ofMean, count)), x.shape),
      ofVariance && gates.multiply(centred, beside(gates.multiply(ofVariance, 2 / count))),
    ].filter((term) => term !== undefined)
    return {
      x: terms.length === 0 ? undefined : terms.reduce((sum, term) => gates.add(sum, term)),
      weight: own && gates.reshape(own.weight, weight.shape),
      bias: own && gates.reshape(own.bias, weight.shape),
    }
  },
  equation: ({ x, weight, bias, attributes: { epsilon } }) =>
    String.raw`\left(${standardText(x, epsilon)} \odot ${weight} + ${bias}, \operatorname{mean}(${x}), \operatorname{var}(${x})\right)`,
  downstream: groupDownstream,
  // Expected values: torch 1.13, torch.nn.functional.batch_norm, mean and var(unbiased=False).
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
      weight: [1, -2],
      bias: [0, 0.25],
      output: [
        [
          [
            [0.045407593509489086, 0.5902987156233576, 1.6800809598510944],
            [2.027042143913321, 3.448675859043978, -2.2378590014786495],
          ],
          [
            [-0.22703796754744515, -0.4994835286043794, -1.5892657728321162],
            [-0.8162252863479926, -1.527042143913321, 0.6054084287826642],
          ],
        ],
        [0.9166666666666666, 1.25],
        [3.3680555555555554, 1.9791666666666667],
      ],
    },
    {
      x: [
        [1, 0],
        [0.5, 2],
      ],
      weight: [1, -2],
      bias: [0, 0.25],
      with: [{ epsilon: 0.5 }],
      output: [
        [
          [0.3333333333333333, 1.8829931618554523],
          [-0.3333333333333333, -1.3829931618554523],
        ],
        [0.75, 1],
        [0.0625, 1],
      ],
    },
    {
      x: [
        [5, Infinity],
        [5, 2],
      ],
      weight: [1, 1],
      bias: [0.5, 0],
      output: [
        [
          [0.5, Number.NaN],
          [0.5, Number.NaN],
        ],
        [5, Infinity],
        [0, Number.NaN],
      ],
    },
  ],
})

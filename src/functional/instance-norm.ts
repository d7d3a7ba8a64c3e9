import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import {
  affineConstraints,
  affineInputs,
  axesBut,
  type ChannelNorm,
  type EpsilonOption,
  isMeasurable,
  type NormAttributes,
} from './channel-norm.ts'
import { groupBackward, groupDownstream, groupEquation, groupForward } from './group-norm.ts'

/**
 * Each channel of each example brought to mean 0 and variance 1, then scaled by weight and moved by
 * bias, which are ones and zeros where they are left out.
 *
 * Shapes: x [n, channels, ...], weight and bias [channels] → x's shape.
 * Throws: SHAPE where weight and bias are not [channels] or a channel has a single number; DTYPE
 * where dtypes differ; ATTRIBUTE for a negative epsilon.
 * Source: PyTorch `instance_norm`; Ulyanov, Vedaldi and Lempitsky, "Instance normalization".
 */
export const instanceNorm: Gate<ChannelNorm<'instanceNorm', EpsilonOption>> = defineGate<
  ChannelNorm<'instanceNorm', EpsilonOption>,
  ['x', 'weight', 'bias'],
  NormAttributes
>({
  name: 'instanceNorm',
  operands: ['x', 'weight', 'bias'],
  role: 'mixer',
  call: (x: Value, weight?: Value, bias?: Value, { epsilon = 1e-5 }: EpsilonOption = {}) => ({
    inputs: affineInputs(x, weight, bias),
    attributes: { epsilon },
  }),
  constraints: {
    ...affineConstraints(),
    C4: {
      rule: 'every channel of an example has two numbers or more',
      holds: ({ x }) => isMeasurable(x, axesBut(x, 0, 1)),
      fix: 'give x [n, channels, ...] with more than one number for each channel',
      broken: { x: 'f32[2, 3, 1]', weight: 'f32[3]', bias: 'f32[3]' },
    },
  },
  // Groups of one channel.
  expand: ({ gates, x, weight, bias, attributes: { epsilon } }) =>
    groupForward(gates, { x, weight, bias, groups: x.shape[1] ?? 1, epsilon }),
  backward: ({ gates, x, weight, upstream, attributes: { epsilon } }) =>
    groupBackward(gates, { x, weight, upstream, groups: x.shape[1] ?? 1, epsilon }),
  equation: groupEquation,
  downstream: groupDownstream,
  // Expected values: torch 1.13, torch.nn.functional.instance_norm.
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
          [-1.0690415314502977, -0.2672603828625746, 1.3363019143128716],
          [1.0344631828291715, 2.2111579570729285, -2.4956211399021004],
        ],
        [
          [0.925816131997631, 0.4629080659988155, -1.3887241979964466],
          [-0.2845156115254506, -1.8880624461018027, 2.9225780576272538],
        ],
      ],
    },
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
      with: [{ epsilon: 0.5 }],
      output: [
        [
          [-0.9299811099505545, -0.23249527748763876, 1.1624763874381927],
          [0.9742859683401482, 2.0607149208503706, -2.285000889190519],
        ],
        [
          [0.7745966692414834, 0.3872983346207417, -1.161895003862225],
          [-0.10355339059327395, -1.1642135623730951, 2.0177669529663684],
        ],
      ],
    },
    {
      x: [
        [
          [5, 5],
          [Number.NaN, 1],
        ],
      ],
      weight: [1, 1],
      bias: [0.5, 0],
      output: [
        [
          [0.5, 0.5],
          [Number.NaN, Number.NaN],
        ],
      ],
    },
  ],
})

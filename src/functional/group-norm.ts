import { defineGate, type Gates } from '../gates/define.ts'
import {
  deviationText,
  standardGradients,
  standardized,
  standardText,
} from '../gates/standardize.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  affineConstraints,
  affineInputs,
  type ChannelNorm,
  type EpsilonOption,
  type NormAttributes,
} from './channel-norm.ts'

export interface GroupNormOptions extends EpsilonOption {
  /** How many groups the channels are divided into. Default 1. */
  readonly groups?: number
}

interface GroupNormAttributes extends NormAttributes {
  readonly groups: number
}

/**
 * Each group of neighbouring channels of each example brought to mean 0 and variance 1, then every
 * channel scaled by weight and moved by bias, which are ones and zeros where they are left out.
 *
 * Shapes: x [n, channels, ...], weight and bias [channels] → x's shape.
 * Throws: SHAPE where weight and bias are not [channels], the groups do not share the channels
 * evenly, or a group has a single number; DTYPE where dtypes differ; ATTRIBUTE for a negative epsilon
 * or no number of groups.
 * Source: PyTorch `group_norm`; Wu and He, "Group normalization".
 *
 * @example
 * groupNorm(x, weight, bias, { groups: 4 }) // x [16, 32, 28, 28]: 8 channels to a group
 */
export const groupNorm: Gate<ChannelNorm<'groupNorm', GroupNormOptions>> = defineGate<
  ChannelNorm<'groupNorm', GroupNormOptions>,
  ['x', 'weight', 'bias'],
  GroupNormAttributes
>({
  name: 'groupNorm',
  operands: ['x', 'weight', 'bias'],
  role: 'mixer',
  call: (
    x: Value,
    weight?: Value,
    bias?: Value,
    { groups = 1, epsilon = 1e-5 }: GroupNormOptions = {},
  ) => ({ inputs: affineInputs(x, weight, bias), attributes: { groups, epsilon } }),
  constraints: {
    ...affineConstraints<GroupNormAttributes>(),
    C4: {
      code: 'ATTRIBUTE',
      rule: 'groups is a whole number, 1 or more',
      holds: ({ attributes: { groups } }) =>
        (Number.isInteger(groups) && groups > 0) || `groups cannot be ${groups}`,
      fix: 'give a number that divides the channels',
      broken: { x: 'f32[2, 4, 3]', weight: 'f32[4]', bias: 'f32[4]', with: [{ groups: 0 }] },
    },
    C5: {
      rule: 'the groups share the channels evenly',
      holds: ({ x, attributes: { groups } }) =>
        (x.shape[1] ?? 0) % groups === 0 || `${x.shape[1]} channels in ${groups} groups`,
      fix: 'give a number of groups that divides the channels',
      broken: { x: 'f32[2, 4, 3]', weight: 'f32[4]', bias: 'f32[4]', with: [{ groups: 3 }] },
    },
    C6: {
      rule: 'every group of an example has two numbers or more',
      holds: ({ x, attributes: { groups } }) => {
        const shape = groupedShape(x.shape, groups)
        const count = shape.slice(2).reduce((product, size) => product * size, 1)
        return count > 1 || `groups of ${formatShape(shape.slice(2))}`
      },
      fix: 'give fewer groups',
      broken: { x: 'f32[2, 4]', weight: 'f32[4]', bias: 'f32[4]', with: [{ groups: 4 }] },
    },
  },
  expand: ({ gates, x, weight, bias, attributes }) =>
    groupForward(gates, { x, weight, bias, ...attributes }),
  backward: ({ gates, x, weight, upstream, attributes }) =>
    groupBackward(gates, { x, weight, upstream, ...attributes }),
  equation: groupEquation,
  downstream: groupDownstream,
  // Expected values: torch 1.13, torch.nn.functional.group_norm.
  samples: [
    {
      x: [
        [
          [1, 2],
          [4, 0],
          [-1, 3],
          [0.5, 0],
        ],
      ],
      weight: [1, -2, 0.5, 3],
      bias: [0, 0.25, 1, -1],
      output: [
        [
          [-0.11867792809231836, 0.5142710217333794],
          [-3.31033784276955, 1.7532537558360322],
          [0.30771208612814316, 1.5736099857795387],
          [-2.3054572090155014, -3.254880633754048],
        ],
      ],
    },
    {
      x: [
        [
          [1, 2],
          [4, 0],
          [-1, 3],
          [0.5, 0],
        ],
      ],
      weight: [1, -2, 0.5, 3],
      bias: [0, 0.25, 1, -1],
      with: [{ groups: 2, epsilon: 0.5 }],
      output: [
        [
          [-0.45749571099781394, 0.15249857033260472],
          [-2.494974265986884, 2.384979984656465],
          [0.5029325766137829, 1.726483157256779],
          [-1.2294157338705618, -2.1470786693528088],
        ],
      ],
    },
    {
      x: [[1, 4, -1, 0.5]],
      weight: [1, -2, 0.5, 3],
      bias: [0, 0.25, 1, -1],
      with: [{ groups: 2 }],
      output: [[-0.9999977777851851, -1.7499955555703703, 0.500004444385186, 1.9999733336888834]],
    },
    {
      x: [[5, 5, Infinity, 1]],
      weight: [1, -2, 0.5, 3],
      bias: [0, 0.25, 1, -1],
      with: [{ groups: 2 }],
      output: [[0, 0.25, Number.NaN, Number.NaN]],
    },
  ],
})

interface Grouping {
  readonly groups: number
  readonly epsilon: number
}

/** x standardised in groups of channels, then scaled and moved channel by channel. */
export function groupForward(
  gates: Gates,
  { x, weight, bias, groups, epsilon }: Grouping & Record<'x' | 'weight' | 'bias', Value>,
): Value {
  const { grouped, beside, axes } = groupingOf(gates, x, groups)
  const { standard } = standardized(gates, grouped, { axes, epsilon })
  const moved = gates.add(gates.multiply(standard, beside(weight)), beside(bias))
  return gates.reshape(moved, x.shape)
}

/** Its gradients. */
export function groupBackward(
  gates: Gates,
  { x, weight, upstream, groups, epsilon }: Grouping & Record<'x' | 'weight' | 'upstream', Value>,
): Record<'x' | 'weight' | 'bias', Value> {
  const { grouped, beside, axes } = groupingOf(gates, x, groups)
  const reached = gates.reshape(upstream, grouped.shape)
  const operands = { x: grouped, weight: beside(weight), upstream: reached }
  const found = standardGradients(gates, operands, { axes, epsilon })
  return {
    x: gates.reshape(found.x, x.shape),
    weight: gates.reshape(found.weight, weight.shape),
    bias: gates.reshape(found.bias, weight.shape),
  }
}

export function groupEquation({
  x,
  weight,
  bias,
  attributes: { epsilon },
}: Record<'x' | 'weight' | 'bias', string> & { readonly attributes: NormAttributes }): string {
  return String.raw`${standardText(x, epsilon)} \odot ${weight} + ${bias}`
}

export function groupDownstream({
  x,
  weight,
  upstream,
  attributes: { epsilon },
}: Record<'x' | 'weight' | 'upstream', string> & {
  readonly attributes: NormAttributes
}): Record<'x' | 'weight' | 'bias', string> {
  const standard = standardText(x, epsilon)
  return {
    x: String.raw`\frac{1}{${deviationText(x, epsilon)}} \odot (g - \operatorname{mean}(g) - s \odot \operatorname{mean}(g \odot s)), \quad g = ${upstream} \odot ${weight}, \quad s = ${standard}`,
    weight: String.raw`\sum (${upstream} \odot ${standard})`,
    bias: String.raw`\sum ${upstream}`,
  }
}

/** x as [n, groups, channels of a group, ...], and what stands beside it. */
function groupingOf(gates: Gates, x: Value, groups: number) {
  const shape = groupedShape(x.shape, groups)
  const perChannel = shape.map((size, axis) => (axis === 1 || axis === 2 ? size : 1))
  return {
    grouped: gates.reshape(x, shape),
    beside: (value: Value) => gates.reshape(value, perChannel),
    axes: shape.map((_, axis) => axis).slice(2),
  }
}

function groupedShape([n = 0, channels = 0, ...rest]: Shape, groups: number): readonly number[] {
  return [n, groups, channels / groups, ...rest]
}

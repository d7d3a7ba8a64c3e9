/** Channels that become places, places that become channels, and channels that change places. */
import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/** The shape of images in other sizes: the types know the batch alone. */
export interface PixelShuffle {
  <S extends Shape, D extends DType>(x: Value<S, D>, factor: number): Value<Shape, D>
}

export interface ChannelShuffle {
  <S extends Shape, D extends DType>(x: Value<S, D>, groups: number): Value<S, D>
}

interface FactorAttributes {
  readonly [name: string]: number
  readonly factor: number
}

const isFactor: Constraint<readonly ['x'], FactorAttributes> = {
  code: 'ATTRIBUTE',
  rule: 'the factor is a whole number, 1 or more',
  holds: ({ attributes: { factor } }) =>
    (Number.isSafeInteger(factor) && factor >= 1) || `the factor is ${factor}`,
  fix: 'give how many places a place becomes, along height and width alike',
  broken: { x: 'f32[1, 4, 2, 2]', with: [0] },
}

const haveChannels: Constraint<readonly ['x'], FactorAttributes> = {
  rule: 'x [..., channels, height, width] has three axes or more',
  holds: ({ x }) => x.shape.length >= 3 || `x is ${formatShape(x.shape)}`,
  fix: 'reshape it to three axes or more',
  broken: { x: 'f32[4, 4]', with: [2] },
}

/**
 * Images `factor` times as high and wide, whose places come from channels: what a convolution makes
 * of small images becomes large ones.
 *
 * Shapes: x [..., channels · factor², height, width] → [..., channels, height · factor, width · factor].
 * Throws: SHAPE where factor² does not divide the channels, ATTRIBUTE for a factor out of range.
 * Source: PyTorch `pixel_shuffle`; Shi and others 2016.
 */
export const pixelShuffle: Gate<PixelShuffle> = defineGate<PixelShuffle, ['x'], FactorAttributes>({
  name: 'pixelShuffle',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, factor: number) => ({ inputs: [x], attributes: { factor } }),
  constraints: {
    C1: isFactor,
    C2: haveChannels,
    C3: {
      rule: "factor² divides x's channels",
      holds: ({ x, attributes: { factor } }) =>
        (x.shape.at(-3) ?? 0) % factor ** 2 === 0 ||
        `${x.shape.at(-3)} channels for factor ${factor}`,
      fix: 'make x with factor² times as many channels as are wanted',
      broken: { x: 'f32[1, 6, 2, 2]', with: [2] },
    },
  },
  shape: ({ x, attributes: { factor } }) => {
    const { batch, channels, height, width } = imagesOf(x)
    return [...batch, channels / factor ** 2, height * factor, width * factor]
  },
  expand: ({ gates, x, attributes: { factor } }) => {
    const { batch, channels, height, width } = imagesOf(x.shape)
    const own = channels / factor ** 2
    const split = gates.reshape(x, [...batch, own, factor, factor, height, width])
    const turned = gates.transpose(split, order(batch, [0, 3, 1, 4, 2]))
    return gates.reshape(turned, [...batch, own, height * factor, width * factor])
  },
  downstream: ({ upstream }) => String.raw`\operatorname{pixelUnshuffle}(${upstream})`,
  // Expected values: torch 1.13, torch.nn.functional.pixel_shuffle.
  samples: [
    {
      x: [[[[0, 1]], [[2, 3]], [[4, 5]], [[6, 7]]]],
      with: [2],
      output: [
        [
          [
            [0, 2, 1, 3],
            [4, 6, 5, 7],
          ],
        ],
      ],
    },
    { x: [[[1, 2]]], with: [1], output: [[[1, 2]]] },
  ],
})

/**
 * Images a `factor`-th as high and wide, whose places have become channels.
 *
 * Shapes: x [..., channels, height · factor, width · factor] → [..., channels · factor², height, width].
 * Throws: SHAPE where factor does not divide height and width, ATTRIBUTE for a factor out of range.
 * Source: PyTorch `pixel_unshuffle`.
 */
export const pixelUnshuffle: Gate<PixelShuffle> = defineGate<PixelShuffle, ['x'], FactorAttributes>(
  {
    name: 'pixelUnshuffle',
    operands: ['x'],
    role: 'mover',
    takes: 'stored',
    call: (x: Value, factor: number) => ({ inputs: [x], attributes: { factor } }),
    constraints: {
      C1: isFactor,
      C2: haveChannels,
      C3: {
        rule: 'the factor divides height and width of x',
        holds: ({ x, attributes: { factor } }) =>
          x.shape.slice(-2).every((size) => size % factor === 0) ||
          `${x.shape.slice(-2).join(' × ')} for factor ${factor}`,
        fix: 'pad x, or cut it',
        broken: { x: 'f32[1, 1, 3, 2]', with: [2] },
      },
    },
    shape: ({ x, attributes: { factor } }) => {
      const { batch, channels, height, width } = imagesOf(x)
      return [...batch, channels * factor ** 2, height / factor, width / factor]
    },
    expand: ({ gates, x, attributes: { factor } }) => {
      const { batch, channels, height, width } = imagesOf(x.shape)
      const [rows, columns] = [height / factor, width / factor]
      const split = gates.reshape(x, [...batch, channels, rows, factor, columns, factor])
      const turned = gates.transpose(split, order(batch, [0, 2, 4, 1, 3]))
      return gates.reshape(turned, [...batch, channels * factor ** 2, rows, columns])
    },
    downstream: ({ upstream }) => String.raw`\operatorname{pixelShuffle}(${upstream})`,
    // Expected values: torch 1.13, torch.nn.functional.pixel_unshuffle.
    samples: [
      {
        x: [
          [
            [
              [1, 2],
              [4, 5],
            ],
          ],
        ],
        with: [2],
        output: [[[[1]], [[2]], [[4]], [[5]]]],
      },
      { x: [[[1, 2]]], with: [1], output: [[[1, 2]]] },
    ],
  },
)

interface GroupAttributes {
  readonly [name: string]: number
  readonly groups: number
}

/**
 * The channels of `x` with those of all groups in turn: the first of each group, the second of each.
 *
 * Shapes: x [n, channels, ...] → the same.
 * Throws: SHAPE where groups does not divide the channels, ATTRIBUTE where it is no count.
 * Source: PyTorch `channel_shuffle`; Zhang and others 2018.
 */
export const channelShuffle: Gate<ChannelShuffle> = defineGate<
  ChannelShuffle,
  ['x'],
  GroupAttributes
>({
  name: 'channelShuffle',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, groups: number) => ({ inputs: [x], attributes: { groups } }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'groups is a whole number, 1 or more',
      holds: ({ attributes: { groups } }) =>
        (Number.isSafeInteger(groups) && groups >= 1) || `groups is ${groups}`,
      fix: 'give the groups of the convolution before it',
      broken: { x: 'f32[1, 4, 2, 2]', with: [0] },
    },
    C2: {
      rule: 'x [n, channels, ...] has channels that groups divides',
      holds: ({ x, attributes: { groups } }) =>
        (x.shape.length >= 2 && (x.shape[1] ?? 0) % groups === 0) ||
        `x is ${formatShape(x.shape)} for ${groups} groups`,
      fix: 'take a number of groups that divides the channels',
      broken: { x: 'f32[1, 3, 2, 2]', with: [2] },
    },
  },
  expand: ({ gates, x, attributes: { groups } }) => shuffled(gates, x, groups),
  backward: ({ gates, x, attributes: { groups }, upstream }) => ({
    x: shuffled(gates, upstream, (x.shape[1] ?? 0) / groups),
  }),
  downstream: ({ upstream }) => String.raw`\operatorname{channelShuffle}(${upstream})`,
  // Expected values: torch 1.13, torch.nn.functional.channel_shuffle.
  samples: [
    {
      x: [[[[0]], [[1]], [[2]], [[3]], [[4]], [[5]]]],
      with: [2],
      output: [[[[0]], [[3]], [[1]], [[4]], [[2]], [[5]]]],
    },
    { x: [[1, 2]], with: [1], output: [[1, 2]] },
  ],
})

function shuffled(gates: Gates, x: Value, groups: number): Value {
  const [batch = 0, channels = 0, ...rest] = x.shape
  if (channels === 0) return x
  const split = gates.reshape(x, [batch, groups, channels / groups, ...rest])
  const turned = gates.transpose(split, [0, 2, 1, ...rest.map((_, axis) => axis + 3)])
  return gates.reshape(turned, x.shape)
}

function imagesOf(shape: Shape) {
  const [channels = 0, height = 0, width = 0] = shape.slice(-3)
  return { batch: shape.slice(0, -3), channels, height, width }
}

/** The axes of the batch, then further ones counted from there. */
function order(batch: Shape, axes: readonly number[]): number[] {
  return [...batch.keys(), ...axes.map((axis) => batch.length + axis)]
}

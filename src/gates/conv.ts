import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  type ConvolutionAttributes,
  channelsFit,
  convolutionShape,
  dilated,
  dtypesMeet,
  entriesFit,
  numbersFit,
  windowFits,
} from './convolution.ts'
import { defineGate, type Gates } from './define.ts'

export interface ConvOptions {
  /** Steps of the window. Default: 1 on every axis. */
  readonly strides?: readonly number[]
  /** Zeros put before and after each spatial axis of x; negative ones cut off. Default: none. */
  readonly padding?: readonly (readonly [low: number, high: number])[]
  /** Distance that x's elements are drawn apart, with zeros between. Default: 1. */
  readonly inputDilation?: readonly number[]
  /** Distance of the kernel's elements. Default: 1. */
  readonly kernelDilation?: readonly number[]
  /** In how many groups channels are joined: each group of outputs sees its own. Default: 1. */
  readonly groups?: number
}

export interface Conv {
  <D extends DType, E extends DType>(
    x: Value<Shape, D>,
    kernel: IfSameDType<'conv', D, E, Value<Shape, E>>,
    options?: ConvOptions,
  ): Value<Shape, MeetDType<D, E>>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    conv<V extends Value, const E extends DType>(
      this: V,
      kernel: IfSameDType<'conv', V['dtype'], E, Value<Shape, E>>,
      options?: ConvOptions,
    ): Value<Shape, MeetDType<V['dtype'], E>>
  }
}

/**
 * Slides `kernel` over the spatial axes of `x`, any number of them, and sums the products: the one
 * convolution that all others, and their gradients, are made of. As everywhere in the field the
 * kernel is not flipped.
 *
 * Shapes: x [n, groups · c, ...spatial], kernel [o, c, ...window] → [n, o, ...out], where a spatial
 * axis of out counts the steps of the window: ⌊(size − window) / stride⌋ + 1, after x is dilated,
 * then padded, and the kernel is dilated.
 * Throws: SHAPE where x and kernel do not fit each other or the window does not fit into x,
 * ATTRIBUTE for an option that does not fit the axes, DTYPE where the dtypes differ.
 * Source: StableHLO `convolution`, XLA's axes in PyTorch's order.
 */
export const conv: Gate<Conv> = defineGate<Conv, ['x', 'kernel'], ConvolutionAttributes>({
  name: 'conv',
  operands: ['x', 'kernel'],
  role: 'switch',
  call: (x: Value, kernel: Value, options: ConvOptions = {}) => {
    const spatial = x.shape.slice(2)
    const ones = spatial.map(() => 1)
    const { strides = ones, inputDilation = ones, kernelDilation = ones, groups = 1 } = options
    const { padding = spatial.map(() => [0, 0] as const) } = options
    const attributes = {
      strides: Object.freeze([...strides]),
      padding: Object.freeze(padding.map((pair) => Object.freeze([...pair]))),
      inputDilation: Object.freeze([...inputDilation]),
      kernelDilation: Object.freeze([...kernelDilation]),
      groups,
    }
    return { inputs: [x, kernel], attributes }
  },
  constraints: {
    C1: {
      rule: 'x [n, channels, ...spatial] and kernel [o, channels, ...window] have as many axes, 2 or more',
      holds: ({ x, kernel }) =>
        (x.shape.length >= 2 && x.shape.length === kernel.shape.length) ||
        `x ${formatShape(x.shape)} and kernel ${formatShape(kernel.shape)} do not fit`,
      fix: 'reshape x or kernel',
      broken: { x: 'f32[1, 3, 8]', kernel: 'f32[4, 3, 2, 2]' },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'strides, padding and dilations have an entry for each spatial axis',
      holds: ({ x, attributes }) => entriesFit(attributes, x.shape.length - 2),
      fix: 'give a list with one entry for each axis after the first two',
      broken: { x: 'f32[1, 3, 8]', kernel: 'f32[4, 3, 2]', with: [{ strides: [1, 1] }] },
    },
    C3: {
      code: 'ATTRIBUTE',
      rule: 'strides, dilations and groups are whole numbers, 1 or more; padding is whole numbers',
      holds: ({ attributes }) => numbersFit(attributes),
      fix: 'correct the option; 1, or 0 for padding, changes nothing',
      broken: { x: 'f32[1, 3, 8]', kernel: 'f32[4, 3, 2]', with: [{ strides: [0] }] },
    },
    C4: channelsFit,
    C5: windowFits,
    C6: dtypesMeet,
  },
  shape: convolutionShape,
  contract: 'convolution',
  backward: (context) => ({ x: gradientOfInput(context), kernel: gradientOfKernel(context) }),
  equation: ({ x, kernel }) => String.raw`\operatorname{conv}(${x}, ${kernel})`,
  local: ({ x, kernel }) => ({ x: kernel, kernel: x }),
  downstream: ({ x, kernel, upstream }) => ({
    x: String.raw`\operatorname{conv}(${upstream}, \operatorname{flip}(${kernel}))`,
    kernel: String.raw`\operatorname{conv}(${x}, ${upstream})`,
  }),
  // Expected values: jax.lax.conv_general_dilated.
  samples: [
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      kernel: [
        [1, -1],
        [2, 5],
        [0, 1],
      ],
      output: [
        [-1, 12, 2],
        [-1, 26, 4],
      ],
    },
    {
      x: [
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
      ],
      kernel: [
        [
          [1, -1],
          [2, 0.5],
        ],
      ],
      with: [{ strides: [2], padding: [[2, 1]] }],
      output: [[[0, 12, 17]]],
    },
    {
      x: [
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
      ],
      kernel: [[[1, -1]], [[2, 0.5]]],
      with: [{ padding: [[1, -1]], inputDilation: [2], kernelDilation: [2], groups: 2 }],
      output: [
        [
          [0, -1, 0, -1, 0],
          [0, 13, 0, 15.5, 0],
        ],
      ],
    },
    {
      x: [
        [
          [
            [
              [1, 2],
              [3, 4],
            ],
            [
              [5, 6],
              [7, 8],
            ],
          ],
        ],
      ],
      kernel: [[[[[1]], [[-2]]]]],
      output: [
        [
          [
            [
              [-9, -10],
              [-11, -12],
            ],
          ],
        ],
      ],
    },
  ],
})

interface BackwardContext {
  readonly gates: Gates
  readonly x: Value
  readonly kernel: Value
  readonly upstream: Value
  readonly attributes: ConvolutionAttributes
}

/**
 * Element i of x reached output p through tap t where p · stride + t · kernelDilation − low =
 * i · inputDilation. So the gradient slides the flipped kernel, outputs and channels exchanged, over
 * the upstream: strides and input dilation change places, and what remains is padding.
 */
function gradientOfInput({ gates, x, kernel, upstream, attributes }: BackwardContext): Value {
  // A window may lie on padding alone; no window fits into what is left without it.
  if (sizeOf(x.shape) === 0) return gates.zerosLike(x)
  const { strides, padding, inputDilation, kernelDilation, groups } = attributes
  const [outputs = 0, channels = 0, ...window] = kernel.shape
  const perGroup = outputs / groups
  const grouped = gates.reshape(kernel, [groups, perGroup, channels, ...window])
  const exchanged = gates.reshape(gates.transpose(grouped, exchange(grouped.shape, 1, 2)), [
    groups * channels,
    perGroup,
    ...window,
  ])
  const newPadding = window.map((taps, axis): [number, number] => {
    const [low = 0] = padding[axis] ?? []
    const spread = dilated(x.shape[axis + 2] ?? 0, inputDilation[axis])
    const reach = dilated(upstream.shape[axis + 2] ?? 0, strides[axis])
    return [dilated(taps, kernelDilation[axis]) - 1 - low, spread + low - reach]
  })
  return gates.conv(
    upstream,
    gates.flip(
      exchanged,
      window.map((_, axis) => axis + 2),
    ),
    {
      strides: inputDilation,
      padding: newPadding,
      inputDilation: strides,
      kernelDilation,
      groups,
    },
  )
}

/**
 * By the same equation tap t is reached from every p: the upstream slides over x as a kernel whose
 * dilation is the stride. The batch is what is summed over, so it takes the channels' place.
 */
function gradientOfKernel({ gates, x, kernel, upstream, attributes }: BackwardContext): Value {
  const { strides, padding, inputDilation, kernelDilation, groups } = attributes
  const [, channels = 0, ...window] = kernel.shape
  const [batch = 0, , ...spatial] = x.shape
  const grouped = gates.reshape(x, [batch, groups, channels, ...spatial])
  const exchanged = gates.reshape(gates.transpose(grouped, exchange(grouped.shape, 0, 2)), [
    channels,
    groups * batch,
    ...spatial,
  ])
  const newPadding = window.map((taps, axis): [number, number] => {
    const [low = 0] = padding[axis] ?? []
    const reach = dilated(upstream.shape[axis + 2] ?? 0, strides[axis])
    const spread = dilated(spatial[axis] ?? 0, inputDilation[axis])
    return [low, dilated(taps, kernelDilation[axis]) - 1 + reach - spread - low]
  })
  const swapped = gates.transpose(upstream, exchange(upstream.shape, 0, 1))
  const gradient = gates.conv(exchanged, swapped, {
    strides: kernelDilation,
    padding: newPadding,
    inputDilation,
    kernelDilation: strides,
    groups,
  })
  return gates.transpose(gradient, exchange(gradient.shape, 0, 1))
}

/** The axes of `shape` in order, but for two that change places. */
function exchange(shape: Shape, a: number, b: number): number[] {
  return shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis))
}

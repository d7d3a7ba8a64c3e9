import { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
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
import { defineGate } from './define.ts'
import { onBothAxes, type PerAxis } from './per-axis.ts'

export interface Conv2dOptions {
  /** Steps of the window. Default: 1. */
  readonly stride?: PerAxis
  /**
   * Zeros on both sides of each axis. Default: 0, which is 'valid'. 'same' keeps height and width,
   * with the odd zero at the end.
   */
  readonly padding?: PerAxis | 'valid' | 'same'
  /** Distance of the kernel's elements. Default: 1. */
  readonly dilation?: PerAxis
  /** In how many groups channels are joined: each group of outputs sees its own. Default: 1. */
  readonly groups?: number
}

/** [n, o, height, width], the last two unknown to the types. */
export type Conv2dShape<S extends Shape, K extends Shape> = readonly [S[0], K[0], number, number]

export interface Conv2d {
  <S extends Shape, D extends DType, K extends Shape, E extends DType>(
    x: Value<S, D>,
    kernel: IfSameDType<'conv2d', D, E, Value<K, E>>,
    options?: Conv2dOptions,
  ): Value<Conv2dShape<S, K>, MeetDType<D, E>>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    conv2d<V extends Value, const K extends Shape, const E extends DType>(
      this: V,
      kernel: IfSameDType<'conv2d', V['dtype'], E, Value<K, E>>,
      options?: Conv2dOptions,
    ): Value<Conv2dShape<V['shape'], K>, MeetDType<V['dtype'], E>>
  }
}

const image = [
  [
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
  ],
]
const window = [
  [
    [
      [1, 2],
      [3, -4],
    ],
  ],
]

/**
 * Slides `kernel` over the height and width of the images `x` and sums the products.
 *
 * Shapes: x [n, groups · c, height, width], kernel [o, c, kh, kw] → [n, o, outHeight, outWidth].
 * Throws: SHAPE where x and kernel do not fit each other or the window does not fit into x,
 * ATTRIBUTE for an option out of range or 'same' with a stride, DTYPE where the dtypes differ.
 * Source: PyTorch `conv2d`, whose bias is an add of its own here.
 *
 * @example
 * conv2d(images, kernel, { padding: 'same' }) // [8, 1, 28, 28] with [4, 1, 3, 3] → [8, 4, 28, 28]
 */
export const conv2d: Gate<Conv2d> = defineGate<Conv2d, ['x', 'kernel'], ConvolutionAttributes>({
  name: 'conv2d',
  operands: ['x', 'kernel'],
  role: 'switch',
  call: (x: Value, kernel: Value, options: Conv2dOptions = {}) => ({
    inputs: [x, kernel],
    attributes: attributesOf(kernel.shape, options),
  }),
  constraints: {
    C1: {
      rule: 'x [n, channels, height, width] and kernel [o, channels / groups, kh, kw] have four axes',
      holds: ({ x, kernel }) =>
        (x.shape.length === 4 && kernel.shape.length === 4) ||
        `x ${formatShape(x.shape)} and kernel ${formatShape(kernel.shape)} are not images and their kernel`,
      fix: 'reshape them to four axes: one image [c, h, w] is [1, c, h, w]',
      broken: { x: 'f32[3, 8, 8]', kernel: 'f32[4, 3, 2, 2]' },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'stride, dilation and groups are whole numbers, 1 or more; padding is whole numbers',
      holds: ({ attributes }) => {
        const verdict = entriesFit(attributes, 2)
        return verdict === true ? numbersFit(attributes) : verdict
      },
      fix: 'correct the option; 1, or 0 for padding, changes nothing',
      broken: { x: 'f32[1, 1, 8, 8]', kernel: 'f32[1, 1, 2, 2]', with: [{ stride: 0 }] },
    },
    C3: channelsFit,
    C4: windowFits,
    C5: dtypesMeet,
  },
  shape: convolutionShape,
  expand: ({ gates, x, kernel, attributes }) => {
    const { strides, kernelDilation, groups } = attributes
    const padding = attributes.padding.map(([low = 0, high = 0]): [number, number] => [low, high])
    return gates.conv(x, kernel, { strides, padding, kernelDilation, groups })
  },
  equation: ({ x, kernel }) => String.raw`\operatorname{conv2d}(${x}, ${kernel})`,
  local: ({ x, kernel }) => ({ x: kernel, kernel: x }),
  downstream: ({ x, kernel, upstream }) => ({
    x: String.raw`\operatorname{conv}(${upstream}, \operatorname{flip}(${kernel}))`,
    kernel: String.raw`\operatorname{conv}(${x}, ${upstream})`,
  }),
  // Expected values: torch 1.13, torch.nn.functional.conv2d.
  samples: [
    {
      x: image,
      kernel: window,
      output: [
        [
          [
            [-3, -1],
            [3, 5],
          ],
        ],
      ],
    },
    {
      x: image,
      kernel: window,
      with: [{ padding: 'same' }],
      output: [
        [
          [
            [-3, -1, 21],
            [3, 5, 33],
            [23, 26, 9],
          ],
        ],
      ],
    },
    {
      x: image,
      kernel: window,
      with: [{ stride: 2, padding: 1 }],
      output: [
        [
          [
            [-4, -6],
            [-20, 5],
          ],
        ],
      ],
    },
    {
      x: image,
      kernel: window,
      with: [{ stride: [1, 2], padding: [0, 1] }],
      output: [
        [
          [
            [-14, -1],
            [-20, 5],
          ],
        ],
      ],
    },
    { x: image, kernel: window, with: [{ dilation: 2, padding: 'valid' }], output: [[[[-8]]]] },
    {
      x: [
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
      kernel: [[[[1, -1]]], [[[2, 0.5]]], [[[0, 1]]], [[[3, 3]]]],
      with: [{ groups: 2 }],
      output: [
        [
          [[-1], [-1]],
          [[3], [8]],
          [[6], [8]],
          [[33], [45]],
        ],
      ],
    },
  ],
})

function attributesOf(kernel: Shape, options: Conv2dOptions): ConvolutionAttributes {
  const strides = onBothAxes(options.stride ?? 1)
  const kernelDilation = onBothAxes(options.dilation ?? 1)
  const padding = paddingOf(options, kernel.slice(2), kernelDilation)
  return {
    strides,
    padding: Object.freeze(padding.map((pair) => Object.freeze(pair))),
    inputDilation: onBothAxes(1),
    kernelDilation,
    groups: options.groups ?? 1,
  }
}

function paddingOf(
  { padding = 0, stride = 1 }: Conv2dOptions,
  taps: Shape,
  dilation: readonly number[],
): [low: number, high: number][] {
  if (padding === 'valid') return paddingOf({ padding: 0 }, taps, dilation)
  if (padding !== 'same') return onBothAxes(padding).map((zeros) => [zeros, zeros])
  if (onBothAxes(stride).some((step) => step !== 1)) {
    throw new SluiceError({
      code: 'ATTRIBUTE',
      what: "conv2d: padding 'same' keeps the size, a stride does not",
      expected: "stride 1 with padding 'same'",
      got: `stride ${formatShape(onBothAxes(stride))}`,
      fix: 'give the padding as a number',
    })
  }
  return taps.map((count, axis) => {
    const total = dilated(count, dilation[axis]) - 1
    return [Math.floor(total / 2), Math.ceil(total / 2)]
  })
}

/**
 * The transposed convolutions of one, two and three spatial axes, which differ in nothing but that
 * number: what the gradient of a convolution makes of its upstream, as a gate.
 */
import { dilated, dtypesMeet } from '../gates/convolution.ts'
import { defineGate } from '../gates/define.ts'
import {
  type AxesOf,
  axesOf,
  exampleType,
  onEachAxis,
  type PerAxis,
  pictureOf,
  type Rank,
} from '../gates/per-axis.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Gate, Sample } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface TransposedConvolutionOptions<R extends Rank> {
  /** How far the windows of neighbours in x stand apart in the output. Default: 1. */
  readonly stride?: PerAxis<R>
  /** How many elements are cut off each side of the output. Default: 0. */
  readonly padding?: PerAxis<R>
  /** How many elements the end of each axis has in addition: below stride or dilation. Default: 0. */
  readonly outputPadding?: PerAxis<R>
  /** In how many groups channels are joined. Default: 1. */
  readonly groups?: number
  /** Distance of the kernel's elements. Default: 1. */
  readonly dilation?: PerAxis<R>
}

/** As PyTorch's `conv_transpose1d` to `3d`, as a function. */
export interface TransposedConvolution<Name extends string, R extends Rank> {
  <S extends Shape, D extends DType, E extends DType>(
    x: Value<S, D>,
    kernel: IfSameDType<Name, D, E, Value<Shape, E>>,
    options?: TransposedConvolutionOptions<R>,
  ): Value<readonly [S[0], number, ...AxesOf<R>], MeetDType<D, E>>
}

interface TransposedAttributes {
  readonly [name: string]: readonly number[] | number
  readonly strides: readonly number[]
  readonly padding: readonly number[]
  readonly outputPadding: readonly number[]
  readonly dilation: readonly number[]
  readonly groups: number
}

/** A transposed convolution over the last `rank` axes of x; a gate is this and its samples. */
export function transposedGate<Name extends string, R extends Rank>(
  name: Name,
  rank: R,
  samples: readonly Sample[],
): Gate<TransposedConvolution<Name, R>> {
  return defineGate<TransposedConvolution<Name, R>, ['x', 'kernel'], TransposedAttributes>({
    name,
    operands: ['x', 'kernel'],
    role: 'switch',
    call: (x: Value, kernel: Value, options: TransposedConvolutionOptions<R> = {}) => ({
      inputs: [x, kernel],
      attributes: {
        strides: onEachAxis(options.stride ?? 1, rank),
        padding: onEachAxis(options.padding ?? 0, rank),
        outputPadding: onEachAxis(options.outputPadding ?? 0, rank),
        dilation: onEachAxis(options.dilation ?? 1, rank),
        groups: options.groups ?? 1,
      },
    }),
    constraints: {
      C1: {
        rule: `x [n, channels, ${axesOf[rank]}] and kernel [channels, o / groups, ...window] have ${rank + 2} axes`,
        holds: ({ x, kernel }) =>
          (x.shape.length === rank + 2 && kernel.shape.length === rank + 2) ||
          `x ${formatShape(x.shape)} and kernel ${formatShape(kernel.shape)} are not ${pictureOf[rank]}s and their kernel`,
        fix: `reshape them to ${rank + 2} axes; one ${pictureOf[rank]} is a batch of 1`,
        broken: { x: 'f32[3, 8]', kernel: exampleType(rank, [3, 4, 2]) },
      },
      C2: {
        code: 'ATTRIBUTE',
        rule: 'stride, dilation and groups are whole numbers, 1 or more; padding is 0 or more, and outputPadding below stride or dilation',
        holds: ({ attributes }) => numbersFit(attributes, rank),
        fix: 'correct the option; 1, or 0 for padding, changes nothing',
        broken: {
          x: exampleType(rank, [1, 1, 8]),
          kernel: exampleType(rank, [1, 1, 2]),
          with: [{ outputPadding: 1 }],
        },
      },
      C3: {
        rule: 'kernel has the channels of x, which groups divides',
        holds: ({ x, kernel, attributes: { groups } }) => {
          const [channels = 0, taken = 0] = [x.shape[1], kernel.shape[0]]
          if (channels !== taken) return `x has ${channels} channels, the kernel takes ${taken}`
          return channels % groups === 0 || `${groups} groups do not divide ${channels} channels`
        },
        fix: 'make the kernel [channels, o / groups, ...window]',
        broken: { x: exampleType(rank, [1, 3, 8]), kernel: exampleType(rank, [4, 2, 2]) },
      },
      C4: {
        rule: 'padding leaves one element or more on each axis',
        holds: ({ x, kernel, attributes }) => {
          const sizes = outputSizes({ x: x.shape, kernel: kernel.shape, attributes })
          return sizes.every((size) => size >= 1) || `the output would be ${formatShape(sizes)}`
        },
        fix: 'cut off less',
        broken: {
          x: exampleType(rank, [1, 1, 1]),
          kernel: exampleType(rank, [1, 1, 2]),
          with: [{ padding: 1 }],
        },
      },
      C5: {
        ...dtypesMeet,
        broken: { x: exampleType(rank, [1, 1, 3]), kernel: exampleType(rank, [1, 1, 3], 'f64') },
      },
    },
    shape: ({ x, kernel, attributes }) => [
      x[0] ?? 0,
      (kernel[1] ?? 0) * attributes.groups,
      ...outputSizes({ x, kernel, attributes }),
    ],
    // Element i of x reaches output i · stride + t · dilation − padding through tap t: the flipped
    // kernel slides over x, whose elements are drawn apart by the stride.
    expand: ({ gates, x, kernel, attributes }) => {
      const { strides, padding, outputPadding, dilation, groups } = attributes
      const [channels = 0, perGroup = 0, ...window] = kernel.shape
      const spatial = window.map((_, axis) => axis + 3)
      const grouped = gates.reshape(kernel, [groups, channels / groups, perGroup, ...window])
      const exchanged = gates.reshape(gates.transpose(grouped, [0, 2, 1, ...spatial]), [
        groups * perGroup,
        channels / groups,
        ...window,
      ])
      const flipped = gates.flip(
        exchanged,
        window.map((_, axis) => axis + 2),
      )
      return gates.conv(x, flipped, {
        padding: window.map((taps, axis): [number, number] => {
          const low = dilated(taps, dilation[axis]) - 1 - (padding[axis] ?? 0)
          return [low, low + (outputPadding[axis] ?? 0)]
        }),
        inputDilation: strides,
        kernelDilation: dilation,
        groups,
      })
    },
    equation: ({ x, kernel }) => String.raw`\operatorname{${name}}(${x}, ${kernel})`,
    local: ({ x, kernel }) => ({ x: kernel, kernel: x }),
    downstream: ({ x, kernel, upstream }) => ({
      x: String.raw`\operatorname{conv}(${upstream}, ${kernel})`,
      kernel: String.raw`\operatorname{conv}(${upstream}, ${x})`,
    }),
    samples,
  })
}

interface Shapes {
  readonly x: Shape
  readonly kernel: Shape
  readonly attributes: TransposedAttributes
}

function outputSizes({ x, kernel, attributes }: Shapes): number[] {
  const { strides, padding, outputPadding, dilation } = attributes
  return x.slice(2).map((size, axis) => {
    const reach = dilated(size, strides[axis]) + dilated(kernel[axis + 2] ?? 0, dilation[axis]) - 1
    return reach - 2 * (padding[axis] ?? 0) + (outputPadding[axis] ?? 0)
  })
}

function numbersFit(attributes: TransposedAttributes, rank: number): true | string {
  const { strides, padding, outputPadding, dilation, groups } = attributes
  for (const [name, list] of Object.entries({
    stride: strides,
    padding,
    outputPadding,
    dilation,
  })) {
    if (list.length !== rank) return `${name} has ${list.length} entries for ${rank} axes`
    const least = name === 'stride' || name === 'dilation' ? 1 : 0
    const wrong = list.find((number) => !Number.isSafeInteger(number) || number < least)
    if (wrong !== undefined) return `${name} cannot be ${wrong}`
  }
  if (!Number.isSafeInteger(groups) || groups < 1) return `groups cannot be ${groups}`
  const wrong = outputPadding.find(
    (count, axis) => count >= Math.max(strides[axis] ?? 1, dilation[axis] ?? 1),
  )
  return wrong === undefined || `outputPadding cannot be ${wrong}`
}

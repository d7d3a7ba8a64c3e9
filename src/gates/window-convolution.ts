/** The convolutions of one, two and three spatial axes, which differ in nothing but that number. */
import { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Gate, Sample } from '../ir/gate.ts'
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
import {
  type AxesOf,
  axesOf,
  exampleType,
  onEachAxis,
  type PerAxis,
  pictureOf,
  type Rank,
} from './per-axis.ts'

export interface ConvolutionOptions<R extends Rank> {
  /** Steps of the window. Default: 1. */
  readonly stride?: PerAxis<R>
  /**
   * Zeros on both sides of each axis. Default: 0, which is 'valid'. 'same' keeps the sizes, with
   * the odd zero at the end.
   */
  readonly padding?: PerAxis<R> | 'valid' | 'same'
  /** Distance of the kernel's elements. Default: 1. */
  readonly dilation?: PerAxis<R>
  /** In how many groups channels are joined: each group of outputs sees its own. Default: 1. */
  readonly groups?: number
}

/** [n, o, ...out], of which the types do not know the last ones. */
export type ConvolutionShape<S extends Shape, K extends Shape, R extends Rank> = readonly [
  S[0],
  K[0],
  ...AxesOf<R>,
]

export interface Convolution<Name extends string, R extends Rank> {
  <S extends Shape, D extends DType, K extends Shape, E extends DType>(
    x: Value<S, D>,
    kernel: IfSameDType<Name, D, E, Value<K, E>>,
    options?: ConvolutionOptions<R>,
  ): Value<ConvolutionShape<S, K, R>, MeetDType<D, E>>
}

/** Slides a kernel over the last `rank` axes of x; a gate is this and its samples. */
export function convolutionGate<Name extends string, R extends Rank>(
  name: Name,
  rank: R,
  samples: readonly Sample[],
): Gate<Convolution<Name, R>> {
  return defineGate<Convolution<Name, R>, ['x', 'kernel'], ConvolutionAttributes>({
    name,
    operands: ['x', 'kernel'],
    role: 'switch',
    call: (x: Value, kernel: Value, options: ConvolutionOptions<R> = {}) => ({
      inputs: [x, kernel],
      attributes: attributesOf(name, kernel.shape.slice(2), { rank, ...options }),
    }),
    constraints: {
      C1: {
        rule: `x [n, channels, ${axesOf[rank]}] and kernel [o, channels / groups, ...window] have ${rank + 2} axes`,
        holds: ({ x, kernel }) =>
          (x.shape.length === rank + 2 && kernel.shape.length === rank + 2) ||
          `x ${formatShape(x.shape)} and kernel ${formatShape(kernel.shape)} are not ${pictureOf[rank]}s and their kernel`,
        fix: `reshape them to ${rank + 2} axes; one ${pictureOf[rank]} is a batch of 1`,
        broken: { x: 'f32[3, 8]', kernel: exampleType(rank, [4, 3, 2]) },
      },
      C2: {
        code: 'ATTRIBUTE',
        rule: 'stride, dilation and groups are whole numbers, 1 or more; padding is whole numbers',
        holds: ({ attributes }) => {
          const verdict = entriesFit(attributes, rank)
          return verdict === true ? numbersFit(attributes) : verdict
        },
        fix: 'correct the option; 1, or 0 for padding, changes nothing',
        broken: {
          x: exampleType(rank, [1, 1, 8]),
          kernel: exampleType(rank, [1, 1, 2]),
          with: [{ stride: 0 }],
        },
      },
      C3: {
        ...channelsFit,
        broken: { x: exampleType(rank, [1, 3, 8]), kernel: exampleType(rank, [4, 2, 2]) },
      },
      C4: {
        ...windowFits,
        broken: { x: exampleType(rank, [1, 1, 2]), kernel: exampleType(rank, [1, 1, 3]) },
      },
      C5: {
        ...dtypesMeet,
        broken: { x: exampleType(rank, [1, 1, 3]), kernel: exampleType(rank, [1, 1, 3], 'f64') },
      },
    },
    shape: convolutionShape,
    expand: ({ gates, x, kernel, attributes }) => {
      const { strides, kernelDilation, groups } = attributes
      const padding = attributes.padding.map(([low = 0, high = 0]): [number, number] => [low, high])
      return gates.conv(x, kernel, { strides, padding, kernelDilation, groups })
    },
    equation: ({ x, kernel }) => String.raw`\operatorname{${name}}(${x}, ${kernel})`,
    local: ({ x, kernel }) => ({ x: kernel, kernel: x }),
    downstream: ({ x, kernel, upstream }) => ({
      x: String.raw`\operatorname{conv}(${upstream}, \operatorname{flip}(${kernel}))`,
      kernel: String.raw`\operatorname{conv}(${x}, ${upstream})`,
    }),
    samples,
  })
}

interface Given extends ConvolutionOptions<Rank> {
  readonly rank: number
}

function attributesOf(name: string, window: Shape, given: Given): ConvolutionAttributes {
  const { rank, stride = 1, dilation = 1, groups = 1 } = given
  const kernelDilation = onEachAxis(dilation, rank)
  const padding = paddingOf(name, given, { window, dilation: kernelDilation })
  return {
    strides: onEachAxis(stride, rank),
    padding: Object.freeze(padding.map((pair) => Object.freeze(pair))),
    inputDilation: onEachAxis(1, rank),
    kernelDilation,
    groups,
  }
}

function paddingOf(
  name: string,
  { rank, padding = 0, stride = 1 }: Given,
  { window, dilation }: { readonly window: Shape; readonly dilation: readonly number[] },
): [low: number, high: number][] {
  if (padding !== 'same') {
    const zeros = padding === 'valid' ? 0 : padding
    return onEachAxis(zeros, rank).map((count) => [count, count])
  }
  const steps = onEachAxis(stride, rank)
  if (steps.some((step) => step !== 1)) {
    throw new SluiceError({
      code: 'ATTRIBUTE',
      what: `${name}: padding 'same' keeps the size, a stride does not`,
      expected: "stride 1 with padding 'same'",
      got: `stride ${formatShape(steps)}`,
      fix: 'give the padding as a number',
    })
  }
  return window.map((taps, axis) => {
    const total = dilated(taps, dilation[axis]) - 1
    return [Math.floor(total / 2), Math.ceil(total / 2)]
  })
}

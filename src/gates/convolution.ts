/** What convolutions share: their attributes, their shape rule and what they ask of operands. */
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape } from '../ir/shape.ts'

export interface ConvolutionAttributes {
  readonly [name: string]: readonly number[] | readonly (readonly number[])[] | number
  /** One entry for each spatial axis, here and below. */
  readonly strides: readonly number[]
  /** [low, high] */
  readonly padding: readonly (readonly number[])[]
  readonly inputDilation: readonly number[]
  readonly kernelDilation: readonly number[]
  readonly groups: number
}

interface Shapes {
  readonly x: Shape
  readonly kernel: Shape
  readonly attributes: ConvolutionAttributes
}

/** The shape rule: [n, o, ...out]. */
export function convolutionShape({ x, kernel, attributes }: Shapes): Shape {
  return [x[0] ?? 0, kernel[0] ?? 0, ...outputSizes({ x, kernel, attributes })]
}

/** The length of `size` elements that stand `dilation` apart. */
export function dilated(size: number, dilation = 1): number {
  return size === 0 ? 0 : (size - 1) * dilation + 1
}

type ConvolutionConstraint = Constraint<['x', 'kernel'], ConvolutionAttributes>

export const channelsFit: ConvolutionConstraint = {
  rule: "x has groups times the kernel's channels, and groups divides the kernel's outputs",
  holds: ({ x, kernel, attributes: { groups } }) => {
    const [outputs = 0, channels = 0] = kernel.shape
    const all = x.shape[1] ?? 0
    if (all !== groups * channels) {
      const taken = groups === 1 ? `${channels}` : `${groups} · ${channels}`
      return `x has ${all} channels, the kernel takes ${taken}`
    }
    return outputs % groups === 0 || `${groups} groups do not divide ${outputs} outputs`
  },
  fix: 'make the kernel [o, channels / groups, ...window]',
  broken: { x: 'f32[1, 3, 8, 8]', kernel: 'f32[4, 2, 2, 2]' },
}

export const windowFits: ConvolutionConstraint = {
  rule: 'the window fits into the padded x at least once',
  holds: ({ x, kernel, attributes }) => {
    const sizes = outputSizes({ x: x.shape, kernel: kernel.shape, attributes })
    const isThere = kernel.shape.slice(2).every((taps) => taps >= 1)
    if (isThere && sizes.every((size) => size >= 1)) return true
    return `the window of kernel ${formatShape(kernel.shape)} does not fit into x ${formatShape(x.shape)}`
  },
  fix: 'pad x, or take a smaller window or dilation',
  broken: { x: 'f32[1, 1, 4, 2]', kernel: 'f32[1, 1, 3, 3]' },
}

export const dtypesMeet: Constraint<['x', 'kernel'], unknown> = {
  code: 'DTYPE',
  rule: 'x and kernel have the same dtype',
  holds: ({ x, kernel }) =>
    x.dtype === kernel.dtype || `dtypes ${x.dtype} and ${kernel.dtype} do not mix`,
  fix: 'cast one of them to the dtype of the other',
  broken: { x: 'f32[1, 1, 3, 3]', kernel: 'f64[1, 1, 3, 3]' },
}

/** Whether there is an entry for each of `rank` spatial axes; else where not. */
export function entriesFit(attributes: ConvolutionAttributes, rank: number): true | string {
  const { strides, padding, inputDilation, kernelDilation } = attributes
  for (const [name, list] of Object.entries({ strides, padding, inputDilation, kernelDilation })) {
    if (list.length !== rank) {
      return `${name} has ${list.length} entries for ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}`
    }
  }
  return padding.every((pair) => pair.length === 2) || 'padding is not a list of [low, high]'
}

/** Whether the numbers make sense; else which does not. */
export function numbersFit(attributes: ConvolutionAttributes): true | string {
  const { strides, padding, inputDilation, kernelDilation, groups } = attributes
  const counts = { strides, inputDilation, kernelDilation, groups: [groups] }
  for (const [name, list] of Object.entries(counts)) {
    const wrong = list.find((number) => !Number.isSafeInteger(number) || number < 1)
    if (wrong !== undefined) return `${name} cannot be ${wrong}`
  }
  const wrong = padding.flat().find((number) => !Number.isSafeInteger(number))
  return wrong === undefined || `padding cannot be ${wrong}`
}

function outputSizes({ x, kernel, attributes }: Shapes): number[] {
  const { strides, padding, inputDilation, kernelDilation } = attributes
  return x.slice(2).map((size, axis) => {
    const [low = 0, high = 0] = padding[axis] ?? []
    const room = dilated(size, inputDilation[axis]) + low + high
    const window = dilated(kernel[axis + 2] ?? 0, kernelDilation[axis])
    return Math.floor((room - window) / (strides[axis] ?? 1)) + 1
  })
}

/** Windows as ONNX describes them: kernel_shape, strides, dilations, pads and auto_pad. */
import type { Node } from '../node.ts'

export interface Windows {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** [low, high] of each spatial axis. */
  readonly pads: readonly (readonly [number, number])[]
}

/** How windows of `kernel` lie over the spatial axes of sizes `spatial`. */
export function windowsOf(
  node: Node,
  spatial: readonly number[],
  kernel: readonly number[],
): Windows {
  const { attributes } = node
  const ones = spatial.map(() => 1)
  const strides = attributes.ints('strides', ones)
  const dilations = attributes.ints('dilations', ones)
  const pads = attributes.ints(
    'pads',
    [...ones, ...ones].map(() => 0),
  )
  const lists = { strides, dilations, kernel_shape: kernel, pads: pads.slice(spatial.length) }
  for (const [name, list] of Object.entries(lists)) {
    if (list.length === spatial.length) continue
    throw node.mistake(
      `${name} does not fit the axes`,
      `${spatial.length} numbers`,
      `${list.length}`,
    )
  }
  const automatic = attributes.string('auto_pad', 'NOTSET')
  return {
    strides,
    dilations,
    pads: spatial.map((size, axis) => {
      if (automatic === 'NOTSET') return [pads[axis] ?? 0, pads[axis + spatial.length] ?? 0]
      if (automatic === 'VALID') return [0, 0]
      const [stride, window] = [strides[axis] ?? 1, reachOf(kernel[axis], dilations[axis])]
      const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + window - size)
      return halves(total, automatic)
    }),
  }
}

/** How far a window reaches. */
export function reachOf(size = 1, dilation = 1): number {
  return (size - 1) * dilation + 1
}

/** A padding in two halves, the larger one before for SAME_LOWER, else behind. */
export function halves(total: number, automatic: string): readonly [number, number] {
  const [small, large] = [Math.floor(total / 2), Math.ceil(total / 2)]
  return automatic === 'SAME_LOWER' ? [large, small] : [small, large]
}

/** Convolutions, transposed ones and those of integers. */
import { convTranspose1d, convTranspose2d, convTranspose3d } from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import { type Family, type TypedValue, typed } from '../operator.ts'
import { centred } from './contractions.ts'
import { halves, reachOf, windowsOf } from './windows.ts'

export const convolutions: Family = {
  Conv: {
    make: (node) => withBias(convolved(node, node.value(0), node.value(1)), node.optional(2)),
  },
  ConvInteger: { make: convInteger, limits: 'zero points of x and w that are one number' },
  ConvTranspose: { make: convTranspose },
}

/** x slid over by kernel, as the node's attributes say. */
export function convolved(node: Node, x: Value, kernel: Value): Value {
  const window = node.attributes.ints('kernel_shape', kernel.shape.slice(2))
  const { strides, dilations, pads } = windowsOf(node, x.shape.slice(2), window)
  const groups = node.attributes.int('group', 1)
  return gates.conv(x, kernel, { strides, padding: pads, kernelDilation: dilations, groups })
}

/** Adds a number for each channel. */
export function withBias(x: Value, bias: Value | undefined): Value {
  if (!bias) return x
  return gates.add(x, gates.reshape(bias, [-1, ...x.shape.slice(2).map(() => 1)]))
}

/** Sums of products of bytes are exact in f64. */
function convInteger(node: Node): TypedValue {
  const x = gates.cast(
    centred(node, 0, 2, (zero) => gates.reshape(zero, [])),
    'f64',
  )
  const kernel = gates.cast(
    centred(node, 1, 3, (zero) => gates.reshape(zero, [])),
    'f64',
  )
  return typed(gates.cast(convolved(node, x, kernel), 'i32'), 'int32')
}

const gatesByRank = [convTranspose1d, convTranspose2d, convTranspose3d] as const

function convTranspose(node: Node): Value {
  const { attributes } = node
  const [x, kernel] = [node.value(0), node.value(1)]
  const spatial = x.shape.slice(2)
  const ones = spatial.map(() => 1)
  const sizes = attributes.ints('kernel_shape', kernel.shape.slice(2))
  const stride = attributes.ints('strides', ones)
  const dilation = attributes.ints('dilations', ones)
  const outputPadding = attributes.ints(
    'output_padding',
    ones.map(() => 0),
  )
  const pads = transposedPads(node, spatial, sizes)
  const groups = attributes.int('group', 1)
  const gate = gatesByRank[spatial.length - 1]
  // PyTorch's gate cuts both sides alike, and no more than there is.
  const isPlain =
    pads.every(([low, high]) => low === high && low >= 0) &&
    outputPadding.every((n, axis) => n < Math.max(stride[axis] ?? 1, dilation[axis] ?? 1))
  if (gate && isPlain) {
    const padding = pads.map(([low]) => low)
    const options = { stride, padding, outputPadding, groups, dilation }
    // One gate for each rank, whose options have as many entries.
    const transposed = (gate as (x: Value, kernel: Value, options: object) => Value)(
      x,
      kernel,
      options,
    )
    return withBias(transposed, node.optional(2))
  }
  const padding = pads.map(([low, high], axis): [number, number] => {
    const reach = reachOf(sizes[axis], dilation[axis]) - 1
    return [reach - low, reach - high + (outputPadding[axis] ?? 0)]
  })
  const options = { padding, inputDilation: stride, kernelDilation: dilation, groups }
  return withBias(gates.conv(x, turned(kernel, groups), options), node.optional(2))
}

/** How much is cut off each side. Source: ONNX `ConvTranspose`, output_shape. */
function transposedPads(
  node: Node,
  spatial: readonly number[],
  sizes: readonly number[],
): readonly (readonly [number, number])[] {
  const { attributes } = node
  const { strides, dilations, pads } = windowsOf(node, spatial, sizes)
  const automatic = attributes.string('auto_pad', 'NOTSET')
  const isSame = automatic.startsWith('SAME')
  if (!attributes.has('output_shape') && !isSame) return pads
  const wanted = attributes.ints(
    'output_shape',
    spatial.map((size, axis) => size * (strides[axis] ?? 1)),
  )
  const own = attributes.ints(
    'output_padding',
    spatial.map(() => 0),
  )
  return spatial.map((size, axis) => {
    const full =
      (strides[axis] ?? 1) * (size - 1) + (own[axis] ?? 0) + reachOf(sizes[axis], dilations[axis])
    const total = full - (wanted.slice(-spatial.length)[axis] ?? full)
    return halves(total, automatic === 'SAME_UPPER' ? automatic : 'SAME_LOWER')
  })
}

/** A kernel [channels, o / groups, ...window] as [o, channels / groups, ...window], turned round. */
function turned(kernel: Value, groups: number): Value {
  const [channels = 0, outputs = 0, ...window] = kernel.shape
  const axes = window.map((_, axis) => axis + 2)
  const flipped = gates.flip(kernel, axes)
  const grouped = gates.reshape(flipped, [groups, channels / groups, outputs, ...window])
  const swapped = gates.swapAxes(grouped, 1, 2)
  return gates.reshape(swapped, [groups * outputs, channels / groups, ...window])
}

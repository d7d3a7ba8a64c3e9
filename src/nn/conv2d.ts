import type { Conv2dOptions as Conv2dGateOptions } from '../gates/conv2d.ts'
import * as gates from '../gates/index.ts'
import { uniform } from '../gates/initializers.ts'
import { onBothAxes, type PerAxis } from '../gates/per-axis.ts'
import type { Init } from '../gates/state.ts'
import { formatShape, sizeOf } from '../ir/shape.ts'
import { alone, checkCount, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

export interface Conv2dOptions extends Conv2dGateOptions {
  /** Default true. */
  readonly bias?: boolean
  /** Default: uniform on ±1/√(inputs of an output), as PyTorch. */
  readonly weightInit?: Init
  /** Default: uniform on ±1/√(inputs of an output), as PyTorch. */
  readonly biasInit?: Init
  readonly dtype?: 'f32' | 'f64'
}

/**
 * Slides `outChannels` kernels over images, and adds a bias to each output channel.
 *
 * Shapes: x [n, inChannels, height, width] → [n, outChannels, outHeight, outWidth]; weight
 * [outChannels, inChannels / groups, kernel height, kernel width], bias [outChannels].
 * Source: PyTorch `torch.nn.Conv2d`.
 *
 * @example
 * const features = conv2d(1, 32, 3, { padding: 'same' })
 */
export function conv2d(
  inChannels: number,
  outChannels: number,
  kernel: PerAxis,
  options: Conv2dOptions = {},
): Layer {
  checkCount('conv2d', 'inChannels', inChannels)
  checkCount('conv2d', 'outChannels', outChannels)
  return conv2dAt({ inChannels, outChannels, kernel: onBothAxes(kernel), ...options }, alone)
}

interface Conv2dSizes extends Conv2dOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: readonly number[]
}

function conv2dAt(sizes: Conv2dSizes, place: Place): Layer {
  const { inChannels, outChannels, kernel, bias = true, dtype = 'f32', groups = 1 } = sizes
  const shape = [outChannels, inChannels / groups, ...kernel]
  const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)))
  const torchDefault = uniform(-bound, bound)
  const { weightInit = torchDefault, biasInit = torchDefault } = sizes
  const weight = ownParameter(place, 'weight', { symbol: 'W', shape, init: weightInit, dtype })
  const b = bias
    ? ownParameter(place, 'bias', { symbol: 'b', shape: [outChannels], init: biasInit, dtype })
    : undefined
  return createLayer(
    (x) => {
      const maps = gates.conv2d(x, weight, sizes)
      return b ? gates.add(maps, gates.reshape(b, [outChannels, 1, 1])) : maps
    },
    {
      description: `conv2d(${inChannels} → ${outChannels}, ${formatShape(kernel)})`,
      parameters: { weight, ...(b && { bias: b }) },
      torch: { weight: { name: 'weight' }, ...(b && { bias: { name: 'bias' } }) },
      numberCount: 1,
      at: (path, number) => conv2dAt(sizes, { path, number }),
    },
  )
}

import { instanceNorm as instanceNormGate } from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { type Affine, type ChannelNormOptions, channelNorm, type Measured } from './channel-norm.ts'
import type { Layer } from './layer.ts'

/** `affine` and `trackRunningStats` are false by default. */
export type InstanceNormOptions = ChannelNormOptions

/**
 * Brings each channel of each example to mean 0 and variance 1; with `affine` it scales and moves
 * channels by parameters. With `trackRunningStats` the graph that evaluates takes running statistics
 * as batchNorm1d does.
 *
 * Shapes: x [n, channels, length] → x's shape; weight, bias and running statistics [channels].
 * Throws: as `batchNorm1d`.
 * Source: PyTorch `torch.nn.InstanceNorm1d`.
 */
export function instanceNorm1d(channels: number, options: InstanceNormOptions = {}): Layer {
  return instanceNorm('instanceNorm1d', channels, [3], options)
}

/**
 * As `instanceNorm1d`, for x [n, channels, height, width]. Source: PyTorch
 * `torch.nn.InstanceNorm2d`.
 */
export function instanceNorm2d(channels: number, options: InstanceNormOptions = {}): Layer {
  return instanceNorm('instanceNorm2d', channels, [4], options)
}

/**
 * As `instanceNorm1d`, for x [n, channels, depth, height, width]. Source: PyTorch
 * `torch.nn.InstanceNorm3d`.
 */
export function instanceNorm3d(channels: number, options: InstanceNormOptions = {}): Layer {
  return instanceNorm('instanceNorm3d', channels, [5], options)
}

function instanceNorm(
  name: string,
  channels: number,
  ranks: readonly number[],
  options: InstanceNormOptions,
): Layer {
  const defaults = {
    epsilon: 1e-5,
    momentum: 0.1,
    affine: false,
    trackRunningStats: false,
  } as const
  return channelNorm({
    ...defaults,
    dtype: 'f32',
    ...options,
    ...{ name, channels, ranks, measure },
  })
}

function measure(x: Value, { weight, bias, epsilon }: Affine): Measured {
  const axes = x.shape.map((_, axis) => axis).slice(2)
  return {
    output: instanceNormGate(x, weight, bias, { epsilon }),
    mean: () => gates.mean(x, [0, ...axes]),
    variance: () => {
      const centred = gates.subtract(x, gates.mean(x, axes, { keepDims: true }))
      const squares = gates.sum(gates.multiply(centred, centred), [0, ...axes])
      const [n = 1, , ...sizes] = x.shape
      return gates.divide(squares, n * (sizeOf(sizes) - 1))
    },
  }
}

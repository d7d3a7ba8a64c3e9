import { batchNormTraining } from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { type Affine, type ChannelNormOptions, channelNorm, type Measured } from './channel-norm.ts'
import type { Layer } from './layer.ts'

/** `affine` and `trackRunningStats` are true by default. */
export type BatchNormOptions = ChannelNormOptions

/**
 * Brings each channel to mean 0 and variance 1, then scales and moves it by parameters. The graph
 * that trains measures its batch and has the running mean and variance follow; the one that
 * evaluates takes these.
 *
 * Shapes: x [n, channels] or [n, channels, length] → x's shape; weight, bias and running statistics
 * [channels].
 * States: `runningMean`, `runningVar`, `numBatchesTracked`.
 * Throws: OPTION for options out of range; when it is called, SHAPE for another x, or for a batch of
 * one number to a channel in training.
 * Source: PyTorch `torch.nn.BatchNorm1d`.
 *
 * @example
 * const model = sequential(linear(64, 32), batchNorm1d(32), relu(), linear(32, 10))
 */
export function batchNorm1d(channels: number, options: BatchNormOptions = {}): Layer {
  return batchNorm('batchNorm1d', channels, [2, 3], options)
}

/** As `batchNorm1d`, for x [n, channels, height, width]. Source: PyTorch `torch.nn.BatchNorm2d`. */
export function batchNorm2d(channels: number, options: BatchNormOptions = {}): Layer {
  return batchNorm('batchNorm2d', channels, [4], options)
}

/**
 * As `batchNorm1d`, for x [n, channels, depth, height, width]. Source: PyTorch
 * `torch.nn.BatchNorm3d`.
 */
export function batchNorm3d(channels: number, options: BatchNormOptions = {}): Layer {
  return batchNorm('batchNorm3d', channels, [5], options)
}

function batchNorm(
  name: string,
  channels: number,
  ranks: readonly number[],
  options: BatchNormOptions,
): Layer {
  const defaults = { epsilon: 1e-5, momentum: 0.1, affine: true, trackRunningStats: true } as const
  return channelNorm({
    ...defaults,
    dtype: 'f32',
    ...options,
    ...{ name, channels, ranks, measure },
  })
}

function measure(x: Value, { weight, bias, epsilon }: Affine): Measured {
  const [output, mean, variance] = batchNormTraining(x, weight, bias, { epsilon })
  const count = sizeOf(x.shape) / (x.shape[1] ?? 1)
  return {
    output,
    mean: () => mean,
    variance: () => gates.multiply(variance, count / (count - 1)),
  }
}

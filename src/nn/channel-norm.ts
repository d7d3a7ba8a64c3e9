/** What batchNorm and instanceNorm share: weight and bias of channels, and running statistics. */
import { SluiceError } from '../errors.ts'
import { batchNorm } from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { formatShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  alone,
  checkCount,
  createLayer,
  type Layer,
  ownBuffer,
  ownParameter,
  type Place,
  type TorchMapping,
  type TrainingPass,
} from './layer.ts'

export interface ChannelNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
  /**
   * How much of a running statistic the last batch is, 0 to 1; null for the mean over all batches so
   * far. Default 0.1.
   */
  readonly momentum?: number | null
  /** Whether channels are scaled by a weight and moved by a bias that are learned. */
  readonly affine?: boolean
  /** Whether mean and variance of the batches are kept, for evaluation. */
  readonly trackRunningStats?: boolean
  readonly dtype?: 'f32' | 'f64'
}

/** What a norm makes of a batch, and what it measured of it, channel by channel. */
export interface Measured {
  readonly output: Value
  readonly mean: () => Value
  /** Of the channels at large: the sum of squares divided by one less than there are. */
  readonly variance: () => Value
}

export interface ChannelNorm extends Required<ChannelNormOptions> {
  readonly name: string
  readonly channels: number
  /** How many axes x may have with its batch. */
  readonly ranks: readonly number[]
  /** Normalises by what it measures of x itself. */
  readonly measure: (x: Value, affine: Affine) => Measured
}

export interface Affine {
  readonly weight: Value | undefined
  readonly bias: Value | undefined
  readonly epsilon: number
}

/** A norm of channels as a layer. Throws OPTION for options out of range. */
export function channelNorm(norm: ChannelNorm): Layer {
  const { name, channels, momentum } = norm
  checkCount(name, 'channels', channels)
  if (momentum === null || (momentum >= 0 && momentum <= 1)) return channelNormAt(norm, alone)
  throw new SluiceError({
    code: 'OPTION',
    what: `${name}: momentum is out of range`,
    expected: 'a number from 0 to 1, or null for the mean over all batches',
    got: String(momentum),
    fix: 'leave it out for 0.1',
  })
}

function channelNormAt(norm: ChannelNorm, place: Place): Layer {
  const { name, channels, affine, trackRunningStats, epsilon, dtype } = norm
  const shape = [channels]
  const own = (key: string, symbol: string, init: number) =>
    affine ? ownParameter(place, key, { symbol, shape, init, dtype }) : undefined
  const [weight, bias] = [own('weight', 'γ', 1), own('bias', 'β', 0)]
  const running = trackRunningStats ? runningStatistics(norm, place) : undefined
  const forward = (x: Value, pass?: TrainingPass): Value => {
    checkInput(norm, x)
    if (running && !pass) {
      return batchNorm(x, running.mean, running.variance, weight, bias, { epsilon })
    }
    const measured = norm.measure(x, { weight, bias, epsilon })
    if (pass) running?.observe(pass, measured)
    return measured.output
  }
  return createLayer(forward, {
    description: `${name}(${channels})`,
    parameters: { ...(weight && { weight }), ...(bias && { bias }) },
    ...(running && { buffers: running.buffers }),
    torch: {
      ...(affine && { weight: { name: 'weight' }, bias: { name: 'bias' } }),
      ...running?.torch,
    },
    numberCount: affine || trackRunningStats ? 1 : 0,
    at: (path, number) => channelNormAt(norm, { path, number }),
  })
}

interface RunningStatistics {
  readonly mean: Value
  readonly variance: Value
  readonly buffers: Readonly<Record<string, Value>>
  readonly torch: Readonly<Record<string, TorchMapping>>
  /** Has the pass carry on with what was measured of a batch. */
  observe(pass: TrainingPass, measured: Measured): void
}

function runningStatistics(
  { channels, momentum, dtype }: ChannelNorm,
  place: Place,
): RunningStatistics {
  const own = (key: string, symbol: string, init: number) =>
    ownBuffer(place, key, { symbol, shape: [channels], init, dtype })
  const mean = own('runningMean', 'μ', 0)
  const variance = own('runningVar', 'ν', 1)
  const count = ownBuffer(place, 'numBatchesTracked', {
    ...{ symbol: 'batches', shape: [], init: 0, dtype: 'i32' },
  })
  return {
    mean,
    variance,
    buffers: { runningMean: mean, runningVar: variance, numBatchesTracked: count },
    torch: {
      runningMean: { name: 'running_mean' },
      runningVar: { name: 'running_var' },
      numBatchesTracked: { name: 'num_batches_tracked' },
    },
    observe(pass, measured) {
      const batches = pass.update(count, (before) => gates.add(before, 1))
      const share: Value | number = momentum ?? gates.divide(1, gates.cast(batches, dtype))
      const kept = typeof share === 'number' ? 1 - share : gates.subtract(1, share)
      const follow = (state: Value, now: Value) =>
        pass.update(state, (before) =>
          gates.add(gates.multiply(before, kept), gates.multiply(now, share)),
        )
      follow(mean, measured.mean())
      follow(variance, measured.variance())
    },
  }
}

function checkInput({ name, channels, ranks }: ChannelNorm, x: Value): void {
  if (ranks.includes(x.shape.length) && x.shape[1] === channels) return
  const axes = (rank: number) => `[n, ${channels}${', size'.repeat(rank - 2)}]`
  throw new SluiceError({
    code: 'SHAPE',
    what: `${name}: x does not have its axes`,
    expected: ranks.map(axes).join(' or '),
    got: formatShape(x.shape),
    fix: `give ${name} as many channels as x has on axis 1, and x as many axes as its name says`,
  })
}

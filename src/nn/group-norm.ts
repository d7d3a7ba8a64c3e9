import { groupNorm as groupNormGate } from '../functional/index.ts'
import { alone, checkCount, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

export interface GroupNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
  /** Whether channels are scaled by a weight and moved by a bias that are learned. Default true. */
  readonly affine?: boolean
  readonly dtype?: 'f32' | 'f64'
}

/**
 * Brings each group of neighbouring channels of each example to mean 0 and variance 1, then scales
 * and moves every channel by parameters.
 *
 * Shapes: x [n, channels, ...] → x's shape; weight and bias [channels].
 * Throws: OPTION for counts that are none; when it is called, SHAPE where the groups do not share
 * the channels evenly.
 * Source: PyTorch `torch.nn.GroupNorm`.
 *
 * @example
 * const norm = groupNorm(4, 32) // 8 channels to a group
 */
export function groupNorm(groups: number, channels: number, options: GroupNormOptions = {}): Layer {
  checkCount('groupNorm', 'groups', groups)
  checkCount('groupNorm', 'channels', channels)
  return groupNormAt({ groups, channels, ...options }, alone)
}

interface GroupNormSizes extends GroupNormOptions {
  readonly groups: number
  readonly channels: number
}

function groupNormAt(sizes: GroupNormSizes, place: Place): Layer {
  const { groups, channels, epsilon = 1e-5, affine = true, dtype = 'f32' } = sizes
  const own = (key: string, symbol: string, init: number) =>
    affine ? ownParameter(place, key, { symbol, shape: [channels], init, dtype }) : undefined
  const [weight, bias] = [own('weight', 'γ', 1), own('bias', 'β', 0)]
  return createLayer((x) => groupNormGate(x, weight, bias, { groups, epsilon }), {
    description: `groupNorm(${groups}, ${channels})`,
    parameters: { ...(weight && { weight }), ...(bias && { bias }) },
    torch: affine ? { weight: { name: 'weight' }, bias: { name: 'bias' } } : {},
    numberCount: affine ? 1 : 0,
    at: (path, number) => groupNormAt(sizes, { path, number }),
  })
}

/** The layers of convolutions of one, two and three spatial axes, transposed or not. */
import * as functional from '../functional/index.ts'
import type { TransposedConvolutionOptions } from '../functional/transposed-gate.ts'
import { dilated } from '../gates/convolution.ts'
import * as gates from '../gates/index.ts'
import { uniform } from '../gates/initializers.ts'
import { onEachAxis, type PerAxis, type Rank } from '../gates/per-axis.ts'
import type { Init } from '../gates/state.ts'
import type { ConvolutionOptions } from '../gates/window-convolution.ts'
import { formatShape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { type EdgeMode, edgePadded } from './edge-mode.ts'
import { alone, checkCount, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

interface OwnOptions {
  /** Default true. */
  readonly bias?: boolean
  /** Default: uniform on ±1/√(inputs of an output), as PyTorch. */
  readonly weightInit?: Init
  /** Default: uniform on ±1/√(inputs of an output), as PyTorch. */
  readonly biasInit?: Init
  readonly dtype?: 'f32' | 'f64'
}

export interface ConvOptions<R extends Rank> extends ConvolutionOptions<R>, OwnOptions {
  /** What the padding holds. Default: 'zeros'. */
  readonly paddingMode?: 'zeros' | EdgeMode
}

export interface ConvTransposeOptions<R extends Rank>
  extends TransposedConvolutionOptions<R>,
    OwnOptions {}

/** How such layers are made: of how many inputs, of how many outputs, with what window. */
export type ConvolutionLayer<R extends Rank, Options> = (
  inChannels: number,
  outChannels: number,
  kernel: PerAxis<R>,
  options?: Options,
) => Layer

/** A convolution with a kernel of its own, as options of every rank are. */
type AnyConvolution = (x: Value, kernel: Value, options: object) => Value

/** `conv1d` to `conv3d`. */
export function convLayer<R extends Rank>(rank: R): ConvolutionLayer<R, ConvOptions<R>> {
  const byRank = { 1: functional.conv1d, 2: gates.conv2d, 3: functional.conv3d }
  const plain = byRank[rank] as unknown as AnyConvolution // the layer's options are of its rank
  return (inChannels, outChannels, kernel, options = {}) => {
    const { groups = 1, paddingMode = 'zeros' } = options
    const window = onEachAxis(kernel, rank)
    return layerOf({
      name: `conv${rank}d`,
      ...{ inChannels, outChannels, window, own: options },
      shape: [outChannels, inChannels / groups, ...window],
      apply: (x, weight) =>
        paddingMode === 'zeros'
          ? plain(x, weight, options)
          : plain(edgePadded(x, paddingMode, sidesOf(window, rank, options)), weight, {
              ...options,
              padding: 0,
            }),
    })
  }
}

/** `convTranspose1d` to `convTranspose3d`. */
export function convTransposeLayer<R extends Rank>(
  rank: R,
): ConvolutionLayer<R, ConvTransposeOptions<R>> {
  const { convTranspose1d, convTranspose2d, convTranspose3d } = functional
  const byRank = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d }
  const transposed = byRank[rank] as unknown as AnyConvolution // the layer's options are of its rank
  return (inChannels, outChannels, kernel, options = {}) => {
    const window = onEachAxis(kernel, rank)
    return layerOf({
      name: `convTranspose${rank}d`,
      ...{ inChannels, outChannels, window, own: options },
      shape: [inChannels, outChannels / (options.groups ?? 1), ...window],
      apply: (x, weight) => transposed(x, weight, options),
    })
  }
}

interface Parts {
  readonly name: string
  readonly inChannels: number
  readonly outChannels: number
  readonly window: readonly number[]
  readonly own: OwnOptions
  /** Of the weight. */
  readonly shape: readonly number[]
  readonly apply: (x: Value, weight: Value) => Value
}

function layerOf(parts: Parts): Layer {
  checkCount(parts.name, 'inChannels', parts.inChannels)
  checkCount(parts.name, 'outChannels', parts.outChannels)
  return layerAt(parts, alone)
}

function layerAt(parts: Parts, place: Place): Layer {
  const { name, inChannels, outChannels, window, own, shape, apply } = parts
  const { bias = true, dtype = 'f32' } = own
  // PyTorch counts a transposed weight's second axis as its inputs, too.
  const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)))
  const torchDefault = uniform(-bound, bound)
  const { weightInit = torchDefault, biasInit = torchDefault } = own
  const weight = ownParameter(place, 'weight', { symbol: 'W', shape, init: weightInit, dtype })
  const b = bias
    ? ownParameter(place, 'bias', { symbol: 'b', shape: [outChannels], init: biasInit, dtype })
    : undefined
  return createLayer(
    (x) => {
      const maps = apply(x, weight)
      return b ? gates.add(maps, gates.reshape(b, [outChannels, ...window.map(() => 1)])) : maps
    },
    {
      description: `${name}(${inChannels} → ${outChannels}, ${formatShape(window)})`,
      parameters: { weight, ...(b && { bias: b }) },
      torch: { weight: { name: 'weight' }, ...(b && { bias: { name: 'bias' } }) },
      numberCount: 1,
      at: (path, number) => layerAt(parts, { path, number }),
    },
  )
}

/** How much comes before and after each spatial axis. */
function sidesOf<R extends Rank>(
  window: readonly number[],
  rank: R,
  { padding = 0, dilation = 1 }: ConvolutionOptions<R>,
): { readonly low: readonly number[]; readonly high: readonly number[] } {
  if (padding !== 'same') {
    const both = onEachAxis(padding === 'valid' ? 0 : padding, rank)
    return { low: both, high: both }
  }
  const apart = onEachAxis(dilation, rank)
  const totals = window.map((taps, axis) => dilated(taps, apart[axis]) - 1)
  return {
    low: totals.map((total) => Math.floor(total / 2)),
    high: totals.map((total) => Math.ceil(total / 2)),
  }
}

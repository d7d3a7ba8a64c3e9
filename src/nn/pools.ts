/** Pools as layers, with torch.nn's names in camelCase: the gates of the same names. */
import type { AdaptivePool, AdaptiveSize } from '../functional/adaptive-gate.ts'
import * as functional from '../functional/index.ts'
import type { LpPool, LpPoolOptions } from '../functional/lp-pools.ts'
import * as gates from '../gates/index.ts'
import type { MaxPoolOptions } from '../gates/largest-of-windows.ts'
import type { AvgPoolOptions } from '../gates/mean-of-windows.ts'
import { onEachAxis, type PerAxis, type Rank } from '../gates/per-axis.ts'
import type { Pool } from '../gates/pool-call.ts'
import { formatShape } from '../ir/shape.ts'
import { type Layer, plainLayer } from './layer.ts'

type PoolLayer<R extends Rank, Options> = (window: PerAxis<R>, options?: Options) => Layer
type LpPoolLayer<R extends Rank> = (
  normType: number,
  window: PerAxis<R>,
  options?: LpPoolOptions<R>,
) => Layer
type AdaptivePoolLayer<R extends Rank> = (outputSize: AdaptiveSize<R>) => Layer

/** The largest element of each window of sequences. Source: PyTorch `torch.nn.MaxPool1d`. */
export const maxPool1d: PoolLayer<1, MaxPoolOptions<1>> = poolLayer(
  'maxPool1d',
  1,
  functional.maxPool1d,
)

/** The largest element of each window of images. Source: PyTorch `torch.nn.MaxPool2d`. */
export const maxPool2d: PoolLayer<2, MaxPoolOptions> = poolLayer('maxPool2d', 2, gates.maxPool2d)

/** The largest element of each window of volumes. Source: PyTorch `torch.nn.MaxPool3d`. */
export const maxPool3d: PoolLayer<3, MaxPoolOptions<3>> = poolLayer(
  'maxPool3d',
  3,
  functional.maxPool3d,
)

/** The mean of each window of sequences. Source: PyTorch `torch.nn.AvgPool1d`. */
export const avgPool1d: PoolLayer<1, AvgPoolOptions<1>> = poolLayer(
  'avgPool1d',
  1,
  functional.avgPool1d,
)

/** The mean of each window of images. Source: PyTorch `torch.nn.AvgPool2d`. */
export const avgPool2d: PoolLayer<2, AvgPoolOptions> = poolLayer('avgPool2d', 2, gates.avgPool2d)

/** The mean of each window of volumes. Source: PyTorch `torch.nn.AvgPool3d`. */
export const avgPool3d: PoolLayer<3, AvgPoolOptions<3>> = poolLayer(
  'avgPool3d',
  3,
  functional.avgPool3d,
)

/** (Σ xᵖ)^(1/p) over each window of sequences. Source: PyTorch `torch.nn.LPPool1d`. */
export const lpPool1d: LpPoolLayer<1> = lpPoolLayer('lpPool1d', 1, functional.lpPool1d)

/** (Σ xᵖ)^(1/p) over each window of images. Source: PyTorch `torch.nn.LPPool2d`. */
export const lpPool2d: LpPoolLayer<2> = lpPoolLayer('lpPool2d', 2, functional.lpPool2d)

/** (Σ xᵖ)^(1/p) over each window of volumes. Source: PyTorch `torch.nn.LPPool3d`. */
export const lpPool3d: LpPoolLayer<3> = lpPoolLayer('lpPool3d', 3, functional.lpPool3d)

/** The largest elements of sequences, so many. Source: PyTorch `torch.nn.AdaptiveMaxPool1d`. */
export const adaptiveMaxPool1d: AdaptivePoolLayer<1> = adaptiveLayer(
  'adaptiveMaxPool1d',
  functional.adaptiveMaxPool1d,
)

/** The largest elements of images, so many. Source: PyTorch `torch.nn.AdaptiveMaxPool2d`. */
export const adaptiveMaxPool2d: AdaptivePoolLayer<2> = adaptiveLayer(
  'adaptiveMaxPool2d',
  functional.adaptiveMaxPool2d,
)

/** The largest elements of volumes, so many. Source: PyTorch `torch.nn.AdaptiveMaxPool3d`. */
export const adaptiveMaxPool3d: AdaptivePoolLayer<3> = adaptiveLayer(
  'adaptiveMaxPool3d',
  functional.adaptiveMaxPool3d,
)

/** The means of sequences, so many. Source: PyTorch `torch.nn.AdaptiveAvgPool1d`. */
export const adaptiveAvgPool1d: AdaptivePoolLayer<1> = adaptiveLayer(
  'adaptiveAvgPool1d',
  functional.adaptiveAvgPool1d,
)

/** The means of images, so many. Source: PyTorch `torch.nn.AdaptiveAvgPool2d`. */
export const adaptiveAvgPool2d: AdaptivePoolLayer<2> = adaptiveLayer(
  'adaptiveAvgPool2d',
  functional.adaptiveAvgPool2d,
)

/** The means of volumes, so many. Source: PyTorch `torch.nn.AdaptiveAvgPool3d`. */
export const adaptiveAvgPool3d: AdaptivePoolLayer<3> = adaptiveLayer(
  'adaptiveAvgPool3d',
  functional.adaptiveAvgPool3d,
)

function poolLayer<R extends Rank, Options>(
  name: string,
  rank: R,
  pool: Pool<R, Options>,
): PoolLayer<R, Options> {
  return (window, options) =>
    plainLayer(`${name}(${formatShape(onEachAxis(window, rank))})`, (x) => pool(x, window, options))
}

function lpPoolLayer<R extends Rank>(name: string, rank: R, pool: LpPool<R>): LpPoolLayer<R> {
  return (normType, window, options) =>
    plainLayer(`${name}(${normType}, ${formatShape(onEachAxis(window, rank))})`, (x) =>
      pool(x, normType, window, options),
    )
}

function adaptiveLayer<R extends Rank>(name: string, pool: AdaptivePool<R>): AdaptivePoolLayer<R> {
  return (outputSize) => plainLayer(`${name}(${String(outputSize)})`, (x) => pool(x, outputSize))
}

import { rmsNorm as rmsNormGate } from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import { alone, createLayer, type Layer, ownParameter, type Place } from './layer.ts'
import { floatingOf, rowOf } from './layer-norm.ts'

export interface RmsNormOptions {
  /** Added to the mean square. Default: the distance of 1 to the next number of the dtype. */
  readonly epsilon?: number
  /** Whether rows are scaled by a weight that is learned. Default true. */
  readonly elementwiseAffine?: boolean
  readonly dtype?: 'f32' | 'f64'
}

/**
 * Divides each row by the root of its mean square, then scales it by a parameter of ones to begin
 * with.
 *
 * Shapes: x [..., ...shape] → x's shape; weight of `shape`, or [width] for a number.
 * Source: PyTorch `torch.nn.RMSNorm`.
 *
 * @example
 * const norm = rmsNorm(128)
 */
export function rmsNorm(shape: number | Shape, options: RmsNormOptions = {}): Layer {
  return rmsNormAt(rowOf('rmsNorm', shape), options, alone)
}

function rmsNormAt(shape: Shape, options: RmsNormOptions, place: Place): Layer {
  const { elementwiseAffine = true, dtype = 'f32' } = options
  const weight = elementwiseAffine
    ? ownParameter(place, 'weight', { symbol: 'γ', shape, init: 1, dtype })
    : undefined
  return createLayer(
    (x) => rmsNormGate(x, weight ?? gates.ones(shape, { dtype: floatingOf(x) }), options),
    {
      description: `rmsNorm(${formatShape(shape)})`,
      parameters: weight ? { weight } : {},
      torch: weight ? { weight: { name: 'weight' } } : {},
      numberCount: weight ? 1 : 0,
      at: (path, number) => rmsNormAt(shape, options, { path, number }),
    },
  )
}

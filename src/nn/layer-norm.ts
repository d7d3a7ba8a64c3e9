import * as gates from '../gates/index.ts'
import type { LayerNormOptions as LayerNormGateOptions } from '../gates/layer-norm.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import { alone, checkCount, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

export interface LayerNormOptions extends LayerNormGateOptions {
  readonly dtype?: 'f32' | 'f64'
}

/**
 * Brings each row to mean 0 and variance 1, then scales and moves it by parameters: the gate
 * `layerNorm` with a weight of ones and a bias of zeros to begin with.
 *
 * Shapes: x [..., ...shape] → x's shape; weight and bias of `shape`, or [width] for a number.
 * Source: PyTorch `torch.nn.LayerNorm`.
 *
 * @example
 * const norm = layerNorm(128)
 */
export function layerNorm(shape: number | Shape, options: LayerNormOptions = {}): Layer {
  const row = Object.freeze(typeof shape === 'number' ? [shape] : [...shape])
  for (const size of row) checkCount('layerNorm', 'each size of shape', size)
  return layerNormAt(row, options, alone)
}

function layerNormAt(shape: Shape, options: LayerNormOptions, place: Place): Layer {
  const { dtype = 'f32' } = options
  const weight = ownParameter(place, 'weight', { symbol: 'γ', shape, init: 1, dtype })
  const bias = ownParameter(place, 'bias', { symbol: 'β', shape, init: 0, dtype })
  return createLayer((x) => gates.layerNorm(x, weight, bias, options), {
    description: `layerNorm(${formatShape(shape)})`,
    parameters: { weight, bias },
    torch: { weight: { name: 'weight' }, bias: { name: 'bias' } },
    numberCount: 1,
    at: (path, number) => layerNormAt(shape, options, { path, number }),
  })
}

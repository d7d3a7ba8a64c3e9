import * as gates from '../gates/index.ts'
import type { LayerNormOptions as LayerNormGateOptions } from '../gates/layer-norm.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alone, checkCount, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

export interface LayerNormOptions extends LayerNormGateOptions {
  /** Whether rows are scaled by a weight and moved by a bias that are learned. Default true. */
  readonly elementwiseAffine?: boolean
  /** Whether there is the bias as well. Default true. */
  readonly bias?: boolean
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
  return layerNormAt(rowOf('layerNorm', shape), options, alone)
}

function layerNormAt(shape: Shape, options: LayerNormOptions, place: Place): Layer {
  const { elementwiseAffine = true, bias: hasBias = true, dtype = 'f32' } = options
  const own = (key: string, symbol: string, init: number) =>
    ownParameter(place, key, { symbol, shape, init, dtype })
  const weight = elementwiseAffine ? own('weight', 'γ', 1) : undefined
  const bias = elementwiseAffine && hasBias ? own('bias', 'β', 0) : undefined
  const forward = (x: Value) => {
    const floating = { dtype: floatingOf(x) }
    const [scale, shift] = [
      weight ?? gates.ones(shape, floating),
      bias ?? gates.zeros(shape, floating),
    ]
    return gates.layerNorm(x, scale, shift, options)
  }
  return createLayer(forward, {
    description: `layerNorm(${formatShape(shape)})`,
    parameters: { ...(weight && { weight }), ...(bias && { bias }) },
    torch: {
      ...(weight && { weight: { name: 'weight' } }),
      ...(bias && { bias: { name: 'bias' } }),
    },
    numberCount: weight ? 1 : 0,
    at: (path, number) => layerNormAt(shape, options, { path, number }),
  })
}

/** The shape of a row, or its width. Throws OPTION where a size is no count. */
export function rowOf(layer: string, shape: number | Shape): Shape {
  const row = Object.freeze(typeof shape === 'number' ? [shape] : [...shape])
  for (const size of row) checkCount(layer, 'each size of shape', size)
  return row
}

/** The dtype of x, for what stands beside it; the gate turns away any that is not floating. */
export function floatingOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}

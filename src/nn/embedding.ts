import * as gates from '../gates/index.ts'
import { normal } from '../gates/initializers.ts'
import type { Init } from '../gates/state.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alone, checkCount, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

export interface EmbeddingOptions {
  /** Default: normal with mean 0 and deviation 1, as PyTorch. */
  readonly weightInit?: Init
  readonly dtype?: 'f32' | 'f64'
}

/**
 * A row of `width` numbers for each of `count` things.
 *
 * Shapes: x [...], i32 or u32 from 0 to count − 1 → [..., width]; weight [count, width].
 * Throws, when it runs: INDEX for a number that is none of the things.
 * Source: PyTorch `torch.nn.Embedding`.
 *
 * @example
 * const tokens = embedding(65, 128)
 */
export function embedding(count: number, width: number, options: EmbeddingOptions = {}): Layer {
  checkCount('embedding', 'count', count)
  checkCount('embedding', 'width', width)
  return embeddingAt([count, width], options, alone)
}

function embeddingAt(shape: Shape, options: EmbeddingOptions, place: Place): Layer {
  const { weightInit = normal(), dtype = 'f32' } = options
  const weight = ownParameter(place, 'weight', { symbol: 'E', shape, init: weightInit, dtype })
  const lookUp = (x: Value) => gates.take(weight, x as Value<Shape, 'i32'>) // take turns away what is not whole
  return createLayer(lookUp, {
    description: `embedding(${shape.join(' × ')})`,
    parameters: { weight },
    torch: { weight: { name: 'weight' } },
    numberCount: 1,
    at: (path, number) => embeddingAt(shape, options, { path, number }),
  })
}

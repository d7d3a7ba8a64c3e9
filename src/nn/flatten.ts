import * as gates from '../gates/index.ts'
import { sizeOf } from '../ir/shape.ts'
import { type Layer, plainLayer } from './layer.ts'

/**
 * Each example as one row, from images to what `linear` takes.
 *
 * Shapes: x [n, ...rest] → [n, elements of rest].
 * Source: PyTorch `torch.nn.Flatten`.
 */
export function flatten(): Layer {
  return plainLayer('flatten', (x) => gates.reshape(x, [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]))
}

import * as gates from '../gates/index.ts'
import { onBothAxes, type PerAxis } from '../gates/per-axis.ts'
import type { PoolOptions } from '../gates/pooling.ts'
import { formatShape } from '../ir/shape.ts'
import { type Layer, plainLayer } from './layer.ts'

/**
 * The mean of each window: the gate `avgPool2d` as a layer.
 *
 * Shapes: x [n, channels, height, width] → [n, channels, outHeight, outWidth].
 * Source: PyTorch `torch.nn.AvgPool2d`.
 */
export function avgPool2d(window: PerAxis, options: PoolOptions = {}): Layer {
  const description = `avgPool2d(${formatShape(onBothAxes(window))})`
  return plainLayer(description, (x) => gates.avgPool2d(x, window, options))
}

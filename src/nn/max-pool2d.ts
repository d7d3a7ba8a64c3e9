import * as gates from '../gates/index.ts'
import type { MaxPool2dOptions } from '../gates/max-pool2d.ts'
import { onBothAxes, type PerAxis } from '../gates/per-axis.ts'
import { formatShape } from '../ir/shape.ts'
import { type Layer, plainLayer } from './layer.ts'

/**
 * The largest element of each window: the gate `maxPool2d` as a layer.
 *
 * Shapes: x [n, channels, height, width] → [n, channels, outHeight, outWidth].
 * Source: PyTorch `torch.nn.MaxPool2d`.
 */
export function maxPool2d(window: PerAxis, options: MaxPool2dOptions = {}): Layer {
  const description = `maxPool2d(${formatShape(onBothAxes(window))})`
  return plainLayer(description, (x) => gates.maxPool2d(x, window, options))
}

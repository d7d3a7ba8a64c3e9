import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { uniform } from '../gates/initializers.ts'
import type { Init } from '../gates/state.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alone, createLayer, type Layer, ownParameter, type Place } from './layer.ts'

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean
  /** Default: uniform on ±1/√inFeatures, as PyTorch. */
  readonly weightInit?: Init
  /** Default: uniform on ±1/√inFeatures, as PyTorch. */
  readonly biasInit?: Init
  readonly dtype?: 'f32' | 'f64'
}

/**
 * x · W + b.
 *
 * Shapes: x [..., inFeatures] → [..., outFeatures]; weight [in, out], bias [out]. torch.nn.Linear
 * keeps the transpose, [out, in], as `torch` declares.
 * Source: PyTorch `torch.nn.Linear`.
 *
 * @example
 * const hidden = linear(64, 32)
 */
export function linear(
  inFeatures: number,
  outFeatures: number,
  options: LinearOptions = {},
): Layer {
  checkWidth('inFeatures', inFeatures)
  checkWidth('outFeatures', outFeatures)
  return linearAt({ inFeatures, outFeatures, ...options }, alone)
}

interface LinearSizes extends LinearOptions {
  readonly inFeatures: number
  readonly outFeatures: number
}

function linearAt(sizes: LinearSizes, place: Place): Layer {
  const { inFeatures, outFeatures, bias = true, dtype = 'f32' } = sizes
  const bound = 1 / Math.sqrt(inFeatures)
  const torchDefault = uniform(-bound, bound)
  const { weightInit = torchDefault, biasInit = torchDefault } = sizes
  const weight = ownParameter(place, 'weight', {
    ...{ symbol: 'W', shape: [inFeatures, outFeatures] },
    ...{ init: weightInit, dtype },
  })
  const b = bias
    ? ownParameter(place, 'bias', { symbol: 'b', shape: [outFeatures], init: biasInit, dtype })
    : undefined
  return createLayer(
    (x) => {
      const product = rowsTimes(x, weight)
      return b ? gates.add(product, b) : product
    },
    {
      description: `linear(${inFeatures} → ${outFeatures})`,
      parameters: { weight, ...(b && { bias: b }) },
      torch: {
        weight: { name: 'weight', axes: [1, 0] },
        ...(b && { bias: { name: 'bias' } }),
      },
      numberCount: 1,
      at: (path, number) => linearAt(sizes, { path, number }),
    },
  )
}

/**
 * The rows of all batch axes as one matrix: the gradient of the weight is then one product, not the
 * sum of a product for each batch.
 */
export function rowsTimes(x: Value, weight: Value): Value {
  if (x.shape.length <= 2) return gates.matmul(x, weight)
  const batch = x.shape.slice(0, -1)
  const rows = gates.reshape(x, [sizeOf(batch), x.shape.at(-1) ?? 0])
  return gates.reshape(gates.matmul(rows, weight), [...batch, weight.shape.at(-1) ?? 0])
}

function checkWidth(name: string, width: number): void {
  if (Number.isInteger(width) && width > 0) return
  throw new SluiceError({
    code: 'OPTION',
    what: `linear: ${name} is not a number of features`,
    expected: 'a whole number, 1 or more',
    got: String(width),
    fix: 'give the width of the layer',
  })
}

import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import type { Init } from '../gates/state.ts'
import type { Value } from '../ir/value.ts'
import { createLayer, type Layer } from './layer.ts'

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
  return linearAt(inFeatures, outFeatures, options, '', undefined)
}

function linearAt(
  inFeatures: number,
  outFeatures: number,
  options: LinearOptions,
  path: string,
  number: number | undefined,
): Layer {
  const { bias = true, dtype = 'f32' } = options
  const bound = 1 / Math.sqrt(inFeatures)
  const torchDefault = gates.uniformInit(-bound, bound)
  const own = (name: string, letter: string, shape: readonly number[], init: Init): Value =>
    gates.parameter(`${letter}${number ?? ''}`, shape, {
      key: path === '' ? name : `${path}.${name}`,
      init,
      dtype,
    })
  const weight = own('weight', 'W', [inFeatures, outFeatures], options.weightInit ?? torchDefault)
  const b = bias ? own('bias', 'b', [outFeatures], options.biasInit ?? torchDefault) : undefined
  return createLayer(
    (x) => {
      const product = gates.matmul(x, weight)
      return b ? gates.add(product, b) : product
    },
    {
      description: `linear(${inFeatures} → ${outFeatures})`,
      parameters: { weight, ...(b && { bias: b }) },
      torch: {
        weight: { name: 'weight', axes: [1, 0] },
        ...(b && { bias: { name: 'bias' } }),
      },
      at: (newPath, newNumber) => linearAt(inFeatures, outFeatures, options, newPath, newNumber),
    },
  )
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

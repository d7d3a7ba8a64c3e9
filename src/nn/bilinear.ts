import { bilinear as bilinearGate } from '../functional/bilinear.ts'
import * as gates from '../gates/index.ts'
import { uniform } from '../gates/initializers.ts'
import type { Value } from '../ir/value.ts'
import { alone, checkCount, createModule, type Module, ownParameter, type Place } from './layer.ts'

export interface BilinearOptions {
  /** Default true. */
  readonly bias?: boolean
  readonly dtype?: 'f32' | 'f64'
}

/**
 * yₒ = Σᵢⱼ aᵢ · weightₒᵢⱼ · bⱼ + biasₒ.
 *
 * Shapes: a [..., firstFeatures], b [..., secondFeatures] → [..., outFeatures]; weight
 * [outFeatures, firstFeatures, secondFeatures], bias [outFeatures].
 * Throws: OPTION for a width that is none.
 * Source: PyTorch `torch.nn.Bilinear`.
 *
 * @example
 * const score = bilinear(64, 32, 1)(left, right)
 */
export function bilinear(
  firstFeatures: number,
  secondFeatures: number,
  outFeatures: number,
  options: BilinearOptions = {},
): Module<(a: Value, b: Value) => Value> {
  checkCount('bilinear', 'firstFeatures', firstFeatures)
  checkCount('bilinear', 'secondFeatures', secondFeatures)
  checkCount('bilinear', 'outFeatures', outFeatures)
  return bilinearAt([outFeatures, firstFeatures, secondFeatures], options, alone)
}

function bilinearAt(
  shape: readonly [number, number, number],
  options: BilinearOptions,
  place: Place,
): Module<(a: Value, b: Value) => Value> {
  const { bias = true, dtype = 'f32' } = options
  const [out, first, second] = shape
  const init = uniform(-1 / Math.sqrt(first), 1 / Math.sqrt(first))
  const weight = ownParameter(place, 'weight', { symbol: 'W', shape, init, dtype })
  const b = bias
    ? ownParameter(place, 'bias', { symbol: 'b', shape: [out], init, dtype })
    : undefined
  const call = (left: Value, right: Value) => {
    const met = bilinearGate(left, right, weight)
    return b ? gates.add(met, b) : met
  }
  return createModule(() => call, {
    description: `bilinear(${first}, ${second} → ${out})`,
    parameters: { weight, ...(b && { bias: b }) },
    torch: { weight: { name: 'weight' }, ...(b && { bias: { name: 'bias' } }) },
    numberCount: 1,
    at: (path, number) => bilinearAt(shape, options, { path, number }),
  })
}

/** Gradients held within bounds before an optimizer sees them. */
import * as gates from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import { floatingOf } from './companions.ts'

/**
 * Gradients scaled down together where their norm, as one long vector, is above `maxNorm`, and that
 * norm: each times maxNorm / (norm + 1e-6), or as it is.
 *
 * `normType` is p of the norm, 2 by default, Infinity for the largest element.
 * Source: PyTorch `torch.nn.utils.clip_grad_norm_`.
 *
 * @example
 * const { gradients, norm } = clipGradNorm(gradientsOf(J, weights), 1)
 */
export function clipGradNorm(
  gradients: readonly Value[],
  maxNorm: number,
  { normType = 2 }: { readonly normType?: number } = {},
): { readonly gradients: readonly Value[]; readonly norm: Value } {
  const dtype = gradients.some((one) => one.dtype === 'f64') ? 'f64' : 'f32'
  const parts = gradients.map((gradient) => {
    const part = partOf(gradient, normType)
    return floatingOf(gradient) === dtype ? part : gates.cast(part, dtype)
  })
  const [first = gates.constant(0, { dtype }), ...rest] = parts
  const join = normType === Infinity ? gates.maximum : gates.add
  const norm = rootOf(
    rest.reduce((a: Value, b) => join(a, b), first),
    normType,
  )
  const scale = gates.minimum(gates.divide(maxNorm, gates.add(norm, 1e-6)), 1)
  return {
    norm,
    gradients: gradients.map((gradient) => {
      const own = floatingOf(gradient)
      return gates.multiply(gradient, own === dtype ? scale : gates.cast(scale, own))
    }),
  }
}

/**
 * Gradients with each element brought between −maxValue and maxValue.
 *
 * Source: PyTorch `torch.nn.utils.clip_grad_value_`.
 */
export function clipGradValue(gradients: readonly Value[], maxValue: number): readonly Value[] {
  return gradients.map((gradient) => gates.clamp(gradient, -maxValue, maxValue))
}

/** What the norm takes its root of: the sum of the powers, or the largest. */
function partOf(gradient: Value, normType: number): Value {
  if (normType === 2) return gates.sum(gates.multiply(gradient, gradient))
  const size = gates.abs(gradient)
  if (normType === Infinity) return gates.max(size)
  return gates.sum(normType === 1 ? size : gates.power(size, normType))
}

function rootOf(total: Value, normType: number): Value {
  if (normType === 2) return gates.sqrt(total)
  return normType === 1 || normType === Infinity ? total : gates.power(total, 1 / normType)
}

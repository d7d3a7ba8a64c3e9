/** What the norms share: mean 0 and variance 1 over some axes, and the gradient of that. */
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

export interface Standardizing {
  /** Over which mean and variance are taken. */
  readonly axes: readonly number[]
  /** Added to the variance. */
  readonly epsilon: number
}

export interface Standardized {
  readonly standard: Value
  /** What the centred x was multiplied by; as mean and variance with size 1 on the axes. */
  readonly inverseDeviation: Value
  readonly mean: Value
  /** The mean square from the mean. */
  readonly variance: Value
}

/** x with mean 0 and variance 1 over the axes. */
export function standardized(
  gates: Gates,
  x: Value,
  { axes, epsilon }: Standardizing,
): Standardized {
  const mean = gates.mean(x, axes, { keepDims: true })
  const centred = gates.subtract(x, mean)
  const variance = gates.mean(gates.multiply(centred, centred), axes, { keepDims: true })
  const inverseDeviation = gates.divide(1, gates.sqrt(gates.add(variance, epsilon)))
  return { standard: gates.multiply(centred, inverseDeviation), inverseDeviation, mean, variance }
}

export interface StandardGradients {
  readonly x: Value
  /** Of `weight`'s shape, both. */
  readonly weight: Value
  readonly bias: Value
  readonly parts: Standardized
}

/**
 * The gradients of standardized(x) ⊙ weight + bias, where weight and bias have x's rank and size 1
 * along whatever shares them. Mean and deviation do change with x: their part is what is taken off.
 */
export function standardGradients(
  gates: Gates,
  { x, weight, upstream }: { readonly x: Value; readonly weight: Value; readonly upstream: Value },
  { axes, epsilon }: Standardizing,
): StandardGradients {
  const parts = standardized(gates, x, { axes, epsilon })
  const { standard, inverseDeviation } = parts
  // Over these the weight is one number, so sums over them serve the weight and x alike.
  const inner = axes.filter((axis) => weight.shape[axis] === 1)
  const outer = axes.filter((axis) => weight.shape[axis] !== 1)
  const rows = x.shape.flatMap((_, axis) =>
    weight.shape[axis] === 1 && !axes.includes(axis) ? [axis] : [],
  )
  const summed = (value: Value, over: readonly number[]) =>
    over.length === 0 ? value : gates.sum(value, over, { keepDims: true })
  const along = summed(gates.multiply(upstream, standard), inner)
  const total = summed(upstream, inner)
  const count = axes.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1)
  const meanOf = (sum: Value) => gates.divide(summed(gates.multiply(weight, sum), outer), count)
  const mixed = gates.add(meanOf(total), gates.multiply(standard, meanOf(along)))
  const own = gates.subtract(gates.multiply(upstream, weight), mixed)
  return {
    x: gates.multiply(inverseDeviation, own),
    weight: summed(along, rows),
    bias: summed(total, rows),
    parts,
  }
}

/** (x − mean) / deviation as LaTeX. */
export function standardText(x: string, epsilon: number): string {
  return String.raw`\frac{${x} - \operatorname{mean}(${x})}{${deviationText(x, epsilon)}}`
}

/** √(variance + epsilon) as LaTeX. */
export function deviationText(x: string, epsilon: number): string {
  return String.raw`\sqrt{\operatorname{var}(${x}) + ${decimal(epsilon)}}`
}

/** 1e-5 as LaTeX writes it: 10^{-5}. */
export function decimal(number: number): string {
  const [digits = '', exponent = ''] = number.toExponential().split('e')
  if (number === 0 || (number >= 0.001 && number < 1000)) return String(number)
  const power = `10^{${Number(exponent)}}`
  return digits === '1' ? power : String.raw`${digits} \cdot ${power}`
}

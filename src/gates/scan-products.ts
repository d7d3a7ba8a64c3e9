/**
 * Gradients that a loop adds up as matrix products, one for each step, are one product over all
 * steps: Σₜ aₜ · bₜ = [a₁ … aₙ] · [b₁; …; bₙ]. So the loop only keeps a and b.
 */
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

/** A sum over the steps, in two parts. */
interface StepSum {
  /** What the loop adds up. */
  readonly added: readonly Value[]
  /** Products of what the loop keeps. */
  readonly products: readonly Value[]
}

/** Which of the terms of a step's gradient are better multiplied after the loop. */
export function stepSumOf(gradient: Value): StepSum {
  const added: Value[] = []
  const products: Value[] = []
  const open = [gradient]
  for (let term = open.pop(); term; term = open.pop()) {
    if (term.gate.name === 'add') open.push(...term.inputs)
    else if (isLaterBetter(term)) products.push(term)
    else added.push(term)
  }
  return { added, products }
}

/**
 * Where the operands are much larger than the product, adding it up takes less memory, and each
 * step's product is deep enough to be quick.
 */
function isLaterBetter({ gate, inputs, shape }: Value): boolean {
  const { meaning } = gate
  const [a] = inputs
  if (meaning.kind !== 'contract' || meaning.form !== 'matmul' || !a) return false
  const [m = 0, n = 0] = shape.slice(-2)
  const depth = a.shape.at(-1) ?? 0
  return depth > 0 && depth * (m + n) <= 4 * m * n
}

/**
 * What a loop keeps of a step's product: its operands, and what a transposed one is the transpose
 * of, which often is kept already.
 */
export function factorsOf(product: Value): readonly [Value, Value] {
  const [a, b] = [product.input(0), product.input(1)]
  return [isTransposed(a) ? a.input(0) : a, isTransposed(b) ? b.input(0) : b]
}

/** The sum of a product over all steps, from its factors along a new first axis. */
export function productOverSteps(
  gates: Gates,
  product: Value,
  factors: readonly [Value, Value],
): Value {
  const [a, b] = [
    asOperand(gates, product.input(0), factors[0]),
    asOperand(gates, product.input(1), factors[1]),
  ]
  // The step goes beside the depth, and both are one axis.
  const batch = product.shape.slice(0, -2)
  const batchAxes = batch.map((_, axis) => axis + 1)
  const [rows, columns] = [batch.length + 1, batch.length + 2]
  const depth = (a.shape[0] ?? 0) * (a.shape[columns] ?? 0)
  const wide = gates.transpose(a, [...batchAxes, rows, 0, columns])
  const tall = gates.transpose(b, [...batchAxes, 0, rows, columns])
  return gates.matmul(
    gates.reshape(wide, [...batch, a.shape[rows] ?? 0, depth]),
    gates.reshape(tall, [...batch, depth, b.shape[columns] ?? 0]),
  )
}

function isTransposed({ gate }: Value): boolean {
  return gate.name === 'transpose'
}

function asOperand(gates: Gates, operand: Value, factor: Value): Value {
  if (!isTransposed(operand)) return factor
  const axes = operand.attributes.axes as readonly number[] // a transpose has them
  return gates.transpose(factor, [0, ...axes.map((axis) => axis + 1)])
}

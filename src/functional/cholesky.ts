import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  asColumn,
  asRow,
  batched,
  isSquare,
  onDiagonal,
  swapped,
  symmetricOf,
  underBatchOf,
} from './matrices.ts'
import { triangularSolve } from './triangular-solve.ts'

export interface CholeskyOptions {
  /** Give Lᵀ, the upper factor. Default false. */
  readonly upper?: boolean
}

export interface Cholesky {
  <S extends Shape, D extends DType>(a: Value<S, D>, options?: CholeskyOptions): Value<S, D>
}

/**
 * The lower triangular L with L Lᵀ = a, for a symmetric positive definite `a`; NaN from the first
 * column on in which it shows not to be. Of `a` the mean of a and aᵀ is taken, so that the gradient
 * is symmetric.
 *
 * Shapes: a [..., n, n] → the same.
 * Throws: SHAPE where a is not square.
 * Source: PyTorch `linalg.cholesky`; the gradient is of Murray 2016.
 */
export const cholesky: Gate<Cholesky> = defineGate<Cholesky, ['a'], { upper: boolean }>({
  name: 'cholesky',
  operands: ['a'],
  role: 'mixer',
  call: (a: Value, { upper = false }: CholeskyOptions = {}) => ({
    inputs: [a],
    attributes: { upper },
  }),
  constraints: { C1: isSquare({ a: 'f32[3, 2]' }) },
  expand: ({ gates, a, attributes: { upper } }) => {
    const columns = eliminated(gates, symmetricOf(gates, batched(gates, a)))
    const factor = underBatchOf(gates, a, gates.transpose(columns, [1, 2, 0]))
    const lower = gates.tril(factor)
    return upper ? swapped(gates, lower) : lower
  },
  // With Φ taking the lower triangle with half the diagonal: L⁻ᵀ Φ(Lᵀ dL) L⁻¹, made symmetric.
  backward: ({ gates, attributes: { upper }, output, upstream }) => {
    const turn = (x: Value) => (upper ? swapped(gates, x) : x)
    const [L, given] = [turn(output), gates.tril(turn(upstream))]
    const product = gates.tril(gates.matmul(swapped(gates, L), given))
    const halved = gates.where(onDiagonal(gates, product), gates.multiply(product, 0.5), product)
    const left = triangularSolve(L, halved, { upper: false, transpose: true })
    const both = triangularSolve(L, left, { upper: false, left: false })
    return { a: symmetricOf(gates, both) }
  },
  equation: ({ a, attributes: { upper } }) =>
    String.raw`\operatorname{chol}(${a})${upper ? String.raw`^\top` : ''}`,
  downstream: ({ output, upstream, attributes: { upper } }) => {
    const L = upper ? String.raw`${output}^\top` : output
    const g = upper ? String.raw`${upstream}^\top` : upstream
    return String.raw`\operatorname{sym}(L^{-\top} \Phi(L^\top ${g}) L^{-1}), \quad L = ${L}`
  },
  // Expected values: torch 1.13, torch.linalg.cholesky.
  samples: [
    {
      a: [
        [4, 2],
        [2, 5],
      ],
      output: [
        [2, 0],
        [1, 2],
      ],
    },
    { a: [[[9]], [[0.25]]], with: [{ upper: true }], output: [[[3]], [[0.5]]] },
    {
      a: [
        [4, 6],
        [6, 10],
      ],
      with: [{ upper: true }],
      output: [
        [2, 3],
        [0, 1],
      ],
    },
    {
      a: [
        [1, 2],
        [2, 1],
      ],
      output: [
        [1, 0],
        [2, Number.NaN],
      ],
    },
  ],
})

/** The columns of L, one after the other; above its diagonal each holds what is left there. */
function eliminated(gates: Gates, matrix: Value): Value {
  const { outputs } = gates.scan(
    ([rest], [place]) => {
      // The rest is symmetric, and its rows are easier to read than its columns.
      const row = gates.take(rest, place, 1)
      const pivot = gates.take(row, place, 1)
      const column = gates.divide(row, asColumn(gates, gates.sqrt(pivot)))
      const share = gates.multiply(asColumn(gates, column), asRow(gates, column))
      return { carry: [gates.subtract(rest, share)], outputs: [column] }
    },
    { carry: [matrix], sequences: [gates.iota([matrix.shape.at(-1) ?? 0], 0)] },
  )
  return outputs[0]
}

import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  batched,
  columnsOf,
  identityOf,
  isSquare,
  measured,
  swapped,
  underBatchOf,
} from './matrices.ts'

export interface MatrixExp {
  <S extends Shape, D extends DType>(a: Value<S, D>): Value<S, D>
}

/** Up to this norm the series ends below the last digit of f64. */
const reach = 1

/** A matrix is halved this often at most: norms up to a million. */
const halvings = 20

/**
 * The exponential of each matrix, I + a + a²/2 + a³/6 + …: the matrix is halved until it is small,
 * and the sum of its series squared as often. Beyond a norm of 2²⁰ digits are lost.
 *
 * Shapes: a [..., n, n] → the same.
 * Throws: SHAPE where a is not square.
 * Source: PyTorch `linalg.matrix_exp`; the gradient is of Najfeld and Havel 1995.
 */
export const matrixExp: Gate<MatrixExp> = defineGate<MatrixExp, ['a']>({
  name: 'matrixExp',
  operands: ['a'],
  role: 'mixer',
  constraints: { C1: isSquare({ a: 'f32[3, 2]' }) },
  expand: ({ gates, a }) => {
    if (a.shape.at(-1) === 0) return a
    const matrix = batched(gates, a)
    const sums = gates.sum(gates.abs(matrix), -2, { keepDims: true })
    const norm = gates.stopGradient(gates.max(sums, -1, { keepDims: true }))
    // 1, 2, 4 …, each of which asks for one more halving.
    const steps = gates.cast(gates.iota([halvings], 0), a.dtype)
    const limits = gates.multiply(gates.power(2, steps), reach)
    const halved = gates.where(
      gates.greater(norm, limits),
      0.5,
      gates.cast(gates.ones([1]), a.dtype),
    )
    const scale = gates.prod(halved, -1, { keepDims: true })
    const start = series(gates, gates.multiply(matrix, scale))
    const { carry } = gates.scan(
      ([power], [limit]) => ({
        carry: [gates.where(gates.greater(norm, limit), gates.matmul(power, power), power)],
      }),
      { carry: [start], sequences: [limits] },
    )
    return underBatchOf(gates, a, carry[0])
  },
  // The exponential of [aᵀ g; 0 aᵀ] has the gradient in the place of g.
  backward: ({ gates, a, upstream }) => {
    const size = a.shape.at(-1) ?? 0
    if (size === 0) return { a: upstream }
    const turned = swapped(gates, a)
    const unit = underBatchOf(gates, a, measured(gates, batched(gates, upstream)))
    const above = gates.concat([turned, gates.divide(upstream, unit)], -1)
    const below = gates.concat([gates.zerosLike(a), turned], -1)
    const whole = matrixExp(gates.concat([above, below], -2))
    const corner = columnsOf(gates, whole, size, 2 * size)
    const ranges = a.shape.map((_, axis): [number?, number?] =>
      axis === a.shape.length - 2 ? [0, size] : [],
    )
    return { a: gates.multiply(gates.slice(corner, ranges), unit) }
  },
  equation: ({ a }) => `e^{${a}}`,
  downstream: ({ a, upstream }) =>
    String.raw`\int_0^1 e^{t ${a}^\top} ${upstream} e^{(1 - t) ${a}^\top} \, dt`,
  // Expected values: torch 1.13, torch.linalg.matrix_exp.
  samples: [
    {
      a: [
        [0, 1],
        [-1, 0],
      ],
      output: [
        [0.5403023058681398, 0.8414709848078965],
        [-0.8414709848078965, 0.5403023058681398],
      ],
    },
    { a: [[[0]], [[3]]], output: [[[1]], [[20.085536923187668]]] },
  ],
})

/** The first 20 terms of the series, in five polynomials of degree 3 of a⁴. Source: Paterson and Stockmeyer 1973. */
function series(gates: Gates, a: Value): Value {
  const square = gates.matmul(a, a)
  const powers = [identityOf(gates, a), a, square, gates.matmul(square, a)]
  const fourth = gates.matmul(square, square)
  let factorial = 1
  const coefficients = Array.from({ length: 20 }, (_, n) => {
    factorial *= Math.max(1, n)
    return 1 / factorial
  })
  const polynomial = (from: number) =>
    powers
      .map((power, n) => gates.multiply(power, coefficients[from + n] ?? 0))
      .reduce((sum, term) => gates.add(sum, term))
  return [12, 8, 4, 0].reduce<Value>(
    (sum, from) => gates.add(gates.matmul(fourth, sum), polynomial(from)),
    polynomial(16),
  )
}

import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { luFactor, solvedByFactors } from './lu-factor.ts'
import { asColumn, haveOneDType, isSquare, swapped } from './matrices.ts'
import { fitting, gradientOfMatrix, gradientText, meetAround, solutionText } from './solving.ts'

export interface SolveOptions {
  /** Whether a stands left of x, a x = b, or right, x a = b. Default true. */
  readonly left?: boolean
  /** Solve with aᵀ in the place of a. Default false. */
  readonly transpose?: boolean
}

export interface Solve {
  <S extends Shape, D extends DType, E extends DType>(
    a: Value<Shape, D>,
    b: IfSameDType<'solve', D, E, Value<S, E>>,
    options?: SolveOptions,
  ): Value<Shape, D>
}

interface SolveAttributes {
  readonly [name: string]: boolean
  readonly left: boolean
  readonly transpose: boolean
}

/**
 * The x of a x = b, or of x a = b, by elimination with partial pivoting. Where `a` is singular, x
 * has infinities or NaN.
 *
 * Shapes: a [..., n, n], b [..., n, k], or [..., k, n] where a stands right → b's; batches broadcast.
 * A b of shape [n], or of a's shape without its last axis, is of vectors, and so is x.
 * Throws: SHAPE where a is not square or does not fit b; DTYPE where dtypes differ.
 * Source: PyTorch `linalg.solve`; `transpose` is SciPy's `transposed`.
 *
 * @example
 * solve(a, b) // [8, 3, 3], [8, 3] → [8, 3]
 */
export const solve: Gate<Solve> = defineGate<Solve, ['a', 'b'], SolveAttributes>({
  name: 'solve',
  operands: ['a', 'b'],
  role: 'mixer',
  call: (a: Value, b: Value, { left = true, transpose = false }: SolveOptions = {}) => ({
    inputs: b?.shape && areVectors(a, b) ? [a, b] : meetAround(a, b, left),
    attributes: { left, transpose },
  }),
  constraints: {
    C1: isSquare({ a: 'f32[3, 2]', b: 'f32[3, 2]' }),
    C2: fitting({ a: 'f32[2, 2]', b: 'f32[3, 2]' }, areVectors),
    C3: haveOneDType({ a: 'f32[2, 2]', b: 'f64[2, 2]' }),
  },
  shape: ({ b }) => b,
  expand: ({ gates, a, b, attributes: { left, transpose } }) => {
    const [LU, permutation] = luFactor(a)
    const isTurned = transpose === left // x a = b is aᵀ xᵀ = bᵀ
    if (areVectors(a, b)) {
      const x = solvedByFactors(gates, { LU, permutation }, asColumn(gates, b), isTurned)
      return gates.reshape(x, b.shape)
    }
    const columns = left ? b : swapped(gates, b)
    const x = solvedByFactors(gates, { LU, permutation }, columns, isTurned)
    return left ? x : swapped(gates, x)
  },
  backward: ({ gates, a, b, attributes, output, upstream }) => {
    const back = solve(a, upstream, { ...attributes, transpose: !attributes.transpose })
    if (!areVectors(a, b)) {
      return { a: gradientOfMatrix(gates, output, back, attributes), b: back }
    }
    // A vector is a column, whichever side a stands on.
    const side = { left: true, transpose: attributes.transpose === attributes.left }
    const [x, given] = [asColumn(gates, output), asColumn(gates, back)]
    return { a: gradientOfMatrix(gates, x, given, side), b: back }
  },
  equation: solutionText,
  downstream: gradientText,
  // Expected values: torch 1.13, torch.linalg.solve.
  samples: [
    {
      a: [
        [0, 2],
        [1, 4],
      ],
      b: [
        [2, 4],
        [9, 6],
      ],
      output: [
        [5, -2],
        [1, 2],
      ],
    },
    {
      a: [
        [2, 1],
        [6, 4],
      ],
      b: [4, 9],
      output: [3.5, -3],
    },
    {
      a: [
        [2, 1],
        [6, 4],
      ],
      b: [[4, 9]],
      with: [{ left: false }],
      output: [[-19, 7]],
    },
    {
      a: [
        [
          [2, 1],
          [6, 4],
        ],
      ],
      b: [
        [[4], [9]],
        [[2], [1]],
      ],
      with: [{ transpose: true }],
      output: [
        [[-19], [7]],
        [[1], [0]],
      ],
    },
  ],
})

function areVectors(a: Value, b: Value): boolean {
  return b.shape.length === a.shape.length - 1 && sameShape(b.shape, a.shape.slice(0, -1))
}

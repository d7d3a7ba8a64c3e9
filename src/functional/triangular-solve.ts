import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  asColumn,
  asRow,
  batched,
  haveOneDType,
  isSquare,
  swapped,
  underBatchOf,
} from './matrices.ts'
import { fitting, gradientOfMatrix, gradientText, meetAround, solutionText } from './solving.ts'

export interface TriangularSolveOptions {
  /** Whether `a` is upper triangular, else lower. */
  readonly upper: boolean
  /** Solve with aᵀ in the place of a; `upper` still says what a itself is. Default false. */
  readonly transpose?: boolean
  /** Take the diagonal of `a` for ones, whatever stands there. Default false. */
  readonly unitriangular?: boolean
  /** Whether a stands left of x, a x = b, or right, x a = b. Default true. */
  readonly left?: boolean
}

export interface TriangularSolve {
  <S extends Shape, D extends DType, E extends DType>(
    a: Value<Shape, D>,
    b: IfSameDType<'triangularSolve', D, E, Value<S, E>>,
    options: TriangularSolveOptions,
  ): Value<Shape, D>
}

interface TriangularSolveAttributes {
  readonly [name: string]: boolean
  readonly upper: boolean
  readonly transpose: boolean
  readonly unitriangular: boolean
  readonly left: boolean
}

/**
 * The x of a x = b, or of x a = b, where `a` is triangular. The other triangle of `a` is not read.
 * A zero on the diagonal gives infinities or NaN, never an error.
 *
 * Shapes: a [..., n, n], b [..., n, k], or [..., k, n] where a stands right → b's; batches broadcast.
 * Throws: SHAPE where a is not square or does not fit b; DTYPE where dtypes differ.
 * Source: PyTorch `linalg.solve_triangular`; `transpose` is of `triangular_solve`.
 *
 * @example
 * triangularSolve(L, b, { upper: false }) // [64, 64], [64, 3] → [64, 3]
 */
export const triangularSolve: Gate<TriangularSolve> = defineGate<
  TriangularSolve,
  ['a', 'b'],
  TriangularSolveAttributes
>({
  name: 'triangularSolve',
  operands: ['a', 'b'],
  role: 'mixer',
  call: (a: Value, b: Value, options: TriangularSolveOptions) => {
    const { upper, transpose = false, unitriangular = false, left = true } = options
    return { inputs: meetAround(a, b, left), attributes: { upper, transpose, unitriangular, left } }
  },
  constraints: {
    C1: isSquare({ a: 'f32[3, 2]', b: 'f32[3, 2]', with: [{ upper: true }] }),
    C2: fitting({ a: 'f32[2, 2]', b: 'f32[3, 2]', with: [{ upper: true }] }),
    C3: haveOneDType({ a: 'f32[2, 2]', b: 'f64[2, 2]', with: [{ upper: true }] }),
  },
  shape: ({ b }) => b,
  expand: ({ gates, a, b, attributes }) => {
    const { transpose, left, upper, unitriangular } = attributes
    const isTurned = transpose === left // x a = b is aᵀ xᵀ = bᵀ
    const facing = isTurned ? swapped(gates, a) : a
    const columns = left ? b : swapped(gates, b)
    const isUpper = upper !== isTurned
    const x = substituted(gates, facing, columns, { isUpper, unitriangular })
    return left ? x : swapped(gates, x)
  },
  backward: ({ gates, a, attributes, output, upstream }) => {
    const { upper, transpose, unitriangular } = attributes
    const back = triangularSolve(a, upstream, { ...attributes, transpose: !transpose })
    const full = gradientOfMatrix(gates, output, back, attributes)
    const aside = unitriangular ? 1 : 0
    return { a: upper ? gates.triu(full, aside) : gates.tril(full, -aside), b: back }
  },
  equation: solutionText,
  downstream: gradientText,
  // Expected values: torch 1.13, torch.linalg.solve_triangular.
  samples: [
    {
      a: [
        [2, 5],
        [1, 4],
      ],
      b: [
        [2, 4],
        [9, 6],
      ],
      with: [{ upper: false }],
      output: [
        [1, 2],
        [2, 1],
      ],
    },
    {
      a: [
        [2, 1],
        [7, 4],
      ],
      b: [[4, 9]],
      with: [{ upper: true, left: false, unitriangular: true }],
      output: [[4, 5]],
    },
    {
      a: [
        [
          [2, 0],
          [1, 4],
        ],
      ],
      b: [
        [[4], [8]],
        [[0], [4]],
      ],
      with: [{ upper: false, transpose: true }],
      output: [
        [[1], [2]],
        [[-0.5], [1]],
      ],
    },
  ],
})

/**
 * One unknown row after the other: each is divided by its pivot and taken off all rows of what is
 * left to solve for, the finished ones too, which are not read again.
 */
function substituted(
  gates: Gates,
  a: Value,
  b: Value,
  { isUpper, unitriangular }: { readonly isUpper: boolean; readonly unitriangular: boolean },
): Value {
  const [size = 0] = a.shape.slice(-1)
  const columns = gates.transpose(batched(gates, a), [2, 0, 1])
  const { outputs } = gates.scan(
    ([rest], [column, place]) => {
      const row = gates.take(rest, place, 1)
      const pivot = asColumn(gates, gates.take(column, place, 1))
      const solved = unitriangular ? row : gates.divide(row, pivot)
      const share = gates.multiply(asColumn(gates, column), asRow(gates, solved))
      return { carry: [gates.subtract(rest, share)], outputs: [solved] }
    },
    {
      carry: [batched(gates, b)],
      sequences: [columns, gates.iota([size], 0)],
      reverse: isUpper,
    },
  )
  return underBatchOf(gates, b, gates.transpose(outputs[0], [1, 0, 2]))
}

/** What tril and triu share. */
import { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

export interface Triangle {
  <S extends Shape, D extends DType>(x: Value<S, D>, diagonal?: number): Value<S, D>
}

export interface TriangleAttributes {
  readonly [name: string]: number
  readonly diagonal: number
}

export function triangleCall(gate: string): (
  x: Value,
  diagonal?: number,
) => {
  readonly inputs: readonly Value[]
  readonly attributes: TriangleAttributes
} {
  return (x, diagonal = 0) => ({
    inputs: [x],
    attributes: { diagonal: wholeDiagonal(diagonal, gate) },
  })
}

export const matrixHasTwoAxes: Constraint<readonly ['x'], TriangleAttributes> = {
  rule: 'x has two axes or more',
  holds: ({ x }) => x.shape.length >= 2 || `x ${formatShape(x.shape)} has ${x.shape.length}`,
  fix: 'reshape x into a matrix',
  broken: { x: 'f32[3]' },
}

/** The diagonal, 0 for the main one. Throws ATTRIBUTE where it is no whole number. */
export function wholeDiagonal(diagonal: number, gate: string): number {
  if (Number.isSafeInteger(diagonal)) return diagonal
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: `${gate}: there is no diagonal ${diagonal}`,
    expected: 'a whole number: 0 is the main diagonal, 1 the one above it',
    got: String(diagonal),
    fix: 'count diagonals from the main one',
  })
}

/** x where column and row + diagonal compare so, else 0. */
export function trianglePart(
  gates: Gates,
  x: Value,
  { diagonal }: TriangleAttributes,
  compare: Gates['less'],
): Value {
  const matrix = x.shape.slice(-2)
  const limit = gates.add(gates.iota(matrix, 0), diagonal)
  return gates.where(compare(gates.iota(matrix, 1), limit), x, 0)
}

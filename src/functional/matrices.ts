/**
 * What the gates of linear algebra share. The last two axes of a value are a matrix, all axes before
 * them a batch, which their algorithms see as a single axis, the first.
 */
import type { Gates } from '../gates/define.ts'
import type { Sample } from '../ir/gate.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/** The constraint that `a` is a matrix or a batch of matrices. */
export function isMatrix(broken: Sample): Constraint<readonly ['a'], object> {
  return {
    rule: 'a [..., m, n] has two axes or more',
    holds: ({ a }) => a.shape.length >= 2 || `a ${formatShape(a.shape)} needs two axes`,
    fix: 'reshape it to a matrix: a row is [1, n], a column [n, 1]',
    broken,
  }
}

/** The constraint that `a` is square. */
export function isSquare(broken: Sample): Constraint<readonly ['a'], object> {
  return {
    rule: 'a [..., n, n] is square',
    holds: ({ a }) =>
      (a.shape.length >= 2 && a.shape.at(-1) === a.shape.at(-2)) ||
      `a ${formatShape(a.shape)} is no square matrix`,
    fix: 'give a matrix of as many rows as columns, or use lstsq or pinv',
    broken,
  }
}

/** The constraint that `a` and `b` have one dtype. */
export function haveOneDType(broken: Sample): Constraint<readonly ['a', 'b'], object> {
  return {
    code: 'DTYPE',
    rule: 'a and b have the same dtype',
    holds: ({ a, b }) => a.dtype === b.dtype || `dtypes ${a.dtype} and ${b.dtype} do not mix`,
    fix: "convert one of them: cast(b, 'f32')",
    broken,
  }
}

/** Rows and columns of the matrices. */
export function sizesOf({ shape }: { readonly shape: Shape }): readonly [number, number] {
  return [shape.at(-2) ?? 0, shape.at(-1) ?? 0]
}

/** Each matrix transposed. */
export function swapped(gates: Gates, x: Value): Value {
  const last = x.shape.length - 1
  const axes = x.shape.map((_, axis) => axis)
  return gates.transpose(x, [...axes.slice(0, -2), last, last - 1])
}

/** The mean of each matrix and its transpose. */
export function symmetricOf(gates: Gates, x: Value): Value {
  return gates.multiply(gates.add(x, swapped(gates, x)), 0.5)
}

/**
 * What to divide each matrix of x [batch, m, n] by so that its largest element is about 1: no square
 * overflows then. It is no part of what is differentiated, as results are multiplied by it again.
 */
export function measured(gates: Gates, x: Value): Value {
  const [count = 0] = x.shape
  if (sizeOf(x.shape) === 0)
    return gates.ones([count, 1, 1], { dtype: x.dtype === 'f64' ? 'f64' : 'f32' })
  const largest = gates.max(gates.abs(x), [-2, -1], { keepDims: true })
  return gates.stopGradient(gates.where(gates.equal(largest, 0), 1, largest))
}

/** The columns from `start` up to, without, `end` of each matrix. */
export function columnsOf(gates: Gates, x: Value, start: number, end: number): Value {
  return gates.slice(x, [...x.shape.slice(0, -1).map((): [] => []), [start, end]])
}

/** The batch as one axis: [batch, m, n]. */
export function batched(gates: Gates, x: Value): Value {
  return gates.reshape(x, [sizeOf(x.shape.slice(0, -2)), ...sizesOf(x)])
}

/** What was computed by matrix of a batch, under the axes that `x` has before its last two. */
export function underBatchOf(gates: Gates, x: Value, result: Value): Value {
  return gates.reshape(result, [...x.shape.slice(0, -2), ...result.shape.slice(1)])
}

/** True on the diagonal of a matrix of x's sizes. */
export function onDiagonal(gates: Gates, x: Value): Value<Shape, 'bool'> {
  const [row, column] = placesIn(gates, x)
  return gates.equal(row, column)
}

/** The elements on each diagonal: [..., min(m, n)]. */
export function diagonalOf(gates: Gates, x: Value): Value {
  const along = gates.sum(gates.where(onDiagonal(gates, x), x, 0), -1)
  const [rows, columns] = sizesOf(x)
  if (rows <= columns) return along
  return gates.slice(along, [...x.shape.slice(0, -2).map((): [] => []), [0, columns]])
}

/** The identity matrix of x's columns, for each matrix of x. */
export function identityOf(gates: Gates, x: Value): Value {
  const [, size] = sizesOf(x)
  const one = gates.cast(
    gates.equal(gates.iota([size, size], 0), gates.iota([size, size], 1)),
    x.dtype,
  )
  return gates.broadcastTo(one, [...x.shape.slice(0, -2), size, size])
}

/** [..., n] → [..., n, 1]. */
export function asColumn(gates: Gates, x: Value): Value {
  return gates.reshape(x, [...x.shape, 1])
}

/** [..., n] → [..., 1, n]. */
export function asRow(gates: Gates, x: Value): Value {
  return gates.reshape(x, [...x.shape.slice(0, -1), 1, x.shape.at(-1) ?? 0])
}

/** Rows of each matrix of x [batch, n, width] at places [batch, k]: [batch, k, width]. */
export function rowsAt(gates: Gates, x: Value, places: Value): Value {
  const [count = 0, size = 0, width = 0] = x.shape
  const rows = gates.reshape(x, [count * size, width])
  return gates.take(rows, placesInAll(gates, places, size))
}

/** The other way: row i of each matrix of x goes to place i of `places` [batch, n]. */
export function rowsTo(gates: Gates, x: Value, places: Value): Value {
  const [count = 0, size = 0, width = 0] = x.shape
  const flat = [count * size, width]
  const index = gates.reshape(placesInAll(gates, places, size), [count * size, 1])
  const moved = gates.scatterAdd(
    gates.zeros(flat, { dtype: x.dtype === 'f64' ? 'f64' : 'f32' }),
    gates.broadcastTo(index, flat),
    gates.reshape(x, flat),
    0,
  )
  return gates.reshape(moved, x.shape)
}

function placesIn(gates: Gates, x: Value): readonly [Value<Shape, 'i32'>, Value<Shape, 'i32'>] {
  const [rows, columns] = sizesOf(x)
  return [gates.iota([rows, columns], 0), gates.iota([rows, columns], 1)]
}

/** Places in one matrix as places among the rows of all of them. */
function placesInAll(gates: Gates, places: Value, size: number): Value<Shape, 'i32'> {
  const first = gates.multiply(gates.iota([places.shape[0] ?? 0, 1], 0), size)
  return gates.add(places as Value<Shape, 'i32'>, first) // argmax and iota give i32
}

/**
 * One-sided Jacobi: rotations of pairs of rows until all rows are orthogonal to each other, the rows
 * then being singular values times singular vectors. Source: Hestenes 1958; Brent and Luk 1985.
 */
import type { Gates } from '../gates/define.ts'
import type { Value } from '../ir/value.ts'

/**
 * The rows of x [batch, n, width] turned until their first `measured` elements are orthogonal, to
 * the last digits; all elements of a row turn with it. Rows are brought to size 1 at most by the caller.
 */
export function orthogonalRows(gates: Gates, x: Value, measured: number): Value {
  const [count = 0, size = 0, width = 0] = x.shape
  if (size < 2) return x
  // A row of zeros makes their number even, and stays where it is.
  const half = Math.ceil(size / 2)
  const even = gates.pad(x, [0, 0, 0], [0, 2 * half - size, 0])
  const { carry } = gates.scan(
    ([top, bottom]) => {
      const turned = rotated(gates, top, bottom, measured)
      return { carry: half > 1 ? seatedAnew(gates, ...turned) : turned }
    },
    {
      carry: [gates.slice(even, [[], [0, half]]), gates.slice(even, [[], [half, 2 * half]])],
      length: sweepsFor(size) * (2 * half - 1),
    },
  )
  const all = gates.concat(carry, 1)
  return gates.reshape(gates.slice(all, [[], [0, size]]), [count, size, width])
}

/**
 * How often every pair meets. Convergence is quadratic once it has begun, which takes the longer
 * the more rows there are: 5 sweeps for random matrices of 8 rows, 8 for 64. Nearly dependent rows,
 * as a Hilbert matrix has, take up to 5 more.
 */
function sweepsFor(size: number): number {
  // A single pair is done with its first rotation, but for rounding.
  return size === 2 ? 2 : 6 + Math.ceil(Math.log2(size))
}

/** Each row of `top` and the one of `bottom` at its place, turned until they are orthogonal. */
function rotated(
  gates: Gates,
  top: Value,
  bottom: Value,
  measured: number,
): readonly [Value, Value] {
  const dot = (a: Value, b: Value) => {
    const [p, q] = [a, b].map((rows) => gates.slice(rows, [[], [], [0, measured]]))
    return gates.sum(gates.multiply(p ?? a, q ?? b), -1, { keepDims: true })
  }
  const apart = gates.subtract(dot(bottom, bottom), dot(top, top))
  const along = gates.multiply(dot(top, bottom), 2)
  // Of the two angles the smaller: tan θ = along / (apart ± √(apart² + along²)).
  const largest = gates.stopGradient(gates.maximum(gates.abs(apart), gates.abs(along)))
  const isDone = gates.equal(largest, 0)
  const unit = gates.where(isDone, 1, largest)
  const [a, b] = [gates.divide(apart, unit), gates.divide(along, unit)]
  const square = gates.add(gates.multiply(a, a), gates.multiply(b, b))
  const root = gates.sqrt(gates.where(isDone, 1, square))
  const tangent = gates.divide(
    b,
    gates.add(a, gates.where(gates.less(a, 0), gates.negate(root), root)),
  )
  const cosine = gates.divide(1, gates.sqrt(gates.add(gates.multiply(tangent, tangent), 1)))
  const sine = gates.multiply(tangent, cosine)
  return [
    gates.subtract(gates.multiply(cosine, top), gates.multiply(sine, bottom)),
    gates.add(gates.multiply(sine, top), gates.multiply(cosine, bottom)),
  ]
}

/**
 * Everyone but the first of `top` moves on by one seat, round the table: after as many rounds as
 * there are others all have met all, and sit where they sat.
 */
function seatedAnew(gates: Gates, top: Value, bottom: Value): readonly Value[] {
  const from = (rows: Value, start: number, end?: number) => gates.slice(rows, [[], [start, end]])
  return [
    gates.concat([from(top, 0, 1), from(bottom, 0, 1), from(top, 1, -1)], 1),
    gates.concat([from(bottom, 1), from(top, -1)], 1),
  ]
}

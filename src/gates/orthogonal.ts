/**
 * A random matrix with orthonormal columns, as graph. It is the Q of Householder's QR of a normal
 * matrix A, signs so that R has a positive diagonal; but no R is needed. Once k columns have been
 * reflected away, what is left of the next one is normal again, whatever came before: so all
 * reflections I − u uᵀ, |u|² = 2, can be drawn at once (Stewart 1980, "The efficient generation of
 * random orthogonal matrices"). A block U of them is multiplied out as I − U (I + N)⁻¹ Uᵀ, with N the
 * part of Uᵀ U above its diagonal (Puglisi 1992, "Modification of the Householder method based on
 * the compact WY representation").
 */
import { SluiceError } from '../errors.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { add } from './add.ts'
import { cast } from './cast.ts'
import { eye } from './creation.ts'
import { divide } from './divide.ts'
import { greaterEqual } from './greater-equal.ts'
import { iota } from './iota.ts'
import { less } from './less.ts'
import { matmul } from './matmul.ts'
import { multiply } from './multiply.ts'
import { normal } from './normal.ts'
import { pad } from './pad.ts'
import { reshape } from './reshape.ts'
import { scan } from './scan.ts'
import { sqrt } from './sqrt.ts'
import type { Initializer } from './state.ts'
import { subtract } from './subtract.ts'
import { sum } from './sum.ts'
import { transpose } from './transpose.ts'
import { where } from './where.ts'

export interface OrthogonalOptions {
  /** What the matrix is multiplied by. Default 1. */
  readonly gain?: number
}

/** How many reflections are multiplied out at once: what they cost alone grows with it. */
const blockSize = 64

/**
 * A random orthogonal matrix, all of them equally likely, times `gain`; of one that is not square,
 * the shorter of rows and columns are orthonormal. Further axes count as columns, as in PyTorch. It is
 * computed in f64.
 *
 * Throws: ATTRIBUTE for a shape of fewer than two axes.
 * Source: PyTorch `torch.nn.init.orthogonal_`; Saxe et al. 2013.
 *
 * @example
 * parameter('W', [128, 128], { init: init.orthogonal({ gain: Math.SQRT2 }) })
 */
export function orthogonal({ gain = 1 }: OrthogonalOptions = {}): Initializer {
  return (key, shape, dtype) => {
    checkAxes(shape)
    const rows = shape[0] ?? 0
    const columns = sizeOf(shape.slice(1))
    const isWide = rows < columns
    const tall = orthonormalColumns(key, Math.max(rows, columns), Math.min(rows, columns))
    const matrix = multiply(isWide ? transpose(tall, [1, 0]) : tall, gain)
    return cast(reshape(matrix, shape), dtype === 'f64' ? 'f64' : 'f32')
  }
}

/** [rows, columns], columns ≤ rows, in f64. */
function orthonormalColumns(key: Value<[2], 'u32'>, rows: number, columns: number): Value {
  const identity: Value = eye(rows, columns, { dtype: 'f64' })
  if (columns === 0) return identity
  const { reflections, signs } = drawReflections(key, identity)
  const size = Math.min(blockSize, columns)
  const count = Math.ceil(columns / size)
  // A column of zeros reflects nothing.
  const filled = pad(reflections, [0, 0], [0, count * size - columns])
  const blocks = transpose(reshape(filled, [rows, count, size]), [1, 0, 2])
  const product = scan(([matrix], [block]) => ({ carry: [reflect(block, matrix)] }), {
    carry: [identity],
    sequences: [blocks],
    reverse: true, // the last reflection is the first to meet the identity
  })
  return multiply(product.carry[0], signs)
}

/** The vectors u, one a column, and the sign that each column of Q gets, for R's. */
function drawReflections(
  key: Value<[2], 'u32'>,
  identity: Value,
): { readonly reflections: Value; readonly signs: Value } {
  const { shape } = identity
  const [rowIndex, columnIndex] = [iota(shape, 0), iota(shape, 1)]
  const drawn = normal(key, shape, { dtype: 'f64' })
  const left = where(greaterEqual(rowIndex, columnIndex), drawn, 0)
  const length = sqrt(sum(multiply(left, left), 0))
  const isNegative = less(sum(multiply(left, identity), 0), 0)
  const signs = cast(where(isNegative, 1, -1), 'f64')
  // Away from its first element, so that nothing cancels: u ∝ x + sign(x₀) |x| e₀.
  const away = subtract(left, multiply(identity, multiply(signs, length)))
  const norm = sqrt(multiply(sum(multiply(away, away), 0), 0.5))
  return { reflections: divide(away, norm), signs }
}

/** The product of the reflections of a block, the first outermost, times a matrix. */
function reflect(block: Value, matrix: Value): Value {
  const size = block.shape.at(-1) ?? 0
  const across = transpose(block, [1, 0])
  const isAbove = less(iota([size, size], 0), iota([size, size], 1))
  let power: Value = where(isAbove, matmul(across, block), 0)
  let solved: Value = matmul(across, matrix)
  // N is 0 above its diagonal's last step: (I + N)⁻¹ = … (I + N⁴)(I + N²)(I − N), and it ends there.
  solved = subtract(solved, matmul(power, solved))
  for (let reach = 2; reach < size; reach *= 2) {
    power = matmul(power, power)
    solved = add(solved, matmul(power, solved))
  }
  return subtract(matrix, matmul(block, solved))
}

function checkAxes(shape: Shape): void {
  if (shape.length >= 2) return
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'orthogonal: this shape is no matrix',
    expected: 'a shape of two axes or more',
    got: formatShape(shape),
    fix: 'use init.normal or init.zeros',
  })
}

/** Points to check derivatives at: near a gate's samples, where the gate gives finite numbers. */
import { SluiceError } from '../../src/errors.ts'
import { isFloating } from '../../src/ir/dtype.ts'
import { type Tensor, toNumbers } from '../../src/ir/tensor.ts'
import { type Draw, drawBetween } from './draws.ts'

/** How often a point is drawn anew before a check gives up. */
const attempts = 24

/**
 * Operands near those of a sample. Later attempts go further away: to numbers that are not too
 * large, to positive ones, to ones between 0 and 1; for some gates take no others.
 */
function drawPoint(operands: readonly Tensor[], attempt: number, draw: Draw): Tensor[] {
  return operands.map((operand) => {
    if (!isFloating(operand.dtype)) return operand
    const { shape } = operand
    const data = Float64Array.from(toNumbers(operand), (near) => drawNear(near, attempt, draw))
    return { shape, dtype: 'f64', data }
  })
}

function drawNear(near: number, attempt: number, draw: Draw): number {
  const way = Math.floor((attempt * 4) / attempts)
  const isUsable = Number.isFinite(near) && Math.abs(near) <= 20
  const start = isUsable && way !== 1 ? near : drawBetween(draw, -2, 2)
  const moved = start + drawBetween(draw, -1, 1) * (0.1 + 0.2 * Math.abs(start))
  if (way === 2) return Math.abs(moved) + 0.05
  return way === 3 ? drawBetween(draw, 0.1, 0.9) : moved
}

/**
 * What `check` gives at the first point where it gives anything; undefined where it never does.
 * `another` draws a second point in the same way.
 */
export function atSomePoint<T>(
  operands: readonly Tensor[],
  draw: Draw,
  check: (point: readonly Tensor[], another: () => readonly Tensor[]) => T | undefined,
): T | undefined {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const another = () => drawPoint(operands, attempt, draw)
    const found = withoutDataErrors(() => check(another(), another))
    if (found !== undefined) return found
  }
  return undefined
}

export function areFinite(tensors: readonly Tensor[]): boolean {
  return tensors.every(({ data }) => {
    for (let index = 0; index < data.length; index++) {
      if (!Number.isFinite(Number(data[index]))) return false
    }
    return true
  })
}

/** A point that a gate refuses, such as a probability above 1, is one to draw again. */
function withoutDataErrors<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'INDEX') return undefined
    throw error
  }
}

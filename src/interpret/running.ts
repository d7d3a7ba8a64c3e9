/** Results along an axis, each of an element and all before it. Sums and products are kept in f64. */
import { type ComputeDType, dtypes, isFloating } from '../ir/dtype.ts'
import type { RunningCombine } from '../ir/gate.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import type { WorkingArray } from './element.ts'

/** From the result before, the element and its factor: the next result. */
export type RunningStep = (before: number, x: number, factor: number) => number

export interface Along {
  readonly axis: number
  readonly combine: RunningCombine
}

/** `data` of `shape`, combined along an axis; the first element of each row is its own result. */
export function runArray(
  data: WorkingArray,
  shape: Shape,
  { axis, combine }: Along,
  dtype: ComputeDType,
  factor: WorkingArray | undefined,
): WorkingArray {
  const out = dtypes[dtype].allocate(data.length) as WorkingArray // no BigInt compute dtype
  const step = runningSteps(dtype)[combine]
  const inner = sizeOf(shape.slice(axis + 1))
  const row = inner * (shape[axis] ?? 1)
  for (let start = 0; start < data.length; start += row) {
    for (let column = start; column < start + inner; column++) {
      let before = data[column] as number
      out[column] = before
      for (let at = column + inner; at < start + row; at += inner) {
        before = step(before, data[at] as number, factor ? (factor[at] as number) : 1)
        out[at] = before
      }
    }
  }
  return out
}

/** How two numbers of a dtype are combined. */
export function runningSteps(dtype: ComputeDType): Readonly<Record<RunningCombine, RunningStep>> {
  return isFloating(dtype) ? floatSteps : integerSteps
}

const floatSteps: Readonly<Record<RunningCombine, RunningStep>> = {
  sum: (before, x) => before + x,
  prod: (before, x) => before * x,
  // Math.max and Math.min give NaN where either is.
  max: (before, x) => Math.max(before, x),
  min: (before, x) => Math.min(before, x),
  linear: (before, x, factor) => factor * before + x,
}

// Modulo 2³², from which the arrays of i32 and u32 take what they hold.
const integerSteps: typeof floatSteps = {
  ...floatSteps,
  sum: (before, x) => (before + x) | 0,
  prod: Math.imul,
  linear: (before, x, factor) => (Math.imul(factor, before) + x) | 0,
}

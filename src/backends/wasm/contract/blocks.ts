/** How the axes of a side are cut into blocks, each a box of them. */
import type { Axis } from './product.ts'
import { sizeOfAxes } from './product.ts'

/**
 * Boxes that hold one index of the axes before `split`, `size` indices of that axis (the last box
 * fewer) and all of the axes behind it.
 */
export interface Blocks {
  readonly axes: readonly Axis[]
  readonly split: number
  readonly size: number
  /** Points of all axes behind `split`. */
  readonly inner: number
  /** Points of the largest box. */
  readonly extent: number
  /** Boxes along the split axis, and in all. */
  readonly cuts: number
  readonly count: number
}

export interface Step {
  readonly extent: number
  /** In elements. */
  readonly stride: number
}

/** The ways worth considering: boxes of up to `limit` points, multiples of `unit` where they can. */
export function waysToCut(given: readonly Axis[], limit: number, unit: number): readonly Blocks[] {
  const axes = given.length > 0 ? given : [single]
  const ways: Blocks[] = []
  for (let split = axes.length - 1; split >= 0; split--) {
    const inner = sizeOfAxes(axes.slice(split + 1))
    if (inner > limit) break
    const extent = axes[split]?.extent ?? 1
    const largest = Math.max(1, Math.floor(limit / inner))
    const sizes = new Set<number>()
    for (const parts of [1, 2, 3, 4, 6, 8, 16, 32]) {
      const size = Math.ceil(extent / parts)
      const whole = inner === 1 ? Math.ceil(size / unit) * unit : size
      sizes.add(Math.min(extent, whole, largest))
    }
    for (const size of sizes) ways.push(cut(axes, split, size))
  }
  return ways
}

const single: Axis = { extent: 1, a: 0, b: 0, c: [] }

/** Boxes of one point. */
export function points(given: readonly Axis[]): Blocks {
  const axes = given.length > 0 ? given : [single]
  return cut(axes, axes.length - 1, 1)
}

function cut(axes: readonly Axis[], split: number, size: number): Blocks {
  const inner = sizeOfAxes(axes.slice(split + 1))
  const cuts = Math.ceil((axes[split]?.extent ?? 1) / size)
  const count = sizeOfAxes(axes.slice(0, split)) * cuts
  return { axes, split, size, inner, extent: size * inner, cuts, count }
}

/** Points of the smallest box, which is the last along the split axis. */
export function lastExtent({ axes, split, size, inner, cuts }: Blocks): number {
  return ((axes[split]?.extent ?? 1) - (cuts - 1) * size) * inner
}

/** How a box is walked, point by point, as one access sees it: the fewest loops that do it. */
export function stepsWithin(
  { axes, split, size }: Blocks,
  strideOf: (axis: Axis) => number,
): readonly Step[] {
  const inside = axes.slice(split).map((axis, i) => ({
    extent: i === 0 ? size : axis.extent,
    stride: strideOf(axis),
  }))
  return mergedSteps(inside)
}

/** Steps without those of one element, neighbours merged: at least one. */
function mergedSteps(steps: readonly Step[]): readonly Step[] {
  const result: Step[] = []
  for (const step of steps) {
    if (step.extent === 1) continue
    const last = result.at(-1)
    if (last && last.stride === step.stride * step.extent) {
      result[result.length - 1] = { extent: last.extent * step.extent, stride: step.stride }
    } else result.push(step)
  }
  return result.length > 0 ? result : [{ extent: 1, stride: 0 }]
}

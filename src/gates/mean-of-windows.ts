/** The mean of each window, and what it hands back: what average pools are. */
import type { Gate, Sample } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates } from './define.ts'
import type { PerAxis, Rank } from './per-axis.ts'
import {
  type Pool,
  type PoolAttributes,
  type PoolOptions,
  poolAttributes,
  poolConstraints,
  windowText,
} from './pool-call.ts'
import {
  axisByAxis,
  isTiled,
  mostPlaces,
  type Pooled,
  perWindow,
  placeCount,
  pooledShape,
  stepsOf,
  sumOfPlaces,
  tilesOf,
  untile,
  type Windows,
  windowViews,
} from './pooling.ts'

export interface AvgPoolOptions<R extends Rank = 2> extends PoolOptions<R> {
  /** Whether the zeros of the padding count as elements of a window. Default: true. */
  readonly countIncludePad?: boolean
  /** What the sum of a window is divided by. Default: how many elements it has. */
  readonly divisorOverride?: number
}

interface AvgPoolAttributes extends PoolAttributes {
  readonly countIncludePad: boolean
  readonly divisorOverride: number | null
}

/** A mean over windows of the last `rank` axes of x; a gate is this and its samples. */
export function avgPoolGate<R extends Rank>(
  name: string,
  rank: R,
  samples: readonly Sample[],
): Gate<Pool<R, AvgPoolOptions<R>>> {
  return defineGate<Pool<R, AvgPoolOptions<R>>, ['x'], AvgPoolAttributes>({
    name,
    operands: ['x'],
    role: 'distributor',
    call: (x: Value, window: PerAxis<R>, options: AvgPoolOptions<R> = {}) => ({
      inputs: [x],
      attributes: {
        ...poolAttributes(rank, window, options),
        countIncludePad: options.countIncludePad ?? true,
        divisorOverride: options.divisorOverride ?? null,
      },
    }),
    constraints: {
      ...poolConstraints<AvgPoolAttributes>(rank),
      C4: {
        code: 'ATTRIBUTE',
        rule: 'divisorOverride is not 0',
        holds: ({ attributes }) => attributes.divisorOverride !== 0 || 'divisorOverride is 0',
        fix: 'leave it out to divide by how many elements a window has',
        broken: { x: `f32[1, 1${', 4'.repeat(rank)}]`, with: [2, { divisorOverride: 0 }] },
      },
    },
    shape: ({ x, attributes }) => pooledShape({ shape: x, windows: attributes }),
    expand: ({ gates, x, attributes }) => {
      const total = axisByAxis(attributes).reduce((value, stage) => summed(gates, value, stage), x)
      return gates.divide(total, divisorOf(gates, x, attributes))
    },
    backward: ({ gates, x, attributes, upstream }) => {
      const stages = axisByAxis(attributes)
      const shapes = [x.shape]
      for (const windows of stages)
        shapes.push(pooledShape({ shape: shapes.at(-1) ?? [], windows }))
      const share = gates.divide(upstream, divisorOf(gates, x, attributes))
      const back = stages.reduceRight(
        (own, windows, index) => handedBack(gates, own, { shape: shapes[index] ?? [], windows }),
        share,
      )
      return { x: back }
    },
    equation: ({ x, attributes }) =>
      String.raw`\operatorname{avgPool}_{${windowText(attributes)}}(${x})`,
    local: ({ attributes }) =>
      String.raw`\frac{1}{${attributes.divisorOverride ?? placeCount(attributes)}}`,
    samples,
  })
}

function summed(gates: Gates, x: Value, windows: Windows): Value {
  if (placeCount(windows) > mostPlaces && isTiled({ shape: x.shape, windows })) {
    const placeAxes = windows.window.map((_, axis) => 3 + 2 * axis)
    return gates.sum(tilesOf(gates, x, windows), placeAxes)
  }
  const views = windowViews(gates, x, { windows, fill: 0 })
  return views.reduce((total, view) => gates.add(total, view))
}

function handedBack(gates: Gates, share: Value, pooled: Pooled): Value {
  if (isTiled(pooled)) return untile(gates, perWindow(gates, share), pooled)
  const shares = Array.from({ length: placeCount(pooled.windows) }, () => share)
  return sumOfPlaces(gates, shares, pooled)
}

/** How many elements each window has: one number where it is the same for all. */
function divisorOf(gates: Gates, x: Value, attributes: AvgPoolAttributes): number | Value {
  const { window, divisorOverride } = attributes
  if (divisorOverride !== null) return divisorOverride
  const perAxis = window.map((_, axis) =>
    countsAlong({ shape: x.shape, windows: attributes }, axis),
  )
  if (perAxis.every((counts) => counts.every((count) => count === counts[0]))) {
    return perAxis.reduce((product, [count = 1]) => product * count, 1)
  }
  const shape = perAxis.map(({ length }) => length)
  const products = perAxis.reduce<readonly number[]>(
    (all, counts) => all.flatMap((product) => counts.map((count) => product * count)),
    [1],
  )
  const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
  const counted = gates.constant(Float64Array.from(products), { shape, dtype })
  return dtype === x.dtype ? counted : gates.cast(counted, x.dtype)
}

/** Of the windows along an axis, how many elements each has: of x, or of x and its padding. */
function countsAlong({ shape, windows }: AvgPooled, axis: number): number[] {
  const size = shape[axis + 2] ?? 0
  const low = windows.padding[axis] ?? 0
  const [first, last] = windows.countIncludePad ? [-low, size + low] : [0, size]
  return Array.from({ length: stepsOf({ shape, windows }, axis) }, (_, step) => {
    const start = step * (windows.strides[axis] ?? 1) - low
    const end = start + (windows.window[axis] ?? 1)
    return Math.min(end, last) - Math.max(start, first)
  })
}

interface AvgPooled extends Pooled {
  readonly windows: AvgPoolAttributes
}

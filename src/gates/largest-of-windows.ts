/** The largest element of each window, and where its gradient goes: what maximum pools are. */
import { internalError } from '../errors.ts'
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
  perWindow,
  placeCount,
  pooledShape,
  sumOfPlaces,
  tilesOf,
  untile,
  type Windows,
  windowViews,
} from './pooling.ts'

export interface MaxPoolOptions<R extends Rank = 2> extends PoolOptions<R> {
  /** Distance of the window's elements. Default: 1. */
  readonly dilation?: PerAxis<R>
}

/** A maximum over windows of the last `rank` axes of x; a gate is this and its samples. */
export function maxPoolGate<R extends Rank>(
  name: string,
  rank: R,
  samples: readonly Sample[],
): Gate<Pool<R, MaxPoolOptions<R>>> {
  return defineGate<Pool<R, MaxPoolOptions<R>>, ['x'], PoolAttributes>({
    name,
    operands: ['x'],
    role: 'router',
    call: (x: Value, window: PerAxis<R>, options: MaxPoolOptions<R> = {}) => ({
      inputs: [x],
      attributes: poolAttributes(rank, window, options),
    }),
    constraints: poolConstraints(rank),
    shape: ({ x, attributes }) => pooledShape({ shape: x, windows: attributes }),
    expand: ({ gates, x, attributes }) => largest(gates, x, attributes),
    backward: ({ gates, x, attributes, upstream }) => {
      const stages = axisByAxis(attributes)
      const read = [x]
      for (const stage of stages.slice(0, -1))
        read.push(largestAlong(gates, read.at(-1) ?? x, stage))
      const back = stages.reduceRight(
        (share, stage, index) => toWinners(gates, read[index] ?? x, { windows: stage, share }),
        upstream,
      )
      return { x: back }
    },
    equation: ({ x, attributes }) =>
      String.raw`\operatorname{maxPool}_{${windowText(attributes)}}(${x})`,
    local: ({ x }) => String.raw`[${x} = \max \text{ of its window}]`,
    samples,
  })
}

function largest(gates: Gates, x: Value, windows: Windows): Value {
  return axisByAxis(windows).reduce((value, stage) => largestAlong(gates, value, stage), x)
}

function largestAlong(gates: Gates, x: Value, windows: Windows): Value {
  if (placeCount(windows) > mostPlaces && isTiled({ shape: x.shape, windows })) {
    return gates.max(tilesOf(gates, x, windows), placeAxes(windows))
  }
  return viewsOf(gates, x, windows).reduce((best, view) => gates.maximum(best, view))
}

interface Returned {
  readonly windows: Windows
  readonly share: Value
}

/** The gradient of x: the share of each window, at the element that won. */
function toWinners(gates: Gates, x: Value, { windows, share }: Returned): Value {
  const pooled = { shape: x.shape, windows }
  if (isTiled(pooled)) {
    const isWinner = gates.equal(...winnersAmongTiles(gates, x, windows))
    return untile(gates, gates.where(isWinner, perWindow(gates, share), 0), pooled)
  }
  const winner = winnerOf(gates, viewsOf(gates, x, windows))
  const shares = Array.from({ length: placeCount(windows) }, (_, place) =>
    gates.where(gates.equal(winner, place), share, 0),
  )
  return sumOfPlaces(gates, shares, pooled)
}

/** The number of the place that wins in each window, and the numbers of all places beside it. */
function winnersAmongTiles(gates: Gates, x: Value, windows: Windows): [Value, Value] {
  const count = placeCount(windows)
  // Each place's number, over the axes of its window alone.
  const axes = windows.window.flatMap((size, axis) => (axis === 0 ? [size] : [1, size]))
  if (count <= mostPlaces) {
    const winner = perWindow(gates, winnerOf(gates, viewsOf(gates, x, windows)))
    return [winner, gates.reshape(gates.iota([count], 0, { dtype: floatingOf(x) }), axes)]
  }
  // A window along one axis, as `axisByAxis` gives those of many places.
  const [axis] = placeAxes(windows).filter((_, own) => (windows.window[own] ?? 1) > 1)
  if (axis === undefined) throw internalError('maxPool: a window of many places has no axis')
  const winner = gates.argmax(tilesOf(gates, x, windows), axis, { keepDims: true })
  return [winner, gates.reshape(gates.iota([count], 0, { dtype: 'i32' }), axes)]
}

/** The axes of places in what `tilesOf` gives. */
function placeAxes({ window }: Windows): number[] {
  return window.map((_, axis) => 3 + 2 * axis)
}

/** Beyond x there is nothing that could win. */
function viewsOf(gates: Gates, x: Value, windows: Windows): readonly Value[] {
  return windowViews(gates, x, { windows, fill: Number.NEGATIVE_INFINITY })
}

/**
 * Which place of each window wins: the first of those that tie, the last NaN, as PyTorch walks. A
 * number of x's dtype, so that the comparison is one of x's width.
 */
function winnerOf(gates: Gates, [first, ...rest]: readonly Value[]): Value {
  let best = first as Value // a window has one place at least
  let winner: Value = gates.zerosLike(best)
  rest.forEach((view, index) => {
    const isLater = gates.or(gates.greater(view, best), gates.notEqual(view, view))
    winner = gates.where(isLater, index + 1, winner)
    best = gates.maximum(best, view)
  })
  return winner
}

function floatingOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}

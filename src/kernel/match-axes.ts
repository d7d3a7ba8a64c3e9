/** Which loops of two kernels walk the same axes of the buffer that one writes and the other reads. */
import type { Cuts } from './loops.ts'
import type { Access } from './routine.ts'

/** An access from loops of these extents. */
export interface Walk {
  readonly access: Access
  readonly extents: readonly number[]
}

/** How the loops of two kernels are cut, and which pairs of them then walk together. */
export interface Match {
  readonly producer: Cuts
  readonly consumer: Cuts
  /** By position among the cut axes. */
  readonly pairs: readonly (readonly [producer: number, consumer: number])[]
}

interface Loop {
  readonly axis: number
  readonly extent: number
}

/**
 * Cuts the loops of both sides until each loop that moves through the buffer on one side has its
 * twin on the other. Undefined where a side does not walk the whole buffer, each element once.
 */
export function matchAxes(producer: Walk, consumer: Walk, length: number): Match | undefined {
  const from = loopsOf(producer, length)
  const to = loopsOf(consumer, length)
  if (!from || !to) return undefined
  const cuts = { from: uncut(producer), to: uncut(consumer) }
  const twins: (readonly [Part, Part])[] = []
  let left = from.pop()
  let right = to.pop()
  // From the innermost loop outwards: the shorter one is whole, the longer one is cut.
  while (left && right) {
    const extent = Math.min(left.extent, right.extent)
    if (left.extent % extent !== 0 || right.extent % extent !== 0) return undefined
    twins.push([cut(cuts.from, left, extent), cut(cuts.to, right, extent)])
    left = left.extent === extent ? from.pop() : { ...left, extent: left.extent / extent }
    right = right.extent === extent ? to.pop() : { ...right, extent: right.extent / extent }
  }
  const fromCuts = closed(cuts.from, producer.extents)
  const toCuts = closed(cuts.to, consumer.extents)
  const pairs = twins.map(([a, b]) => [place(fromCuts, a), place(toCuts, b)] as const)
  return { producer: fromCuts, consumer: toCuts, pairs }
}

/** The loops that move through the buffer, outermost first. */
function loopsOf({ access, extents }: Walk, length: number): Loop[] | undefined {
  if (access.offset !== 0 || access.turns.some((stride) => stride !== 0)) return undefined
  const loops = extents
    .map((extent, axis) => ({ axis, extent, stride: access.strides[axis] ?? 0 }))
    .filter(({ extent, stride }) => extent !== 1 && stride !== 0)
    .sort((a, b) => b.stride - a.stride)
  let expected = 1
  for (let k = loops.length - 1; k >= 0; k--) {
    const loop = loops[k]
    if (!loop || loop.stride !== expected) return undefined
    expected *= loop.extent
  }
  return expected === length ? loops : undefined
}

/** Innermost parts of each axis so far, and what is left of it outside them. */
type Parts = { sizes: number[] }[]

/** A part of an axis, counted from the innermost. */
interface Part {
  readonly axis: number
  readonly fromInside: number
}

function uncut({ extents }: Walk): Parts {
  return extents.map(() => ({ sizes: [] }))
}

function cut(parts: Parts, { axis }: Loop, extent: number): Part {
  const sizes = parts[axis]?.sizes ?? []
  sizes.unshift(extent)
  return { axis, fromInside: sizes.length - 1 }
}

/** Axes that were not walked stay whole. */
function closed(parts: Parts, extents: readonly number[]): Cuts {
  return parts.map(({ sizes }, axis) => (sizes.length === 0 ? [extents[axis] ?? 1] : sizes))
}

function place(cuts: Cuts, { axis, fromInside }: Part): number {
  const before = cuts.slice(0, axis).reduce((total, sizes) => total + sizes.length, 0)
  return before + (cuts[axis]?.length ?? 1) - 1 - fromInside
}

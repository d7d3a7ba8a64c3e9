/**
 * Cutting a long reduction into pieces of a fixed size, which threads share, and the reduction of
 * what the pieces give. How it is cut depends on sizes alone: so do the bits of the result.
 */
import { sizeOf, stridesOf } from '../ir/shape.ts'
import { nextRef, withStrides } from '../kernel/operations.ts'
import type { Access, Buffer, Kernel, Nest, Operation, Routine, Stage } from '../kernel/routine.ts'

/** A reduction of fewer elements is not worth sharing. */
const fewestElements = 65536
/** With as many points as this, threads share the points. */
const fewestPoints = 16
/** Of one piece at most. */
const pieceElements = 16384
/** What a piece may run once more of the stages before. */
const shortStage = 512

/** The routine with its long reductions in two kernels each. */
export function splitReductions(routine: Routine): Routine {
  const buffers = [...routine.buffers]
  const split = (kernels: readonly Kernel[]): readonly Kernel[] =>
    kernels.flatMap((kernel): readonly Kernel[] => {
      if (kernel.kind === 'repeat') return [{ ...kernel, body: split(kernel.body) }]
      return (kernel.kind === 'nest' && splitNest(kernel, buffers)) || [kernel]
    })
  const kernels = split(routine.kernels)
  return buffers.length === routine.buffers.length ? routine : { ...routine, buffers, kernels }
}

/** What is cut: a walked stage of a nest, whose reductions later stages use. */
interface Target {
  readonly nest: Nest
  /** The position of the stage. */
  readonly position: number
  readonly stage: Stage
  readonly reductions: readonly Reduction[]
  readonly cut: Cut
  /** By reduction: the buffer that takes what the pieces give. */
  readonly parts: readonly number[]
}

type Reduction = Extract<Operation, { readonly op: 'reduce' }>

/** Pieces of `length` turns of one axis, each with all turns of the axes within it. */
interface Cut {
  readonly axis: number
  readonly length: number
  readonly whole: number
  /** Turns of the axis that no whole piece has. */
  readonly rest: number
}

/** The nest with its first long stage cut, then the next one; undefined where there is none. */
function splitNest(nest: Nest, buffers: Buffer[]): readonly Nest[] | undefined {
  const count = sizeOf(nest.points)
  const position = nest.stages.findIndex(({ extents }) => sizeOf(extents) >= fewestElements)
  const stage = nest.stages[position]
  if (!stage || count === 0 || count >= fewestPoints) return undefined
  const early = nest.stages.slice(0, position)
  const reductions = stage.body.filter((one) => one.op === 'reduce')
  if (!isCuttable(stage, reductions) || !early.every(isRepeatable)) return undefined
  const cut = cutOf(stage.extents)
  const length = sizeOf(partExtents(nest, stage, cut))
  const parts = reductions.map(({ dtype }, index) => {
    const name = `${nameOf(nest, buffers)}.parts${reductions.length > 1 ? index : ''}`
    return buffers.push({ role: { kind: 'temporary' }, dtype, length, name }) - 1
  })
  const target = { nest, position, stage, reductions, cut, parts }
  const pieces = [pieceNest(target, cut.length, cut.whole, 0)]
  if (cut.rest > 0) pieces.push(pieceNest(target, cut.rest, 1, cut.whole))
  const whole = wholeNest(target)
  return [...pieces, ...(splitNest(whole, buffers) ?? [whole])]
}

/** Whether a stage only reduces, in ways that go on from piece to piece. */
function isCuttable({ body }: Stage, reductions: readonly Reduction[]): boolean {
  if (reductions.length === 0 || body.some((one) => !('id' in one))) return false
  return reductions.every(({ combine }) => combine !== 'argmax')
}

/** Whether each piece may run a stage for itself. */
function isRepeatable({ extents, body }: Stage): boolean {
  return sizeOf(extents) <= shortStage && body.every((one) => 'id' in one)
}

/** Cuts the outermost axis whose turns are no longer than a piece. */
function cutOf(extents: readonly number[]): Cut {
  const within = (axis: number) => sizeOf(extents.slice(axis + 1))
  const axis = extents.findIndex((_, index) => within(index) <= pieceElements)
  const extent = extents[axis] ?? 1
  const longest = Math.floor(pieceElements / within(axis))
  const lengths = Array.from({ length: Math.ceil(longest / 2) }, (_, index) => longest - index)
  const even = lengths.filter((length) => extent % length === 0)
  // Whole vectors where there is a choice.
  const length = even.find((one) => one % 16 === 0) ?? even[0] ?? longest
  const whole = Math.floor(extent / length)
  return { axis, length, whole, rest: extent - whole * length }
}

/** Of what the pieces give: the points, the axes outside the cut one, the pieces of that. */
function partExtents({ points }: Nest, { extents }: Stage, { axis, whole, rest }: Cut): number[] {
  return [...points, ...extents.slice(0, axis), whole + (rest > 0 ? 1 : 0)]
}

/** The reductions of `count` pieces from piece `first` on, each of `length` turns of the cut axis. */
function pieceNest(target: Target, length: number, count: number, first: number): Nest {
  const { nest, position, stage, reductions, cut, parts } = target
  const { points } = nest
  const inner = stage.extents.slice(cut.axis + 1)
  const outer = [...stage.extents.slice(0, cut.axis), count]
  const walked = stage.body.map((operation) =>
    withStrides(operation, ({ offset, strides }) => {
      const step = strides[points.length + cut.axis] ?? 0
      const before = strides.slice(0, points.length + cut.axis)
      const after = strides.slice(points.length + cut.axis + 1)
      return {
        offset: offset + step * cut.length * first,
        strides: [...before, step * cut.length, step, ...after],
      }
    }),
  )
  const early = nest.stages.slice(0, position).map(({ extents, body }) => ({
    extents,
    body: body.map((operation) => onMorePoints(operation, points.length, outer.length)),
  }))
  const strides = stridesOf(partExtents(nest, stage, cut))
  const stores = reductions.map(({ id, dtype }, index): Operation => {
    const access = accessOf(parts[index] ?? 0, first, strides, turnsOf(nest))
    return { op: 'store', stored: dtype, access, x: id }
  })
  return {
    ...nest,
    points: [...points, ...outer],
    stages: [
      ...early,
      { extents: [length, ...inner], body: walked },
      { extents: [], body: stores },
    ],
  }
}

/** The reductions of what the pieces give, and all that comes after. */
function wholeNest({ nest, position, stage, reductions, cut, parts }: Target): Nest {
  const extents = partExtents(nest, stage, cut)
  const strides = stridesOf(extents)
  const next = nextRef(nest.stages.map(({ body }) => body))
  const body = reductions.flatMap((reduction, index): Operation[] => {
    const { dtype } = reduction
    const access = accessOf(parts[index] ?? 0, 0, strides, turnsOf(nest))
    const load: Operation = { op: 'load', id: next + index, dtype, stored: dtype, access }
    return [load, { ...reduction, x: next + index }]
  })
  const whole = { extents: extents.slice(nest.points.length), body }
  return { ...nest, stages: nest.stages.with(position, whole) }
}

function accessOf(
  buffer: number,
  offset: number,
  strides: readonly number[],
  turns: readonly number[],
): Access {
  return { buffer, offset, strides, turns: turns.map(() => 0) }
}

/** One for each loop around the nest. */
function turnsOf({ stages }: Nest): readonly number[] {
  for (const { body } of stages) {
    for (const operation of body) {
      if (operation.op === 'load' || operation.op === 'store') return operation.access.turns
    }
  }
  return []
}

/** An operation at a point, at the points of more axes that it does not walk. */
function onMorePoints(operation: Operation, points: number, more: number): Operation {
  return withStrides(operation, ({ offset, strides }) => ({
    offset,
    strides: [
      ...strides.slice(0, points),
      ...Array.from({ length: more }, () => 0),
      ...strides.slice(points),
    ],
  }))
}

/** What its first result is called. */
function nameOf({ stages }: Nest, buffers: readonly Buffer[]): string {
  const store = stages.flatMap(({ body }) => body).find((one) => one.op === 'store')
  return (store && buffers[store.access.buffer]?.name) ?? 'sum'
}

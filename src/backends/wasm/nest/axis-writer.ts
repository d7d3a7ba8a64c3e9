/** Writes one loop: pointers that go along with it, unrolled where it is short. */
import type { Operand } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32 } from '../instructions.ts'
import type { Places } from './body-writer.ts'
import type { Segment } from './segment.ts'
import type { Step } from './step.ts'
import { type Address, moved, resolved } from './storage.ts'

/** From … to − 1. */
export interface AxisRange {
  readonly from: Operand<'i32'>
  readonly to: Operand<'i32'>
}

export interface Axis {
  /** Its place among the points' axes and then the stage's. */
  readonly index: number
  /** Undefined: all of it. */
  readonly range: AxisRange | undefined
  readonly segments: readonly Segment[]
  /** The steps within it. */
  readonly steps: readonly Step[]
  /** How many operations one turn writes, about. */
  readonly weight: number
}

/** Writes the body of one turn. */
export type Turn = (places: Places, segment: Segment) => void

/** Up to how many operations loops are unrolled. */
const unrolledOperations = 64

export function writeAxis(f: FunctionBuilder, axis: Axis, places: Places, turn: Turn): void {
  const { index, range, segments, steps } = axis
  const isUnrolled = (segment: Segment): boolean =>
    segment.count !== undefined &&
    (segment.count === 1 || segment.count * segment.copies * axis.weight <= unrolledOperations)
  const needsPointers = !segments.every(isUnrolled)
  const start = needsPointers ? openPointers(f, axis, places) : { places, pointers: [] }
  let done = 0
  let counter: Local<'i32'> | undefined
  for (const segment of segments) {
    const step = segment.lanes * segment.copies
    const shifted = (turns: number): Places =>
      shift(start.places, steps, index, done + turns * step)
    const advance = (): void => {
      for (const { local, stride } of start.pointers) f.set(local, i32.add(local, stride * step))
    }
    if (isUnrolled(segment)) {
      const count = segment.count ?? 0
      for (let i = 0; i < count; i++) turn(shifted(i), segment)
      done += count * step
    } else if (segment.count !== undefined) {
      f.for({ from: 0, to: segment.count }, () => {
        turn(shifted(0), segment)
        advance()
      })
    } else {
      counter ??= f.let(wordOf(range?.from ?? 0))
      writeOpen(f, counter, { to: range?.to ?? 0, step }, () => {
        turn(shifted(0), segment)
        advance()
      })
    }
  }
}

function writeOpen(
  f: FunctionBuilder,
  counter: Local<'i32'>,
  { to, step }: { readonly to: Operand<'i32'>; readonly step: number },
  body: () => void,
): void {
  const last = f.let(i32.sub(to, step))
  f.if(i32.leS(counter, last), () => {
    f.loop((again) => {
      body()
      f.branch(again, i32.leS(f.tee(counter, i32.add(counter, step)), last))
    })
  })
}

interface Pointer {
  readonly local: Local<'i32'>
  readonly stride: number
}

interface Opened {
  readonly places: Places
  readonly pointers: readonly Pointer[]
}

/** Pointers of their own for what moves along the axis; steps that go together share one. */
function openPointers(f: FunctionBuilder, { index, range, steps }: Axis, places: Places): Opened {
  const opened = new Map(places)
  const pointers: Pointer[] = []
  const shared = new Map<Operand<'i32'>, Map<number, Local<'i32'>>>()
  for (const step of steps) {
    const stride = step.strides[index] ?? 0
    const place = places.get(step)
    if (stride === 0 || !place) continue
    // Pointers are not negative: one that goes down starts at its element, not at 0.
    const isDown = stride < 0 && step.operation.op !== 'position'
    const from = step.operation.op === 'product' ? 0 : (range?.from ?? 0)
    const siblings = shared.get(place.pointer) ?? new Map<number, Local<'i32'>>()
    shared.set(place.pointer, siblings)
    let local = isDown ? undefined : siblings.get(stride)
    if (!local) {
      local = f.let(startOf(isDown ? wholly(place) : place.pointer, from, stride))
      pointers.push({ local, stride })
      if (!isDown && step.operation.op !== 'product') siblings.set(stride, local)
    }
    opened.set(step, { pointer: local, offset: isDown ? 0 : place.offset })
  }
  return { places: opened, pointers }
}

function wholly(place: Address): Operand<'i32'> {
  const { pointer, offset } = resolved(place)
  return i32.add(pointer, offset)
}

function startOf(pointer: Operand<'i32'>, from: Operand<'i32'>, stride: number): Local<'i32'> {
  const moved = from === 0 ? pointer : i32.add(pointer, i32.mul(from, stride))
  return wordOf(moved) as Local<'i32'> // an expression
}

function wordOf(value: Operand<'i32'>) {
  return typeof value === 'number' ? i32.constant(value) : value
}

function shift(places: Places, steps: readonly Step[], axis: number, turns: number): Places {
  if (turns === 0) return places
  const shifted = new Map(places)
  for (const step of steps) {
    const stride = step.strides[axis] ?? 0
    const place = places.get(step)
    if (stride !== 0 && place) shifted.set(step, moved(place, turns * stride))
  }
  return shifted
}

/** Where temporaries lie: buffers that are never needed at the same time share memory. */
import { dtypes } from '../ir/dtype.ts'
import type { MemoryPlan } from '../kernel/memory-plan.ts'
import { loadsOf, storesOf } from '../kernel/operations.ts'
import type { Buffer, Kernel, Routine } from '../kernel/routine.ts'

/** Buffers of a cache line or more start at one; smaller ones at a multiple of their own size. */
const lineBytes = 64

interface Lifetime {
  readonly buffer: number
  readonly bytes: number
  /** First and last kernel that uses it, in the order of the routine. */
  readonly first: number
  readonly last: number
}

/** The arena of a routine, by the lifetimes of its temporaries. */
export function planMemory(routine: Routine): MemoryPlan {
  const { buffers } = routine
  const { order, firsts, lasts } = lifetimesOf(routine)
  const offsets = new Array<number>(buffers.length).fill(-1)
  const large: Lifetime[] = []
  // Sharing bytes of scalars is not worth the search: a graph may have a million of them.
  let end = 0
  for (const buffer of order) {
    const { dtype, length } = buffers[buffer] as Buffer // it was met there
    const size = dtypes[dtype].sizeBytes
    const bytes = length * size
    if (bytes >= lineBytes) {
      large.push({ buffer, bytes, first: firsts[buffer] ?? 0, last: lasts[buffer] ?? 0 })
      continue
    }
    const offset = roundUp(end, bytes >= 16 ? 16 : size)
    offsets[buffer] = offset
    end = offset + bytes
  }
  const arenaBytes = placeLarge(large, roundUp(end, lineBytes), offsets)
  const scratch = placeScratch(buffers)
  return { offsets, arenaBytes, ...scratch }
}

/** The largest first, each at the lowest place that is free for as long as it lives. */
function placeLarge(lifetimes: readonly Lifetime[], base: number, offsets: number[]): number {
  const placed: (Lifetime & { readonly start: number; readonly end: number })[] = []
  let total = base
  const bySize = [...lifetimes].sort((a, b) => b.bytes - a.bytes || a.first - b.first)
  for (const lifetime of bySize) {
    const size = roundUp(lifetime.bytes, lineBytes)
    let start = base
    // `placed` is kept in the order of places, so one walk finds the first gap.
    for (const other of placed) {
      const isTogether = other.first <= lifetime.last && lifetime.first <= other.last
      if (!isTogether || other.end <= start) continue
      if (other.start >= start + size) break
      start = other.end
    }
    const entry = { ...lifetime, start, end: start + size }
    const at = placed.findIndex((other) => other.start > start)
    placed.splice(at < 0 ? placed.length : at, 0, entry)
    offsets[lifetime.buffer] = start
    total = Math.max(total, entry.end)
  }
  return total
}

function placeScratch(
  buffers: readonly Buffer[],
): Pick<MemoryPlan, 'scratchOffsets' | 'scratchBytes'> {
  let scratchBytes = 0
  const scratchOffsets = buffers.map((buffer) => {
    if (buffer.role.kind !== 'scratch') return -1
    const start = scratchBytes
    scratchBytes += roundUp(buffer.length * sizeBytesOf(buffer), lineBytes)
    return start
  })
  return { scratchOffsets, scratchBytes }
}

interface Lifetimes {
  /** Temporaries, in the order in which they are first used. */
  readonly order: readonly number[]
  /** By buffer; -1 where it is no temporary, or not used. */
  readonly firsts: Int32Array
  readonly lasts: Int32Array
}

function lifetimesOf({ buffers, kernels, checks, commits, outputs }: Routine): Lifetimes {
  const order: number[] = []
  const firsts = new Int32Array(buffers.length).fill(-1)
  const lasts = new Int32Array(buffers.length).fill(-1)
  let clock = 0
  const use = (buffer: number, from: number, to: number) => {
    const first = firsts[buffer] ?? -1
    if (first < 0) {
      if (buffers[buffer]?.role.kind !== 'temporary') return
      order.push(buffer)
      firsts[buffer] = from
      lasts[buffer] = to
      return
    }
    if (from < first) firsts[buffer] = from
    if (to > (lasts[buffer] ?? -1)) lasts[buffer] = to
  }
  const visit = (kernel: Kernel) => {
    if (kernel.kind === 'repeat') {
      const start = clock
      const isBefore = (buffer: number) => {
        const first = firsts[buffer] ?? -1
        return first >= 0 && first < start
      }
      for (const inner of kernel.body) visit(inner)
      const end = clock++
      // What one turn leaves for the next, or for later, lives through the whole loop.
      for (const buffer of carriedBuffers(kernel.body, isBefore)) use(buffer, start, end)
      return
    }
    const now = clock++
    for (const { buffer } of loadsOf(kernel)) use(buffer, now, now)
    for (const { buffer } of storesOf(kernel)) use(buffer, now, now)
  }
  for (const kernel of [...kernels, ...checks, ...commits]) visit(kernel)
  for (const buffer of Object.values(outputs)) use(buffer, clock, clock)
  return { order, firsts, lasts }
}

/** Buffers of a loop's body that were used before it, or that a turn reads before it writes them. */
function carriedBuffers(
  body: readonly Kernel[],
  isBefore: (buffer: number) => boolean,
): Set<number> {
  const written = new Set<number>()
  const carried = new Set<number>()
  for (const kernel of body) {
    for (const { buffer } of loadsOf(kernel)) {
      if (isBefore(buffer) || !written.has(buffer)) carried.add(buffer)
    }
    for (const { buffer, turns } of storesOf(kernel)) {
      written.add(buffer)
      // A turn that moves along a buffer leaves what the turns before it have stored.
      if (isBefore(buffer) || turns.some((turn) => turn !== 0)) carried.add(buffer)
    }
  }
  return carried
}

function sizeBytesOf(buffer: Buffer | undefined): number {
  return buffer ? dtypes[buffer.dtype].sizeBytes : 1
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit
}

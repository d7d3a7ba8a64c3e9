/** Running a kernel in the loops of the one that makes what it reads. */
import { sizeOf } from '../ir/shape.ts'
import { isMap } from '../kernel/align-nests.ts'
import { largestBody } from '../kernel/limits.ts'
import { mergeIntoContract, mergeNests, withoutStores } from '../kernel/merge-nests.ts'
import { loadsOf, sizeOfBodies, storesOf } from '../kernel/operations.ts'
import type { Contract, Kernel, Nest } from '../kernel/routine.ts'
import { readsInPlace, type Schedule, staysTheSame } from '../kernel/schedule.ts'

/** With fewer points than this, rows leave too little to share among threads. */
const fewestRows = 16
/** Up to this many elements nothing is worth sharing. */
const smallWork = 16384

/**
 * Joins kernels with the kernels that make what they read: elementwise chains, reductions over the
 * same rows, what follows a contraction at each of its elements.
 */
export function joinKernels(schedule: Schedule): void {
  const updates = updateWork(schedule)
  for (let position = 0; position < schedule.length; position++) {
    let at: number | undefined = position
    while (at !== undefined) at = joinOnce(schedule, at, updates)
  }
}

/**
 * Positions of elementwise kernels that only make new contents of states, from old ones: they wait
 * for the commits, which then need no room for what they make.
 */
function updateWork(schedule: Schedule): ReadonlySet<number> {
  if (schedule.firstCommit === schedule.length) return new Set()
  const committed = new Set<number>()
  for (let at = schedule.firstCommit; at < schedule.length; at++) {
    const commit = schedule.at(at)
    for (const { buffer } of commit ? storesOf(commit) : []) committed.add(buffer)
  }
  const found = new Set<number>()
  for (let at = schedule.firstCommit - 1; at >= 0; at--) {
    const kernel = schedule.at(at)
    if (kernel?.kind !== 'nest' || !isMap(kernel)) continue
    const isOnlyForCommits = storesOf(kernel).every(
      ({ buffer }) =>
        !schedule.isKept(buffer) &&
        schedule.readers(buffer).every((reader) => schedule.isCommit(reader) || found.has(reader)),
    )
    const readsOld = loadsOf(kernel).some(
      ({ buffer }) =>
        committed.has(buffer) || schedule.writers(buffer).some((writer) => found.has(writer)),
    )
    if (isOnlyForCommits && readsOld) found.add(at)
  }
  return found
}

/** Joins the kernel there with one of its producers; gives where the two are now. */
function joinOnce(
  schedule: Schedule,
  position: number,
  updates: ReadonlySet<number>,
): number | undefined {
  const consumer = schedule.at(position)
  if (consumer?.kind !== 'nest' || sizeOfBodies(consumer) > largestBody) return undefined
  for (const from of producersOf(schedule, position, consumer)) {
    const producer = schedule.at(from)
    if (producer?.kind !== 'nest' && producer?.kind !== 'contract') continue
    // The epilogue of a contraction has no loops of its own.
    if (producer.kind === 'contract' && !isMap(consumer)) continue
    if (updates.has(position) && !updates.has(from)) continue
    if (sizeOfBodies(producer) + sizeOfBodies(consumer) > largestBody) continue
    const to = meetingPlace(schedule, { producer, from, consumer, position })
    if (to === undefined) continue
    const merged = mergeKernels(schedule, producer, consumer)
    if (!merged || !readsInPlace(merged)) continue
    const live = withoutStores(merged, deadStores(schedule, merged, [from, position]))
    if (schedule.isCommit(to) && !mayCommit(schedule, live, [from, position])) continue
    schedule.replace(from, undefined)
    schedule.replace(position, undefined)
    // What only a value of no elements is made from is not needed at all.
    if (storesOf(live).length === 0) return undefined
    schedule.replace(to, live)
    return to
  }
  return undefined
}

/** Kernels before that store what the consumer loads, the last one first. */
function producersOf(schedule: Schedule, position: number, consumer: Nest): readonly number[] {
  const found = new Set<number>()
  for (const { buffer } of loadsOf(consumer)) {
    const [writer, more] = schedule.writers(buffer)
    if (writer !== undefined && more === undefined && writer < position) found.add(writer)
  }
  return [...found].sort((a, b) => b - a)
}

interface Meeting {
  readonly producer: Kernel
  readonly from: number
  readonly consumer: Kernel
  readonly position: number
}

/** Where both may run together: at the producer's place, at the consumer's, or nowhere. */
function meetingPlace(
  schedule: Schedule,
  { producer, from, consumer, position }: Meeting,
): number | undefined {
  const isBetween = (at: number) => at > from && at < position
  const isFree = (buffers: readonly { readonly buffer: number }[]) =>
    buffers.every(
      ({ buffer }) =>
        !schedule.readers(buffer).some(isBetween) && !schedule.writers(buffer).some(isBetween),
    )
  const isHoistable =
    schedule.isCommit(from) === schedule.isCommit(position) &&
    isFree(storesOf(consumer)) &&
    loadsOf(consumer).every(({ buffer }) => !schedule.writers(buffer).some(isBetween))
  if (isHoistable) return from
  // The checks, which come before the commits, read of what is kept.
  const isCheckedBetween =
    schedule.isCommit(from) !== schedule.isCommit(position) &&
    storesOf(producer).some(({ buffer }) => schedule.isKept(buffer))
  const isSinkable =
    !isCheckedBetween &&
    isFree(storesOf(producer)) &&
    staysTheSame(schedule, producer, from, position)
  return isSinkable ? position : undefined
}

function mergeKernels(
  schedule: Schedule,
  producer: Nest | Contract,
  consumer: Nest,
): Nest | Contract | undefined {
  const limits = {
    lengthOf: (buffer: number) => schedule.bufferAt(buffer).length,
    paysAsRows: (points: readonly number[], walked: readonly number[]) =>
      sizeOf(points) >= fewestRows || sizeOf(points) * sizeOf(walked) <= smallWork,
  }
  return producer.kind === 'contract'
    ? mergeIntoContract(producer, consumer, limits)
    : mergeNests(producer, consumer, limits)
}

/**
 * Commits are checked beforehand by computing them: only elementwise work is cheap enough. What
 * stores nothing that is trained needs no check; but nothing may read what it is about to replace.
 */
function mayCommit(
  schedule: Schedule,
  kernel: Nest | Contract,
  merged: readonly number[],
): boolean {
  if (kernel.kind === 'nest' && isMap(kernel)) return true
  const loaded = new Set(loadsOf(kernel).map(({ buffer }) => buffer))
  return storesOf(kernel).every(({ buffer }) => {
    const { role } = schedule.bufferAt(buffer)
    if (role.kind === 'state') return role.isTrainable !== true && !loaded.has(buffer)
    // Rows that only this kernel reads.
    const users = [...schedule.readers(buffer), ...schedule.writers(buffer)]
    return !schedule.isKept(buffer) && users.every((user) => merged.includes(user))
  })
}

/** Temporaries that the kernel stores and nobody loads any more. */
function deadStores(
  schedule: Schedule,
  kernel: Nest | Contract,
  merged: readonly number[],
): ReadonlySet<number> {
  const loads = loadsOf(kernel)
  const dead = storesOf(kernel).filter(({ buffer }) => {
    const isRead =
      schedule.bufferAt(buffer).role.kind !== 'temporary' ||
      schedule.isKept(buffer) ||
      loads.some((access) => access.buffer === buffer) ||
      schedule.readers(buffer).some((reader) => !merged.includes(reader))
    return !isRead
  })
  return new Set(dead.map(({ buffer }) => buffer))
}

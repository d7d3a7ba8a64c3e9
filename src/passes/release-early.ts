/** The order of kernels, changed where memory is free sooner by it. */
import { dtypes } from '../ir/dtype.ts'
import type { MemoryPlan } from '../kernel/memory-plan.ts'
import { loadsOf, storesOf } from '../kernel/operations.ts'
import type { Buffer, Kernel, Routine } from '../kernel/routine.ts'
import { planMemory } from './plan-memory.ts'

export interface Planned {
  readonly routine: Routine
  readonly plan: MemoryPlan
}

/**
 * The same kernels, those earlier that release more than they store: they are the last to read it,
 * or among the last. A graph ends with its updates, and so the products that are gradients of weights
 * come after the whole backward pass, for which all that they read would have to be kept: of a
 * checkpointed block, what was computed again.
 *
 * The order stays where another one takes as much memory. The plan is that of the order.
 */
export function releaseEarly(routine: Routine): Planned {
  const plan = planMemory(routine)
  const slots = slotsOf(routine)
  if (slots.every((slot, position) => slot === position)) return { routine, plan }
  const order = [...routine.kernels.keys()].sort((a, b) => at(slots, a) - at(slots, b) || a - b)
  const kernels = order.flatMap((position) => routine.kernels[position] ?? [])
  const moved = { ...routine, kernels }
  const movedPlan = planMemory(moved)
  if (movedPlan.arenaBytes >= plan.arenaBytes) return { routine, plan }
  return { routine: moved, plan: movedPlan }
}

/** By kernel, after which position it runs; several at one position run in their old order. */
function slotsOf(routine: Routine): Int32Array {
  const { buffers } = routine
  const uses = routine.kernels.map(usesOf)
  const left = usersOf(routine, uses)
  // By buffer, the latest slot of those that write it and that use it, so far.
  const written = new Int32Array(buffers.length).fill(-1)
  const used = new Int32Array(buffers.length).fill(-1)
  const slots = new Int32Array(uses.length)
  uses.forEach(({ stored, loaded, all }, position) => {
    let earliest = -1
    let gain = 0
    for (const buffer of loaded) {
      // What others read later too is free once all of them have run: each has a share in it.
      const share = stored.has(buffer) ? 0 : temporaryBytes(buffers[buffer]) / (left[buffer] ?? 1)
      earliest = Math.max(earliest, at(share > 0 ? used : written, buffer))
      gain += share
    }
    for (const buffer of stored) {
      earliest = Math.max(earliest, at(used, buffer))
      if (at(used, buffer) < 0) gain -= temporaryBytes(buffers[buffer])
    }
    const slot = gain > 0 && earliest >= 0 ? earliest : position
    slots[position] = slot
    for (const buffer of stored) written[buffer] = Math.max(at(written, buffer), slot)
    for (const buffer of all) {
      used[buffer] = Math.max(at(used, buffer), slot)
      left[buffer] = (left[buffer] ?? 1) - 1
    }
  })
  return slots
}

/** By buffer, how many kernels use it; Infinity where it is needed after the kernels. */
function usersOf(
  { buffers, checks, commits, outputs }: Routine,
  uses: readonly Uses[],
): Float64Array {
  const users = new Float64Array(buffers.length)
  for (const { all } of uses) {
    for (const buffer of all) users[buffer] = (users[buffer] ?? 0) + 1
  }
  for (const kernel of [...checks, ...commits]) {
    for (const buffer of usesOf(kernel).all) users[buffer] = Infinity
  }
  for (const buffer of Object.values(outputs)) users[buffer] = Infinity
  return users
}

/** The buffers that a kernel uses. */
interface Uses {
  readonly stored: ReadonlySet<number>
  readonly loaded: ReadonlySet<number>
  readonly all: ReadonlySet<number>
}

function usesOf(kernel: Kernel): Uses {
  const stored = new Set(storesOf(kernel).map(({ buffer }) => buffer))
  const loaded = new Set(loadsOf(kernel).map(({ buffer }) => buffer))
  return { stored, loaded, all: new Set([...stored, ...loaded]) }
}

function temporaryBytes(buffer: Buffer | undefined): number {
  if (buffer?.role.kind !== 'temporary') return 0
  return buffer.length * dtypes[buffer.dtype].sizeBytes
}

function at(numbers: Int32Array, index: number): number {
  return numbers[index] ?? -1
}

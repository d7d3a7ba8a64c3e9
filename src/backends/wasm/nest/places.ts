/** Where the accesses of a nest start. */
import { dtypes } from '../../../ir/dtype.ts'
import type { Access } from '../../../kernel/routine.ts'
import type { Expression, Operand } from '../expression.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { i32 } from '../instructions.ts'
import type { KernelContext } from '../kernel-context.ts'
import type { Places } from './body-writer.ts'
import type { PlannedNest, Step } from './step.ts'
import { type Address, resolved } from './storage.ts'

export interface Starting {
  readonly context: KernelContext
  readonly f: FunctionBuilder
  readonly thread: Operand<'i32'>
  /** Of the elements of `product` operations. */
  readonly product?: Operand<'i32'>
}

export function startingPlaces(starting: Starting, { stages }: PlannedNest): Places {
  const places = new Map<Step, Address>()
  const shared = new Map<string, Operand<'i32'>>()
  for (const { steps } of stages) {
    for (const step of steps) {
      const { operation } = step
      if (operation.op === 'position') {
        places.set(step, { pointer: 0, offset: operation.offset })
      } else if (operation.op === 'product') {
        places.set(step, { pointer: starting.product ?? 0, offset: 0 })
      } else if (operation.op === 'load' || operation.op === 'store') {
        const { sizeBytes } = dtypes[operation.stored]
        places.set(step, startOf(starting, operation.access, { sizeBytes, shared }))
      }
    }
  }
  return places
}

interface Sharing {
  readonly sizeBytes: number
  readonly shared: Map<string, Operand<'i32'>>
}

/** The access at index 0 of every axis, on this thread and in the turns of the repeats around. */
export function startOf(
  { context, f, thread }: Starting,
  { buffer, offset, turns }: Access,
  { sizeBytes, shared }: Sharing,
): Address {
  const { address, perThread, base } = context.placeOf(buffer)
  const start = (base ? 0 : address) + offset * sizeBytes
  const moves = turns.map((stride) => stride * sizeBytes)
  if (perThread === 0 && moves.every((move) => move === 0)) {
    return { pointer: base ?? 0, offset: start }
  }
  // One that goes down has its start in the pointer, which must not be negative.
  const isDown = moves.some((move) => move < 0)
  const key = `${base?.index},${perThread},${isDown ? start : ''},${moves.join()}`
  let pointer = shared.get(key)
  if (pointer === undefined) {
    let sum: Expression<'i32'> = isDown ? i32.constant(start) : i32.constant(0)
    if (base) sum = i32.add(sum, base)
    if (perThread !== 0) sum = i32.add(sum, i32.mul(thread, perThread))
    for (const [depth, move] of moves.entries()) {
      if (move !== 0) sum = i32.add(sum, i32.mul(context.turn(depth), move))
    }
    pointer = f.let(sum)
    shared.set(key, pointer)
  }
  return resolved({ pointer, offset: isDown ? 0 : start })
}

/** Where the buffers of a program lie in the memory of its store. */
import { internalError } from '../../errors.ts'
import { dtypes } from '../../ir/dtype.ts'
import type { Tensor } from '../../ir/tensor.ts'
import type { Kernels } from '../../kernel/kernels.ts'
import type { Buffer } from '../../kernel/routine.ts'
import type { ProgramMemory } from '../../runtime/engine.ts'
import type { Store } from '../../runtime/store.ts'
import type { Place } from './kernel-context.ts'
import type { Request, WasmMemory } from './memory.ts'

export interface Layout {
  /** By buffer. */
  readonly places: readonly Place[]
  readonly workspace: Place
  readonly use: ProgramMemory
}

export interface LayoutOptions {
  /** What each thread needs to pack operands into. */
  readonly workspaceBytes: number
  readonly threads: number
}

/** Where a program's own parts lie within the region that programs take turns in. */
interface Passing {
  readonly address: number
  /** By buffer; -1 where it is no input. */
  readonly inputs: readonly number[]
  readonly arena: number
  readonly scratch: number
  readonly scratchPerThread: number
}

/**
 * Makes room for a program, moves the states that it uses into the memory, and writes its constants.
 * Throws MEMORY where there is not as much; then nothing has changed.
 */
export function layOut(
  kernels: Kernels,
  { memory, store }: { readonly memory: WasmMemory; readonly store: Store },
  { workspaceBytes, threads }: LayoutOptions,
): Layout {
  const { routine, plan } = kernels
  const { buffers } = routine
  const inputs = inputOffsets(buffers)
  const scratchPerThread = aligned(plan.scratchBytes)
  const workspacePerThread = aligned(workspaceBytes)
  const arena = inputs.bytes
  const scratch = arena + aligned(plan.arenaBytes)
  const workspace = scratch + scratchPerThread * threads
  const fresh = buffers.filter((buffer) => isLasting(buffer, memory))
  const granted = memory.claim({
    lasting: fresh.map(requestOf),
    passing: {
      purpose: 'inputs and what lasts no longer than a step',
      bytes: workspace + workspacePerThread * threads,
    },
  })
  fresh.forEach((buffer, index) => {
    settleBuffer(buffer, granted.lasting[index] ?? 0, { memory, store })
  })
  const address = granted.passing
  const passing = { address, inputs: inputs.offsets, arena, scratch, scratchPerThread }
  return {
    places: buffers.map((_, index) => placeOf(kernels, index, { memory, passing })),
    workspace: { address: address + workspace, perThread: workspacePerThread },
    use: useOf(kernels, { workspaceBytes, threads }),
  }
}

function placeOf(
  { routine, plan }: Kernels,
  index: number,
  { memory, passing }: { readonly memory: WasmMemory; readonly passing: Passing },
): Place {
  const role = routine.buffers[index]?.role
  const shared = (address: number | undefined): Place => {
    if (address === undefined) throw internalError(`layout: buffer ${index} lies nowhere`)
    return { address, perThread: 0 }
  }
  switch (role?.kind) {
    case 'input':
      return shared(passing.address + (passing.inputs[index] ?? 0))
    case 'state':
      return shared(memory.states.get(role.key))
    case 'constant':
      return shared(constantsOf(memory).get(role.contents))
    case 'temporary':
      return shared(passing.address + passing.arena + (plan.offsets[index] ?? 0))
    case 'scratch': {
      const address = passing.address + passing.scratch + (plan.scratchOffsets[index] ?? 0)
      return { address, perThread: passing.scratchPerThread }
    }
    case undefined:
      throw internalError(`layout: there is no buffer ${index}`)
  }
}

/** What a program takes that so many threads run. */
export function useOf(
  { routine, plan }: Kernels,
  { workspaceBytes, threads }: LayoutOptions,
): ProgramMemory {
  const bytesOf = (kind: Buffer['role']['kind']) =>
    routine.buffers
      .filter(({ role }) => role.kind === kind)
      .reduce((sum, buffer) => sum + sizeOfBuffer(buffer), 0)
  const parts = {
    states: bytesOf('state'),
    inputs: bytesOf('input'),
    constants: bytesOf('constant'),
    arena: plan.arenaBytes,
    scratch: plan.scratchBytes * threads,
    workspace: workspaceBytes * threads,
  }
  return { ...parts, total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) }
}

export function sizeOfBuffer({ dtype, length }: Pick<Buffer, 'dtype' | 'length'>): number {
  return dtypes[dtype].sizeBytes * length
}

const constants = new WeakMap<WasmMemory, WeakMap<Tensor, number>>()

/** Where the constants lie that programs of a memory have in common. */
function constantsOf(memory: WasmMemory): WeakMap<Tensor, number> {
  const known = constants.get(memory)
  if (known) return known
  const made = new WeakMap<Tensor, number>()
  constants.set(memory, made)
  return made
}

/** Whether a buffer outlives steps, and has no place yet. */
function isLasting({ role }: Buffer, memory: WasmMemory): boolean {
  if (role.kind === 'state') return !memory.states.has(role.key)
  return role.kind === 'constant' && !constantsOf(memory).has(role.contents)
}

function requestOf(buffer: Buffer): Request {
  const purpose = buffer.role.kind === 'state' ? `state "${buffer.role.key}"` : 'constants'
  return { purpose, bytes: sizeOfBuffer(buffer) }
}

/** Fills a buffer that outlives steps, once its place is known. */
function settleBuffer(
  { role, dtype, length }: Buffer,
  address: number,
  { memory, store }: { readonly memory: WasmMemory; readonly store: Store },
): void {
  if (role.kind === 'constant') {
    constantsOf(memory).set(role.contents, address)
    memory.view(dtype, address, length).set(role.contents.data as never) // of the buffer's dtype
  }
  if (role.kind !== 'state') return
  store.adopt(role.key, memory, (contents) => {
    const cell = memory.cell({ shape: contents.shape, dtype }, address, length)
    cell.write(contents)
    return cell
  })
  memory.states.set(role.key, address)
}

function inputOffsets(buffers: readonly Buffer[]): {
  readonly offsets: readonly number[]
  readonly bytes: number
} {
  let bytes = 0
  const offsets = buffers.map((buffer) => {
    if (buffer.role.kind !== 'input') return -1
    const offset = bytes
    bytes += aligned(sizeOfBuffer(buffer))
    return offset
  })
  return { offsets, bytes }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64
}

/**
 * The buffers of a routine as plain arrays that watch every access: reading what nothing has
 * stored, two points of a kernel at one element, leaving a buffer. Each is an error, so that a
 * routine that runs here may be run in any order of its points, and vectorised.
 */
import { internalError } from '../../src/errors.ts'
import { toStorage } from '../../src/interpret/apply.ts'
import { type DType, dtypes, type TypedArray } from '../../src/ir/dtype.ts'
import { numberAt, type Tensor } from '../../src/ir/tensor.ts'
import type { MemoryPlan } from '../../src/kernel/memory-plan.ts'
import type { Buffer, Routine } from '../../src/kernel/routine.ts'

interface Slot {
  readonly buffer: Buffer
  /** Where it lies in the arena, in bytes; −1 where it does not. */
  readonly offset: number
  readonly data: TypedArray
  /** The moment at which each element was stored last; −1: never. What is given: 0. */
  readonly stored: Float64Array
  /** The first and the last moment, in the current kernel, at which each element was loaded. */
  readonly firstLoaded: Float64Array
  readonly lastLoaded: Float64Array
}

/** A moment is one turn of the innermost loop; moments only grow. */
export class RoutineMemory {
  readonly #slots: readonly Slot[]
  /** For each byte of the arena, the buffer that was last stored there. */
  readonly #owners: Int32Array
  #now = 1
  #kernelStart = 1
  #pointStart = 1
  #stageStart = 1

  constructor(
    routine: Routine,
    feeds: Readonly<Record<string, Tensor>>,
    states: ReadonlyMap<string, Tensor>,
    /** Where temporaries lie. Without it each has memory of its own. */
    plan?: MemoryPlan,
  ) {
    const arena = new ArrayBuffer(plan?.arenaBytes ?? 0)
    this.#owners = new Int32Array(arena.byteLength).fill(-1)
    this.#slots = routine.buffers.map((buffer, index) => {
      const offset = plan?.offsets[index] ?? -1
      const given = contentsOf(buffer, feeds, states)
      return slotOf(buffer, given, offset < 0 ? undefined : { arena, offset })
    })
  }

  beginKernel(): void {
    this.#kernelStart = this.#now + 1
    this.beginPoint()
  }

  beginPoint(): void {
    this.#pointStart = this.#now + 1
    this.beginStage()
  }

  beginStage(): void {
    this.#stageStart = this.#now + 1
    this.beginTurn()
  }

  beginTurn(): void {
    this.#now++
  }

  bufferAt(at: number): Buffer {
    const slot = this.#slots[at]
    if (!slot) throw internalError(`run-routine: there is no buffer ${at}`)
    return slot.buffer
  }

  load(buffer: number, stored: DType, at: number): number {
    const slot = this.#slotAt(buffer, at)
    const when = slot.stored[at] as number // slotAt has looked
    const isScratch = slot.buffer.role.kind === 'scratch'
    if (when < 0 || (isScratch && when < this.#pointStart)) {
      throw internalError(`run-routine: reads ${place(slot, at)} before anything is stored there`)
    }
    if (this.#isForeign(when)) throw this.#conflict('loads', slot, at)
    this.#checkOwner(buffer, slot, at)
    if ((slot.firstLoaded[at] as number) < this.#kernelStart) slot.firstLoaded[at] = this.#now
    slot.lastLoaded[at] = this.#now
    return numberAt({ dtype: stored, data: viewAs(slot.data, stored), shape: [] }, at)
  }

  store(buffer: number, stored: DType, at: number, x: number): void {
    const slot = this.#slotAt(buffer, at)
    const first = slot.firstLoaded[at] as number // slotAt has looked
    const last = slot.lastLoaded[at] as number // as above
    const when = slot.stored[at] as number // as above
    const isShared = slot.buffer.role.kind !== 'scratch'
    const isForeign = this.#isForeign(first) || this.#isForeign(last) || this.#isForeign(when)
    if (isShared && isForeign) throw this.#conflict('stores', slot, at)
    slot.stored[at] = this.#now
    const isCompute = dtypes[stored].use === 'compute'
    const element = isCompute ? x : (toStorage(Float64Array.of(x), stored)[0] ?? 0)
    viewAs(slot.data, stored)[at] = element as never // a BigInt where the array holds them
    const { sizeBytes } = dtypes[slot.buffer.dtype]
    const start = slot.offset + at * sizeBytes
    if (slot.offset >= 0) this.#owners.fill(buffer, start, start + sizeBytes)
  }

  /** All of a buffer, or undefined where some of it was never stored. */
  contents(buffer: number): TypedArray | undefined {
    const slot = this.#slots[buffer]
    if (!slot?.stored.every((when) => when >= 0)) return undefined
    for (let at = 0; at < slot.data.length; at++) this.#checkOwner(buffer, slot, at)
    return slot.data
  }

  /** Throws where another buffer was stored over the element since it was stored. */
  #checkOwner(buffer: number, slot: Slot, at: number): void {
    if (slot.offset < 0) return
    const owner = this.#owners[slot.offset + at * dtypes[slot.buffer.dtype].sizeBytes] ?? -1
    if (owner === buffer) return
    const other = this.#slots[owner]?.buffer.name
    throw internalError(`run-routine: ${place(slot, at)} lies where ${other} has been stored since`)
  }

  /** Whether it was in this kernel, but at another point or another turn of the stage's loop. */
  #isForeign(moment: number): boolean {
    if (moment < this.#kernelStart || moment === this.#now) return false
    return moment < this.#pointStart || moment >= this.#stageStart
  }

  #conflict(verb: string, slot: Slot, at: number): Error {
    return internalError(`run-routine: ${verb} ${place(slot, at)}, which another point has used`)
  }

  #slotAt(buffer: number, at: number): Slot {
    const slot = this.#slots[buffer]
    if (!slot) throw internalError(`run-routine: there is no buffer ${buffer}`)
    if (!(at >= 0 && at < slot.data.length)) {
      throw internalError(`run-routine: ${place(slot, at)} is outside its ${slot.data.length}`)
    }
    return slot
  }
}

function place({ buffer }: Slot, at: number): string {
  return `${buffer.name}[${at}]`
}

function slotOf(
  buffer: Buffer,
  given: TypedArray | undefined,
  planned: { readonly arena: ArrayBuffer; readonly offset: number } | undefined,
): Slot {
  const { length, name, dtype } = buffer
  if (given && given.length !== length) {
    throw internalError(`run-routine: ${name} takes ${length} elements, got ${given.length}`)
  }
  const own = planned ? arrayIn(planned.arena, planned.offset, buffer) : undefined
  const data = given ?? own ?? dtypes[dtype].allocate(length)
  // Whatever an unwatched reader would take for a number shows.
  if (!given) new Uint8Array(data.buffer).fill(0xff)
  const never = (): Float64Array => new Float64Array(length).fill(-1)
  const stored = given ? new Float64Array(length) : never()
  const offset = planned?.offset ?? -1
  return { buffer, offset, data, stored, firstLoaded: never(), lastLoaded: never() }
}

/** A copy of what a buffer holds before the step. */
function contentsOf(
  { role, dtype, name }: Buffer,
  feeds: Readonly<Record<string, Tensor>>,
  states: ReadonlyMap<string, Tensor>,
): TypedArray | undefined {
  if (role.kind === 'temporary' || role.kind === 'scratch') return undefined
  const given =
    role.kind === 'constant'
      ? role.contents
      : role.kind === 'input'
        ? feeds[role.key]
        : states.get(role.key)
  if (given?.dtype !== dtype) {
    throw internalError(`run-routine: ${role.kind} ${name} takes ${dtype}, got ${given?.dtype}`)
  }
  return given.data.slice()
}

/** The same bits as elements of another dtype of the same size. */
function viewAs(data: TypedArray, dtype: DType): TypedArray {
  const empty = dtypes[dtype].allocate(0)
  if (empty.constructor === data.constructor) return data
  if (empty.BYTES_PER_ELEMENT !== data.BYTES_PER_ELEMENT) {
    throw internalError(`run-routine: ${data.constructor.name} cannot be read as ${dtype}`)
  }
  return arrayIn(data.buffer, data.byteOffset, { dtype, length: data.length })
}

function arrayIn(
  memory: ArrayBufferLike,
  offset: number,
  { dtype, length }: Pick<Buffer, 'dtype' | 'length'>,
): TypedArray {
  // All typed arrays are constructed alike; TypeScript has no common type of that.
  const View = dtypes[dtype].allocate(0).constructor as new (
    buffer: ArrayBufferLike,
    start: number,
    length: number,
  ) => TypedArray
  return new View(memory, offset, length)
}

/**
 * The one WebAssembly memory of a store: states, which all its programs share, constants, and a
 * region that the programs take turns in for what lasts no longer than a step.
 *
 * Addresses are written into the code of programs, so nothing that was given out ever moves; it is
 * given back with the store.
 */
import { SluiceError } from '../../errors.ts'
import type { DType, TypedArray } from '../../ir/dtype.ts'
import type { TensorType } from '../../ir/value.ts'
import type { Cell, Store } from '../../runtime/store.ts'

/** The most that 32-bit addresses reach. */
export const maximumPages = 65536
const pageBytes = 65536

/** An i32 that says why the step failed that ran last. */
export const faultAddress = 64
/** Below it lie what is never used, so that address 0 is nothing's, and the words of the runtime. */
const firstFree = 1024
/** Vector loads may reach over the end of what they load. */
const slack = 64

/** Room that a program asks for; `purpose` is for the error where there is none. */
export interface Request {
  readonly purpose: string
  readonly bytes: number
}

/** Parts that stay as they are, and one that lasts no longer than a step. */
export interface Claim {
  readonly lasting: readonly Request[]
  readonly passing: Request
}

/** Where the parts of a claim lie. */
export interface Granted {
  readonly lasting: readonly number[]
  readonly passing: number
}

export class WasmMemory {
  readonly memory: WebAssembly.Memory
  readonly isShared: boolean
  /** Where each state lies that has been moved here, by key. */
  readonly states: Map<string, number> = new Map()
  #end = firstFree
  #passing = { address: firstFree, bytes: 0 }

  /** Throws MEMORY where the engine gives none. */
  constructor({ isShared }: { readonly isShared: boolean }) {
    const made = createMemory(isShared)
    this.memory = made.memory
    this.isShared = made.isShared
  }

  /** Changes where the memory has grown: views that were made before may be of no use. */
  get buffer(): ArrayBufferLike {
    return this.memory.buffer
  }

  /** Throws MEMORY where there is not as much; then nothing has changed. */
  claim({ lasting, passing }: Claim): Granted {
    const { address, bytes } = this.#passing
    const fits = passing.bytes <= bytes
    const isAtEnd = address + bytes === this.#end
    // What lasts goes before what passes, which then can grow.
    const room = { end: !fits && isAtEnd ? address : this.#end }
    const take = (size: number) => {
      const start = aligned(room.end)
      room.end = start + size
      return start
    }
    // The old region is the end of the memory and other programs use it: it only grows in place.
    const inPlace = !fits && isAtEnd && bytes > 0 ? take(passing.bytes) : undefined
    const starts = lasting.map((request) => take(request.bytes))
    const at = fits ? address : (inPlace ?? take(passing.bytes))
    this.#reach(room.end + slack, [...lasting, passing])
    this.#end = room.end
    if (!fits) this.#passing = { address: at, bytes: passing.bytes }
    return { lasting: starts, passing: at }
  }

  /** The elements of a dtype from an address on, until the memory grows. */
  view(dtype: DType, address: number, length: number): TypedArray {
    return new arrays[dtype](this.memory.buffer, address, length)
  }

  /** A cell that keeps a state's contents at an address. */
  cell({ shape, dtype }: TensorType, address: number, length: number): Cell {
    return {
      read: () => ({ shape, dtype, data: this.view(dtype, address, length).slice() }),
      // Between floats this rounds; a state's contents are of no other kind than the state.
      write: ({ data }) => this.view(dtype, address, length).set(data as never),
    }
  }

  #reach(end: number, requests: readonly Request[]): void {
    const missing = Math.ceil(end / pageBytes) - this.memory.buffer.byteLength / pageBytes
    if (missing <= 0) return
    if (Math.ceil(end / pageBytes) > maximumPages) throw tooMuch(end, requests)
    try {
      this.memory.grow(missing)
    } catch (error) {
      throw refused(end, requests, error)
    }
  }
}

const memories = new WeakMap<Store, WasmMemory>()

/** The memory of a store, made where it has none yet. */
export function memoryOf(store: Store, isShared: boolean): WasmMemory {
  const known = memories.get(store)
  if (known) return known
  const made = new WasmMemory({ isShared })
  memories.set(store, made)
  return made
}

/** `bytes` as a reader likes them: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let unit = 0
  let amount = bytes
  for (; amount >= 1024 && unit < units.length - 1; unit++) amount /= 1024
  return `${Number(amount.toPrecision(3))} ${units[unit]}`
}

/** The next place that no cache line of what lies before reaches into. */
function aligned(address: number): number {
  return Math.ceil(address / 64) * 64
}

const arrays = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  bool: Uint8Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i8: Int8Array,
  i16: Int16Array,
  i64: BigInt64Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u64: BigUint64Array,
} as const

/** Shared where asked for and possible: then it may grow without views being lost. */
function createMemory(isShared: boolean): { memory: WebAssembly.Memory; isShared: boolean } {
  const size = { initial: 1, maximum: maximumPages }
  if (isShared) {
    try {
      return { memory: new WebAssembly.Memory({ ...size, shared: true }), isShared }
    } catch {
      // An engine may refuse to reserve as much for memory that cannot be moved later.
    }
  }
  try {
    return { memory: new WebAssembly.Memory(size), isShared: false }
  } catch (error) {
    throw refused(pageBytes, [], error)
  }
}

function tooMuch(end: number, requests: readonly Request[]): SluiceError {
  return new SluiceError({
    code: 'MEMORY',
    what: `compile: the program takes more memory than WebAssembly has: ${formatBytes(end)}`,
    expected: '4 GiB at most, with the other programs of the store',
    got: breakdown(end, requests),
    fix: 'feed smaller batches, use fewer or narrower parameters, or compile it with { backend: interpreter }',
  })
}

function refused(end: number, requests: readonly Request[], cause: unknown): SluiceError {
  return new SluiceError({
    code: 'MEMORY',
    what: `compile: the machine does not give the ${formatBytes(end)} of memory that the program takes`,
    expected: 'memory that can grow to that size',
    got: `${breakdown(end, requests)}${requests.length > 0 ? '\n' : ''}${String(cause)}`,
    fix: 'feed smaller batches, let go of other stores and programs, or run where there is more memory',
  })
}

/** What is asked for, the largest first, and what other programs have already. */
function breakdown(end: number, requests: readonly Request[]): string {
  const byPurpose = new Map<string, number>()
  for (const { purpose, bytes } of requests) {
    byPurpose.set(purpose, (byPurpose.get(purpose) ?? 0) + bytes)
  }
  const asked = [...byPurpose].filter(([, bytes]) => bytes > 0).sort(([, a], [, b]) => b - a)
  const others = end - asked.reduce((total, [, bytes]) => total + bytes, 0)
  const lines = asked.map(([purpose, bytes]) => `${formatBytes(bytes)} for ${purpose}`)
  const shown = lines.slice(0, 8)
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more`)
  if (others >= pageBytes) shown.push(`${formatBytes(others)} that the store's programs have`)
  return shown.join('\n')
}

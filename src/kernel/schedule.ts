/** Kernels in order, and who reads and writes which buffer: what the passes over kernels work on. */
import { internalError } from '../errors.ts'
import { isSameList, loadsOf, storesOf } from './operations.ts'
import type { Buffer, Kernel, Routine } from './routine.ts'

/**
 * The kernels of a routine and its commits in one row of positions. A pass takes kernels away, puts
 * others in their places, and asks who reads and writes what.
 */
export class Schedule {
  readonly buffers: Buffer[]
  readonly firstCommit: number
  readonly #slots: (Kernel | undefined)[]
  readonly #readers: Users
  readonly #writers: Users
  readonly #kept: ReadonlySet<number>

  /** `kept` are buffers that somebody reads after the kernels: outputs, and what loops pass on. */
  constructor(
    buffers: readonly Buffer[],
    kernels: readonly Kernel[],
    commits: readonly Kernel[],
    kept: ReadonlySet<number>,
  ) {
    this.buffers = [...buffers]
    this.#readers = new Users(buffers.length)
    this.#writers = new Users(buffers.length)
    this.firstCommit = kernels.length
    this.#slots = [...kernels, ...commits]
    this.#kept = kept
    this.#slots.forEach((kernel, position) => {
      if (kernel) this.#index(kernel, position)
    })
  }

  get length(): number {
    return this.#slots.length
  }

  at(position: number): Kernel | undefined {
    return this.#slots[position]
  }

  isCommit(position: number): boolean {
    return position >= this.firstCommit
  }

  /** Whether a buffer is needed beyond the kernels here. */
  isKept(buffer: number): boolean {
    return this.#kept.has(buffer)
  }

  readers(buffer: number): readonly number[] {
    return this.#readers.of(buffer)
  }

  writers(buffer: number): readonly number[] {
    return this.#writers.of(buffer)
  }

  /** Puts a kernel in a place, or takes away the one that is there. */
  replace(position: number, kernel: Kernel | undefined): void {
    const before = this.#slots[position]
    if (before) {
      for (const { buffer } of loadsOf(before)) this.#readers.forget(buffer, position)
      for (const { buffer } of storesOf(before)) this.#writers.forget(buffer, position)
    }
    this.#slots[position] = kernel
    if (kernel) this.#index(kernel, position)
  }

  bufferAt(index: number): Buffer {
    const buffer = this.buffers[index]
    if (!buffer) throw internalError(`schedule: there is no buffer ${index}`)
    return buffer
  }

  kernels(): readonly Kernel[] {
    return this.#slots.slice(0, this.firstCommit).filter((kernel) => kernel !== undefined)
  }

  commits(): readonly Kernel[] {
    return this.#slots.slice(this.firstCommit).filter((kernel) => kernel !== undefined)
  }

  #index(kernel: Kernel, position: number): void {
    for (const { buffer } of loadsOf(kernel)) this.#readers.note(buffer, position)
    for (const { buffer } of storesOf(kernel)) this.#writers.note(buffer, position)
  }
}

/** By buffer, the positions that use it, in their order: most have one, and scalar graphs have very many. */
class Users {
  readonly #lists: (number | number[] | undefined)[]

  constructor(buffers: number) {
    this.#lists = new Array<undefined>(buffers)
  }

  of(buffer: number): readonly number[] {
    const list = this.#lists[buffer]
    return list === undefined ? nobody : typeof list === 'number' ? [list] : list
  }

  note(buffer: number, position: number): void {
    const list = this.#lists[buffer]
    if (list === undefined) this.#lists[buffer] = position
    else if (typeof list === 'object') insert(list, position)
    else if (list !== position) {
      this.#lists[buffer] = [Math.min(list, position), Math.max(list, position)]
    }
  }

  forget(buffer: number, position: number): void {
    const list = this.#lists[buffer]
    if (list === position) this.#lists[buffer] = undefined
    else if (typeof list === 'object' && list.includes(position)) {
      list.splice(list.indexOf(position), 1)
    }
  }
}

const nobody: readonly number[] = []

/** Into its place among numbers that go up; from the end, where most are noted. */
function insert(list: number[], position: number): void {
  let at = list.length
  while (at > 0 && (list[at - 1] ?? 0) > position) at--
  if (list[at - 1] !== position) list.splice(at, 0, position)
}

/** What a routine still needs of its buffers when its kernels have run. */
export function keptBuffers({ outputs, checks }: Routine): ReadonlySet<number> {
  const checked = checks.flatMap((kernel) => loadsOf(kernel).map(({ buffer }) => buffer))
  return new Set([...Object.values(outputs), ...checked])
}

/**
 * Whether what a kernel reads is the same at a later position as at its own: nothing between them
 * writes it. The kernel there may write it itself: see `readsInPlace`.
 */
export function staysTheSame(
  schedule: Schedule,
  kernel: Kernel,
  from: number,
  to: number,
): boolean {
  return loadsOf(kernel).every(({ buffer }) =>
    schedule.writers(buffer).every((writer) => writer <= from || writer >= to),
  )
}

/**
 * Whether a kernel loads of what it stores only the element that it then replaces. The operands of a
 * contraction are read at other elements than it stores, whatever their strides.
 */
export function readsInPlace(kernel: Kernel): boolean {
  const stores = storesOf(kernel)
  if (kernel.kind === 'contract') {
    const { a, b } = kernel
    if (stores.some(({ buffer }) => buffer === a.buffer || buffer === b.buffer)) return false
  }
  const loads = loadsOf(kernel)
  return stores.every((store) =>
    loads.every(
      (load) =>
        load.buffer !== store.buffer ||
        (load.offset === store.offset && isSameList(load.strides, store.strides)),
    ),
  )
}

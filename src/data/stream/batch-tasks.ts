/** What is done to prepare batches, on this thread or on another. */
import { type ErrorFacts, internalError, SluiceError } from '../../errors.ts'
import type { Batch } from '../batches.ts'
import { type BatchMap, loadMap, type MapMoment, mapContext } from './batch-map.ts'
import { type BlockReader, openBlockReader, type PartSpec } from './block-reader.ts'
import type { PreparedBlock } from './row-preparer.ts'

/** Tells of a file that blocks will be asked of, and that no more will. */
export type Notice =
  | { readonly kind: 'open'; readonly stream: number; readonly spec: PartSpec }
  | { readonly kind: 'close'; readonly stream: number }

export type Task =
  | { readonly kind: 'block'; readonly stream: number; readonly block: number }
  | {
      readonly kind: 'map'
      readonly module: string
      readonly batch: Batch
      readonly moment: MapMoment
    }

export type TaskResult = PreparedBlock | Batch

/** Does tasks one after another: batches that a step waits for before blocks of later ones. */
export class TaskRunner {
  readonly #specs = new Map<number, PartSpec>()
  readonly #readers = new Map<number, Promise<BlockReader>>()
  readonly #maps = new Map<string, Promise<BatchMap>>()
  readonly #urgent: (() => Promise<void>)[] = []
  readonly #later: (() => Promise<void>)[] = []
  #isBusy = false

  notice(notice: Notice): void {
    if (notice.kind === 'open') this.#specs.set(notice.stream, notice.spec)
    else void this.#inTurn(() => this.#close(notice.stream)).catch(() => undefined)
  }

  run(task: Task): Promise<TaskResult> {
    return this.#inTurn(() => this.#do(task), task.kind === 'map')
  }

  /** Closes every file. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      for (const stream of [...this.#readers.keys()]) await this.#close(stream)
    })
  }

  /** The memory of a reader holds one block at a time. */
  #inTurn<T>(work: () => Promise<T>, isUrgent = false): Promise<T> {
    return new Promise((resolve, reject) => {
      const queue = isUrgent ? this.#urgent : this.#later
      queue.push(() => work().then(resolve, reject))
      if (!this.#isBusy) void this.#doAll()
    })
  }

  async #doAll(): Promise<void> {
    this.#isBusy = true
    for (;;) {
      const next = this.#urgent.shift() ?? this.#later.shift()
      if (!next) break
      await next()
    }
    this.#isBusy = false
  }

  async #do(task: Task): Promise<TaskResult> {
    if (task.kind === 'block') {
      const reader = await this.#reader(task.stream)
      return reader.read(task.block)
    }
    const { module, batch, moment } = task
    let map = this.#maps.get(module)
    if (!map) {
      map = loadMap(module)
      this.#maps.set(module, map)
    }
    return (await map)(batch, mapContext(moment))
  }

  #reader(stream: number): Promise<BlockReader> {
    const known = this.#readers.get(stream)
    if (known) return known
    const spec = this.#specs.get(stream)
    if (!spec) throw internalError('batches: a block of a stream that is not open', `${stream}`)
    const reader = openBlockReader(spec)
    this.#readers.set(stream, reader)
    return reader
  }

  async #close(stream: number): Promise<void> {
    const reader = await this.#readers.get(stream)?.catch(() => undefined)
    this.#readers.delete(stream)
    this.#specs.delete(stream)
    await reader?.close()
  }
}

/** An error as plain data: our own with their facts, others with what they say. */
export type PlainError =
  | { readonly facts: ErrorFacts }
  | { readonly name: string; readonly message: string; readonly stack: string | undefined }

export function plainError(error: unknown): PlainError {
  if (error instanceof SluiceError) {
    const { code, what, where, expected, got, fix } = error
    return { facts: { code, what, where, expected, got, fix } }
  }
  if (error instanceof Error) {
    return { name: error.name, message: error.message, stack: error.stack }
  }
  return { name: 'Error', message: String(error), stack: undefined }
}

/** The error that plain data tell of. */
export function errorFrom(plain: PlainError): Error {
  if ('facts' in plain) return new SluiceError(plain.facts)
  const error = new Error(plain.message)
  error.name = plain.name
  if (plain.stack !== undefined) error.stack = plain.stack
  return error
}

/** The buffers of a result that can be handed over instead of copied. */
export function buffersOf(result: TaskResult): ArrayBuffer[] {
  const arrays: readonly ArrayBufferView[] =
    'length' in result ? [result.inputs, result.targets] : [result.inputs.data, result.targets.data]
  const buffers = arrays.map(({ buffer }) => buffer)
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer)
}

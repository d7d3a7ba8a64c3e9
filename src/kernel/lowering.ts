/** What the lowering of a graph has made so far: buffers, kernels, and where each value lies. */
import { internalError } from '../errors.ts'
import { type ComputeDType, type DType, dtypes } from '../ir/dtype.ts'
import { type Shape, sizeOf, stridesOf } from '../ir/shape.ts'
import { type Tensor, tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { isContiguous, type View } from './access.ts'
import { accessOf, BodyBuilder, type Term } from './body.ts'
import type { Buffer, BufferRole, Kernel } from './routine.ts'
import type { ScalarRun } from './scalar-run.ts'
import { type Waiting, writeWaiting } from './waiting.ts'

/** A value's view, and the dtype of its elements. */
export interface Operand extends View {
  readonly dtype: DType
  /** The number, in a compute dtype, that all elements are; it has no buffer: `withBuffer` makes one. */
  readonly literal?: number
  /** What computes the elements; it has no buffer: `withBuffer` makes one, row-major. */
  readonly waiting?: Waiting
}

/** The buffer of a literal, and of what waits. */
const nowhere = -2

export class Lowering {
  readonly buffers: Buffer[] = []
  /** Where kernels go now; the body of a loop while it is lowered. */
  kernels: Kernel[] = []
  /** How many loops are around the kernels that are made now. */
  depth = 0
  /** The application that is lowered now: kernels say that they hold it. */
  gates: readonly Value[] = []
  /** Its position; past the end of the graph once all are lowered. */
  position = 0
  /** Gates on single numbers that have not become a kernel yet. */
  run: ScalarRun | undefined
  readonly #names = new Set<string>()
  #temporaries = 0
  /** Of what has waited and was stored after all, the buffer. */
  readonly #waited = new WeakMap<Waiting, number>()

  buffer(role: BufferRole, dtype: DType, length: number, name?: string): number {
    const isNamed = name !== undefined && name !== ''
    const own = isNamed ? this.#unique(name) : `t${this.#temporaries++}`
    this.buffers.push({ role, dtype, length, name: own })
    return this.buffers.length - 1
  }

  /** A new temporary that holds a value of that type, row-major. */
  temporary({ shape, dtype }: { shape: Shape; dtype: DType }, name?: string): Operand {
    const buffer = this.buffer({ kind: 'temporary' }, dtype, sizeOf(shape), name)
    return this.whole(buffer, shape)
  }

  constant(contents: Tensor, name?: string): Operand {
    const { shape, dtype } = contents
    if (contents.data.length === 1 && isCompute(dtype)) {
      const literal = Number(contents.data[0])
      const strides = shape.map(() => 1)
      return { buffer: nowhere, offset: 0, shape, strides, turns: this.still(), dtype, literal }
    }
    const length = contents.data.length
    const buffer = this.buffer({ kind: 'constant', contents }, contents.dtype, length, name)
    return this.whole(buffer, contents.shape)
  }

  /** The whole of a buffer under a shape. */
  whole(buffer: number, shape: Shape): Operand {
    const dtype = this.bufferAt(buffer).dtype
    return { buffer, offset: 0, shape, strides: stridesOf(shape), turns: this.still(), dtype }
  }

  bufferAt(index: number): Buffer {
    const buffer = this.buffers[index]
    if (!buffer) throw internalError(`lower: there is no buffer ${index}`)
    return buffer
  }

  /** The turns of what no loop moves. */
  still(): readonly number[] {
    return this.depth === 0 ? noTurns : new Array<number>(this.depth).fill(0)
  }

  /** The view as seen from where kernels go now: loops that were entered since do not move it. */
  here(operand: Operand): Operand {
    if (operand.turns.length === this.depth) return operand
    const turns = Array.from({ length: this.depth }, (_, loop) => operand.turns[loop] ?? 0)
    return { ...operand, turns }
  }

  push(kernel: Kernel): void {
    this.run?.finish()
    this.kernels.push(kernel)
  }

  /** Copies elements, bit by bit; source and target have one shape. */
  copy(source: Operand, target: Operand): void {
    const body = new BodyBuilder()
    const raw = rawDType(source.dtype)
    const { gates } = this
    const element = isCompute(raw) ? this.element(body, source) : undefined
    body.store(accessOf(target), element ?? body.load(accessOf(source), raw), raw)
    this.nest(target.shape, body)
    this.gates = gates
  }

  /** One element of an operand at each index of the loops: a constant of one element is written out. */
  element(body: BodyBuilder, operand: Operand): Term {
    const { literal, dtype, waiting } = operand
    if (waiting) {
      const written = writeWaiting(this, body, operand)
      return written ?? this.element(body, this.withBuffer(operand))
    }
    return literal === undefined
      ? body.load(accessOf(operand), dtype)
      : body.literal(literal, dtype as ComputeDType /* as `literal` says */)
  }

  /** The elements of a value that no kernel computes yet. */
  waitingFor(waiting: Waiting): Operand {
    const { shape, dtype } = waiting.application
    const strides = stridesOf(shape)
    return { buffer: nowhere, offset: 0, shape, strides, turns: this.still(), dtype, waiting }
  }

  /**
   * The operand in memory: what waits is computed, and a literal goes into a buffer of one element,
   * which it reads again and again.
   */
  withBuffer(operand: Operand): Operand {
    const { waiting, ...rest } = operand
    if (waiting) return { ...rest, buffer: this.#computed(waiting) }
    const { literal, dtype, shape } = operand
    if (literal === undefined) return operand
    const contents = tensor(literal, { dtype })
    const buffer = this.buffer({ kind: 'constant', contents }, dtype, 1)
    return { buffer, offset: 0, shape, strides: shape.map(() => 0), turns: this.still(), dtype }
  }

  /** A nest of one body at every element of a shape. */
  nest(points: Shape, body: BodyBuilder): void {
    const stages = [{ extents: [], body: body.operations }]
    this.push({ kind: 'nest', points, stages, gates: this.gates })
  }

  /** The operand itself where it is row-major from the start of its buffer, else a copy. */
  contiguous(operand: Operand): Operand {
    if (isContiguous(operand)) return operand
    const copy = this.temporary(operand)
    this.copy(operand, copy)
    return copy
  }

  /** The operand, in memory where what it waited for has been stored since. */
  settled(operand: Operand): Operand {
    const { waiting } = operand
    return waiting && this.#waited.has(waiting) ? this.withBuffer(operand) : operand
  }

  /** The buffer of what was waiting. */
  #computed(waiting: Waiting): number {
    const known = this.#waited.get(waiting)
    if (known !== undefined) return known
    const reader = this.gates
    this.gates = []
    const { application, name } = waiting
    const out = this.temporary(application, name)
    const body = new BodyBuilder()
    body.store(accessOf(out), this.element(body, this.waitingFor(waiting)), application.dtype)
    this.nest(application.shape, body)
    this.gates = reader
    this.#waited.set(waiting, out.buffer)
    return out.buffer
  }

  #unique(name: string): string {
    // Temporaries without a name are called t0, t1, …
    let free = /^t\d+$/.test(name) ? `${name}_` : name
    for (let count = 2; this.#names.has(free); count++) free = `${name}_${count}`
    this.#names.add(free)
    return free
  }
}

const noTurns: readonly number[] = []

function isCompute(dtype: DType): dtype is ComputeDType {
  return dtypes[dtype].use === 'compute'
}

/** A dtype of the same size whose elements can be copied without being understood. */
function rawDType(dtype: DType): DType {
  if (isCompute(dtype)) return dtype
  const { sizeBytes } = dtypes[dtype]
  return sizeBytes === 1 ? 'u8' : sizeBytes === 2 ? 'u16' : 'f64'
}

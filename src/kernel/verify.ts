/** Checks everything that holds of a routine: run after each pass, it finds the pass's mistakes. */
import { internalError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import { printKernel } from './print.ts'
import type {
  Access,
  Buffer,
  Contract,
  Kernel,
  Nest,
  Operation,
  Repeat,
  Routine,
  Running,
  Scatter,
  Sort,
} from './routine.ts'
import { faultOfAccess, faultOfSharing, hasTwice, type Loops } from './verify-access.ts'
import { BodyRules } from './verify-body.ts'

/**
 * Checks that a routine is whole.
 *
 * References are used after what gives them and where they are in scope; dtypes fit; accesses have
 * a stride for every axis and a turn for every repeat, and stay in their buffers; no two points of
 * a kernel store one element, as far as strides tell; temporaries and scratch are stored before
 * they are loaded; inputs and constants are never stored, states only by commits; checks store
 * nothing, and only they check; epilogues store something, and only they have the product.
 *
 * Throws: INTERNAL with the kernel, the operation and the kernel's text.
 */
export function verifyRoutine(routine: Routine): void {
  const { buffers, outputs } = routine
  for (const buffer of buffers) {
    const fault = faultOfBuffer(buffer)
    if (fault) throw internalError(`verify: buffer ${buffer.name}: ${fault}`)
  }
  const filled = new Set<number>()
  buffers.forEach(({ role }, at) => {
    if (role.kind !== 'temporary' && role.kind !== 'scratch') filled.add(at)
  })
  for (const phase of ['kernels', 'checks', 'commits'] as const) {
    routine[phase].forEach((kernel, at) => {
      const path = `${phase}[${at}]`
      new KernelRules({ buffers, phase, filled, turns: [], path }).verify(kernel)
    })
  }
  for (const [name, at] of Object.entries(outputs)) {
    const buffer = buffers[at]
    const fault = !buffer
      ? `there is no buffer ${at}`
      : buffer.role.kind === 'scratch'
        ? 'scratch does not outlive a kernel'
        : buffer.length > 0 && !filled.has(at)
          ? 'nothing is stored there'
          : undefined
    if (fault) throw internalError(`verify: output ${name}: ${fault}`)
  }
}

/** Where a kernel stands. */
interface KernelPlace {
  readonly buffers: readonly Buffer[]
  readonly phase: 'kernels' | 'checks' | 'commits'
  /** What has been stored so far; storing adds to it. */
  readonly filled: Set<number>
  /** The counts of the repeats around it, outermost first. */
  readonly turns: readonly number[]
  /** `kernels[2].body[0]` */
  readonly path: string
}

function faultOfBuffer({ role, dtype, length }: Buffer): string | undefined {
  if (!Number.isInteger(length) || length < 0) return `its length is ${length}`
  if (role.kind !== 'constant') return undefined
  const { contents } = role
  if (contents.dtype === dtype && contents.data.length === length) return undefined
  return `holds ${contents.dtype}[${contents.data.length}], not ${dtype}[${length}]`
}

class KernelRules {
  readonly #place: KernelPlace

  constructor(place: KernelPlace) {
    this.#place = place
  }

  verify(kernel: Kernel): void {
    switch (kernel.kind) {
      case 'nest':
        this.#nest(kernel)
        break
      case 'contract':
        this.#contract(kernel)
        break
      case 'scatter':
        this.#scatter(kernel)
        break
      case 'running':
        this.#running(kernel)
        break
      case 'sort':
        this.#sort(kernel)
        break
      case 'repeat':
        this.#repeat(kernel)
    }
  }

  #nest(kernel: Nest): void {
    const { points, stages } = kernel
    this.#extents(kernel, points)
    const rules = new BodyRules(this.#place, { kind: 'nest' })
    stages.forEach(({ extents, body }, stage) => {
      this.#extents(kernel, extents)
      const loops = { extents: [...points, ...extents], turns: this.#place.turns }
      this.#body(kernel, body, (operation) => rules.faultOf(operation, loops, extents), stage)
      rules.endStage(body, extents)
    })
  }

  #contract(kernel: Contract): void {
    const { dtype, batch, rows, columns, depth, a, b, epilogue } = kernel
    this.#extents(kernel, [...batch, ...rows, ...columns, ...depth])
    if (dtype === 'bool') throw this.#broken(kernel, 'bool has no products')
    this.#load(kernel, 'a', a, { dtypes: [dtype], extents: [...batch, ...rows, ...depth] })
    this.#load(kernel, 'b', b, { dtypes: [dtype], extents: [...batch, ...depth, ...columns] })
    const loops = { extents: [...batch, ...rows, ...columns], turns: this.#place.turns }
    const rules = new BodyRules(this.#place, { kind: 'epilogue', dtype })
    this.#body(kernel, epilogue, (operation) => rules.faultOf(operation, loops, []))
    if (!epilogue.some(({ op }) => op === 'store')) {
      throw this.#broken(kernel, 'the epilogue stores nothing')
    }
  }

  #scatter(kernel: Scatter): void {
    const { dtype, extents, index, source, target, stride, length } = kernel
    this.#extents(kernel, [...extents, length])
    if (dtype === 'bool' && kernel.combine === 'add') {
      throw this.#broken(kernel, 'bool has no sums')
    }
    this.#load(kernel, 'index', index, { dtypes: ['i32', 'u32'], extents })
    this.#load(kernel, 'source', source, { dtypes: [dtype], extents })
    this.#load(kernel, 'target', target, { dtypes: [dtype], extents, moved: { stride, length } })
    const fault = faultOfSharing(target.buffer, this.#place)
    if (fault) throw this.#broken(kernel, `target: ${fault}`)
    if (target.buffer === source.buffer || target.buffer === index.buffer) {
      throw this.#broken(kernel, 'target: it is also read as source or index')
    }
  }

  #running(kernel: Running): void {
    const { dtype, combine, points, length, source, factor, target } = kernel
    const extents = [...points, length]
    this.#extents(kernel, extents)
    if (dtype === 'bool') throw this.#broken(kernel, 'bools are not combined')
    if ((combine === 'linear') !== (factor !== undefined)) {
      throw this.#broken(kernel, `${combine} ${factor ? 'has a' : 'lacks its'} factor`)
    }
    this.#load(kernel, 'source', source, { dtypes: [dtype], extents })
    if (factor) this.#load(kernel, 'factor', factor, { dtypes: [dtype], extents })
    this.#store(kernel, 'target', target, { dtype, extents, turns: this.#place.turns })
    if (target.buffer === source.buffer || target.buffer === factor?.buffer) {
      throw this.#broken(kernel, 'target: it is also read as source or factor')
    }
  }

  #sort(kernel: Sort): void {
    const { dtype, points, length, count, source, values, indices } = kernel
    this.#extents(kernel, [...points, length, count])
    if (count > length) throw this.#broken(kernel, `${count} are more than ${length}`)
    this.#load(kernel, 'source', source, { dtypes: [dtype], extents: [...points, length] })
    const loops = { extents: [...points, count], turns: this.#place.turns }
    if (values) this.#store(kernel, 'values', values, { ...loops, dtype })
    if (indices) this.#store(kernel, 'indices', indices, { ...loops, dtype: 'i32' })
    const touched = [source, values, indices].flatMap((access) => access?.buffer ?? [])
    if (touched.length === 1) throw this.#broken(kernel, 'it stores nothing')
    if (new Set(touched).size < touched.length) {
      throw this.#broken(kernel, 'two of source, values and indices are one buffer')
    }
  }

  #repeat(kernel: Repeat): void {
    const { buffers, phase, filled, turns, path } = this.#place
    const { count, body } = kernel
    this.#extents(kernel, [count])
    body.forEach((inner, at) => {
      const place = { buffers, phase, filled, turns: [...turns, count] }
      new KernelRules({ ...place, path: `${path}.body[${at}]` }).verify(inner)
    })
  }

  #body(
    kernel: Kernel,
    body: readonly Operation[],
    faultOf: (operation: Operation) => string | undefined,
    stage?: number,
  ): void {
    body.forEach((operation, at) => {
      const fault = faultOf(operation)
      if (!fault) return
      const place = stage === undefined ? 'epilogue' : `stage ${stage}`
      throw this.#broken(kernel, `${place}, operation ${at}, ${operation.op}: ${fault}`)
    })
  }

  /** Checks an access that is no operation of a body. */
  #load(kernel: Kernel, what: string, access: Access, expected: Expected): void {
    const { buffers, turns, filled } = this.#place
    const { extents, moved } = expected
    const loops: Loops = { extents, turns }
    const fault = faultOfAccess(access, loops, buffers, moved) ?? faultOfOperand()
    if (fault) throw this.#broken(kernel, `${what}: ${fault}`)
    function faultOfOperand(): string | undefined {
      const { dtype, name, role } = buffers[access.buffer] as Buffer // faultOfAccess has looked
      if (!expected.dtypes.includes(dtype)) return `${name} is ${dtype}, not ${expected.dtypes[0]}`
      if (role.kind === 'scratch') return `${name} is scratch, which only nests have`
      const isRead = ![...extents, ...turns].includes(0)
      if (isRead && !filled.has(access.buffer)) return `nothing is stored in ${name} before`
      return undefined
    }
  }

  /** The same of one that is stored. */
  #store(
    kernel: Kernel,
    what: string,
    { buffer, ...access }: Access,
    { dtype, ...loops }: Loops & { readonly dtype: DType },
  ): void {
    const { buffers, filled } = this.#place
    const fault =
      faultOfAccess({ buffer, ...access }, loops, buffers) ??
      faultOfSharing(buffer, this.#place) ??
      (buffers[buffer]?.dtype === dtype ? undefined : `it is not of ${dtype}`) ??
      (hasTwice(access.strides, loops.extents) ? 'two points store the same element' : undefined)
    if (fault) throw this.#broken(kernel, `${what}: ${fault}`)
    filled.add(buffer)
  }

  #extents(kernel: Kernel, extents: readonly number[]): void {
    const wrong = extents.find((extent) => !Number.isInteger(extent) || extent < 0)
    if (wrong !== undefined) throw this.#broken(kernel, `${wrong} is no number of turns`)
  }

  #broken(kernel: Kernel, fault: string): Error {
    const { path, buffers } = this.#place
    const gates = kernel.gates.slice(0, 4).map(({ gate }) => gate.name)
    const name = gates.length > 0 ? `${kernel.kind} (${gates.join(', ')})` : kernel.kind
    return internalError(`verify: ${path}, ${name}: ${fault}`, printKernel(kernel, buffers))
  }
}

interface Expected {
  readonly dtypes: readonly DType[]
  readonly extents: readonly number[]
  /** How far an index moves the access: by 0 … length − 1 times stride. */
  readonly moved?: { readonly stride: number; readonly length: number }
}

/** What must hold of the operations of a nest or an epilogue: scope, dtypes and stores. */
import { type ComputeDType, type DType, domains, dtypes } from '../ir/dtype.ts'
import type { BinaryOperation, UnaryOperation } from '../ir/expression.ts'
import {
  type Access,
  type Buffer,
  type LoadOperation,
  loadedDType,
  type Operation,
  type Ref,
  type StoreOperation,
} from './routine.ts'
import { faultOfAccess, faultOfSharing, hasTwice, type Loops } from './verify-access.ts'

type Given = Exclude<Operation, StoreOperation | { readonly op: 'checkFinite' }>

interface BodyPlace {
  readonly buffers: readonly Buffer[]
  readonly phase: 'kernels' | 'checks' | 'commits'
  readonly filled: Set<number>
}

type Owner = { readonly kind: 'nest' } | { readonly kind: 'epilogue'; readonly dtype: ComputeDType }

/** Goes through the operations of one kernel in their order. */
export class BodyRules {
  readonly #place: BodyPlace
  readonly #owner: Owner
  /** What may be used now. */
  readonly #known = new Map<Ref, ComputeDType>()
  readonly #given = new Set<Ref>()
  readonly #filledScratch = new Set<number>()

  constructor(place: BodyPlace, owner: Owner) {
    this.#place = place
    this.#owner = owner
  }

  /** What is wrong with the next operation, whose stage has `extents`; undefined: nothing. */
  faultOf(operation: Operation, loops: Loops, extents: readonly number[]): string | undefined {
    if (operation.op === 'store') return this.#faultOfStore(operation, loops)
    if (operation.op === 'checkFinite') {
      if (this.#place.phase !== 'checks') return 'only checks may fail a step'
      return this.#needs(operation.x, 'f32', 'f64')
    }
    const { id, dtype, op } = operation
    if (this.#given.has(id)) return `id ${id} is given twice`
    this.#given.add(id)
    if (dtypes[dtype]?.use !== 'compute') return `${dtype} is no compute dtype`
    const fault =
      op === 'load'
        ? this.#faultOfLoad(operation, loops)
        : op === 'reduce'
          ? this.#faultOfReduce(operation, { loops, extents })
          : this.#faultOfScalar(operation, loops)
    // What a reduction gives is there when its loop has ended.
    if (op !== 'reduce') this.#known.set(id, dtype)
    return fault
  }

  endStage(body: readonly Operation[], extents: readonly number[]): void {
    for (const operation of body) {
      if (operation.op === 'reduce') this.#known.set(operation.id, operation.dtype)
      else if (extents.length > 0 && 'id' in operation) this.#known.delete(operation.id)
    }
  }

  #faultOfScalar(
    operation: Exclude<Given, { readonly op: 'load' | 'reduce' }>,
    { extents }: Loops,
  ): string | undefined {
    const { dtype } = operation
    switch (operation.op) {
      case 'literal':
        return isElement(operation.value, dtype) ? undefined : `${operation.value} is no ${dtype}`
      case 'position': {
        const { strides, offset } = operation
        if (strides.length !== extents.length) {
          return `${strides.length} strides for ${extents.length} axes`
        }
        return [offset, ...strides].every(Number.isInteger) ? undefined : 'not of whole numbers'
      }
      case 'unary':
        return this.#faultOfDomain(operation.operation, dtype) ?? this.#needs(operation.x, dtype)
      case 'binary': {
        const { a, b } = operation
        const fault = this.#faultOfDomain(operation.operation, dtype)
        return fault ?? this.#needs(a, dtype) ?? this.#needs(b, dtype)
      }
      case 'compare': {
        if (dtype !== 'bool') return `a comparison gives a bool, not ${dtype}`
        const { a, b } = operation
        return this.#needs(a) ?? this.#needs(b, this.#known.get(a) ?? 'bool')
      }
      case 'select': {
        const { condition, a, b } = operation
        return this.#needs(condition, 'bool') ?? this.#needs(a, dtype) ?? this.#needs(b, dtype)
      }
      case 'cast':
        return this.#needs(operation.x)
      case 'randomBits': {
        const { a, b, position } = operation
        if (dtype !== 'u32') return `random bits are u32, not ${dtype}`
        return this.#needs(a, 'u32') ?? this.#needs(b, 'u32') ?? this.#needs(position, 'u32')
      }
      case 'product': {
        if (this.#owner.kind === 'nest') return 'only epilogues have the product'
        const { dtype: summed } = this.#owner
        return dtype === summed ? undefined : `the product is ${summed}, not ${dtype}`
      }
    }
  }

  #faultOfReduce(
    { combine, x, dtype }: Extract<Operation, { readonly op: 'reduce' }>,
    { loops, extents }: { readonly loops: Loops; readonly extents: readonly number[] },
  ): string | undefined {
    if (this.#owner.kind === 'epilogue') return 'epilogues have no reductions'
    const outer = loops.extents.slice(0, loops.extents.length - extents.length)
    const isRun = ![...outer, ...loops.turns].includes(0)
    const hasNeutral = combine === 'sum' || combine === 'prod'
    if (isRun && !hasNeutral && extents.includes(0)) return `${combine} of no elements`
    if (hasNeutral && dtype === 'bool') return `bool has no ${combine}`
    if (combine !== 'argmax') return this.#needs(x, dtype)
    return dtype === 'i32' ? this.#needs(x) : `argmax gives an i32, not ${dtype}`
  }

  #faultOfLoad({ dtype, stored, access, at }: LoadOperation, loops: Loops): string | undefined {
    const fault = faultOfAccess(access, loops, this.#place.buffers, at)
    if (fault) return fault
    if (at && (!Number.isInteger(at.length) || at.length < 0)) return `${at.length} is no length`
    if (dtype !== loadedDType(stored))
      return `${stored} loads as ${loadedDType(stored)}, not ${dtype}`
    const isRun = ![...loops.extents, ...loops.turns, at?.length].includes(0)
    return (
      this.#faultOfBuffer(access, stored) ??
      (isRun && !this.#isFilled(access.buffer) ? 'nothing is stored there before' : undefined) ??
      (at ? this.#needs(at.index, 'i32', 'u32') : undefined)
    )
  }

  #faultOfStore({ stored, access, x }: StoreOperation, loops: Loops): string | undefined {
    const { buffers, filled } = this.#place
    const fault =
      faultOfAccess(access, loops, buffers) ??
      faultOfSharing(access.buffer, this.#place) ??
      this.#faultOfBuffer(access, stored) ??
      (dtypes[stored].use === 'compute' ? this.#needs(x, loadedDType(stored)) : this.#needs(x))
    if (fault) return fault
    if (buffers[access.buffer]?.role.kind === 'scratch') {
      this.#filledScratch.add(access.buffer)
      return undefined
    }
    filled.add(access.buffer)
    const isTwice = hasTwice(access.strides, loops.extents)
    return isTwice ? `${buffers[access.buffer]?.name}: one element is stored twice` : undefined
  }

  #faultOfBuffer({ buffer }: Access, stored: DType): string | undefined {
    const { dtype, name, role } = this.#place.buffers[buffer] as Buffer // faultOfAccess has looked
    if (role.kind === 'scratch' && this.#owner.kind === 'epilogue') {
      return `${name} is scratch, which only nests have`
    }
    // Elements of a storage dtype may be copied as any other of their size.
    const isCopied =
      dtypes[dtype].use === 'storage' && dtypes[dtype].sizeBytes === dtypes[stored].sizeBytes
    return dtype === stored || isCopied ? undefined : `${name} holds ${dtype}, not ${stored}`
  }

  #isFilled(buffer: number): boolean {
    return this.#place.filled.has(buffer) || this.#filledScratch.has(buffer)
  }

  #faultOfDomain(operation: UnaryOperation | BinaryOperation, dtype: DType): string | undefined {
    const domain = domains[operationDomains[operation] ?? 'floating']
    return domain.holds(dtype) ? undefined : `${operation} takes ${domain.phrase}, not ${dtype}`
  }

  /** What is wrong with using `ref`, which must be of one of `expected`, where given. */
  #needs(ref: Ref, ...expected: readonly ComputeDType[]): string | undefined {
    const dtype = this.#known.get(ref)
    if (dtype === undefined) {
      return this.#given.has(ref) ? `id ${ref} is out of scope` : `nothing gives id ${ref} before`
    }
    if (expected.length === 0 || expected.includes(dtype)) return undefined
    return `takes ${expected.join(' or ')}, got ${dtype}`
  }
}

/** What each operation takes; those that are not here take floats. */
const operationDomains: {
  readonly [O in UnaryOperation | BinaryOperation]?: 'numeric' | 'bool' | 'u32'
} = {
  ...{ negate: 'numeric', abs: 'numeric', sign: 'numeric', not: 'bool' },
  ...{ floor: 'numeric', ceil: 'numeric', round: 'numeric', truncate: 'numeric' },
  ...{ add: 'numeric', subtract: 'numeric', multiply: 'numeric', divide: 'numeric' },
  ...{
    power: 'numeric',
    remainder: 'numeric',
    maximum: 'numeric',
    minimum: 'numeric',
    and: 'bool',
    or: 'bool',
  },
  ...{ xor: 'u32', shiftLeft: 'u32', shiftRight: 'u32' },
}

/** Whether a number may stand as a literal of a dtype; floats round to the nearest. */
function isElement(number: number, dtype: ComputeDType): boolean {
  switch (dtype) {
    case 'f32':
    case 'f64':
      return true
    case 'i32':
      return number === (number | 0)
    case 'u32':
      return number === number >>> 0
    case 'bool':
      return number === 0 || number === 1
  }
}

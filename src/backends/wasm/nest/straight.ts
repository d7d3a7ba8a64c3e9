/**
 * Kernels on single numbers, operation by operation: graphs of scalar gates are made of nothing else,
 * a few hundred thousand operations at a time, so nothing is planned and little is remembered.
 */
import { internalError } from '../../../errors.ts'
import { type ComputeDType, type DType, dtypes } from '../../../ir/dtype.ts'
import type { BinaryOperation } from '../../../ir/expression.ts'
import type { Nest, Operation, Ref } from '../../../kernel/routine.ts'
import type { Operand } from '../expression.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { KernelContext } from '../kernel-context.ts'
import { f32MemoryOpcodes, f64MemoryOpcodes } from '../memory-opcodes.ts'
import { f32Opcodes, f64Opcodes } from '../scalar-opcodes.ts'
import { FaultFlags } from './fault-flags.ts'
import type { LaneCode, Term } from './lane-code.ts'
import { startOf } from './places.ts'
import { scalarCode } from './scalar-code.ts'
import { loadElement, resolved, storeElement } from './storage.ts'

/** Whether a nest is one point, whose operations follow each other without loops. */
export function isStraight({ points, stages }: Nest): boolean {
  const [stage] = stages
  return (
    stages.length === 1 &&
    stage?.extents.length === 0 &&
    points.every((extent) => extent === 1) &&
    stage.body.every((operation) => operation.op !== 'load' || operation.at === undefined)
  )
}

export interface Straight {
  readonly context: KernelContext
  readonly f: FunctionBuilder
  readonly thread: Operand<'i32'>
}

/** Writes the operations of such a nest. */
export function writeStraight({ context, f, thread }: Straight, { stages }: Nest): void {
  const line = new Line({ context, f, thread })
  for (const operation of stages[0]?.body ?? []) line.write(operation)
  line.finish(context.faultAddress)
}

class Line {
  readonly #site: Straight
  readonly #code: LaneCode
  readonly #flags: FaultFlags
  readonly #pointers = new Map<string, Operand<'i32'>>()
  // By ref: they are small numbers.
  readonly #terms: (Term | undefined)[] = []
  readonly #locals: (number | undefined)[] = []
  readonly #dtypes: (ComputeDType | undefined)[] = []
  readonly #literals: (number | undefined)[] = []

  constructor(site: Straight) {
    const { module, maths, isRelaxed } = site.context
    this.#site = site
    this.#code = scalarCode({ module, maths, isRelaxed, f: site.f })
    this.#flags = new FaultFlags(site.f)
  }

  write(operation: Operation): void {
    switch (operation.op) {
      case 'load':
        if (isWide(operation.stored)) this.#load(operation, operation.stored)
        else this.#keep(operation, this.#compute(operation))
        return
      case 'store':
        if (operation.stored === this.#dtypeOf(operation.x) && isWide(operation.stored)) {
          this.#store(operation, operation.stored)
        } else this.#storeOther(operation)
        return
      case 'checkFinite':
        this.#flags.nonFinite(
          this.#code.isNotFinite(this.#dtypeOf(operation.x), this.#take(operation.x)),
        )
        return
      case 'literal':
        this.#literals[operation.id] = operation.value
        this.#dtypes[operation.id] = operation.dtype
        this.#terms[operation.id] = this.#code.literal(operation.dtype, operation.value)
        return
      case 'binary': {
        const name = instructions[operation.operation]
        if (name !== undefined && isWide(operation.dtype)) this.#apply(operation, name)
        else this.#keep(operation, this.#compute(operation))
        return
      }
      default:
        this.#keep(operation, this.#compute(operation))
    }
  }

  finish(faultAddress: number): void {
    this.#flags.store(faultAddress)
  }

  #compute(operation: Operation): Term {
    const code = this.#code
    switch (operation.op) {
      case 'load':
        return loadElement(this.#site.context, operation.stored, this.#placeOf(operation))
      case 'position':
        return code.position(operation.dtype, operation.offset, 0)
      case 'unary':
        return code.unary(operation, this.#take(operation.x))
      case 'binary': {
        const { a, b, dtype } = operation
        const kind = { operation: operation.operation, dtype, literal: this.#literals[b] }
        return code.binary(kind, this.#take(a), this.#take(b))
      }
      case 'compare': {
        const { a, b } = operation
        const kind = { operation: operation.operation, dtype: this.#dtypeOf(a) }
        return code.compare(kind, this.#take(a), this.#take(b))
      }
      case 'select':
        return code.select(
          this.#take(operation.condition),
          this.#take(operation.a),
          this.#take(operation.b),
        )
      case 'cast':
        return code.cast(
          { from: this.#dtypeOf(operation.x), to: operation.dtype },
          this.#take(operation.x),
        )
      case 'randomBits':
        return code.randomBits(
          this.#take(operation.a),
          this.#take(operation.b),
          this.#take(operation.position),
        )
      default:
        throw internalError(`nest: ${operation.op} in a straight line`)
    }
  }

  /** The usual operations, instruction by instruction. */
  #load({ id, access, stored }: Extract<Operation, { op: 'load' }>, dtype: Wide): void {
    const { f } = this.#site
    const { pointer, offset } = resolved(this.#placeOf({ access, stored }))
    const [opcode, , , alignment] = memoryOpcodes[dtype].load
    f.push(pointer)
    f.applyAt(opcode, alignment, offset)
    this.#locals[id] = f.pop(dtype)
    this.#dtypes[id] = dtype
  }

  #store({ x, access, stored }: Extract<Operation, { op: 'store' }>, dtype: Wide): void {
    const { f } = this.#site
    const { pointer, offset } = resolved(this.#placeOf({ access, stored }))
    const [opcode, , , alignment] = memoryOpcodes[dtype].store
    f.push(pointer)
    this.#push(x)
    f.applyAt(opcode, alignment, offset)
  }

  #apply({ id, dtype, a, b }: Extract<Operation, { op: 'binary' }>, name: Instruction): void {
    const { f } = this.#site
    this.#push(a)
    this.#push(b)
    f.apply(dtype === 'f32' ? f32Opcodes[name][0] : f64Opcodes[name][0])
    this.#locals[id] = f.pop(dtype === 'f32' ? 'f32' : 'f64')
    this.#dtypes[id] = dtype
  }

  #storeOther(operation: Extract<Operation, { op: 'store' }>): void {
    const { f, context } = this.#site
    const { module, maths, isRelaxed } = context
    const { stored, x } = operation
    const element = { stored, dtype: this.#dtypeOf(x), x: this.#take(x) }
    storeElement({ module, maths, isRelaxed, f }, this.#placeOf(operation), element)
  }

  #placeOf({ access, stored }: Pick<Extract<Operation, { op: 'load' }>, 'access' | 'stored'>) {
    const { sizeBytes } = dtypes[stored]
    return startOf(this.#site, access, { sizeBytes, shared: this.#pointers })
  }

  #keep({ id, dtype }: { readonly id: Ref; readonly dtype: ComputeDType }, made: Term): void {
    this.#terms[id] = made.isReusable ? made : this.#site.f.let(made)
    this.#dtypes[id] = dtype
  }

  #push(ref: Ref): void {
    const local = this.#locals[ref]
    if (local === undefined) this.#site.f.push(this.#take(ref))
    else this.#site.f.pushLocal(local)
  }

  #take(ref: Ref): Term {
    const local = this.#locals[ref]
    const known = this.#terms[ref]
    if (!known && local !== undefined) {
      this.#terms[ref] = this.#site.f.localAt(local, this.#code.typeOf(this.#dtypeOf(ref)))
    }
    const term = this.#terms[ref]
    if (!term) throw internalError(`nest: %${ref} is used before it is given`)
    return term
  }

  #dtypeOf(ref: Ref): ComputeDType {
    const dtype = this.#dtypes[ref]
    if (!dtype) throw internalError(`nest: %${ref} has no dtype`)
    return dtype
  }
}

/** What lies in memory as it is computed. */
type Wide = 'f32' | 'f64'

function isWide(dtype: DType): dtype is Wide {
  return dtype === 'f32' || dtype === 'f64'
}

const memoryOpcodes = { f32: f32MemoryOpcodes, f64: f64MemoryOpcodes }

type Instruction = keyof typeof f32Opcodes & keyof typeof f64Opcodes

/** What is one instruction for floats. */
const instructions: { readonly [O in BinaryOperation]?: Instruction } = {
  add: 'add',
  subtract: 'sub',
  multiply: 'mul',
  divide: 'div',
  maximum: 'max',
  minimum: 'min',
}

/**
 * Kernels on single numbers, operation by operation: graphs of scalar gates are made of nothing else,
 * a few hundred thousand operations at a time, so nothing is planned and little is remembered.
 */
import { internalError } from '../../../errors.ts'
import { type ComputeDType, dtypes } from '../../../ir/dtype.ts'
import type { Nest, Operation, Ref } from '../../../kernel/routine.ts'
import type { Operand } from '../expression.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { KernelContext } from '../kernel-context.ts'
import { FaultFlags } from './fault-flags.ts'
import type { LaneCode, Term } from './lane-code.ts'
import { startOf } from './places.ts'
import { scalarCode } from './scalar-code.ts'
import { loadElement, storeElement } from './storage.ts'

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
  readonly #dtypes: (ComputeDType | undefined)[] = []
  readonly #literals: (number | undefined)[] = []

  constructor(site: Straight) {
    const { module, maths, isRelaxed } = site.context
    this.#site = site
    this.#code = scalarCode({ module, maths, isRelaxed, f: site.f })
    this.#flags = new FaultFlags(site.f)
  }

  write(operation: Operation): void {
    const { f, context } = this.#site
    switch (operation.op) {
      case 'store': {
        const { stored, x } = operation
        const { module, maths, isRelaxed } = context
        const element = { stored, dtype: this.#dtypeOf(x), x: this.#take(x) }
        storeElement({ module, maths, isRelaxed, f }, this.#placeOf(operation), element)
        return
      }
      case 'checkFinite':
        this.#flags.nonFinite(
          this.#code.isNotFinite(this.#dtypeOf(operation.x), this.#take(operation.x)),
        )
        return
      case 'literal':
        this.#literals[operation.id] = operation.value
        this.#give(operation, this.#code.literal(operation.dtype, operation.value))
        return
      default: {
        const made = this.#compute(operation)
        this.#give(operation, made.isReusable ? made : f.let(made))
      }
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

  #placeOf({ access, stored }: Extract<Operation, { op: 'load' | 'store' }>) {
    const { sizeBytes } = dtypes[stored]
    return startOf(this.#site, access, { sizeBytes, shared: this.#pointers })
  }

  #give({ id, dtype }: { readonly id: Ref; readonly dtype: ComputeDType }, term: Term): void {
    this.#terms[id] = term
    this.#dtypes[id] = dtype
  }

  #take(ref: Ref): Term {
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

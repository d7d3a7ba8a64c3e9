/** Writes one operation, at one element or in lanes. */
import { internalError } from '../../../errors.ts'
import { type ComputeDType, dtypes } from '../../../ir/dtype.ts'
import type { Ref } from '../../../kernel/routine.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, i32x4, v128 } from '../instructions.ts'
import type { FaultFlags } from './fault-flags.ts'
import type { CodeContext, LaneCode, Term } from './lane-code.ts'
import { loose } from './loose.ts'
import type { Locate, PlannedNest, Step, StepOperation } from './step.ts'
import { type Address, loadElement, moved, resolved, storeElement } from './storage.ts'
import { extract, type LanePlaces, loadLanes, loadSplat, storeLanes } from './vector-storage.ts'

/** What an operation is written with. */
export interface Surroundings {
  readonly code: LaneCode
  /** Where it reads or writes; of a position: what it is. */
  readonly place: Address | undefined
  /** How far the next lane's place is from it. */
  readonly along: number
  take(ref: Ref): Term
  /** One element that all lanes share; undefined where they differ. */
  takeOne(ref: Ref): Term | undefined
  literalOf(ref: Ref): number | undefined
}

const nowhere: Address = { pointer: 0, offset: 0 }

export class Evaluator {
  readonly #context: CodeContext
  readonly #f: FunctionBuilder
  readonly #dtypes: PlannedNest['dtypes']
  readonly #flags: FaultFlags
  /** What moves loads by less than nothing. */
  readonly #downward = new Set<Ref>()

  constructor(context: CodeContext, dtypesOf: PlannedNest['dtypes'], flags: FaultFlags) {
    this.#context = context
    this.#f = context.f
    this.#dtypes = dtypesOf
    this.#flags = flags
  }

  /** What the operation gives; nothing where it gives nothing. */
  write({ operation, by }: Step, around: Surroundings): Term | undefined {
    const { code, place = nowhere, along, take } = around
    switch (operation.op) {
      case 'load':
        return code.lanes === 1
          ? this.#loadOne(operation.stored, place, by, take)
          : this.#loadLanes(operation.stored, place, by, around)
      case 'product':
        return code.lanes === 1
          ? loadElement(this.#context, operation.dtype, place)
          : this.#loadLanes(operation.dtype, place, undefined, around)
      case 'store': {
        const { stored, x } = operation
        const element = { stored, dtype: this.dtypeOf(x), x: take(x) }
        if (code.lanes === 1) storeElement(this.#context, place, element)
        else
          storeLanes(this.#context, this.#neighbours(stored, place, along), element, widthOf(code))
        return undefined
      }
      case 'locate':
        if (operation.bytes < 0) this.#downward.add(operation.id)
        return code.lanes === 1 ? this.#locate(operation, take) : this.#locateLanes(operation, take)
      case 'position': {
        const first = i32.add(place.pointer, place.offset | 0)
        return code.position(operation.dtype, first, along)
      }
      case 'checkFinite':
        this.#flags.nonFinite(code.isNotFinite(this.dtypeOf(operation.x), take(operation.x)))
        return undefined
      default:
        return this.#apply(operation, around)
    }
  }

  dtypeOf(ref: Ref): ComputeDType {
    const dtype = this.#dtypes.get(ref)
    if (dtype === undefined) throw internalError(`nest: %${ref} is used before it is given`)
    return dtype
  }

  #loadOne(stored: Stored, place: Address, by: Ref | undefined, take: Surroundings['take']): Term {
    const at = by === undefined ? place : this.#movedBy(place, take(by), by)
    return loadElement(this.#context, stored, at)
  }

  #loadLanes(stored: Stored, place: Address, by: Ref | undefined, around: Surroundings): Term {
    const { code, along, take } = around
    const width = widthOf(code)
    const context = this.#context
    if (by === undefined) {
      if (along === 0) return loadSplat(context, stored, place, width)
      return loadLanes(context, stored, this.#neighbours(stored, place, along), width)
    }
    const shared = around.takeOne(by)
    if (shared) {
      const first = this.#movedBy(place, shared, by)
      return loadLanes(context, stored, this.#neighbours(stored, first, along), width)
    }
    const offsets = take(by)
    const each = Array.from({ length: width }, (_, lane) =>
      this.#movedBy(moved(place, lane * along), extract('i32', offsets, lane, width), by),
    )
    return loadLanes(context, stored, { each }, width)
  }

  #neighbours(stored: Stored, first: Address, along: number): LanePlaces {
    return { first, stride: along / dtypes[stored].sizeBytes }
  }

  /** The sum of a pointer and what moves it is not negative: one that goes down takes all of it. */
  #movedBy(address: Address, by: Term, ref: Ref): Address {
    const { pointer, offset } = resolved(address)
    const { add } = loose(i32)
    const isDown = this.#downward.has(ref)
    const sum = this.#f.let(add(isDown ? add(pointer, offset) : pointer, by))
    return { pointer: sum as Local<'i32'>, offset: isDown ? 0 : offset } // a sum of i32
  }

  #locate({ index, length, bytes }: Locate, take: Surroundings['take']): Term {
    const { geU, ltU, sub, and, mul } = loose(i32)
    const at = take(index)
    this.#flags.index(geU(at, length))
    // Outside it is 0, which is inside.
    return mul(and(at, sub(0, ltU(at, length))), bytes | 0)
  }

  #locateLanes({ index, length, bytes }: Locate, take: Surroundings['take']): Term {
    const words = loose(i32x4)
    const { and, not, anyTrue } = loose(v128)
    const at = take(index)
    const isInside = this.#f.let(words.ltU(at, i32x4.constant(length)))
    this.#flags.index(anyTrue(not(isInside)))
    return words.mul(and(at, isInside), i32x4.constant(bytes | 0))
  }

  #apply(operation: StepOperation, { code, take, literalOf }: Surroundings): Term {
    switch (operation.op) {
      case 'unary':
        return code.unary(operation, take(operation.x))
      case 'special':
        return code.special(operation, operation.operands.map(take))
      case 'binary': {
        const kind = { ...operation, literal: literalOf(operation.b) }
        return code.binary(kind, take(operation.a), take(operation.b))
      }
      case 'compare': {
        const kind = { operation: operation.operation, dtype: this.dtypeOf(operation.a) }
        return code.compare(kind, take(operation.a), take(operation.b))
      }
      case 'select':
        return code.select(take(operation.condition), take(operation.a), take(operation.b))
      case 'cast': {
        const kind = { from: this.dtypeOf(operation.x), to: operation.dtype }
        return code.cast(kind, take(operation.x))
      }
      case 'randomBits':
        return code.randomBits(take(operation.a), take(operation.b), take(operation.position))
      default:
        throw internalError(`nest: ${operation.op} is written elsewhere`)
    }
  }
}

type Stored = Parameters<typeof loadElement>[1]

function widthOf({ lanes }: LaneCode): 2 | 4 {
  return lanes === 2 ? 2 : 4
}

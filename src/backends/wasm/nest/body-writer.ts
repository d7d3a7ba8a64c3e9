/** Writes the operations of bodies in their order, at one element or in lanes. */
import { internalError } from '../../../errors.ts'
import type { ComputeDType } from '../../../ir/dtype.ts'
import type { Ref } from '../../../kernel/routine.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i8x16 } from '../instructions.ts'
import type { KernelContext } from '../kernel-context.ts'
import { isVarying, type Vectorisation } from './cost.ts'
import { Evaluator } from './evaluate.ts'
import { FaultFlags } from './fault-flags.ts'
import { KnownValues } from './known-values.ts'
import type { LaneCode, Term } from './lane-code.ts'
import { type Accumulator, accumulate, accumulateAll } from './reduction.ts'
import { scalarCode } from './scalar-code.ts'
import type { PlannedNest, Step } from './step.ts'
import { type Address, moved } from './storage.ts'
import { vectorCode } from './vector-code.ts'
import { splat } from './vector-storage.ts'

export type Lanes = 1 | 2 | 4
/** Where each step that has strides reads or writes at the moment; of a position: what it is. */
export type Places = ReadonlyMap<Step, Address>

/** How a body is written. */
export interface Mode {
  /** The loop whose turns are lanes. */
  readonly axis: number | undefined
  /** Of each vector in that loop. */
  readonly lanes: Lanes
  /** How many vectors, or elements, one turn of that loop takes. */
  readonly copies: number
  /** Whether the maths is written in place. */
  readonly isInline: boolean
  /** By reduction: one for each copy, or one for all. */
  readonly accumulators: ReadonlyMap<Step, readonly Accumulator[]>
}

export class BodyWriter {
  readonly #f: FunctionBuilder
  /** Of the vectors of this nest. */
  readonly #lanes: Lanes
  /** What is the same in all lanes but taken where they differ. */
  readonly #splatted: ReadonlySet<Ref>
  readonly #known = new KnownValues()
  /** What waits for that of the last copy. */
  readonly #waiting = new Map<Step, Local[]>()
  readonly #heedless: ReadonlySet<Ref>
  readonly #flags: FaultFlags
  readonly #evaluator: Evaluator
  readonly #scalar: LaneCode
  readonly #inline: LaneCode
  readonly #called: LaneCode

  constructor(
    f: FunctionBuilder,
    { module, maths, isRelaxed }: KernelContext,
    nest: PlannedNest,
    { lanes, axes }: Vectorisation,
  ) {
    const context = { f, module, maths, isRelaxed }
    this.#f = f
    this.#lanes = lanes
    this.#heedless = nest.heedless
    this.#splatted = splattedOf(nest, axes)
    this.#flags = new FaultFlags(f)
    this.#evaluator = new Evaluator(context, nest.dtypes, this.#flags)
    const width = lanes === 2 ? 2 : 4
    this.#scalar = scalarCode(context)
    this.#inline = vectorCode({ ...context, lanes: width, isInline: true })
    this.#called = vectorCode({ ...context, lanes: width, isInline: false })
  }

  /** The code for what differs between lanes. */
  codeOf({ lanes, isInline }: Pick<Mode, 'lanes' | 'isInline'>): LaneCode {
    if (lanes === 1) return this.#scalar
    return isInline ? this.#inline : this.#called
  }

  /** Writes steps that have the same loops around them. */
  write(steps: readonly Step[], places: Places, mode: Mode): void {
    const varying: Step[] = []
    for (const step of steps) {
      if (isVarying(step, mode.axis)) varying.push(step)
      else this.#writeUniform(step, places, mode)
    }
    // Loads come before the stores of all copies, which do not touch each other's elements.
    const first =
      mode.copies > 1 ? varying.findIndex(({ operation: { op } }) => op === 'store') : -1
    const [loads, stores] =
      first > 0 ? [varying.slice(0, first), varying.slice(first)] : [varying, []]
    this.#writeCopies(loads, places, mode)
    this.#tie(stores[0], mode)
    this.#writeCopies(stores, places, mode)
  }

  /** Makes the result of a reduction known: one, or one for each copy. */
  define({ operation }: Step, terms: readonly Term[] | Term): void {
    if (!('id' in operation)) return
    const { id, dtype } = operation
    if ('type' in terms) this.#setUniform(id, dtype, terms)
    else for (const [copy, term] of terms.entries()) this.#known.setCopy(id, copy, term)
  }

  /** Writes the faults that were found. */
  finish(faultAddress: number): void {
    this.#flags.store(faultAddress)
  }

  /**
   * V8's scheduler writes what one store needs before it turns to the next. A shuffle that leaves
   * the first vector as it is, and becomes no instruction, makes the first store need all copies:
   * then their chains are written side by side and wait for each other no longer.
   */
  #tie(store: Step | undefined, { lanes }: Mode): void {
    if (store?.operation.op !== 'store' || lanes === 1) return
    const { x } = store.operation
    const copies = this.#known.copiesOf(x) as readonly Local<'v128'>[] | undefined // in lanes
    const [first, ...others] = copies ?? []
    if (first === undefined) return
    let tied = first
    for (const other of others) tied = this.#f.let(i8x16.shuffle(tied, other, identity))
    this.#known.setCopy(x, 0, tied)
    for (const [index, other] of others.entries()) this.#known.setCopy(x, index + 1, other)
  }

  #writeUniform(step: Step, places: Places, mode: Mode): void {
    const { operation } = step
    if (operation.op === 'literal') {
      this.#known.setLiteral(operation.id, operation.dtype, operation.value)
      return
    }
    const code = this.#scalar
    const take = (ref: Ref): Term => this.#known.one(ref, code)
    if (operation.op === 'reduce') {
      this.#accumulate(step, mode, 0, take)
      return
    }
    const result = this.#evaluator.write(step, {
      ...{ code, place: places.get(step), along: 0, take, takeOne: take },
      literalOf: (ref) => this.#known.literalOf(ref),
    })
    if (result && 'id' in operation) this.#setUniform(operation.id, operation.dtype, result)
  }

  #setUniform(id: Ref, dtype: ComputeDType, result: Term): void {
    const one = this.#kept(result)
    const isWide = this.#splatted.has(id) && this.#lanes !== 1
    const wide = isWide ? this.#f.let(splat(dtype, one, this.#lanes === 2 ? 2 : 4)) : undefined
    this.#known.setUniform(id, one, wide)
  }

  #writeCopies(steps: readonly Step[], places: Places, mode: Mode): void {
    for (let copy = 0; copy < mode.copies; copy++) {
      for (const step of steps) this.#writeVarying(step, places, mode, copy)
    }
  }

  #writeVarying(step: Step, places: Places, mode: Mode, copy: number): void {
    const { operation, strides } = step
    const known = this.#known
    const code = this.codeOf(mode)
    const along = strides[mode.axis ?? 0] ?? 0
    const start = places.get(step)
    const take = (ref: Ref): Term => known.inLanes(ref, code, copy)
    if (operation.op === 'reduce') {
      this.#accumulate(step, mode, copy, take)
      return
    }
    const result = this.#evaluator.write(step, {
      ...{ code, along, take, place: start && moved(start, copy * mode.lanes * along) },
      takeOne: (ref) => (known.copiesOf(ref) ? undefined : known.one(ref, this.#scalar)),
      literalOf: (ref) => known.literalOf(ref),
    })
    if (result && 'id' in operation) known.setCopy(operation.id, copy, this.#kept(result))
  }

  #kept(result: Term): Term {
    return result.isReusable ? result : this.#f.let(result)
  }

  #accumulate(step: Step, mode: Mode, copy: number, take: (ref: Ref) => Term): void {
    const { operation, by } = step
    const accumulators = mode.accumulators.get(step) ?? []
    const isOne = accumulators.length < mode.copies
    const accumulator = accumulators[isOne ? 0 : copy]
    if (operation.op !== 'reduce' || !accumulator) throw internalError('nest: no accumulator')
    const { combine, x, id } = operation
    const dtype = this.#evaluator.dtypeOf(x)
    const kind = { combine, dtype, isHeedless: this.#heedless.has(id) }
    if (isOne) {
      const waiting = [...(this.#waiting.get(step) ?? []), this.#f.let(take(x))]
      const isLast = copy === mode.copies - 1
      this.#waiting.set(step, isLast ? [] : waiting)
      if (isLast) accumulateAll(this.#f, kind, accumulator, waiting)
      return
    }
    const position = by === undefined ? undefined : take(by)
    accumulate(this.#f, kind, accumulator, { x: take(x), position })
  }
}

const identity = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]

function splattedOf(nest: PlannedNest, axes: readonly (number | undefined)[]): ReadonlySet<Ref> {
  const splatted = new Set<Ref>()
  for (const [index, { steps }] of nest.stages.entries()) {
    for (const step of steps) {
      if (!isVarying(step, axes[index]) || step.operation.op === 'load') continue
      for (const ref of step.takes) splatted.add(ref)
    }
  }
  return splatted
}

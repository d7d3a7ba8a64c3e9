/**
 * Gates on single numbers, one after another, as one straight line: a graph may have a million of
 * them, and neither a kernel nor a place in memory for each would be worth having.
 */
import { internalError } from '../errors.ts'
import { type ComputeDType, dtypes } from '../ir/dtype.ts'
import type { Graph } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import type { TensorType, Value } from '../ir/value.ts'
import { accessOf, BodyBuilder, type Term } from './body.ts'
import { expressionOf } from './lower-element.ts'
import type { Lowering, Operand } from './lowering.ts'
import type { Access } from './routine.ts'

/** Operations of one kernel at most: engines compile functions of about this size well. */
const longestRun = 500

/** What is known of the values of the graph that is lowered, by slot. */
export interface Scope {
  readonly graph: Graph
  readonly names: ReadonlyMap<number, string>
  /** The position of the last application that reads it; past the end where more do. */
  readonly lastUses: Int32Array
  /** Where it lies; of what a run computes nothing, until `viewOf` is asked. */
  readonly views: (Operand | undefined)[]
}

export class ScalarRun {
  readonly #lowering: Lowering
  readonly #scope: Scope
  #body = new BodyBuilder()
  #gates: Value[] = []
  /** By slot: what gives it in this line. */
  readonly #terms: (Term | undefined)[]
  /** The slots that this line computes, and those that it loads or writes out. */
  #computed: number[] = []
  #taken: number[] = []
  /** By slot: where a line before has stored it. */
  readonly #places: (Access | undefined)[]

  constructor(lowering: Lowering, scope: Scope) {
    const { slotCount } = scope.graph
    this.#lowering = lowering
    this.#scope = scope
    this.#terms = new Array<Term | undefined>(slotCount)
    this.#places = new Array<Access | undefined>(slotCount)
  }

  /** Computes one number more; false where the application there is not one number from numbers. */
  add(application: Value, position: number): boolean {
    const { type, inputCount } = application
    if (!isNumber(type)) return false
    const { graph } = this.#scope
    for (let k = 0; k < inputCount; k++) {
      if (!this.#holdsNumber(graph.inputSlot(position, k))) return false
    }
    if (this.#body.operations.length >= longestRun) this.finish()
    const terms: Term[] = []
    for (let k = 0; k < inputCount; k++) terms.push(this.#take(graph.inputSlot(position, k)))
    const dtype = type.dtype as ComputeDType // isNumber has looked
    const made = this.#body.expression(expressionOf(application), terms, dtype)
    const slot = graph.firstSlot(position)
    this.#terms[slot] = this.#body.cast(made, dtype)
    this.#computed.push(slot)
    this.#gates.push(application)
    return true
  }

  /** Ends the line: what is still to be read is stored, and the next line begins. */
  finish(): void {
    if (this.#gates.length === 0) return
    const { lastUses } = this.#scope
    const { position, kernels } = this.#lowering
    const body = this.#body
    for (const slot of this.#computed) {
      const term = this.#terms[slot]
      if (term && (lastUses[slot] ?? -1) >= position) this.#store(slot, term)
      this.#terms[slot] = undefined
    }
    for (const slot of this.#taken) this.#terms[slot] = undefined
    const stages = [{ extents: [], body: body.operations }]
    kernels.push({ kind: 'nest', points: [], stages, gates: this.#gates })
    this.#body = new BodyBuilder()
    this.#gates = []
    this.#computed = []
    this.#taken = []
  }

  /** Where a value of that slot lies in memory; a line that holds it ends. */
  viewOf(slot: number, { shape, dtype }: TensorType): Operand | undefined {
    const { views } = this.#scope
    const known = views[slot]
    if (known) return known
    if (this.#terms[slot]) this.finish()
    const place = this.#places[slot]
    if (!place) return undefined
    const made = { ...place, shape, strides: shape.map(() => 1), dtype }
    views[slot] = made
    return made
  }

  #holdsNumber(slot: number): boolean {
    if (this.#terms[slot] || this.#places[slot]) return true
    const view = this.#scope.views[slot]
    return view !== undefined && !view.waiting && dtypes[view.dtype].use === 'compute'
  }

  #take(slot: number): Term {
    const known = this.#terms[slot]
    if (known) return known
    const term = this.#bring(slot)
    this.#terms[slot] = term
    this.#taken.push(slot)
    return term
  }

  #bring(slot: number): Term {
    const place = this.#places[slot]
    if (place) return this.#body.load(place, this.#lowering.bufferAt(place.buffer).dtype)
    const view = this.#scope.views[slot]
    if (!view) throw internalError(`lower: slot ${slot} has no view`)
    const { literal, dtype } = view
    return literal === undefined
      ? this.#body.load({ ...accessOf(view), strides: noStrides }, dtype)
      : this.#body.literal(literal, dtype as ComputeDType /* as `literal` says */)
  }

  #store(slot: number, term: Term): void {
    const { dtype } = term
    const name = this.#scope.names.get(slot)
    const buffer = this.#lowering.buffer(temporary, dtype, 1, name)
    const place = { buffer, offset: 0, strides: noStrides, turns: this.#lowering.still() }
    this.#places[slot] = place
    this.#body.store(place, term, dtype)
  }
}

const noStrides: readonly number[] = []
const temporary = { kind: 'temporary' } as const

function isNumber({ shape, dtype }: TensorType): boolean {
  return (shape.length === 0 || sizeOf(shape) === 1) && dtypes[dtype].use === 'compute'
}

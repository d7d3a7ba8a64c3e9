/**
 * Gates on single numbers, one after another, as one straight line: a graph may have a million of
 * them, and neither a kernel nor a place in memory for each would be worth having.
 */
import type { ComputeDType } from '../ir/dtype.ts'
import type { Expression } from '../ir/expression.ts'
import type { Value } from '../ir/value.ts'
import { accessOf, BodyBuilder, type Term } from './body.ts'
import type { Lowering, Operand } from './lowering.ts'

/** Operations of one kernel at most: engines compile functions of about this size well. */
const longestRun = 500

/** What is known of a value that is computed: its name, and the last position that reads it. */
export interface Naming {
  readonly name: string | undefined
  readonly lastUse: number
}

/** A value that is still in a register. Its buffer is made once something reads it from memory. */
interface Pending {
  readonly operand: { -readonly [K in keyof Operand]: Operand[K] }
  readonly term: Term
  readonly naming: Naming
}

/** The buffer of what a line computes and no memory holds yet. */
export const inRegister = -1

export class ScalarRun {
  readonly #lowering: Lowering
  #body = new BodyBuilder()
  #gates: Value[] = []
  #pending = new Map<Operand, Pending>()
  readonly #loaded = new Map<string, Term>()
  readonly #literals = new Map<string, Term>()

  constructor(lowering: Lowering) {
    this.#lowering = lowering
  }

  get isFull(): boolean {
    return this.#body.operations.length >= longestRun
  }

  /** Computes one number more; gives its view, which is in no memory yet. */
  add(
    application: Value,
    expression: Expression,
    inputs: readonly Operand[],
    naming: Naming,
  ): Operand {
    const { type } = application
    const dtype = type.dtype as ComputeDType // the caller's promise
    const terms: Term[] = []
    for (const input of inputs) terms.push(this.#termOf(input))
    const term = this.#body.cast(this.#body.expression(expression, terms, dtype), dtype)
    const operand = {
      buffer: inRegister,
      offset: 0,
      shape: type.shape,
      strides: type.shape.length === 0 ? noStrides : type.shape.map(() => 1),
      turns: this.#lowering.still(),
      dtype,
    }
    this.#gates.push(application)
    this.#pending.set(operand, { operand, term, naming })
    return operand
  }

  /** Ends the line: what is still to be read is stored, and the next line begins. */
  finish(): void {
    if (this.#gates.length === 0) return
    const lowering = this.#lowering
    const body = this.#body
    const gates = this.#gates
    for (const { operand, term, naming } of this.#pending.values()) {
      if (naming.lastUse < lowering.position) continue
      operand.buffer = lowering.buffer({ kind: 'temporary' }, operand.dtype, 1, naming.name)
      body.store({ ...accessOf(operand), strides: [] }, term, operand.dtype)
    }
    this.#body = new BodyBuilder()
    this.#gates = []
    this.#pending = new Map()
    this.#loaded.clear()
    this.#literals.clear()
    const stages = [{ extents: [], body: body.operations }]
    lowering.kernels.push({ kind: 'nest', points: [], stages, gates })
  }

  #termOf(operand: Operand): Term {
    const pending = this.#pending.get(operand)
    if (pending) return pending.term
    const { literal } = operand
    if (literal !== undefined) {
      const key = `${operand.dtype} ${Object.is(literal, -0) ? '-0' : literal}`
      const dtype = operand.dtype as ComputeDType // as `literal` says
      return remembered(this.#literals, key, () => this.#body.literal(literal, dtype))
    }
    const { buffer, offset, turns, dtype } = operand
    return remembered(this.#loaded, `${buffer} ${offset} ${turns.join()}`, () =>
      this.#body.load({ ...accessOf(operand), strides: [] }, dtype),
    )
  }
}

const noStrides: readonly number[] = []

function remembered(known: Map<string, Term>, key: string, make: () => Term): Term {
  const before = known.get(key)
  if (before) return before
  const made = make()
  known.set(key, made)
  return made
}

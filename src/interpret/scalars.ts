/**
 * Single numbers of a walk. A gate of numbers alone takes a function call instead of tensors, so a
 * graph of a million scalar gates is evaluated about as fast as code written for it by hand.
 */

import { noAttributes } from '../ir/apply-gate.ts'
import { type ComputeDType, type DType, dtypes } from '../ir/dtype.ts'
import type { GateDefinition } from '../ir/gate.ts'
import type { Graph } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { expressionOf, type Precision, workingDType } from './apply.ts'
import type { ScalarFunction } from './scalar.ts'
import { scalarRule } from './scalar-rule.ts'

/** The dtypes that numbers have, by their codes; 0 marks a slot that holds no number. */
const coded: readonly (ComputeDType | undefined)[] = [undefined, 'f64', 'f32', 'i32', 'u32', 'bool']

/** How a gate computes for operands of certain dtypes, and the code of what it gives. */
interface Rule {
  readonly at: ScalarFunction
  readonly code: number
}

/** By the codes of three operands, read as digits; null where the gate has to take tensors. */
type Rules = (Rule | null | undefined)[]

/** What is done for the applications of one kind. */
interface Plan {
  /** What a constant is; other gates compute theirs by one of the rules. */
  readonly number: number | undefined
  /** Of what comes out. */
  readonly code: number
  readonly rules: Rules
}

const rulesByPrecision = {
  declared: new WeakMap<GateDefinition, Rules>(),
  f64: new WeakMap<GateDefinition, Rules>(),
} satisfies Record<Precision, WeakMap<GateDefinition, Rules>>

export class Scalars {
  readonly #graph: Graph
  readonly #tensors: ReadonlyMap<number, Tensor>
  readonly #precision: Precision
  /** By kind; null where it takes tensors whatever its operands are. */
  readonly #plans: (Plan | null | undefined)[]
  readonly #numbers: Float64Array
  readonly #codes: Uint8Array

  /** `tensors` are those of the walk by slot, which numbers are taken from. */
  constructor(graph: Graph, tensors: ReadonlyMap<number, Tensor>, precision: Precision) {
    this.#graph = graph
    this.#tensors = tensors
    this.#precision = precision
    this.#plans = new Array(graph.kinds.length)
    this.#numbers = new Float64Array(graph.slotCount)
    this.#codes = new Uint8Array(graph.slotCount)
  }

  /** Computes the application at `position`, if it is of numbers alone; whether it was. */
  compute(position: number): boolean {
    const graph = this.#graph
    const kind = graph.kindOf(position)
    const known = this.#plans[kind]
    const plan = known === undefined ? this.#makePlan(kind) : known
    if (!plan) return false
    const slot = graph.firstSlot(position)
    const numbers = this.#numbers
    if (plan.number !== undefined) {
      numbers[slot] = plan.number
      this.#codes[slot] = plan.code
      return true
    }
    const count = graph.inputCount(position)
    if (count > 3) return false
    const a = graph.inputSlot(position, 0)
    const b = count > 1 ? graph.inputSlot(position, 1) : a
    const c = count > 2 ? graph.inputSlot(position, 2) : a
    let key = this.#codeAt(a)
    if (count > 1) key += 6 * this.#codeAt(b)
    if (count > 2) key += 36 * this.#codeAt(c)
    const found = plan.rules[key]
    const rule = found === undefined ? this.#makeRule(kind, count, key, plan) : found
    if (!rule) return false
    // All three slots are inside: they stand before `position`.
    numbers[slot] = rule.at(numbers[a] as number, numbers[b] as number, numbers[c] as number)
    this.#codes[slot] = rule.code
    return true
  }

  /** The number at a slot as a tensor of `shape`; undefined where there is none. */
  tensor(slot: number): Tensor | undefined {
    const dtype = coded[this.#codes[slot] ?? 0]
    if (!dtype) return undefined
    return {
      shape: scalar,
      dtype,
      data: dtypes[dtype].allocate(1).fill(this.#numbers[slot] as never),
    }
  }

  /** The code of the number at a slot, taken from its tensor where it stands in one. */
  #codeAt(slot: number): number {
    const code = this.#codes[slot] as number // inside
    if (code !== 0) return code
    const held = this.#tensors.get(slot)
    if (!held || held.shape.length > 0) return 0
    const made = codeOf(held.dtype)
    if (made === 0) return 0
    this.#numbers[slot] = Number(held.data[0])
    this.#codes[slot] = made
    return made
  }

  #makePlan(kind: number): Plan | null {
    const like = this.#graph.kinds[kind]
    const plan = like && like.shape.length === 0 ? this.#planOf(like) : null
    this.#plans[kind] = plan
    return plan
  }

  #planOf({ gate, attributes, dtype }: Value): Plan | null {
    const { meaning } = gate
    const working = workingDType(dtype, this.#precision)
    const code = codeOf(working)
    if (meaning.kind === 'generate' && meaning.form === 'constant') {
      // A number that is written into the graph needs no tensor.
      const { value } = attributes
      if (typeof value !== 'number' || (dtype !== 'f32' && dtype !== 'f64')) return null
      return { number: working === 'f32' ? Math.fround(value) : value, code, rules: [] }
    }
    if (meaning.kind !== 'element' || attributes !== noAttributes) return null
    const known = rulesByPrecision[this.#precision].get(gate)
    const rules = known ?? []
    if (!known) rulesByPrecision[this.#precision].set(gate, rules)
    return { number: undefined, code, rules }
  }

  /** Null where an operand is no number, or where the gate does more than an expression says. */
  #makeRule(kind: number, count: number, key: number, { code, rules }: Plan): Rule | null {
    const codes = [key % 6, Math.floor(key / 6) % 6, Math.floor(key / 36)].slice(0, count)
    const operands = codes.flatMap((one) => coded[one] ?? [])
    const like = this.#graph.kinds[kind]
    if (operands.length < count || !like) return null
    const output = coded[code]
    const isPlain = !like.gate.checkData && output !== undefined
    const types = { operands, output: output ?? 'f64', isWide: this.#precision === 'f64' }
    const rule = isPlain ? { at: scalarRule(expressionOf(like), types), code } : null
    rules[key] = rule
    return rule
  }
}

const scalar = Object.freeze([])

function codeOf(dtype: DType): number {
  return Math.max(0, coded.indexOf(dtype as ComputeDType)) // looked up, whatever it is
}

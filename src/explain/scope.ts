/** How each value of one graph is written: by its name, as a number, or as what it spreads. */
import { type Graph, inputName, stateOf } from '../ir/graph.ts'
import { formatShape } from '../ir/shape.ts'
import { formatTensor, isTensor, type Tensor, tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import type { GivenKind } from './equation.ts'
import type { SymbolPart, Term } from './formula.ts'
import type { Naming } from './naming.ts'
import type { Slots } from './rules.ts'
import { literalSymbol, nameSymbol, numberSymbol } from './symbols.ts'
import {
  isConstant,
  isSpreading,
  shortContents,
  type Treatment,
  treatmentsOf,
  uniformValue,
  usageOf,
} from './treatment.ts'

/** A value as equations write it. */
export interface Quantity extends Term {
  readonly symbol: SymbolPart
  readonly kind: GivenKind | 'result'
  readonly value: Tensor | undefined
}

export interface Scope {
  readonly graph: Graph
  /** By position. */
  readonly treatments: readonly Treatment[]
  /** The id of the forward equation, by position. */
  readonly ids: readonly (string | undefined)[]
  /** By slot; what is folded is written as what it spreads. */
  readonly quantities: readonly Quantity[]
  /** By slot, the slot of what a value is a second name of; its own where it is none. */
  readonly roots: Int32Array
}

/** A composite's expansion as a scope of its own, with the composites in it that are open too. */
export interface Opened {
  readonly scope: Scope
  readonly opened: ReadonlyMap<number, Opened>
}

export interface ScopeOptions {
  readonly naming: Naming
  /** Gives the next id of a forward equation. */
  readonly nextId: () => string
  /** How applications are written that belong to an outer graph. */
  readonly known?: ReadonlyMap<Value, readonly Quantity[]>
  /** How the outputs of the graph are written, where an outer graph says so, by slot. */
  readonly outputs?: ReadonlyMap<number, Quantity>
  /** Names beside those that the graph holds, by slot. */
  readonly names?: ReadonlyMap<number, string>
  readonly valueAt?: (position: number, index: number) => Tensor | undefined
  /** Slots that something outside the graph reads, such as an update. */
  readonly reads?: ReadonlySet<number>
  /** The last position that is explained; what comes after it uses up no names. */
  readonly until?: number
}

export function createScope(graph: Graph, options: ScopeOptions): Scope {
  const { known, naming } = options
  const names = namesOf(graph, options)
  const usage = usageOf(graph)
  const treatments = treatmentsOf(graph, usage, {
    isKnown: (application) => known?.has(application) === true,
    isNamed: (slot) => names.has(slot),
  })
  const ids = treatments.map((treatment) =>
    treatment === 'alias' || treatment === 'equation' ? options.nextId() : undefined,
  )
  const quantities: Quantity[] = []
  const roots = new Int32Array(graph.slotCount)
  graph.applications.forEach((application, position) => {
    const treatment = treatments[position] ?? 'equation'
    const source = application.inputCount > 0 ? graph.inputSlot(position, 0) : -1
    for (let index = 0; index < application.outputCount; index++) {
      const slot = graph.firstSlot(position) + index
      roots[slot] = treatment === 'alias' ? (roots[source] ?? slot) : slot
      const isWithin = isSpreading(application) && /folded|inline/.test(treatment)
      const own =
        known?.get(application)?.[index] ??
        options.outputs?.get(slot) ??
        (isWithin ? quantities[source] : undefined)
      quantities.push(own ?? made(application.output(index), position, slot))
    }
  })
  return { graph, treatments, ids, quantities, roots }

  function made(value: Value, position: number, slot: number): Quantity {
    const isInside = position <= (options.until ?? position)
    const isRead = (usage.counts[slot] ?? 0) > 0 || options.reads?.has(slot) === true
    const symbol = symbolOf(value, {
      isInline: treatments[position] === 'inline',
      naming,
      name: names.get(slot),
      isRead: isInside && isRead,
    })
    const contents = options.valueAt?.(position, value.index) ?? constantValue(value)
    return { symbol, formula: [symbol], shape: symbol.shape, kind: kindOf(value), value: contents }
  }
}

/** What the slots of an application's templates stand for. */
export interface QuantitySlots extends Slots {
  readonly operands: readonly Quantity[]
  readonly outputs: readonly Quantity[]
}

export function slotsAt(
  scope: Scope,
  position: number,
  upstreams: Slots['upstreams'] = [],
): QuantitySlots {
  const application = applicationAt(scope, position)
  const operands = application.inputs.map((_, input) => operandAt(scope, position, input))
  return { application, operands, outputs: outputsAt(scope, position), upstreams }
}

export function applicationAt({ graph }: Scope, position: number): Value {
  return graph.applications[position] as Value // positions come from the graph itself
}

/** How operand `input` of the application at `position` is written. */
export function operandAt({ graph, quantities }: Scope, position: number, input: number): Quantity {
  return quantities[graph.inputSlot(position, input)] as Quantity // every slot has one
}

/** How the outputs of the application at `position` are written. */
export function outputsAt({ graph, quantities }: Scope, position: number): readonly Quantity[] {
  return quantities.slice(graph.firstSlot(position), graph.firstSlot(position + 1))
}

/** The names in use before any is made up, each claimed by its value. */
function namesOf(
  graph: Graph,
  { known, outputs, names, naming }: ScopeOptions,
): Map<number, string> {
  const claimed = new Map<number, string>()
  const given = new Map([...(names ?? []), ...graph.names()])
  graph.applications.forEach((application, position) => {
    if (known?.has(application)) return
    for (let index = 0; index < application.outputCount; index++) {
      const slot = graph.firstSlot(position) + index
      const name = sourceName(application) ?? given.get(slot)
      if (name !== undefined && !outputs?.has(slot)) claimed.set(slot, naming.claim(name))
    }
  })
  return claimed
}

/** The name of an input, or the symbol of a state. */
export function sourceName(application: Value): string | undefined {
  const { meaning } = application.gate
  if (meaning.kind !== 'source') return undefined
  return meaning.form === 'state' ? stateOf(application).symbol : inputName(application)
}

/** What a value is to the graph. */
export function kindOf(application: Value): Quantity['kind'] {
  const { meaning } = application.gate
  if (isConstant(application)) return 'constant'
  if (meaning.kind !== 'source') return 'result'
  if (meaning.form === 'input') return 'input'
  return stateOf(application).trainable ? 'parameter' : 'state'
}

interface SymbolFacts {
  readonly isInline: boolean
  readonly naming: Naming
  readonly name: string | undefined
  readonly isRead: boolean
}

function symbolOf(value: Value, { isInline, naming, name, isRead }: SymbolFacts): SymbolPart {
  if (name !== undefined) return nameSymbol(name, value.type)
  if (isInline) return literalOf(value)
  // Outputs that nothing reads are not counted among the unnamed results.
  if (!isRead) return { ...nameSymbol('_', value.type), latex: String.raw`\_` }
  return nameSymbol(naming.next(isConstant(value) ? 'c' : 'u'), value.type)
}

/** A constant as a number, a truth value or a short list. */
export function literalOf(constant: Value): SymbolPart {
  const uniform = uniformValue(constant)
  if (uniform !== undefined) {
    if (constant.dtype === 'bool') return literalSymbol(uniform === 0 ? 'false' : 'true', [])
    return numberSymbol(uniform)
  }
  const contents = shortContents(constant)
  if (!contents) return literalSymbol('…', constant.shape)
  const text = formatTensor(contents).slice(
    `${contents.dtype}${formatShape(contents.shape)} `.length,
  )
  return literalSymbol(text, contents.shape)
}

function constantValue(application: Value): Tensor | undefined {
  if (!isConstant(application)) return undefined
  const { value, dtype } = application.attributes
  if (isTensor(value)) return value
  return typeof value === 'number' && (dtype === 'f32' || dtype === 'f64')
    ? tensor(value, { dtype })
    : undefined
}

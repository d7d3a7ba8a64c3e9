/** Asks a gate how it is written, as templates whose slots stand for its operands and outputs. */
import type { PerOperand } from '../ir/gate.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { fill } from './fill.ts'
import { type Formula, type Part, slotsIn, type Term } from './formula.ts'
import { parseLatex, slotCharacter } from './parse-latex.ts'
import { textOf } from './plain-text.ts'
import { numberSymbol } from './symbols.ts'

/** What the slots of one application's templates stand for. */
export interface Slots {
  readonly application: Value
  readonly operands: readonly NumberedTerm[]
  readonly outputs: readonly NumberedTerm[]
  /** The gradients that reach the outputs; absent where none does. */
  readonly upstreams: readonly (NumberedTerm | undefined)[]
}

/** A term with the numbers that it stands for, where they are known. */
export interface NumberedTerm extends Term {
  readonly value?: Tensor | undefined
}

/** The right-hand side of the forward equation as a template. */
export function forwardTemplate(slots: Slots): Formula {
  return templateFrom(slots.application.gate.notation.equation(symbolsOf(slots)))
}

/** The local gradient of an operand as a template; undefined where the gate does not say. */
export function localTemplate(slots: Slots, input: number): Formula | undefined {
  return templateOf(slots.application.gate.notation.local, slots, input)
}

/** The downstream gradient of an operand, where it is not upstream ⊙ local. */
export function downstreamTemplate(slots: Slots, input: number): Formula | undefined {
  return templateOf(slots.application.gate.notation.downstream, slots, input)
}

/** The slot of the gradient that reaches output `index`. */
export function upstreamSlot({ operands, outputs }: Slots, index: number): Part {
  return { kind: 'slot', index: operands.length + outputs.length + index }
}

/** A template with its slots filled. */
export function write(template: Formula, slots: Slots): Formula {
  const isContraction = slots.application.gate.meaning.kind === 'contract'
  return fill(template, (slot) => termAt(slots, slot), { isContraction })
}

/**
 * Whether a template can be written with numbers in its slots: all of them are scalars and known,
 * and it holds more than one number and no other name.
 */
export function isSubstitutable(template: Formula, slots: Slots): boolean {
  if (template.some((part) => part.kind === 'symbol' && part.dtype !== undefined)) return false
  const [only] = template
  if (template.length === 1 && (only?.kind === 'symbol' || only?.kind === 'slot')) return false
  return slotsIn(template).every((slot) => {
    const { value, shape } = termAt(slots, slot)
    return value && shape.length === 0 && value.dtype !== 'bool'
  })
}

/** A template with numbers in its slots, as text: `3 · (−4)`. */
export function substituted(template: Formula, slots: Slots, digits: number): string {
  const filled = fill(template, (slot) => {
    const { value } = termAt(slots, slot)
    return { formula: [numberSymbol(value ? numberAt(value, 0) : 0, digits)], shape: [] }
  })
  return textOf(filled)
}

function termAt({ operands, outputs, upstreams }: Slots, slot: number): NumberedTerm {
  const after = slot - operands.length
  return operands[slot] ?? outputs[after] ?? upstreams[after - outputs.length] ?? nothing
}

const nothing: NumberedTerm = { formula: [numberSymbol(0)], shape: [] }

type Rule = ((symbols: Readonly<Record<string, unknown>>) => string | PerOperand) | undefined

function templateOf(rule: Rule, slots: Slots, input: number): Formula | undefined {
  if (!rule) return undefined
  const written = rule(symbolsOf(slots))
  if (typeof written === 'string') return templateFrom(written)
  const { operands } = slots.application.gate
  const last = operands.length - 1
  const name = operands[Math.min(input, last)] ?? ''
  const own = written[name.replace(/^\.\.\./, '')]
  const latex = typeof own === 'string' ? own : own?.[input - last]
  return latex === undefined ? undefined : templateFrom(latex)
}

const templates = new Map<string, Formula>()
const mostTemplates = 1000

/** Gates write the same over and over, with characters for the names: it is read once. */
function templateFrom(latex: string): Formula {
  const known = templates.get(latex)
  if (known) return known
  if (templates.size >= mostTemplates) templates.clear()
  const template = parseLatex(latex)
  templates.set(latex, template)
  return template
}

/** What rules are called with: a character for each symbol, which the reader turns into a slot. */
function symbolsOf(slots: Slots): Readonly<Record<string, unknown>> {
  const { application, operands, outputs, upstreams } = slots
  const { gate, attributes } = application
  const count = operands.length + outputs.length
  const symbols: Record<string, unknown> = {}
  const shapes: Record<string, unknown> = {}
  gate.operands.forEach((operand, index) => {
    const isRest = operand.startsWith('...')
    const name = isRest ? operand.slice(3) : operand
    const shape = operands[index]?.shape
    symbols[name] = isRest ? marks(index, operands.length) : shape && slotCharacter(index)
    shapes[name] = isRest ? operands.slice(index).map((one) => one.shape) : shape
  })
  symbols.output = slotCharacter(operands.length)
  symbols.upstream = reachedMarks(slots, marks(count, count + upstreams.length)).join(', ')
  symbols.attributes = attributes
  shapes.output = application.application.shape
  symbols.shapes = shapes
  return symbols
}

/** The characters of slots `from` up to `to`. */
function marks(from: number, to: number): string[] {
  const list: string[] = []
  for (let slot = from; slot < to; slot++) list.push(slotCharacter(slot))
  return list
}

/** A loop takes the gradients that reach it; of other gates every output hands one back. */
function reachedMarks({ application, upstreams }: Slots, all: readonly string[]): string[] {
  const isLoop = application.gate.role === 'loop'
  if (!isLoop) return [...all]
  const reached = all.filter((_, index) => upstreams[index] !== undefined)
  return reached.length > 0 ? reached : [...all]
}

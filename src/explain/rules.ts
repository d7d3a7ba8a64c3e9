/** Asks a gate how it is written, as templates whose slots stand for its operands and outputs. */
import type { PerOperand } from '../ir/gate.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { fill } from './fill.ts'
import type { Formula, Part, Term } from './formula.ts'
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
  return parseLatex(slots.application.gate.notation.equation(symbolsOf(slots)))
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
 * A template with numbers in its slots, as text: `3 · (−4)`. Undefined unless all of them are
 * scalars and known, and the template holds more than one number and no other name.
 */
export function substituted(template: Formula, slots: Slots, digits: number): string | undefined {
  if (template.some((part) => part.kind === 'symbol' && part.dtype !== undefined)) return undefined
  let isKnown = true
  const filled = fill(template, (slot) => {
    const { value, shape } = termAt(slots, slot)
    if (!value || shape.length > 0 || value.dtype === 'bool') isKnown = false
    return { formula: [numberSymbol(value ? numberAt(value, 0) : 0, digits)], shape: [] }
  })
  const [only] = filled
  const isResult = filled.length === 1 && only?.kind === 'symbol'
  return isKnown && !isResult ? textOf(filled) : undefined
}

function termAt({ operands, outputs, upstreams }: Slots, slot: number): NumberedTerm {
  const term = [...operands, ...outputs, ...upstreams][slot]
  return term ?? { formula: [numberSymbol(0)], shape: [] }
}

type Rule = ((symbols: Readonly<Record<string, unknown>>) => string | PerOperand) | undefined

function templateOf(rule: Rule, slots: Slots, input: number): Formula | undefined {
  if (!rule) return undefined
  const written = rule(symbolsOf(slots))
  if (typeof written === 'string') return parseLatex(written)
  const { operands } = slots.application.gate
  const last = operands.length - 1
  const name = operands[Math.min(input, last)] ?? ''
  const own = written[name.replace(/^\.\.\./, '')]
  const latex = typeof own === 'string' ? own : own?.[input - last]
  return latex === undefined ? undefined : parseLatex(latex)
}

/** What rules are called with: a character for each symbol, which the reader turns into a slot. */
function symbolsOf(slots: Slots): Readonly<Record<string, unknown>> {
  const { application, operands, outputs, upstreams } = slots
  const { gate, attributes } = application
  const count = operands.length + outputs.length
  const mark = (from: number) => (_: unknown, index: number) => slotCharacter(from + index)
  const ofOperands = operands.map(mark(0))
  const ofUpstreams = Array.from(upstreams, mark(count))
  return {
    ...byOperand(gate.operands, ofOperands),
    output: slotCharacter(operands.length),
    upstream: reachedMarks(slots, ofUpstreams).join(', '),
    attributes,
    shapes: {
      ...byOperand(
        gate.operands,
        operands.map(({ shape }) => shape),
      ),
      output: application.application.shape,
    },
  }
}

/** A loop takes the gradients that reach it; of other gates every output hands one back. */
function reachedMarks({ application, upstreams }: Slots, marks: readonly string[]): string[] {
  const isLoop = application.gate.role === 'loop'
  const reached = marks.filter((_, index) => upstreams[index] !== undefined)
  return isLoop && reached.length > 0 ? reached : [...marks]
}

/** A list in operand order as a record by operand name; `...values` takes the rest of it. */
function byOperand<T>(operands: readonly string[], items: readonly T[]): Record<string, unknown> {
  return Object.fromEntries(
    operands.map((name, index) =>
      name.startsWith('...') ? [name.slice(3), items.slice(index)] : [name, items[index]],
    ),
  )
}

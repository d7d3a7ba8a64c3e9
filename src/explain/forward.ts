/** The forward equations F1, F2 … */
import { expansionOf } from '../gates/expansion.ts'
import { inputName } from '../ir/graph.ts'
import { operandName } from '../ir/operands.ts'
import type { Value } from '../ir/value.ts'
import type { Numbers, Operand, Variable } from './equation.ts'
import { type Line, lineOf, listed, variableOf, type Written } from './line.ts'
import { counter, type Naming } from './naming.ts'
import { partOf } from './roles.ts'
import { forwardTemplate, isSubstitutable, substituted, write } from './rules.ts'
import {
  applicationAt,
  createScope,
  type Opened,
  operandAt,
  outputsAt,
  type Quantity,
  type Scope,
  slotsAt,
} from './scope.ts'
import { arrow, shapesInPlace } from './shape-text.ts'

export interface ForwardOptions {
  readonly naming: Naming
  /** How many levels of composites are opened. */
  readonly depth: number
  readonly digits: number
  /** The last position that gets an equation. Default: the end. */
  readonly until?: number
}

/** The forward equations of one graph, each open composite followed by what is inside. */
export function forwardLines(
  scope: Scope,
  options: ForwardOptions,
): { readonly lines: readonly Line[]; readonly opened: ReadonlyMap<number, Opened> } {
  const opened = new Map<number, Opened>()
  const lines = scope.treatments.flatMap((treatment, position) => {
    if (treatment !== 'alias' && treatment !== 'equation') return []
    if (options.until !== undefined && position > options.until) return []
    const line = forwardLine(scope, position, options.digits)
    const isComposite = applicationAt(scope, position).gate.meaning.kind === 'composite'
    if (!isComposite || options.depth <= 0) return [line]
    const inside = openComposite(scope, position, options)
    const inner = forwardLines(inside, {
      naming: options.naming,
      digits: options.digits,
      depth: options.depth - 1,
    })
    opened.set(position, { scope: inside, opened: inner.opened })
    return [line, ...inner.lines]
  })
  return { lines, opened }
}

const secondName = 'alias: a second name — no equation of its own in the backward pass'

/** The expansion of a composite; its inputs and outputs are called what the operands are called. */
function openComposite(scope: Scope, position: number, { naming }: ForwardOptions): Scope {
  const expansion = expansionOf(applicationAt(scope, position))
  const outer = outputsAt(scope, position)
  const known = expansion.inputs.map((placeholder): [Value, readonly Quantity[]] => {
    const operand = operandAt(scope, position, Number(inputName(placeholder)))
    // A trace holds no number of what is inside, so equations there show none.
    return [placeholder, [{ ...operand, value: undefined }]]
  })
  const outputs = Object.values(expansion.outputs).flatMap(
    (output, index): [number, Quantity][] => {
      const quantity = outer[index]
      return quantity ? [[expansion.slotOf(output), { ...quantity, value: undefined }]] : []
    },
  )
  return createScope(expansion, {
    naming,
    nextId: counter(`${scope.ids[position]}.`),
    known: new Map(known),
    outputs: new Map(outputs),
  })
}

/** The forward equation of the application at `position`. */
function forwardLine(scope: Scope, position: number, digits: number): Line {
  const application = applicationAt(scope, position)
  const { gate, dtype } = application
  const slots = slotsAt(scope, position)
  const template = forwardTemplate(slots)
  const outputs = shownOutputs(scope, position)
  const variables = outputs.map(({ symbol }) => variableOf(symbol, dtype))
  const operands = slots.operands.map(({ symbol, kind }, input): Operand => {
    const variable = variableOf(symbol, application.input(input).dtype)
    return { ...variable, kind, operand: operandName(gate, input) }
  })
  const facts = {
    id: scope.ids[position] ?? '',
    phase: 'forward',
    gate: gate.name,
    role: gate.role,
    part: scope.treatments[position] === 'alias' ? secondName : partOf(slots),
    output: variables[0] as Variable, // a gate has an output
    ...(variables.length > 1 && { outputs: variables }),
    operands,
  } as const
  const numbers = numbersOf(outputs)
  const isScalar = numbers?.value.shape.length === 0
  const hasSubstituted = isScalar && isSubstitutable(template, slots)
  return lineOf(facts, written, { has: { substituted: hasSubstituted, numbers: !!numbers } })

  function written(): Written {
    // Made again, as most are never read and would only be kept.
    const again = slotsAt(scope, position)
    const right = write(template, again)
    const into = shapesInPlace(right) ?? shapesOf(operands)
    const shown = shownOutputs(scope, position)
    return {
      left: listed(shown.map(({ symbol }) => symbol)),
      right,
      shapes: arrow(
        into,
        shown.map(({ shape }) => shape),
      ),
      ...(hasSubstituted && { substituted: substituted(template, again, digits) }),
      ...(numbers && { numbers }),
    }
  }
}

/** Outputs up to the last one that something reads. */
function shownOutputs(scope: Scope, position: number): readonly Quantity[] {
  const outputs = outputsAt(scope, position)
  const isShown = ({ symbol }: Quantity) => symbol.text !== '_'
  const last = outputs.findLastIndex(isShown)
  return outputs.slice(0, Math.max(last, 0) + 1)
}

function shapesOf(operands: readonly Operand[]): string {
  const tensors = operands.filter(({ kind, shape }) => kind !== 'constant' || shape.length > 0)
  return tensors.map(({ shape }) => `[${shape.join(', ')}]`).join(', ')
}

function numbersOf(outputs: readonly Quantity[]): Numbers | undefined {
  const values = outputs.flatMap(({ value }) => value ?? [])
  const [value] = values
  if (!value || values.length < outputs.length) return undefined
  return values.length > 1 ? { value, values } : { value }
}

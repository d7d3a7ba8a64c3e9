/** The forward equations F1, F2 … */
import { operandName } from '../ir/operands.ts'
import type { Value } from '../ir/value.ts'
import type { Equation, Numbers, Operand, Variable } from './equation.ts'
import type { Formula, SymbolPart } from './formula.ts'
import { textOf } from './plain-text.ts'
import { partOf } from './roles.ts'
import { forwardTemplate, type Slots, substituted, write } from './rules.ts'
import { operandAt, outputsAt, type Quantity, type Scope } from './scope.ts'
import { arrow, shapesInPlace } from './shape-text.ts'
import { latexOf } from './write-latex.ts'

/** An equation, and its two sides in LaTeX for setting them one under the other. */
export interface Line {
  readonly equation: Equation
  readonly left: string
  readonly right: string
}

/** The forward equation of the application at `position`. */
export function forwardLine(scope: Scope, position: number, digits: number): Line {
  const application = scope.graph.applications[position] as Value // position is inside
  const { gate } = application
  const slots = slotsAt(scope, position)
  const template = forwardTemplate(slots)
  const right = write(template, slots)
  const outputs = shownOutputs(scope, position)
  const left = listed(outputs.map(({ symbol }) => symbol))
  const operands = slots.operands.map((_, input): Operand => {
    const { symbol, kind } = operandAt(scope, position, input)
    const { dtype } = application.input(input)
    return { ...variableOf(symbol, dtype), kind, operand: operandName(gate, input) }
  })
  const into = shapesInPlace(right) ?? shapesOf(operands)
  const [output] = outputs
  const numbers = numbersOf(outputs)
  const inNumbers = substituted(template, slots, digits)
  const variables = outputs.map(({ symbol }) => variableOf(symbol, application.dtype))
  return {
    left: latexOf(left),
    right: latexOf(right),
    equation: {
      id: scope.ids[position] ?? '',
      phase: 'forward',
      gate: gate.name,
      role: gate.role,
      part: partOf(gate),
      output: variableOf((output as Quantity).symbol, application.dtype), // a gate has an output
      ...(variables.length > 1 && { outputs: variables }),
      operands,
      shapes: arrow(into, outputs.map(({ shape }) => shape)),
      text: `${textOf(left)} = ${textOf(right)}`,
      latex: `${latexOf(left)} = ${latexOf(right)}`,
      ...(inNumbers !== undefined && numbers?.value.shape.length === 0 && { substituted: inNumbers }),
      ...(numbers && { numbers }),
    },
  }
}

/** What the slots of the templates of an application stand for. */
export function slotsAt(
  scope: Scope,
  position: number,
  upstreams: Slots['upstreams'] = [],
): Slots {
  const application = scope.graph.applications[position] as Value // position is inside
  const operands = application.inputs.map((_, input) => operandAt(scope, position, input))
  return { application, operands, outputs: outputsAt(scope, position), upstreams }
}

export function variableOf(symbol: SymbolPart, dtype: Variable['dtype']): Variable {
  const { text, latex, shape } = symbol
  return { name: text, latex, shape, dtype: symbol.dtype ?? dtype }
}

/** Outputs up to the last one that something reads. */
function shownOutputs(scope: Scope, position: number): readonly Quantity[] {
  const outputs = outputsAt(scope, position)
  const isShown = ({ symbol }: Quantity) => symbol.text !== '_'
  const last = outputs.findLastIndex(isShown)
  return outputs.slice(0, Math.max(last, 0) + 1)
}

function listed(symbols: readonly SymbolPart[]): Formula {
  const comma = { kind: 'operator', latex: ',', text: ',', level: 'separator' } as const
  return symbols.flatMap((symbol, index): Formula => (index === 0 ? [symbol] : [comma, symbol]))
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

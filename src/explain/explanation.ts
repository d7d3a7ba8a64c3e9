/** An explanation: frozen plain data, and the three forms that it is read in. */
import { type NestedArray, type Tensor, toNested } from '../ir/tensor.ts'
import { inspected } from './deferred.ts'
import type {
  Equation,
  EquationPhase,
  ExplanationContent,
  Given,
  Numbers,
  Variable,
} from './equation.ts'
import { freezeDeep } from './freeze-deep.ts'
import type { Line } from './line.ts'
import { type TextOptions, toText } from './to-text.ts'

export interface Explanation extends ExplanationContent {
  /** A table for a terminal: equations, shapes, gates and roles, with numbers where there are any. */
  toText(options?: TextOptions): string
  /** One `align` environment for each phase. */
  toLatex(): string
  toJSON(): ExplanationData
  /** The text, so that `String(explanation)` and Node's `console.log` show it. */
  toString(): string
}

/**
 * An explanation as JSON. Numbers are nested arrays in full; JSON has no NaN or infinity, so
 * `JSON.stringify` writes null for them.
 */
export interface ExplanationData {
  readonly J: Variable | null
  readonly given: readonly (Omit<Given, 'value'> & { readonly value?: NestedArray })[]
  readonly equations: readonly EquationData[]
  readonly notes: readonly string[]
}

export type EquationData = Omit<Equation, 'numbers'> & { readonly numbers?: NumbersData }

type NumbersData = {
  readonly [K in keyof Numbers]: Numbers[K] extends readonly Tensor[] | undefined
    ? readonly NestedArray[]
    : NestedArray
}

export interface ExplanationParts {
  readonly J: Variable | undefined
  readonly given: readonly Given[]
  readonly lines: readonly Line[]
  readonly notes: readonly string[]
  readonly digits: number
}

export function createExplanation({
  J,
  given,
  lines,
  notes,
  digits,
}: ExplanationParts): Explanation {
  const content = freezeDeep({
    J: J ?? null,
    given,
    equations: lines.map(({ equation }) => equation),
    notes,
  })
  const asText = () => toText(content, { digits })
  return Object.freeze({
    ...content,
    toText: (options: TextOptions = {}) => toText(content, { digits, ...options }),
    toLatex: () => alignments(lines),
    toJSON: () => dataOf(content),
    toString: asText,
    [inspected]: asText,
  })
}

const phases: readonly EquationPhase[] = ['forward', 'backward', 'update']

function alignments(lines: readonly Line[]): string {
  const sections = phases.flatMap((phase) => {
    const rows = lines.filter(({ equation }) => equation.phase === phase).map(row)
    if (rows.length === 0) return []
    return [`\\begin{align}\n${rows.join(' \\\\\n')}\n\\end{align}`]
  })
  return sections.join('\n\n')
}

function row({ equation, sides }: Line): string {
  const [left, sign, right] = sides()
  return `  ${left} &${sign} ${right} && ${latexOfShapes(equation.shapes)} \\tag{${equation.id}}`
}

const shapeSigns: Readonly<Record<string, string>> = {
  '→': String.raw`\to`,
  '·': String.raw` \cdot `,
  '⊙': String.raw` \odot `,
  '−': '-',
}

function latexOfShapes(shapes: string): string {
  return shapes.replace(/[→·⊙−]/g, (sign) => shapeSigns[sign] ?? sign)
}

function dataOf({ J, given, equations, notes }: ExplanationContent): ExplanationData {
  return {
    J,
    given: given.map(({ value, ...rest }) => ({
      ...rest,
      ...(value && { value: toNested(value) }),
    })),
    equations: equations.map(({ numbers, ...rest }) => ({
      ...rest,
      ...(numbers && { numbers: numbersData(numbers) }),
    })),
    notes,
  }
}

function numbersData({ value, values, upstreams, local, before }: Numbers): NumbersData {
  return {
    value: toNested(value),
    ...(values && { values: values.map(toNested) }),
    ...(upstreams && { upstreams: upstreams.map(toNested) }),
    ...(local && { local: toNested(local) }),
    ...(before && { before: toNested(before) }),
  }
}

/** A model as plain data: what is built here, kept in links, and read by the engine. */
import type { StepKind } from './catalogue.ts'
import type { Options } from './options.ts'

export interface ModelDocument {
  readonly version: 1
  readonly title: string
  readonly input: InputFacts
  /** In the order in which they are computed; the last one's value is ŷ. */
  readonly steps: readonly Step[]
  readonly criterion: CriterionKind
  /** Of the weights, and of the random examples that the model is shown with. */
  readonly seed: number
}

/** The value `x`: how many examples, and the shape of each. */
export interface InputFacts {
  readonly shape: readonly number[]
  /** Whole numbers below this, such as letters; without it, real numbers. */
  readonly tokens?: number
}

export interface Step {
  /** What its value is called, once in a document. */
  readonly name: string
  readonly kind: StepKind
  /** The value that it takes; without it that of the step before, or `x`. */
  readonly from?: string
  /** The second value, of a gate that takes two. */
  readonly other?: string
  readonly options: Options
}

export const criterionKinds = ['mse', 'l1', 'huber', 'crossEntropy', 'bceWithLogits'] as const
export type CriterionKind = (typeof criterionKinds)[number]

/** What a document calls its input. */
export const inputName = 'x'

/** The value that a step takes. */
export function operandOf(document: ModelDocument, index: number): string {
  const { steps } = document
  return steps[index]?.from ?? steps[index - 1]?.name ?? inputName
}

/** All values that a step takes. */
export function operandsOf(document: ModelDocument, index: number): readonly string[] {
  const other = document.steps[index]?.other
  const first = operandOf(document, index)
  return other === undefined ? [first] : [first, other]
}

/** The value that is compared with the target. */
export function outputName({ steps }: ModelDocument): string {
  return steps.at(-1)?.name ?? inputName
}

/** As it is shown, kept and compared: the same document is the same text, to the byte. */
export function formatDocument(document: ModelDocument, indent = 2): string {
  const { version, title, input, criterion, seed } = document
  const { shape, tokens } = input
  const steps = document.steps.map(({ name, kind, from, other, options }) => {
    return { name, kind, from, other, options } // what is undefined is left out
  })
  return JSON.stringify(
    { version, title, input: { shape, tokens }, steps, criterion, seed },
    null,
    indent,
  )
}

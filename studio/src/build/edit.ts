/** What can be done to a document; each gives a new one and leaves all else as it was. */
import { factsOf, initialOptions, type StepKind } from './catalogue.ts'
import { type InputFacts, inputName, type ModelDocument, operandOf, type Step } from './document.ts'
import type { Options, OptionValue } from './options.ts'
import { withWidth } from './widths.ts'

/** Where a step goes: after a value, and only before one of those that take it where that is said. */
export interface Place {
  readonly after: string
  readonly before?: string
}

/**
 * Inserts a step after a value. What follows in the list takes the new value; what names the old
 * one goes on taking it, but for `before`. Widths begin as wide as what goes in, where that is known.
 */
export function insertStep(
  document: ModelDocument,
  { after, before }: Place,
  given: {
    readonly kind: StepKind
    readonly width?: number | undefined
    readonly options?: Options
  },
): ModelDocument {
  const { kind, width, options } = given
  const own = { ...initialOptions(kind), ...widthOptions(kind, width), ...options }
  const name = freeName(document, kind)
  const consumer = document.steps.findIndex((step) => step.name === before)
  const isApart = consumer >= 0 && (document.steps[consumer - 1]?.name ?? inputName) !== after
  const index = isApart ? consumer : positionOf(document, after) + 1
  const previous = document.steps[index - 1]?.name ?? inputName
  const step: Step = {
    ...{ name, kind },
    ...(previous !== after && { from: after }),
    ...(factsOf(kind).form === 'pair' && { other: after }),
    options: own,
  }
  const steps = document.steps.map((one, at) => {
    if (!isApart || at !== consumer) return one
    const from = operandOf(document, at) === after ? name : operandOf(document, at)
    return { ...one, from, ...(one.other === after && { other: name }) }
  })
  return { ...document, steps: implicit([...steps.slice(0, index), step, ...steps.slice(index)]) }
}

/** Removes a step; what took its value takes what it took. */
export function removeStep(document: ModelDocument, name: string): ModelDocument {
  const index = positionOf(document, name)
  if (index < 0 || document.steps.length === 1) return document
  const source = operandOf(document, index)
  const steps = document.steps.map((step, at) => {
    const from = operandOf(document, at) === name ? source : operandOf(document, at)
    return { ...step, from, ...(step.other === name && { other: source }) }
  })
  return { ...document, steps: implicit(steps.filter((_, at) => at !== index)) }
}

/** Moves a step to a place in the list; as it was where something would be taken before it is made. */
export function moveStep(document: ModelDocument, name: string, to: number): ModelDocument {
  const index = positionOf(document, name)
  const step = document.steps[index]
  const target = Math.min(Math.max(to, 0), document.steps.length - 1)
  if (!step || target === index) return document
  const others = document.steps.filter((_, at) => at !== index)
  const steps = [...others.slice(0, target), step, ...others.slice(target)]
  return isOrdered(steps) ? { ...document, steps: implicit(steps) } : document
}

/** Whether a step may stand there. */
export function canMove(document: ModelDocument, name: string, to: number): boolean {
  return moveStep(document, name, to) !== document
}

/** Changes one option; a width that it gives goes on through the layers that were as wide. */
export function changeOption(
  document: ModelDocument,
  name: string,
  { option, value }: { readonly option: string; readonly value: OptionValue },
): ModelDocument {
  const step = document.steps[positionOf(document, name)]
  const before = step?.options[option]
  if (!step || JSON.stringify(before) === JSON.stringify(value)) return document
  const changed = replaced(document, name, {
    ...step,
    options: { ...step.options, [option]: value },
  })
  const { width } = factsOf(step.kind)
  const isGiven = typeof width === 'object' && width.gives === option
  if (!isGiven || typeof before !== 'number' || typeof value !== 'number') return changed
  return withWidth(changed, name, { before, after: value })
}

/** Makes another kind of a step; options of the same name stay, widths stay where they can. */
export function changeKind(
  document: ModelDocument,
  name: string,
  { kind, width }: { readonly kind: StepKind; readonly width?: number | undefined },
): ModelDocument {
  const index = positionOf(document, name)
  const step = document.steps[index]
  if (!step || step.kind === kind) return document
  const start = { ...initialOptions(kind), ...widthOptions(kind, width) }
  const kept = Object.entries(step.options).filter(
    ([option, value]) => option in start && typeof value === typeof start[option],
  )
  const { other: _, ...rest } = step
  const isPair = factsOf(kind).form === 'pair'
  return replaced(document, name, {
    ...rest,
    kind,
    ...(isPair && { other: step.other ?? operandOf(document, index) }),
    options: { ...start, ...Object.fromEntries(kept) },
  })
}

/** Has a step take another value: its first, or its second. */
export function changeOperand(
  document: ModelDocument,
  name: string,
  { operand, value }: { readonly operand: 'from' | 'other'; readonly value: string },
): ModelDocument {
  const step = document.steps[positionOf(document, name)]
  if (!step || !valuesBefore(document, name).includes(value)) return document
  const changed = replaced(document, name, { ...step, [operand]: value })
  return { ...changed, steps: implicit(changed.steps) }
}

/** The values that a step may take. */
export function valuesBefore({ steps }: ModelDocument, name: string): readonly string[] {
  const index = steps.findIndex((step) => step.name === name)
  return [inputName, ...steps.slice(0, Math.max(index, 0)).map((step) => step.name)]
}

/** Gives a value another name, wherever it is spoken of. */
export function renameStep(document: ModelDocument, name: string, to: string): ModelDocument {
  if (name === to) return document
  const called = (value: string) => (value === name ? to : value)
  const steps = document.steps.map((step) => ({
    ...step,
    name: called(step.name),
    ...(step.from !== undefined && { from: called(step.from) }),
    ...(step.other !== undefined && { other: called(step.other) }),
  }))
  return { ...document, steps }
}

/** Another input; what took its last width takes the new one. */
export function changeInput(document: ModelDocument, input: InputFacts): ModelDocument {
  const changed = { ...document, input }
  // Of images it is the channels that layers ask for, of rows the numbers of each.
  const widthOf = ({ shape }: InputFacts) => (shape.length === 4 ? shape[1] : shape.at(-1))
  const isSameRank = input.shape.length === document.input.shape.length
  const [before, after] = [widthOf(document.input), widthOf(input)]
  if (!isSameRank || before === undefined || after === undefined) return changed
  return withWidth(changed, inputName, { before, after })
}

function replaced(document: ModelDocument, name: string, step: Step): ModelDocument {
  return { ...document, steps: document.steps.map((one) => (one.name === name ? step : one)) }
}

function positionOf({ steps }: ModelDocument, name: string): number {
  return steps.findIndex((step) => step.name === name)
}

/** Where a step takes the value before it, that goes without saying. */
function implicit(steps: readonly Step[]): readonly Step[] {
  return steps.map((step, index) => {
    if (step.from !== (steps[index - 1]?.name ?? inputName)) return step
    const { from: _, ...rest } = step
    return rest
  })
}

function isOrdered(steps: readonly Step[]): boolean {
  const known = new Set([inputName])
  return steps.every(({ name, from = inputName, other = inputName }) => {
    const isRight = known.has(from) && known.has(other)
    known.add(name)
    return isRight
  })
}

function widthOptions(kind: StepKind, width: number | undefined): Options {
  const facts = factsOf(kind).width
  if (width === undefined || typeof facts !== 'object') return {}
  const given = { [facts.gives]: width }
  return 'takes' in facts ? { ...given, [facts.takes]: width } : {}
}

/** `z2`, `a2`, `h3` …: the letter of the kind, and the first number that is free. */
function freeName({ steps }: ModelDocument, kind: StepKind): string {
  const { letter } = factsOf(kind)
  const names = new Set(steps.map(({ name }) => name))
  let number = 2
  while (names.has(`${letter}${number}`)) number++
  return `${letter}${number}`
}

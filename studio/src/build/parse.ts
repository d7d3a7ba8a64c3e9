/** Documents from outside: read once, refused with a message where they are none. */
import { factsOf, isStepKind, type StepKind } from './catalogue.ts'
import { criterionPlace } from './check.ts'
import {
  type CriterionKind,
  criterionKinds,
  type InputFacts,
  inputName,
  type ModelDocument,
  type Step,
} from './document.ts'
import { type OptionFacts, type Options, type OptionValue, optionRule } from './options.ts'

/** What is wrong with a document, in words for whoever gave it. */
export class DocumentError extends Error {}

export const limits = {
  characters: 100_000,
  steps: 64,
  axes: 6,
  elements: 1_000_000,
  learned: 2_000_000,
} as const

const nameRule = /^[\p{L}_][\p{L}\p{N}_]{0,23}$/u
/** Names that the code of a document needs for itself. */
const taken: ReadonlySet<string> = new Set([
  ...[inputName, 'y', 'J', 'yHat', 'model', 'feeds', 'step', 'pass', 'parameter', 'input'],
  ...['updates', 'console', 'compile', 'sgd', 'normal', 'uniform', 'randomKey', 'sequential'],
  ...['const', 'let', 'var', 'for', 'new', 'if', 'do', 'in', 'await', 'import', 'trainingPass'],
  ...['this', 'null', 'true', 'false', 'case', 'class', 'else', 'enum', 'export', 'return'],
  ...['switch', 'throw', 'try', 'typeof', 'void', 'while', 'with', 'yield', 'delete', 'default'],
  ...[
    'break',
    'catch',
    'continue',
    'debugger',
    'extends',
    'finally',
    'function',
    'super',
    'static',
  ],
  ...['instanceof', 'package', 'private', 'protected', 'public', 'interface', 'implements'],
  ...['arguments', 'eval', 'undefined', 'NaN', 'Infinity', ...criterionKinds, criterionPlace],
])
/** What code calls parameters. */
const parameterRule = /^[Wbg]\d+$/

/** A document of JSON. Throws DocumentError where it is none. */
export function parseDocument(text: string): ModelDocument {
  if (text.length > limits.characters) {
    throw new DocumentError(`more than ${limits.characters / 1000} thousand characters`)
  }
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw new DocumentError(`no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  return readDocument(given)
}

function readDocument(given: unknown): ModelDocument {
  const { version, title, input, steps, criterion, seed } = record(given, 'the document')
  if (version !== 1) throw new DocumentError(`version: 1 expected, got ${shown(version)}`)
  if (typeof title !== 'string' || title.length > 80) {
    throw new DocumentError('title: a text of up to 80 characters expected')
  }
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > limits.steps) {
    throw new DocumentError(`steps: a list of 1 to ${limits.steps} steps expected`)
  }
  const known: string[] = [inputName]
  const read = steps.map((step: unknown, index) => {
    const one = readStep(step, `step ${index + 1}`, known)
    known.push(one.name)
    return one
  })
  return {
    ...{ version, title, input: readInput(input), steps: read },
    criterion: readCriterion(criterion),
    seed: readSeed(seed),
  }
}

function readInput(given: unknown): InputFacts {
  const { shape, tokens } = record(given, 'input')
  const wrong = inputRule(shape, tokens)
  if (wrong !== undefined) throw new DocumentError(wrong)
  const sizes = shape as readonly number[] // by its rule
  return typeof tokens === 'number' ? { shape: [...sizes], tokens } : { shape: [...sizes] }
}

/** What is wrong with an input; undefined where nothing is. */
export function inputRule(shape: unknown, tokens: unknown): string | undefined {
  const isCount = (size: unknown) => Number.isInteger(size) && Number(size) >= 1
  const isShape = Array.isArray(shape) && shape.length >= 2 && shape.length <= limits.axes
  if (!isShape || !shape.every(isCount)) {
    return `input: a shape of 2 to ${limits.axes} sizes expected, examples first, as in 4, 2`
  }
  if (shape.reduce((product, size) => product * size, 1) > limits.elements) {
    return `input: more than ${limits.elements / 1e6} million numbers`
  }
  if (tokens === undefined) return undefined
  const isRight = isCount(tokens) && Number(tokens) <= 4096
  return isRight ? undefined : 'input: tokens is a whole number, 1 to 4096'
}

function readStep(given: unknown, place: string, known: readonly string[]): Step {
  const { name, kind, from, other, options = {} } = record(given, place)
  const wrong = nameProblem(name, known)
  if (wrong !== undefined) throw new DocumentError(`${place}: ${wrong}`)
  if (!isStepKind(kind)) {
    throw new DocumentError(`${place}: there is no layer or gate ${shown(kind)}`)
  }
  const reference = (value: unknown, what: string) => {
    if (typeof value === 'string' && known.includes(value)) return value
    throw new DocumentError(`${place}: ${what} names no value before it: ${shown(value)}`)
  }
  const isPair = factsOf(kind).form === 'pair'
  return {
    ...{ name: String(name), kind },
    ...(from !== undefined && { from: reference(from, 'from') }),
    ...(isPair && { other: reference(other, 'other') }),
    options: readOptions(kind, options, place),
  }
}

/** What is wrong with a name; undefined where nothing is. */
export function nameProblem(name: unknown, known: readonly string[]): string | undefined {
  if (typeof name !== 'string' || !nameRule.test(name)) {
    return `a name is a letter, then up to 23 letters, digits or _, got ${shown(name)}`
  }
  const isKeyword = taken.has(name) || isStepKind(name) || parameterRule.test(name)
  if (isKeyword) return `the name ${shown(name)} has a meaning of its own`
  return known.includes(name) ? `the name ${shown(name)} is taken` : undefined
}

function readOptions(kind: StepKind, given: unknown, place: string): Options {
  const options = record(given, `${place}: options`)
  const facts = factsOf(kind).options
  const unknown = Object.keys(options).find((name) => !facts.some((one) => one.name === name))
  if (unknown !== undefined) {
    throw new DocumentError(`${place}: ${kind} has no option ${shown(unknown)}`)
  }
  const read = (one: OptionFacts): OptionValue => {
    const value = options[one.name] ?? one.initial
    const wrong = optionRule(one, value)
    if (wrong !== undefined) throw new DocumentError(`${place}: ${wrong}, got ${shown(value)}`)
    return value as OptionValue // by its rule
  }
  return Object.fromEntries(facts.map((one) => [one.name, read(one)]))
}

function readCriterion(given: unknown): CriterionKind {
  const found = criterionKinds.find((name) => name === given)
  if (found) return found
  throw new DocumentError(
    `criterion: one of ${criterionKinds.join(', ')} expected, got ${shown(given)}`,
  )
}

function readSeed(given: unknown): number {
  const isSeed = typeof given === 'number' && Number.isInteger(given) && given >= 0
  if (isSeed && given < 2 ** 31) return given
  throw new DocumentError(`seed: a whole number, 0 to 2³¹ − 1, expected, got ${shown(given)}`)
}

function record(given: unknown, what: string): Readonly<Record<string, unknown>> {
  const isRecord = typeof given === 'object' && given !== null && !Array.isArray(given)
  if (isRecord) return given as Readonly<Record<string, unknown>> // an object, and no list
  throw new DocumentError(`${what}: an object expected, got ${shown(given)}`)
}

function shown(given: unknown): string {
  const text = JSON.stringify(given) ?? String(given)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

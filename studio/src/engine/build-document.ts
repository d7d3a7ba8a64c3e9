/** A document as a graph: its values one after the other, as far as they fit. */
import {
  createStore,
  type Feeds,
  input,
  normal,
  parameter,
  randomKey,
  SluiceError,
  uniform,
  type Value,
} from 'sluice'
import { type TrainingPass, trainingPass } from 'sluice/nn'
import { factsOf } from '../build/catalogue.ts'
import {
  type CriterionKind,
  inputName,
  type ModelDocument,
  operandsOf,
  outputName,
  type Step,
} from '../build/document.ts'
import { limits } from '../build/parse.ts'
import { hasPass, numbersOf, parameterOf } from '../build/to-typescript.ts'
import { criterionOf, gateValue, layerOf } from './build-step.ts'
import type { PosedModel } from './pose-model.ts'

export interface BuiltValues {
  readonly values: ReadonlyMap<string, Value>
  /** How many numbers each step learns. */
  readonly learned: ReadonlyMap<string, number>
  /** The first step, or the criterion, that does not fit, and why. */
  readonly broken?: { readonly name: string | undefined; readonly error: unknown }
  /** Undefined where something is broken. */
  readonly question?: Question
}

interface Question {
  readonly J: Value
  readonly yHat: Value
  readonly y: Value
}

/** Builds all that can be built: what needs a broken value is left out. */
export function buildDocument(document: ModelDocument): BuiltValues {
  const { steps } = document
  const { shape, tokens } = document.input
  const dtype = tokens === undefined ? 'f32' : 'i32'
  const values = new Map<string, Value>([[inputName, input(inputName, shape, { dtype })]])
  const learned = new Map<string, number>()
  const pass = hasPass(document) ? trainingPass({ seed: document.seed }) : undefined
  let number = 1
  let broken: BuiltValues['broken']
  for (const [index, step] of steps.entries()) {
    const operands = operandsOf(document, index).flatMap((name) => values.get(name) ?? [])
    const isWhole = operands.length === operandsOf(document, index).length
    try {
      const place = { path: String(index), number, pass }
      learned.set(step.name, checkedCount(learnedBy(step, number)))
      if (isWhole) values.set(step.name, checked(stepValue(step, operands, place)).named(step.name))
    } catch (error) {
      broken ??= { name: step.name, error }
    }
    number += numbersOf(step.kind)
  }
  if (broken) return { values, learned, broken }
  return withCriterion(document, { values, learned })
}

function withCriterion(document: ModelDocument, built: BuiltValues): BuiltValues {
  const output = built.values.get(outputName(document))
  if (!output) return built
  try {
    const yHat = output.named('ŷ')
    const isLabelled = document.criterion === 'crossEntropy'
    const shape = isLabelled ? yHat.shape.slice(0, 1) : yHat.shape
    const y = input('y', shape, { dtype: isLabelled ? 'i32' : 'f32' })
    const J = criterionOf(document.criterion)(yHat, y).named('J')
    return { ...built, question: { J, yHat, y } }
  } catch (error) {
    return { ...built, broken: { name: undefined, error } }
  }
}

interface StepPlace {
  readonly path: string
  readonly number: number
  readonly pass: TrainingPass | undefined
}

function stepValue(
  step: Step,
  operands: readonly Value[],
  { path, number, pass }: StepPlace,
): Value {
  const { kind, options } = step
  const { form } = factsOf(kind)
  if (form === 'layer') {
    const layer = layerOf(step).at(path, number)
    const [x] = operands
    if (!x) throw new Error(`${step.name} takes a value`)
    return pass ? layer.training(pass)(x) : layer(x)
  }
  if (form !== 'parameter') return gateValue(step, operands)
  const { symbol, shape, init } = parameterOf(kind, options, number)
  const own = parameter(symbol, shape, init === undefined ? {} : { init })
  return gateValue(step, [...operands, own])
}

function learnedBy(step: Step, number: number): number {
  const { form } = factsOf(step.kind)
  if (form === 'parameter') return product(parameterOf(step.kind, step.options, number).shape)
  if (form !== 'layer') return 0
  const shapes = Object.values(layerOf(step).parameters).map(({ shape }) => shape)
  return shapes.reduce((sum, shape) => sum + product(shape), 0)
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1)
}

/** Throws for more weights than a page should hold. */
function checkedCount(count: number): number {
  if (count <= limits.learned) return count
  throw new SluiceError({
    code: 'OPTION',
    what: 'the step learns more numbers than the studio takes',
    expected: `up to ${limits.learned}`,
    got: String(count),
    fix: 'make it narrower',
  })
}

/** Throws for a value that is too large for a page. */
function checked(value: Value): Value {
  const size = product(value.shape)
  if (size <= limits.elements) return value
  throw new SluiceError({
    code: 'OPTION',
    what: 'the value is too large for the studio',
    expected: `up to ${limits.elements} numbers`,
    got: `[${value.shape.join(', ')}], ${size} numbers`,
    fix: 'take fewer examples, or smaller layers',
  })
}

/** A document that can be run. Throws what is broken in it. */
export async function poseOfDocument(document: ModelDocument): Promise<PosedModel> {
  const { question, broken } = buildDocument(document)
  if (!question) throw broken?.error ?? new Error('the document has no output')
  const { title, seed } = document
  return {
    ...{ id: 'build', title, about: 'Built in the studio, with random examples.' },
    ...{ J: question.J, feeds: await examplesOf(document, question) },
    store: createStore({ seed }),
  }
}

/** Random examples of the right shapes: those that the document's code draws too. */
async function examplesOf(document: ModelDocument, { y, yHat }: Question): Promise<Feeds> {
  const { criterion, seed } = document
  const { shape, tokens } = document.input
  const classes = yHat.shape.at(-1) ?? 1
  return {
    [inputName]: await drawn(seed, shape, tokens),
    y: await targets[criterion](seed + 1, y.shape, classes),
  }
}

type Drawn = Promise<Float32Array | Int32Array>

function drawn(seed: number, shape: readonly number[], below: number | undefined): Drawn {
  const key = randomKey(seed)
  if (below === undefined) return normal(key, shape).data()
  return uniform(key, shape).multiply(below).cast('i32').data()
}

function drawnReals(seed: number, shape: readonly number[]): Drawn {
  return drawn(seed, shape, undefined)
}

const targets: Readonly<
  Record<CriterionKind, (seed: number, shape: readonly number[], classes: number) => Drawn>
> = {
  mse: drawnReals,
  l1: drawnReals,
  huber: drawnReals,
  crossEntropy: drawn,
  bceWithLogits: (seed, shape) => uniform(randomKey(seed), shape).multiply(2).floor().data(),
}

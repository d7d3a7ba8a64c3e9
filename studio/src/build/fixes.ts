/** What would make a broken edge fit, as a document that is ready to be taken. */

import { factsOf } from './catalogue.ts'
import { type BrokenEdge, criterionPlace, type DocumentCheck, shapeOf, widthOf } from './check.ts'
import { inputName, type ModelDocument, operandOf, type Step } from './document.ts'
import { changeInput, changeOption, insertStep } from './edit.ts'

export interface Fix {
  /** What it does, as a button says it: `set inputs to 64`. */
  readonly label: string
  readonly document: ModelDocument
}

/** The nearest fix of the edge that is broken; undefined where only the builder knows. */
export function fixOf(document: ModelDocument, check: DocumentCheck): Fix | undefined {
  const { broken } = check
  if (!broken) return undefined
  const shape = shapeOf(check, broken.from)
  if (!shape) return undefined
  if (broken.to === criterionPlace) return fixOfCriterion(document, broken, shape)
  const index = document.steps.findIndex(({ name }) => name === broken.to)
  const step = document.steps[index]
  if (!step) return undefined
  const facts: Facts = { document, check, step, shape, from: operandOf(document, index) }
  switch (step.kind) {
    case 'linear':
    case 'matmulParameter':
      return fixOfRows(facts)
    case 'conv2d':
    case 'batchNorm2d':
    case 'maxPool2d':
    case 'avgPool2d':
      return fixOfImages(facts)
    case 'embedding':
      return fixOfTokens(facts)
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'maximum':
      return fixOfPair(facts)
    case 'reshape':
      return setOption(facts, 'shape', [shape[0] ?? 1, -1])
    case 'transpose':
      return setOption(
        facts,
        'axes',
        shape.map((_, axis) => shape.length - 1 - axis),
      )
    default:
      return fixOfWidth(facts)
  }
}

interface Facts {
  readonly document: ModelDocument
  readonly check: DocumentCheck
  readonly step: Step
  /** Of what goes in. */
  readonly shape: readonly number[]
  readonly from: string
}

function setOption(
  { document, step }: Pick<Facts, 'document' | 'step'>,
  option: string,
  value: number | readonly number[],
): Fix | undefined {
  const facts = factsOf(step.kind).options.find(({ name }) => name === option)
  const changed = changeOption(document, step.name, { option, value })
  if (!facts || changed === document) return undefined
  const text = typeof value === 'number' ? String(value) : value.join(', ').replaceAll('-', '−')
  return { label: `set ${facts.label} to ${text}`, document: changed }
}

function fixOfWidth(facts: Facts): Fix | undefined {
  const { width } = factsOf(facts.step.kind)
  const wide = facts.shape.at(-1)
  if (typeof width !== 'object' || !('takes' in width) || wide === undefined) return undefined
  return setOption(
    facts,
    width.takes,
    facts.step.kind === 'batchNorm1d' ? (facts.shape[1] ?? wide) : wide,
  )
}

/** Images become rows before their numbers are counted. */
function fixOfRows(facts: Facts): Fix | undefined {
  const { document, step, shape, from } = facts
  if (shape.length <= 3) return fixOfWidth(facts)
  const numbers = shape.slice(1).reduce((product, size) => product * size, 1)
  const flattened = insertStep(document, { after: from, before: step.name }, { kind: 'flatten' })
  const option = step.kind === 'linear' ? 'inFeatures' : 'rows'
  const set = setOption({ document: flattened, step }, option, numbers)
  return set
    ? { label: `insert flatten, ${set.label}`, document: set.document }
    : { label: 'insert flatten', document: flattened }
}

function fixOfImages(facts: Facts): Fix | undefined {
  const { document, step, shape, from } = facts
  if (shape.length === 4) {
    const side = Math.min(shape[2] ?? 1, shape[3] ?? 1)
    const { width, options } = factsOf(step.kind)
    const isAsked = typeof width === 'object' && 'takes' in width
    if (isAsked && step.options[width.takes] !== shape[1]) {
      return setOption(facts, width.takes, shape[1] ?? 1)
    }
    const window = options.find(({ name }) => name === 'window' || name === 'kernel')
    return window && setOption(facts, window.name, side)
  }
  const numbers = shape.slice(1).reduce((product, size) => product * size, 1)
  const side = Math.sqrt(numbers)
  if (!Number.isInteger(side)) return undefined
  const images = [shape[0] ?? 1, 1, side, side]
  const place = { after: from, before: step.name }
  const inserted = insertStep(document, place, { kind: 'reshape', options: { shape: images } })
  return { label: `insert reshape to ${images.join(' × ')}`, document: inserted }
}

function fixOfTokens({ document, step, from }: Facts): Fix | undefined {
  if (from !== inputName) return undefined
  const tokens = Number(step.options.count)
  const input = { shape: document.input.shape, tokens }
  return { label: `make x whole numbers below ${tokens}`, document: changeInput(document, input) }
}

/** The second value is made as wide as the first by a layer of its own. */
function fixOfPair({ document, check, step, shape }: Facts): Fix | undefined {
  const { other = inputName } = step
  const [own, wanted] = [widthOf(check, other), shape.at(-1)]
  const isRows = (name: string) => (shapeOf(check, name)?.length ?? 4) <= 3
  if (own === undefined || wanted === undefined || own === wanted || !isRows(other))
    return undefined
  const options = { inFeatures: own, outFeatures: wanted }
  const place = { after: other, before: step.name }
  const inserted = insertStep(document, place, { kind: 'linear', options })
  return { label: `insert a linear layer, ${own} → ${wanted}, after ${other}`, document: inserted }
}

function fixOfCriterion(
  document: ModelDocument,
  { from }: BrokenEdge,
  shape: readonly number[],
): Fix | undefined {
  if (shape.length === 2) return undefined
  const [last = 1] = shape.slice(-1)
  const isImages = shape.length === 4
  const given = isImages
    ? ({ kind: 'flatten' } as const)
    : ({ kind: 'reshape', options: { shape: [-1, last] } } as const)
  const label = isImages ? 'insert flatten' : `insert reshape to −1, ${last}`
  return { label, document: insertStep(document, { after: from }, given) }
}

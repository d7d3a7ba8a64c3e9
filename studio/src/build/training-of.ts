/** Whether Train can train a document with its data: the settings that do so, or why there are none. */
import {
  type ActivationName,
  activationNames,
  type CriterionName,
  type DatasetName,
  type TrainingSettings,
} from '../engine/train-protocol.ts'
import { presets } from '../train/settings.ts'
import { inputName, type ModelDocument, type Step } from './document.ts'

export type DocumentTraining =
  | { readonly settings: TrainingSettings }
  /** Why Train cannot start: one sentence that begins after "Train cannot start: ". */
  | { readonly reason: string }

/** What Train's data ask of a network. */
const datasets: readonly {
  readonly name: DatasetName
  readonly inputs: number
  readonly classes: number
}[] = [
  { name: 'xor', inputs: 2, classes: 2 },
  { name: 'iris', inputs: 4, classes: 3 },
  { name: 'digits', inputs: 64, classes: 10 },
]

/**
 * A plain chain of linear layers with one activation between them, whose widths fit each other and
 * those of one of Train's datasets.
 */
export function trainingOf(document: ModelDocument): DocumentTraining {
  const { steps, input, seed } = document
  const misfit = misfitOf(document)
  if (misfit !== undefined) return { reason: misfit }
  const layers = steps.filter(({ kind }) => kind === 'linear')
  const between = steps.filter(({ kind }) => kind !== 'linear')
  const odd = oddStep(steps)
  if (odd) return { reason: `it trains chains of linear layers, and ${odd}` }
  const kinds = [...new Set(between.map(({ kind }) => kind))]
  if (kinds.length > 1) {
    return { reason: `all activations of a training are one, and here are ${kinds.join(' and ')}` }
  }
  const activation = activationNames.find((name) => name === kinds[0])
  if (kinds.length > 0 && !activation) {
    return { reason: `it has no activation ${kinds[0]}: it has ${activationNames.join(', ')}` }
  }
  const { criterion } = document
  const hidden = layers.slice(0, -1).map((step) => Number(step.options.outFeatures))
  if (hidden.some((width) => width > 256) || hidden.length > 6) {
    return { reason: 'it takes up to 6 hidden layers of up to 256 units' }
  }
  const outputs = Number(layers.at(-1)?.options.outFeatures)
  const inputs = input.shape.at(-1) ?? 0
  const dataset = datasetFor({ inputs, outputs, criterion })
  if (dataset === undefined) return { reason: noData({ inputs, outputs, criterion }) }
  return { settings: settingsOf({ dataset, hidden, activation, criterion, seed }) }
}

interface Chosen {
  readonly dataset: DatasetName
  readonly hidden: readonly number[]
  readonly activation: ActivationName | undefined
  readonly criterion: CriterionName
  readonly seed: number
}

function settingsOf({ dataset, hidden, activation, criterion, seed }: Chosen): TrainingSettings {
  const preset = presets[dataset]
  return { ...preset, hidden, criterion, seed, activation: activation ?? preset.activation }
}

/** The first width that does not fit; told without the engine, for chains of linear layers. */
function misfitOf({ input, steps }: ModelDocument): string | undefined {
  let width = input.shape.at(-1) ?? 0
  let name: string = inputName
  for (const step of steps) {
    if (step.kind === 'linear' && step.options.inFeatures !== width) {
      return `${step.name} takes ${step.options.inFeatures} numbers, and ${name} gives ${width}`
    }
    if (step.kind === 'linear') width = Number(step.options.outFeatures)
    else if (!isActivation(step)) return undefined // no such chain: another reason says so
    name = step.name
  }
  return undefined
}

function isActivation({ kind }: Step): boolean {
  return activationNames.some((name) => name === kind)
}

/** What is no chain of linear layers with an activation after each but the last. */
function oddStep(steps: readonly Step[]): string | undefined {
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1]?.name ?? inputName
    if ((step.from ?? before) !== before) return `${step.name} does not take ${before}`
    const isLayer = index % 2 === 0
    if (isLayer && step.kind !== 'linear') return `${step.name} (${step.kind}) is none`
    if (!isLayer && step.kind === 'linear') return `no activation stands before ${step.name}`
    if (!isLayer && step.other !== undefined) return `${step.name} takes two values`
    if (isLayer && step.options.bias === false) return `${step.name} has no bias`
  }
  return steps.length % 2 === 0 ? `${steps.at(-1)?.name} stands after the last layer` : undefined
}

interface Ends {
  readonly inputs: number
  readonly outputs: number
  readonly criterion: CriterionName
}

function datasetFor({ inputs, outputs, criterion }: Ends): DatasetName | undefined {
  const found = datasets.find(
    (one) => one.inputs === inputs && outputs === outputsOf(one, criterion),
  )
  // Of two classes with a score each there is more to see than four points.
  return found?.name === 'xor' && criterion === 'crossEntropy' ? 'moons' : found?.name
}

/** A column for each class; of two classes one column is enough, unless classes are compared. */
function outputsOf({ classes }: { readonly classes: number }, criterion: CriterionName): number {
  return criterion === 'crossEntropy' || classes > 2 ? classes : 1
}

function noData({ inputs, outputs, criterion }: Ends): string {
  const known = datasets.map((one) => `${one.name} ${one.inputs} → ${outputsOf(one, criterion)}`)
  return `no data go from ${inputs} to ${outputs} numbers with ${criterion}: ${known.join(', ')}`
}

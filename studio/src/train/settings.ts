/** The settings of a training: where each dataset begins, and how an address says them. */
import {
  activationNames,
  criterionNames,
  type DatasetName,
  datasetNames,
  type OptimizerName,
  type OptimizerOptions,
  optimizerNames,
  type TableChoice,
  type Task,
  type TrainingSettings,
} from '../engine/train-protocol.ts'
import { firstPainting, formatPainting } from './painting.ts'

/** Settings that learn a dataset within seconds. */
export const presets: Readonly<Record<DatasetName, TrainingSettings>> = {
  xor: of('xor', [4], { activation: 'sigmoid', criterion: 'mse', optimizer: 'sgd', batchSize: 4 }),
  moons: of('moons', [8, 8], { learningRate: 0.01 }),
  circles: of('circles', [8], { criterion: 'bceWithLogits', learningRate: 0.02 }),
  spiral: of('spiral', [16, 16], { learningRate: 0.01 }),
  iris: of('iris', [8], { activation: 'relu', learningRate: 0.01 }),
  digits: of('digits', [64], { activation: 'relu', learningRate: 0.005, batchSize: 32 }),
  painted: of('painted', [8, 8], { learningRate: 0.01, points: formatPainting(firstPainting) }),
  table: of('table', [16], { activation: 'relu', learningRate: 0.01 }),
}

/** Settings for a table, by what is to be predicted. */
export function settingsForTable(table: TableChoice, task: Task, seed: number): TrainingSettings {
  const criterion = task === 'regression' ? 'mse' : 'crossEntropy'
  return { ...presets.table, criterion, seed, table }
}

/** Datasets that are drawn anew by each seed, with how many points and how much noise. */
export const drawnDatasets: readonly DatasetName[] = ['moons', 'circles', 'spiral']

interface OptionRule {
  readonly label: string
  readonly rule: string
  readonly least: number
  /** Not reached itself. */
  readonly below: number
  /** What it is where nothing is said; undefined where it is not used then. */
  readonly initial: number | undefined
  readonly takenBy: (optimizer: OptimizerName) => boolean
}

const withMomentum: readonly OptimizerName[] = ['momentum', 'nesterov']
const withBetas: readonly OptimizerName[] = ['adam', 'adamW', 'adamax', 'nadam', 'radam', 'lion']

/** What may be set of an optimizer beside its rate. */
export const optimizerOptions: Readonly<Record<keyof OptimizerOptions, OptionRule>> = {
  momentum: share('Momentum', 0.9, (name) => withMomentum.includes(name)),
  beta1: share('β₁, of the mean', 0.9, (name) => withBetas.includes(name)),
  beta2: share('β₂, of the square', 0.999, (name) => withBetas.includes(name)),
  weightDecay: {
    label: 'Weight decay',
    rule: '0 or more; empty for what the optimizer does by itself',
    ...{ least: 0, below: Number.POSITIVE_INFINITY, initial: undefined, takenBy: () => true },
  },
  clipGradNorm: {
    label: 'Longest gradient',
    rule: 'more than 0, for all parameters together; empty for any',
    ...{ least: Number.MIN_VALUE, below: Number.POSITIVE_INFINITY, initial: undefined },
    takenBy: () => true,
  },
}

function share(label: string, initial: number, takenBy: OptionRule['takenBy']): OptionRule {
  return { label, rule: 'from 0 to below 1', least: 0, below: 1, initial, takenBy }
}

export const optionNames = Object.keys(optimizerOptions) as readonly (keyof OptimizerOptions)[] // its own keys

/** A number that an option may be; undefined where it may not. */
export function parseOption(
  name: keyof OptimizerOptions,
  text: string | undefined,
): number | undefined {
  const { least, below } = optimizerOptions[name]
  const number = Number(text || Number.NaN)
  return number >= least && number < below ? number : undefined
}

function of(
  dataset: DatasetName,
  hidden: readonly number[],
  others: Partial<TrainingSettings>,
): TrainingSettings {
  return {
    ...{ dataset, hidden, activation: 'tanh', criterion: 'crossEntropy', optimizer: 'adam' },
    ...{ learningRate: 0.5, batchSize: 16, seed: 1, ...others },
  }
}

const mostLayers = 6
const widest = 256

/** Widths as they are typed: `8, 8`. Undefined where they are none; nothing typed is no layer. */
export function parseHidden(text: string): readonly number[] | undefined {
  if (text.trim() === '') return []
  const widths = text.trim().split(/[\s,]+/)
  const isWidth = (width: string) => /^\d+$/.test(width) && +width >= 1 && +width <= widest
  return widths.length <= mostLayers && widths.every(isWidth) ? widths.map(Number) : undefined
}

export const hiddenRule = `up to ${mostLayers} widths of 1 to ${widest}, as in 8, 8`

export function formatHidden(hidden: readonly number[]): string {
  return hidden.join(', ')
}

/** What an address says, and the dataset's own settings where it says nothing that can be used. */
export function parseSettings(parameters: Readonly<Record<string, string>>): TrainingSettings {
  const { dataset, layers, activation, criterion, optimizer, rate, batch, seed } = parameters
  const preset = presets[oneOf(datasetNames, dataset) ?? 'moons']
  const hidden = layers === undefined ? undefined : parseHidden(layers.replaceAll('-', ','))
  const own = ownOf(preset, parameters)
  const chosen = oneOf(optimizerNames, optimizer) ?? preset.optimizer
  return {
    dataset: preset.dataset,
    hidden: hidden ?? preset.hidden,
    activation: oneOf(activationNames, activation) ?? preset.activation,
    criterion: oneOf(criterionNames, criterion) ?? preset.criterion,
    optimizer: chosen,
    learningRate: parseRate(rate) ?? preset.learningRate,
    batchSize: parseWhole(batch, 1) ?? preset.batchSize,
    seed: parseWhole(seed, 0) ?? preset.seed,
    ...own,
    ...optionsOf(chosen, parameters),
  }
}

/** What only some datasets have. */
function ownOf(
  { dataset, points = '' }: TrainingSettings,
  parameters: Readonly<Record<string, string>>,
): Partial<TrainingSettings> {
  if (dataset === 'painted') return { points: parameters.points ?? points }
  if (dataset === 'table') {
    const table = parseTable(parameters)
    return table ? { table } : {}
  }
  if (!drawnDatasets.includes(dataset)) return {}
  const [count, noise] = [parseCount(parameters.count), parseNoise(parameters.noise)]
  return { ...(count !== undefined && { count }), ...(noise !== undefined && { noise }) }
}

function optionsOf(
  optimizer: OptimizerName,
  parameters: Readonly<Record<string, string>>,
): OptimizerOptions {
  const found = optionNames.flatMap((name) => {
    const number = parseOption(name, parameters[name])
    const isTaken = optimizerOptions[name].takenBy(optimizer)
    return isTaken && number !== undefined ? [[name, number] as const] : []
  })
  return Object.fromEntries(found)
}

function parseTable(parameters: Readonly<Record<string, string>>): TableChoice | undefined {
  const { table: mark, file: name, target, task, missing, ignore } = parameters
  if (!mark || !name) return undefined
  const [foundTask, foundMissing] = [oneOf(tasks, task), oneOf(missingNames, missing)]
  const ignored = ignore ? parseTexts(ignore) : undefined
  return {
    ...{ mark, name },
    ...(target !== undefined && { target }),
    ...(foundTask && { task: foundTask }),
    ...(foundMissing && { missing: foundMissing }),
    ...(ignored && { ignore: ignored }),
  }
}

export const tasks = ['classification', 'regression'] as const
export const missingNames = ['drop', 'mean'] as const

function parseTexts(text: string): readonly string[] | undefined {
  try {
    const found: unknown = JSON.parse(text)
    return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : undefined
  } catch {
    return undefined
  }
}

/** How many points are drawn: enough for both classes and both parts. */
export function parseCount(text: string | undefined): number | undefined {
  const count = parseWhole(text, 20)
  return count !== undefined && count <= 5000 ? count : undefined
}

export function parseNoise(text: string | undefined): number | undefined {
  const noise = Number(text || Number.NaN)
  return noise >= 0 && noise <= 5 ? noise : undefined
}

export function formatSettings(settings: TrainingSettings): Readonly<Record<string, string>> {
  const { dataset, hidden, activation, criterion, optimizer, count, noise, points } = settings
  const options = optionNames.flatMap((name) =>
    settings[name] === undefined ? [] : [[name, String(settings[name])] as const],
  )
  return {
    ...{ dataset, layers: hidden.join('-'), activation, criterion, optimizer },
    rate: String(settings.learningRate),
    batch: String(settings.batchSize),
    seed: String(settings.seed),
    ...(count !== undefined && { count: String(count) }),
    ...(noise !== undefined && { noise: String(noise) }),
    ...(points !== undefined && { points }),
    ...(settings.table && formatTable(settings.table)),
    ...Object.fromEntries(options),
  }
}

function formatTable({ mark, name, target, task, missing, ignore }: TableChoice) {
  return {
    ...{ table: mark, file: name },
    ...(target !== undefined && { target }),
    ...(task && { task }),
    ...(missing && { missing }),
    ...(ignore && { ignore: JSON.stringify(ignore) }),
  }
}

export function isSameSettings(a: TrainingSettings, b: TrainingSettings): boolean {
  return JSON.stringify(formatSettings(a)) === JSON.stringify(formatSettings(b))
}

export function parseRate(text: string | undefined): number | undefined {
  const rate = Number(text || Number.NaN)
  return Number.isFinite(rate) && rate >= 0 ? rate : undefined
}

/** A whole number that is not too large for one, at least `least`. */
export function parseWhole(text: string | undefined, least: number): number | undefined {
  const number = /^\d+$/.test(text ?? '') ? Number(text) : Number.NaN
  return number >= least && number < 2 ** 31 ? number : undefined
}

function oneOf<T extends string>(names: readonly T[], text: string | undefined): T | undefined {
  return names.find((name) => name === text)
}

/** What two settings differ in: by name, as an address says it. */
export function differencesOf(
  a: TrainingSettings,
  b: TrainingSettings,
): readonly (readonly [name: string, a: string, b: string])[] {
  const [first, second] = [formatSettings(a), formatSettings(b)]
  const names = new Set([...Object.keys(first), ...Object.keys(second)])
  return [...names].flatMap((name) => {
    const pair = [first[name] ?? '', second[name] ?? ''].map(shortened)
    return first[name] === second[name] ? [] : [[name, pair[0] ?? '', pair[1] ?? ''] as const]
  })
}

function shortened(text: string): string {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text
}

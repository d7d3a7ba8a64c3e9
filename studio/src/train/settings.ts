/** The settings of a training: where each dataset begins, and how an address says them. */
import {
  activationNames,
  criterionNames,
  type DatasetName,
  datasetNames,
  optimizerNames,
  type TrainingSettings,
} from '../engine/train-protocol.ts'

/** Settings that learn a dataset within seconds. */
export const presets: Readonly<Record<DatasetName, TrainingSettings>> = {
  xor: of('xor', [4], { activation: 'sigmoid', criterion: 'mse', optimizer: 'sgd', batchSize: 4 }),
  moons: of('moons', [8, 8], { learningRate: 0.01 }),
  circles: of('circles', [8], { criterion: 'bceWithLogits', learningRate: 0.02 }),
  spiral: of('spiral', [16, 16], { learningRate: 0.01 }),
  iris: of('iris', [8], { activation: 'relu', learningRate: 0.01 }),
  digits: of('digits', [64], { activation: 'relu', learningRate: 0.005, batchSize: 32 }),
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
  return {
    dataset: preset.dataset,
    hidden: hidden ?? preset.hidden,
    activation: oneOf(activationNames, activation) ?? preset.activation,
    criterion: oneOf(criterionNames, criterion) ?? preset.criterion,
    optimizer: oneOf(optimizerNames, optimizer) ?? preset.optimizer,
    learningRate: parseRate(rate) ?? preset.learningRate,
    batchSize: parseWhole(batch, 1) ?? preset.batchSize,
    seed: parseWhole(seed, 0) ?? preset.seed,
  }
}

export function formatSettings(settings: TrainingSettings): Readonly<Record<string, string>> {
  const { dataset, hidden, activation, criterion, optimizer } = settings
  return {
    ...{ dataset, layers: hidden.join('-'), activation, criterion, optimizer },
    rate: String(settings.learningRate),
    batch: String(settings.batchSize),
    seed: String(settings.seed),
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

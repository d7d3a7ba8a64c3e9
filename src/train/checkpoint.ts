/** A checkpoint: a model's file that also holds all that its training needs to go on. */
import { SluiceError } from '../errors.ts'
import { readSafetensors, writeSafetensors } from '../formats/index.ts'
import type { Tensor } from '../ir/tensor.ts'
import { type FileSystem, writeAtomically } from './atomic-file.ts'
import { type Best, type Course, type Measured, newCourse } from './course.ts'
import {
  damagedDocument,
  encodeDocument,
  isRecord,
  type ModelFacts,
  objectFrom,
} from './model-document.ts'
import { factsOf, trainingPrefix } from './model-file.ts'
import { readBytes } from './read-bytes.ts'
import type { MetricName, Scores } from './scores.ts'

/** What must be the same when a training goes on. */
export interface TrainingSettings {
  readonly seed: number
  readonly batchSize: number
  readonly watch: MetricName
  /** How many examples an epoch has. */
  readonly examples: number
  /** What tells the examples from others. */
  readonly data: string
}

export interface Checkpoint {
  /** What the model is, as far as the one who trained it said so. */
  readonly facts: Partial<ModelFacts>
  readonly settings: TrainingSettings
  readonly course: Course
  /** The contents of all states, by key: weights, what the optimizer keeps, random steps. */
  readonly states: ReadonlyMap<string, Tensor>
  /** Which of them are the model's; the others only training needs. */
  readonly modelKeys: readonly string[]
  /** The model's states where they were best, where those are what the file gives as the model. */
  readonly bestWeights?: ReadonlyMap<string, Tensor> | undefined
}

/**
 * Saves a checkpoint in one file, which is there whole or not at all. `loadModel` reads the model
 * in it.
 *
 * Throws: FILE where it cannot be written: what was there before is still whole.
 */
export async function saveCheckpoint(
  path: string,
  checkpoint: Checkpoint,
  options: { readonly files?: FileSystem } = {},
): Promise<void> {
  await writeAtomically(path, encodeCheckpoint(checkpoint), options)
}

/**
 * Loads what `saveCheckpoint` or `fit` saved.
 *
 * Throws: FILE where it cannot be read, is cut off, damaged or foreign, or is a model without what
 * its training needs.
 *
 * @example
 * const { facts, course } = await loadCheckpoint('wine.safetensors')
 * console.log(`${course.epoch} epochs of a network of ${facts.network?.layers}`)
 */
export async function loadCheckpoint(
  path: string,
  options: { readonly maxBytes?: number } = {},
): Promise<Checkpoint> {
  return decodeCheckpoint(await readBytes(path, options.maxBytes ?? 2 ** 31), path)
}

/** The bytes of a checkpoint's file; the same checkpoint gives the same bytes. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { facts, settings, course, states, modelKeys, bestWeights } = checkpoint
  const tensors = new Map<string, Tensor>()
  for (const key of modelKeys) {
    const weight = bestWeights?.get(key) ?? states.get(key)
    if (weight) tensors.set(key, weight)
  }
  for (const [key, contents] of states) {
    if (bestWeights || !tensors.has(key)) tensors.set(trainingPrefix + key, contents)
  }
  const isBest = bestWeights !== undefined
  const training = JSON.stringify({ settings, course, isBest }, spellNonFinite)
  const metadata = { sluice: encodeDocument(facts), 'sluice.training': training }
  return writeSafetensors(tensors, { metadata })
}

/** The checkpoint in the bytes of its file. Throws FILE as `loadCheckpoint`. */
export function decodeCheckpoint(bytes: Uint8Array, name = 'the checkpoint'): Checkpoint {
  const file = readSafetensors(bytes, { name })
  const facts = factsOf(file, name)
  const text = file.metadata.get('sluice.training')
  if (text === undefined) throw onlyModel(name)
  const document = objectFrom(text, name)
  const weights = new Map<string, Tensor>()
  const others = new Map<string, Tensor>()
  for (const [key, contents] of file.tensors) {
    if (key.startsWith(trainingPrefix)) others.set(key.slice(trainingPrefix.length), contents)
    else weights.set(key, contents)
  }
  return {
    facts,
    settings: settingsFrom(document.settings, name),
    course: courseFrom(document.course, name),
    states: new Map([...weights, ...others]),
    modelKeys: [...weights.keys()],
    bestWeights: document.isBest === true ? weights : undefined,
  }
}

function settingsFrom(value: unknown, name: string): TrainingSettings {
  if (!isRecord(value)) throw damagedDocument(name, 'settings', 'an object', value)
  const { watch, data } = value
  if (!isMetric(watch)) throw damagedDocument(name, 'settings.watch', 'a metric', watch)
  if (typeof data !== 'string') throw damagedDocument(name, 'settings.data', 'digits', data)
  const [seed, batchSize, examples] = numbersFrom(value, ['seed', 'batchSize', 'examples'], name)
  return { seed, batchSize, watch, examples, data }
}

function courseFrom(value: unknown, name: string): Course {
  if (!isRecord(value)) throw damagedDocument(name, 'course', 'an object', value)
  const [step, epoch, position, lossSum] = numbersFrom(
    value,
    ['step', 'epoch', 'position', 'lossSum'],
    name,
  )
  const [waited] = numbersFrom(value, ['waited'], name)
  const last = value.last === undefined ? undefined : measuredFrom(value.last, name)
  const best = value.best === undefined ? undefined : bestFrom(value.best, name)
  return { ...newCourse(), step, epoch, position, lossSum, last, best, waited }
}

function bestFrom(value: unknown, name: string): Best {
  const measured = measuredFrom(value, name)
  const [step, valueOfBest] = numbersFrom(value, ['step', 'value'], name)
  return { ...measured, step, value: valueOfBest }
}

function measuredFrom(value: unknown, name: string): Measured {
  const [epoch, loss] = numbersFrom(value, ['epoch', 'loss'], name)
  const heldOut = isRecord(value) ? value.heldOut : undefined
  return { epoch, loss, ...(heldOut !== undefined && { heldOut: scoresFrom(heldOut, name) }) }
}

function scoresFrom(value: unknown, name: string): Scores {
  const [loss, examples] = numbersFrom(value, ['loss', 'examples'], name)
  const others = (['accuracy', 'r2', 'mae'] as const).filter(
    (metric) => isRecord(value) && value[metric] !== undefined,
  )
  const numbers = numbersFrom(value, others, name)
  const found = others.map((metric, index) => [metric, numbers[index]])
  return { loss, examples, ...Object.fromEntries(found) }
}

/** JSON has no ∞ and no NaN: as texts they come back. */
function spellNonFinite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** The numbers of an object under these keys. */
function numbersFrom<const Keys extends readonly string[]>(
  value: unknown,
  keys: Keys,
  name: string,
): { readonly [K in keyof Keys]: number } {
  const numbers = keys.map((key) => {
    const number = isRecord(value) ? value[key] : undefined
    if (typeof number === 'number') return number
    if (number === 'NaN' || number === 'Infinity' || number === '-Infinity') return Number(number)
    throw damagedDocument(name, `${key} of the training`, 'a number', number)
  })
  return numbers as { readonly [K in keyof Keys]: number } // one for each key
}

function isMetric(value: unknown): value is MetricName {
  return value === 'loss' || value === 'accuracy' || value === 'r2' || value === 'mae'
}

function onlyModel(name: string): SluiceError {
  return new SluiceError({
    code: 'FILE',
    what: `${name} is a model, but no checkpoint`,
    expected: 'what its training needs to go on',
    got: 'weights alone',
    fix: 'resume from a file that training saved by `checkpoint`',
  })
}

/** The network that a command looks at: of a saved model, of a dataset's recipe, or of widths. */
import type { Command } from 'commander'
import { type Dataset, datasets, type Preparation, pickRows, readExamples } from '../data/index.ts'
import { scaled } from '../data/scaling.ts'
import { SluiceError } from '../errors.ts'
import { input } from '../gates/index.ts'
import { type Tensor, toNumbers } from '../ir/tensor.ts'
import { fillRandomBits, foldIn, hashName, keyFromSeed, uniform32 } from '../ir/threefry.ts'
import type { Value } from '../ir/value.ts'
import { activations, criteria, type NetworkSpec, partsOf } from '../nn/index.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { loadModel } from '../train/index.ts'
import { isPackaged } from './data-source.ts'
import { planFor } from './plan.ts'
import { prepare } from './training.ts'
import { choose, parseLayers, UsageError, wholeNumber } from './usage.ts'

export interface SubjectOptions {
  readonly layers?: readonly number[]
  readonly activation?: string
  readonly criterion?: string
  readonly seed: number
}

export interface Subject {
  /** What messages call it. */
  readonly name: string
  readonly network: NetworkSpec
  readonly store: Store
  readonly preparation?: Preparation
  /** Prepared, where it is a dataset's. */
  readonly dataset?: Dataset
  readonly metrics?: Readonly<Record<string, number>>
}

/** Options that say which network is meant. */
export function withSubjectOptions(command: Command): Command {
  return command
    .option('--layers <widths>', 'width of the inputs, then of each layer: 2,3,1', parseLayers)
    .option('--activation <name>', `between layers: ${Object.keys(activations).join(', ')}`)
    .option('--criterion <name>', `what gets smaller: ${Object.keys(criteria).join(', ')}`)
    .option('--seed <number>', 'decides the weights', wholeNumber('--seed', 0), 1)
}

/** Throws OPTION where nothing or too much is said, NAME for what is not there, FILE as loadModel. */
export async function subjectOf(
  command: string,
  what: string | undefined,
  options: SubjectOptions,
): Promise<Subject> {
  const { layers, activation = 'sigmoid', criterion = 'mse', seed } = options
  if (what === undefined) {
    if (!layers) throw nothingGiven(command)
    choose('activation', activation, activations)
    choose('criterion', criterion, criteria)
    const task = criterion === 'crossEntropy' ? 'classification' : 'regression'
    const network: NetworkSpec = { layers, activation, criterion, task }
    return { name: `--layers ${layers.join(',')}`, network, store: createStore({ seed }) }
  }
  if (Object.hasOwn(datasets, what) && isPackaged(what)) return datasetSubject(what, options)
  if (layers) throw bothGiven(command, what)
  const { network, store, preparation, metrics } = await loadModel(what)
  return {
    ...{ name: what, network, store },
    ...(preparation && { preparation }),
    ...(metrics && { metrics }),
  }
}

/** The network that `sluice train` would train on a dataset, before it does. */
async function datasetSubject(
  name: keyof typeof datasets,
  { layers, activation, criterion, seed }: SubjectOptions,
): Promise<Subject> {
  const dataset = await datasets[name].load()
  const asked = { ...(layers && { layers }), ...(activation && { activation }) }
  const plan = planFor(dataset, { data: name, ...asked, ...(criterion && { criterion }), seed })
  const { train, preparation } = prepare(dataset, plan)
  const network: NetworkSpec = {
    ...{ layers: plan.layers, activation: plan.activation, criterion: plan.criterion },
    ...{ task: dataset.task, target: preparation.columns.target },
  }
  return { name, network, store: createStore({ seed }), preparation, dataset: train }
}

/** A network with its cost on some examples, and those. */
export interface Posed {
  readonly J: Value
  readonly yHat: Value
  readonly feeds: { readonly x: Tensor; readonly y: Tensor }
}

export interface ExampleOptions {
  /** A table to take the examples from. */
  readonly data?: string
  readonly rows: number
  readonly seed: number
}

/** J of a network on its first examples: of a table, of its dataset, or drawn by seed. */
export async function pose(
  { network, preparation, dataset }: Subject,
  options: ExampleOptions,
): Promise<Posed> {
  const feeds =
    options.data === undefined
      ? dataset
        ? firstRows({ x: dataset.inputs, y: dataset.targets }, options.rows)
        : drawnExamples(network, options)
      : await tableExamples(options.data, preparation, options.rows)
  const { model, criterion } = partsOf(network)
  const yHat = model(input('x', feeds.x.shape))
  const { shape, dtype } = feeds.y
  return { J: criterion(yHat, input('y', shape, { dtype })), yHat, feeds }
}

async function tableExamples(
  path: string,
  preparation: Preparation | undefined,
  rows: number,
): Promise<Posed['feeds']> {
  if (!preparation) {
    throw new UsageError({
      code: 'OPTION',
      what: '--data: it is not known how to prepare a table for this network',
      expected: 'a model that `sluice train` saved',
      got: 'a network that nothing was trained on',
      fix: 'leave out --data, or give a model',
    })
  }
  const { inputs, targets } = await readExamples(path, preparation)
  if (!targets) throw noTargets(path, preparation)
  const { target } = preparation
  const y = target.kind === 'numbers' ? scaled(targets, target) : targets
  return firstRows({ x: inputs, y }, rows)
}

function firstRows({ x, y }: Posed['feeds'], rows: number): Posed['feeds'] {
  const count = Math.min(rows, x.shape[0] ?? 0)
  const indices = Array.from({ length: count }, (_, index) => index)
  return { x: pickRows(x, indices), y: pickRows(y, indices) }
}

/** The four rows of exclusive or where they fit, else numbers from 0 to 1. */
function drawnExamples(
  { layers, criterion }: NetworkSpec,
  { rows, seed }: ExampleOptions,
): Posed['feeds'] {
  const inputs = layers[0] ?? 1
  const outputs = layers.at(-1) ?? 1
  const hasClasses = criterion === 'crossEntropy'
  if (inputs === 2 && outputs === 1 && !hasClasses) return firstRows(exclusiveOr, rows)
  const x = randomRows('x', [rows, inputs], seed)
  const y = randomRows('y', [rows, hasClasses ? 1 : outputs], seed)
  if (!hasClasses) return { x, y }
  const labels = Int32Array.from(toNumbers(y), (share) => Math.min(outputs - 1, share * outputs))
  return { x, y: { shape: [rows], dtype: 'i32', data: labels } }
}

const exclusiveOr: Posed['feeds'] = {
  x: { shape: [4, 2], dtype: 'f32', data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1) },
  y: { shape: [4, 1], dtype: 'f32', data: Float32Array.of(0, 1, 1, 0) },
}

function randomRows(name: string, shape: readonly [number, number], seed: number): Tensor {
  const bits = new Uint32Array(shape[0] * shape[1])
  fillRandomBits(foldIn(keyFromSeed(seed), hashName(name)), bits)
  // Two digits, so that the equations can be checked by hand.
  const data = Float32Array.from(bits, (word) => Math.round(uniform32(word) * 100) / 100)
  return { shape, dtype: 'f32', data }
}

function nothingGiven(command: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `${command}: no network is given`,
    expected: 'a model that was saved, a dataset, or --layers with the widths of a network',
    got: 'none of them',
    fix: `try \`sluice ${command} --layers 2,3,1\``,
  })
}

function bothGiven(command: string, what: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `${command}: ${what} has its own layers`,
    expected: 'a model, or --layers',
    got: 'both',
    fix: 'leave one out',
  })
}

function noTargets(path: string, { columns }: Preparation): SluiceError {
  return new SluiceError({
    code: 'DATA',
    what: `${path}: the cost needs to know what is right`,
    expected: `a column "${columns.target}" without a missing cell`,
    got: 'none',
    fix: 'add it, or leave out --data',
  })
}

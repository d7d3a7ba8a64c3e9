/**
 * The network that a command looks at: of a saved model, of a file that another program exported, of
 * a dataset's recipe, or of widths.
 */
import type { Command } from 'commander'
import { type Dataset, datasets, type Preparation, pickRows, readExamples } from '../data/index.ts'
import { scaled } from '../data/scaling.ts'
import { SluiceError } from '../errors.ts'
import { input } from '../gates/index.ts'
import { type Tensor, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import {
  activations,
  buildNetwork,
  criteria,
  type Layer,
  type NetworkSpec,
  partsOf,
} from '../nn/index.ts'
import type { AxisSizes, OnnxModel } from '../onnx/index.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { isPackaged } from './data-source.ts'
import { randomNumbers } from './drawn-numbers.ts'
import { kindOfFile } from './file-kind.ts'
import { planFor } from './plan.ts'
import { modelOfFile } from './row-of-layers.ts'
import { prepare } from './training.ts'
import { choose, parseLayers, parseSizes, UsageError, wholeNumber } from './usage.ts'

export interface SubjectOptions {
  readonly layers?: readonly number[]
  readonly activation?: string
  readonly criterion?: string
  readonly size?: AxisSizes
  readonly seed: number
}

export type Subject = NetworkSubject | OnnxSubject

/** A network of which is known what it is for. */
export interface NetworkSubject {
  readonly kind: 'network'
  /** What messages call it. */
  readonly name: string
  readonly network: NetworkSpec
  readonly layer: Layer
  readonly store: Store
  readonly preparation?: Preparation
  /** Prepared, where it is a dataset's. */
  readonly dataset?: Dataset
  readonly metrics?: Readonly<Record<string, number>>
}

/** A network of which is known what it computes. */
export interface OnnxSubject {
  readonly kind: 'onnx'
  readonly name: string
  readonly model: OnnxModel
  readonly store: Store
}

/** Options that say which network is meant. */
export function withSubjectOptions(command: Command): Command {
  return command
    .option('--layers <widths>', 'width of the inputs, then of each layer: 2,3,1', parseLayers)
    .option('--activation <name>', `between layers: ${Object.keys(activations).join(', ')}`)
    .option('--criterion <name>', `what gets smaller: ${Object.keys(criteria).join(', ')}`)
    .option('--size <sizes>', 'of axes that an ONNX file names: batch=4,steps=8', parseSizes)
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
    const [name, layer] = [`--layers ${layers.join(',')}`, buildNetwork(network)]
    return { kind: 'network', name, network, layer, store: createStore({ seed }) }
  }
  if (Object.hasOwn(datasets, what) && isPackaged(what)) return datasetSubject(what, options)
  if (layers) throw bothGiven(command, what)
  const kind = await kindOfFile(what)
  if (kind === 'onnx') {
    if (options.criterion !== undefined) choose('criterion', options.criterion, criteria)
    // What reads ONNX is large, and few networks need it.
    const { loadOnnx } = await import('./onnx-file.ts')
    return { kind: 'onnx', name: what, model: await loadOnnx(what), store: createStore({ seed }) }
  }
  const model = await modelOfFile(what, kind, options.activation)
  const { network, layer, store, preparation, metrics } = model
  return {
    ...{ kind: 'network', name: what, network, layer, store },
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
  const [layer, store] = [buildNetwork(network), createStore({ seed })]
  return { kind: 'network', name, network, layer, store, preparation, dataset: train }
}

/** A network with its cost on some examples, and those. */
export interface Posed {
  readonly J: Value
  readonly yHat: Value
  readonly feeds: Readonly<Record<string, Tensor>>
  /** The input that says what is right. */
  readonly target: string
  readonly criterion: string
  /** How many, where it is a classification. */
  readonly classes: number
}

export interface ExampleOptions extends Pick<SubjectOptions, 'criterion' | 'size' | 'seed'> {
  /** A table to take the examples from. */
  readonly data?: string
  /** Default: 4, and 1 of what another program exported. */
  readonly rows?: number
}

/** J of a network on its first examples: of a table, of its dataset, or drawn by seed. */
export async function pose(subject: Subject, options: ExampleOptions): Promise<Posed> {
  if (subject.kind === 'onnx') {
    const { poseOnnx } = await import('./onnx-subject.ts')
    const { criterion = 'mse', data, rows } = options
    const { model } = subject
    const given = data === undefined ? undefined : await onnxRows(model, data, rows)
    return poseOnnx(model, { ...options, criterion }, given)
  }
  const { network, layer } = subject
  const feeds = await examplesFor(subject, options)
  const { model, criterion } = partsOf(network, layer)
  const yHat = model(input('x', feeds.x.shape))
  const { shape, dtype } = feeds.y
  return {
    J: criterion(yHat, input('y', shape, { dtype })),
    ...{ yHat, feeds: { ...feeds }, target: 'y' },
    ...{ criterion: network.criterion, classes: network.layers.at(-1) ?? 1 },
  }
}

async function onnxRows(model: OnnxModel, path: string, rows = 1): Promise<Posed['feeds']> {
  const { readOnnxTable } = await import('./onnx-table.ts')
  const { inputNameOf } = await import('./onnx-subject.ts')
  const { inputs } = await readOnnxTable(model, path)
  return { [inputNameOf(model)]: pickRows(inputs, firstOf(inputs, rows)) }
}

interface Examples {
  readonly x: Tensor
  readonly y: Tensor
}

function examplesFor(
  { network, preparation, dataset }: NetworkSubject,
  options: ExampleOptions,
): Promise<Examples> | Examples {
  const { data, rows = 4, seed } = options
  if (data !== undefined) return tableExamples(data, preparation, rows)
  if (dataset) return firstRows({ x: dataset.inputs, y: dataset.targets }, rows)
  return drawnExamples(network, { rows, seed })
}

async function tableExamples(
  path: string,
  preparation: Preparation | undefined,
  rows: number,
): Promise<Examples> {
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

function firstRows({ x, y }: Examples, rows: number): Examples {
  return { x: pickRows(x, firstOf(x, rows)), y: pickRows(y, firstOf(y, rows)) }
}

function firstOf({ shape }: Tensor, rows: number): readonly number[] {
  return Array.from({ length: Math.min(rows, shape[0] ?? 0) }, (_, index) => index)
}

/** The four rows of exclusive or where they fit, else numbers from 0 to 1. */
function drawnExamples(
  { layers, criterion }: NetworkSpec,
  { rows, seed }: { readonly rows: number; readonly seed: number },
): Examples {
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

const exclusiveOr: Examples = {
  x: { shape: [4, 2], dtype: 'f32', data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1) },
  y: { shape: [4, 1], dtype: 'f32', data: Float32Array.of(0, 1, 1, 0) },
}

function randomRows(name: string, shape: readonly [number, number], seed: number): Tensor {
  const data = Float32Array.from(randomNumbers(name, shape[0] * shape[1], seed))
  return { shape, dtype: 'f32', data }
}

function nothingGiven(command: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `${command}: no network is given`,
    expected:
      'a model that was saved, an ONNX file, a dataset, or --layers with the widths of a network',
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

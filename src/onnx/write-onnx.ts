/** Graphs of gates as ONNX files: what runs a network, or a whole step of its training, elsewhere. */
import { SluiceError } from '../errors.ts'
import { Graph, type Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { type FileOptions, FileWriter } from './writers/file-writer.ts'
import {
  builtFor,
  type OnnxBuilder,
  type WriteOnnxBuilderOptions,
  writtenForAll,
} from './writers/for-all-sizes.ts'
import { written } from './writers/written.ts'

export interface WriteOnnxOptions extends FileOptions {
  /** What states become: the file is then a whole step of training. */
  readonly updates?: readonly Update[]
}

/**
 * An ONNX file, opset 18, of these outputs: inputs have the names of the graph's inputs, weights and
 * other states stand in it under their keys. An output that is called as an input is gets `.next` behind
 * its name.
 *
 * With `updates` it is a whole step of training. Every state that they change is an input under its key,
 * and an output `<key>.next`; the entry `sluice.states` of the metadata lists them (`OnnxState`). What
 * they hold first is what `writeOnnxStates` writes.
 *
 * Given a function from inputs to outputs, as `compile` takes it, sizes may have names and are any then:
 * `writeOnnx(({ x }) => ({ y: model(x) }), { inputs: { x: { shape: ['batch', 4] } } })`. It is called for
 * a few sizes, and what is written is what all of these graphs have in common.
 *
 * Throws: FILE where the weights are more than the 2 GiB that the format holds; SHAPE where the graph is
 * another one for other sizes.
 *
 * @example
 * writeFileSync('model.onnx', writeOnnx({ yHat }, { contents: program.store.contents }))
 * writeFileSync('step.onnx', writeOnnx({ J }, { updates: sgd(J, { learningRate: 0.1 }) }))
 */
export function writeOnnx(
  outputs: Readonly<Record<string, Value>>,
  options?: WriteOnnxOptions,
): Uint8Array<ArrayBuffer>
export function writeOnnx(
  builder: OnnxBuilder,
  options: WriteOnnxBuilderOptions,
): Uint8Array<ArrayBuffer>
export function writeOnnx(
  source: Readonly<Record<string, Value>> | OnnxBuilder,
  options: WriteOnnxOptions & Partial<WriteOnnxBuilderOptions> = {},
): Uint8Array<ArrayBuffer> {
  if (typeof source === 'function') return writtenForAll(source, { inputs: {}, ...options })
  const { file, metadata } = written(source, options.updates ?? [], options)
  return file.finish(metadata)
}

/**
 * An ONNX file without inputs, whose outputs are what the states of a step hold at its start, by the
 * names of the step's inputs: run once, it gives the first feeds of what `writeOnnx` writes.
 * Takes what that takes. Throws: OPTION without updates.
 */
export function writeOnnxStates(
  outputs: Readonly<Record<string, Value>>,
  options: WriteOnnxOptions,
): Uint8Array<ArrayBuffer>
export function writeOnnxStates(
  builder: OnnxBuilder,
  options: WriteOnnxBuilderOptions,
): Uint8Array<ArrayBuffer>
export function writeOnnxStates(
  source: Readonly<Record<string, Value>> | OnnxBuilder,
  options: WriteOnnxOptions & Partial<WriteOnnxBuilderOptions>,
): Uint8Array<ArrayBuffer> {
  const { outputs, updates = [] } =
    typeof source === 'function'
      ? builtFor(source, { inputs: {}, ...options })
      : { outputs: source, updates: options.updates }
  if (updates.length === 0) throw noUpdates()
  const step = new FileWriter(new Graph(outputs, updates), options)
  const states = updates.map(({ state }) => [step.stateNames(state).input, state] as const)
  const { file, metadata } = written(Object.fromEntries(states), [], options)
  return file.finish(metadata)
}

function noUpdates(): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'onnx: there are no updates, so no state goes in or out',
    expected: 'the updates that writeOnnx was given',
    got: 'none',
    fix: 'writeOnnxStates(outputs, { updates })',
  })
}

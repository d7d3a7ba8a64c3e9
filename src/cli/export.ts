import { Command } from 'commander'
import type { Preparation } from '../data/index.ts'
import * as gates from '../gates/index.ts'
import type { Value } from '../ir/value.ts'
import { predictionOf } from '../nn/index.ts'
import { checkWritable, writeAtomically } from '../train/atomic-file.ts'
import { buildOptimizer, optimizerNames } from '../train/index.ts'
import type { Io } from './io.ts'
import { parseOptimizer } from './plan.ts'
import { usualRate } from './recipes.ts'
import {
  type NetworkSubject,
  pose,
  type Subject,
  type SubjectOptions,
  subjectOf,
  withSubjectOptions,
} from './subject.ts'
import { parseLearningRate, UsageError, wholeNumber } from './usage.ts'

interface ExportOptions extends SubjectOptions {
  readonly out?: string
  readonly rows?: number
  readonly trainingStep?: true
  readonly optimizer: string
  readonly learningRate?: number
  readonly prepared?: true
}

/** `sluice export <model | dataset | --layers …> -o model.onnx`. */
export function exportCommand(io: Io): Command {
  const command = new Command('export')
    .summary('write a network, or a whole step of its training, as ONNX')
    .description(
      'Writes a network as an ONNX file, which onnxruntime and many others run. Of a model that `sluice train` saved, the file takes the numbers as the table has them, scales them itself, and gives probabilities, or numbers in the units of the data.\n\n--training-step writes what one step of training computes, forward, backward and update: states are inputs by their keys, and outputs with .next behind them. What they hold first is a file of its own, model.states.onnx, whose outputs they are.',
    )
    .argument('[network]', 'a saved model, an ONNX file, or a dataset')
  return withSubjectOptions(command)
    .option('-o, --out <file>', 'write there, rather than to a pipe')
    .option(
      '--rows <count>',
      'examples at once; default any, of a step 32',
      wholeNumber('--rows', 1),
    )
    .option('--prepared', 'take inputs that are scaled already, and give what the layers give')
    .option('--training-step', 'a whole step, with the weights as states that go in and out')
    .option(
      '--optimizer <name>',
      `of a step: ${optimizerNames.join(', ').toLowerCase()}`,
      parseOptimizer,
      'sgd',
    )
    .option('--learning-rate <rate>', 'of a step, at its start', parseLearningRate)
    .addHelpText('after', examples)
    .action((what: string | undefined, options: ExportOptions) => exportWhat(io, what, options))
}

const examples = `
The file takes any number of examples, unless --rows says how many; a step takes
a fixed number. Other sizes that an ONNX file names are fixed: --size.

Examples:
  $ sluice export wine.safetensors -o wine.onnx
  $ sluice export wine.safetensors --prepared --rows 32 -o layers.onnx
  $ sluice export --layers 2,3,1 --training-step -o step.onnx
  $ sluice export digits --training-step --optimizer adam --rows 64 -o step.onnx`

async function exportWhat(io: Io, what: string | undefined, options: ExportOptions): Promise<void> {
  const { out, trainingStep } = options
  if (out === undefined && io.terminals.out) throw noFile()
  if (out !== undefined) await checkWritable(out)
  const subject = await subjectOf('export', what, options)
  const written = trainingStep
    ? await stepOf(subject, options)
    : { model: await modelOf(io, subject, options) }
  if (out === undefined) return io.out(written.model)
  await writeAtomically(out, written.model)
  io.err(`wrote ${out}\n`)
  if (!('states' in written)) return
  const beside = `${out.replace(/\.onnx$/, '')}.states.onnx`
  await writeAtomically(beside, written.states)
  io.err(`wrote ${beside}: what its states hold first\n`)
}

/** Sizes that nothing else in a network has: what depends on the examples is told by them. */
const [oneSize, otherSize] = [997, 1009]

/** For any number of examples, where nothing in the network keeps it as a number. */
async function modelOf(io: Io, subject: Subject, options: ExportOptions): Promise<Uint8Array> {
  const { rows } = options
  if (rows !== undefined) return inferenceOf(subject, options)
  const { freeAxis } = await import('../onnx/free-axis.ts')
  const sized = async (size: number) => ({
    bytes: await inferenceOf(subject, { ...options, rows: size }),
    size,
  })
  const freed = freeAxis(await sized(oneSize), await sized(otherSize), 'batch')
  if (freed) return freed
  io.err('it takes one example at a time: give --rows for more\n')
  return inferenceOf(subject, { ...options, rows: 1 })
}

/** What computes predictions. */
async function inferenceOf(subject: Subject, options: ExportOptions): Promise<Uint8Array> {
  const { writeOnnx } = await import('../onnx/index.ts')
  const { store, name } = subject
  if (subject.kind === 'onnx') {
    const { buildOnnx } = await import('./onnx-subject.ts')
    return writeOnnx(buildOnnx(subject.model, options).outputs, { contents: store.contents })
  }
  const { network, preparation } = subject
  const outputs = outputsOf(subject, options)
  const metadata = {
    ...(network.inputs && { 'sluice.inputs': JSON.stringify(network.inputs) }),
    ...(preparation?.target.kind === 'classes' && {
      'sluice.classes': JSON.stringify(preparation.target.classes),
    }),
  }
  const description = `${name}, a ${network.task} by Sluice`
  return writeOnnx(outputs, { contents: store.contents, metadata, description })
}

/** Predictions in the units of the data, with the logits that they come from. */
function outputsOf(
  { network, layer, preparation }: NetworkSubject,
  { rows = 1, prepared }: ExportOptions,
): Readonly<Record<string, Value>> {
  const x = gates.input('x', [rows, network.layers[0] ?? 1])
  const isRaw = preparation !== undefined && !prepared
  const y = layer(isRaw ? scaledBy(preparation, x) : x)
  if (prepared) return { y }
  const prediction = predictionOf(network, y)
  if (prediction !== y) return { probabilities: prediction, logits: y }
  return { prediction: isRaw ? inUnits(preparation, y) : y }
}

/** (x − mean) / scale, where that changes anything. */
function scaledBy({ inputs: { mean, scale } }: Preparation, x: Value): Value {
  const isPlain = mean.every((m) => m === 0) && scale.every((s) => s === 1)
  if (isPlain) return x
  return gates.divide(
    gates.subtract(x, gates.constant(Float32Array.from(mean))),
    gates.constant(Float32Array.from(scale)),
  )
}

function inUnits({ target }: Preparation, y: Value): Value {
  if (target.kind === 'classes') return y
  const { mean, scale } = target
  return gates.add(
    gates.multiply(y, gates.constant(Float32Array.from(scale))),
    gates.constant(Float32Array.from(mean)),
  )
}

/** What a step of training computes, and what its states hold first. */
async function stepOf(
  subject: Subject,
  options: ExportOptions,
): Promise<{ readonly model: Uint8Array; readonly states: Uint8Array }> {
  const { writeOnnx, writeOnnxStates } = await import('../onnx/index.ts')
  const { rows = 32, optimizer: name, learningRate = usualRate(name) } = options
  const { J } = await pose(subject, { ...options, rows })
  const updates = buildOptimizer({ name, learningRate })(J)
  const { seed } = options
  const settings = { updates, contents: subject.store.contents, seed }
  return { model: writeOnnx({ J }, settings), states: writeOnnxStates({ J }, settings) }
}

function noFile(): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: 'export: a terminal cannot show an ONNX file',
    expected: 'a file or a pipe',
    got: 'neither',
    fix: 'add -o model.onnx',
  })
}

import { Command } from 'commander'
import { compile } from '../compile.ts'
import {
  formatCsv,
  type Preparation,
  pickRows,
  predictedClasses,
  readExamples,
  restoreTargets,
} from '../data/index.ts'
import { SluiceError } from '../errors.ts'
import { sizeOf } from '../ir/shape.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'
import { predictionOf } from '../nn/index.ts'
import { checkWritable, writeAtomically } from '../train/atomic-file.ts'
import { countRight, loadModel, type Model } from '../train/index.ts'
import { createErrors, spreadOf } from '../train/regression.ts'
import { parseDelimiter, startReading } from './data-source.ts'
import { kindOfFile } from './file-kind.ts'
import type { Io } from './io.ts'
import { noProgress, progressLine } from './progress.ts'
import { percent, whole } from './report.ts'
import { parseNames } from './usage.ts'

interface PredictOptions {
  readonly out?: string
  readonly probabilities?: true
  readonly keep?: readonly string[]
  readonly delimiter?: ReturnType<typeof parseDelimiter>
  readonly quiet?: true
}

/** `sluice predict <model> <table>`: CSV in, CSV out. */
export function predictCommand(io: Io): Command {
  return new Command('predict')
    .summary('predict the rows of a table by a model that was trained')
    .description(
      'Reads a table as the one that the model was trained on, and prints a table with what is predicted for each row: the class, or the number in the units of the data. Columns are found by their names. Where the table says what is right, the score is told as well.\n\nOf an ONNX file, the columns but those of --keep are its input, in their order and as they are, and each number of its first output is a column.',
    )
    .argument('<model>', 'a file that `sluice train --out` saved, or an ONNX file')
    .argument('<table>', 'a CSV file')
    .option('-o, --out <file>', 'write the table there; default: to stdout')
    .option('--probabilities', 'add the probability of each class')
    .option('--keep <columns>', 'columns to copy, such as an id: id,name', parseNames)
    .option('--delimiter <sign>', 'what parts the cells; found by itself', parseDelimiter)
    .option('--quiet', 'no progress and no score')
    .addHelpText('after', examples)
    .action((model: string, table: string, options: PredictOptions) =>
      predict(io, { model, table }, options),
    )
}

const examples = `
Examples:
  $ sluice predict wine.safetensors new.csv
  $ sluice predict wine.safetensors new.csv --probabilities --keep id -o predicted.csv
  $ sluice predict resnet.onnx pixels.csv --keep id --probabilities
  $ sluice predict wine.safetensors new.csv | cut -d, -f1 | sort | uniq -c`

async function predict(
  io: Io,
  files: { readonly model: string; readonly table: string },
  options: PredictOptions,
): Promise<void> {
  const { out, delimiter, keep = [], quiet } = options
  if (out !== undefined) await checkWritable(out)
  if ((await kindOfFile(files.model)) === 'onnx') return predictByOnnx(io, files, options)
  const model = await loadModel(files.model)
  const preparation = preparationOf(model, files.model)
  const line = quiet || !io.terminals.err ? noProgress : progressLine(io)
  try {
    const found = await readExamples(files.table, preparation, {
      ...(delimiter !== undefined && { delimiter }),
      ...{ keep, onProgress: startReading(files.table, { line }) },
    })
    line.clear()
    const predictions = await run(model, found.inputs)
    const { header, rows } = tableOf({ model, preparation, predictions }, options, found.kept)
    const text = formatCsv(header, rows)
    if (out === undefined) io.out(text)
    else await writeAtomically(out, new TextEncoder().encode(text))
    if (quiet) return
    if (out !== undefined) io.err(`wrote ${whole(found.length)} rows to ${out}\n`)
    if (found.targets) io.err(`${scoreText(predictions, found.targets, preparation)}\n`)
  } finally {
    line.end()
  }
}

/** What the first output of a file is, for rows whose columns are its inputs. */
async function predictByOnnx(
  io: Io,
  files: { readonly model: string; readonly table: string },
  { out, delimiter, keep = [], quiet, probabilities }: PredictOptions,
): Promise<void> {
  const { loadOnnx } = await import('./onnx-file.ts')
  const { readOnnxTable } = await import('./onnx-table.ts')
  const { predictOnnx } = await import('./predict-onnx.ts')
  const model = await loadOnnx(files.model)
  const line = quiet || !io.terminals.err ? noProgress : progressLine(io)
  try {
    const table = await readOnnxTable(model, files.table, {
      ...(delimiter !== undefined && { delimiter }),
      ...{ keep, onProgress: startReading(files.table, { line }) },
    })
    line.clear()
    const { header, rows } = await predictOnnx(model, table, {
      ...{ keep, probabilities: probabilities === true },
    })
    const text = formatCsv(header, rows)
    if (out === undefined) io.out(text)
    else await writeAtomically(out, new TextEncoder().encode(text))
    if (!quiet && out !== undefined) io.err(`wrote ${whole(rows.length)} rows to ${out}\n`)
  } finally {
    line.end()
  }
}

function preparationOf({ preparation }: Model, name: string): Preparation {
  if (preparation) return preparation
  throw new SluiceError({
    code: 'FILE',
    what: `${name}: it does not say how its data were prepared`,
    expected: 'a model that `sluice train --out` saved',
    got: 'a network without a preparation',
    fix: 'give `preparation` to saveModel',
  })
}

/** How many rows run at once. */
const batchSize = 1024

/** What the model says of prepared inputs, as `predictionOf` reads it. */
async function run({ layer, network, store }: Model, inputs: Tensor): Promise<Tensor> {
  const [length = 0, ...features] = inputs.shape
  const program = await compile(({ x }) => ({ prediction: predictionOf(network, layer(x)) }), {
    inputs: { x: { shape: [null, ...features] } },
    store,
  })
  const outputs = network.layers.at(-1) ?? 1
  const data = new Float32Array(length * outputs)
  for (let start = 0; start < length; start += batchSize) {
    const count = Math.min(batchSize, length - start)
    const rows = Array.from({ length: count }, (_, index) => start + index)
    const read = await program.run({ x: pickRows(inputs, rows) }).prediction.data()
    for (let k = 0; k < read.length; k++) data[start * outputs + k] = Number(read[k])
  }
  return { shape: [length, outputs], dtype: 'f32', data }
}

interface Predicted {
  readonly model: Model
  readonly preparation: Preparation
  readonly predictions: Tensor
}

/** The table to write: what is kept, what is predicted, and the probabilities. */
function tableOf(
  { model, preparation, predictions }: Predicted,
  { keep = [], probabilities }: PredictOptions,
  kept: readonly (readonly string[])[],
): { readonly header: readonly string[]; readonly rows: (string | number)[][] } {
  const { target, columns } = preparation
  const answers: readonly (string | number)[] =
    target.kind === 'classes'
      ? predictedClasses(predictions, preparation)
      : [...restoreTargets(predictions, preparation).data].map(shortened)
  const shares = probabilities ? probabilitiesOf(model, preparation, predictions) : undefined
  const header = [
    ...keep,
    `predicted_${columns.target}`,
    ...(shares ? shares.classes.map((name) => `p_${name}`) : []),
  ]
  const rows = answers.map((answer, row) => [
    ...kept.map((cells) => cells[row] ?? ''),
    answer,
    ...(shares ? shares.of(row).map((share) => share.toFixed(6)) : []),
  ])
  return { header, rows }
}

/** Seven digits, which is what f32 knows. */
function shortened(number: number): number {
  return Number(number.toPrecision(7))
}

function probabilitiesOf(
  { network }: Model,
  { target }: Preparation,
  predictions: Tensor,
): { readonly classes: readonly string[]; readonly of: (row: number) => readonly number[] } {
  const { criterion } = network
  const isLogistic = criterion === 'bceWithLogits'
  if (target.kind === 'numbers' || !(isLogistic || criterion === 'crossEntropy')) {
    throw new SluiceError({
      code: 'OPTION',
      what: '--probabilities: this model has none',
      expected: 'a classification trained by crossEntropy or bceWithLogits',
      got: `a ${network.task} trained by ${criterion}`,
      fix: 'leave out --probabilities',
    })
  }
  const size = sizeOf(predictions.shape.slice(1))
  const of = (row: number) => {
    const shares = Array.from({ length: size }, (_, k) => numberAt(predictions, row * size + k))
    return isLogistic ? shares.flatMap((share) => [1 - share, share]) : shares
  }
  return { classes: target.classes, of }
}

/** How well it does where the table says what is right. */
function scoreText(predictions: Tensor, targets: Tensor, preparation: Preparation): string {
  const rows = targets.shape[0] ?? 0
  const { target } = preparation.columns
  if (preparation.target.kind === 'classes') {
    const right = countRight(predictions, targets)
    return `accuracy ${percent(right / rows)} (${right} of ${rows}), by the column "${target}"`
  }
  const errors = createErrors(spreadOf(targets))
  errors.add(restoreTargets(predictions, preparation), targets)
  const { r2, mae } = errors.scores()
  const error = Number(mae.toPrecision(4))
  return `R² ${r2.toFixed(3)}, mean absolute error ${error} (${whole(rows)} rows), by the column "${target}"`
}

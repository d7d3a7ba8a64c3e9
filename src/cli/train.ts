import { Command } from 'commander'
import { datasets, type ExampleFacts, type ExampleSource } from '../data/index.ts'
import { checkWritable } from '../train/atomic-file.ts'
import type { EpochReport, Scores, StepReport } from '../train/index.ts'
import { type BaseNetwork, baseNetwork, savedBase } from './base-network.ts'
import { loadData } from './data-source.ts'
import { Interrupted, type Interrupts, withInterrupts } from './interrupt.ts'
import { type Io, paintFor, print } from './io.ts'
import { type Asked, againBy, divisionFor, type Plan, planFor } from './plan.ts'
import { noProgress, type ProgressLine, progressLine } from './progress.ts'
import { recipes } from './recipes.ts'
import { examplesText, type Moment, momentText, planText, resultText } from './report.ts'
import { savedPlan } from './saved-plan.ts'
import { openStream, streamKind } from './stream-source.ts'
import { type TrainOptions, typedIn, withTrainOptions } from './train-options.ts'
import {
  type CarryOutOptions,
  carryOut,
  learnableFacts,
  type Prepared,
  prepare,
  type Trained,
} from './training.ts'
import { checkGoal, isReached } from './until.ts'
import { UsageError } from './usage.ts'

/** `sluice train <dataset | file.csv>`. */
export function trainCommand(io: Io): Command {
  const command = new Command('train')
    .summary('train a network on a dataset or a table of yours')
    .description(
      `Trains a network of gates and measures it on examples that it has not seen.\n\nDatasets, and the settings where none are given:\n${datasetList()}\n\nA table is a CSV file, also gzipped. Its delimiter, header and kinds of columns are found; a target of texts, or of a few whole numbers, is a classification. A file of more than 256 MiB is not held in memory but read anew in each epoch, and so are Parquet files and the IDX files of MNIST, whose --target is the file of labels.\n\n--from goes on from a network that has learned something: its last layer is replaced by one for the classes or numbers of the data (--head keep leaves it), and --freeze says what of it stays as it is. Examples are reshaped to what it takes; norms go on with their statistics. Scale inputs as they were scaled for it: --scaling.`,
    )
    .argument(
      '[data]',
      `a CSV, Parquet or IDX file, or one of: ${Object.keys(datasets).join(', ')}`,
    )
  return withTrainOptions(command)
    .addHelpText('after', examples)
    .action((data: string | undefined, options: TrainOptions) => train(io, data, options))
}

const examples = `
Ctrl-C stops after the running step, saves where there is --out, and ends with
130.

Examples:
  $ sluice train digits
  $ sluice train wine.csv --target class --out wine.safetensors
  $ sluice train prices.csv --target price --hidden 64,32 --early-stop 10
  $ sluice train big.csv --optimizer adam --until 'accuracy>0.95' --missing mean
  $ sluice train trips.parquet --target fare --held-out 50000 --workers 2
  $ sluice train --resume wine.safetensors --epochs 200
  $ sluice train wine.csv --from model.onnx --freeze all --out wine.safetensors
  $ sluice train digits --from cnn.onnx --freeze features --hidden 32
  $ sluice train digits --layers 64,32,10 --epochs 10 --json | tail -n 1`

async function train(io: Io, data: string | undefined, options: TrainOptions): Promise<void> {
  const resume = options.resume === true ? options.out : options.resume
  if (options.resume && resume === undefined) throw nothingToResume()
  const typed = { ...typedIn(options), ...(data !== undefined && { data }) }
  const out = options.out ?? resume
  // Before hours of work, and before the data are read.
  if (out !== undefined) await checkWritable(out)
  const asked = resume === undefined ? askedFor(typed) : againBy(await savedPlan(resume), typed)
  const isSilent = options.quiet || options.json
  const line = isSilent ? noProgress : progressLine(io)
  await withInterrupts(io, async (interrupts) => {
    try {
      const run = await begin(asked, { ...options, resume }, { line, interrupts })
      await carryOutVisibly(io, run, { ...options, out, resume })
    } finally {
      line.end()
    }
  })
}

/** A training that is about to begin. */
interface Run {
  readonly plan: Plan
  readonly prepared: Prepared<ExampleSource>
  readonly base: BaseNetwork | undefined
  readonly line: ProgressLine
  readonly interrupts: Interrupts
}

/** Reads and prepares the data. What was read goes with the end of this function. */
async function begin(
  asked: Asked,
  options: Pick<TrainOptions, 'until' | 'workers'> & { readonly resume: string | undefined },
  reading: Pick<Run, 'line' | 'interrupts'>,
): Promise<Run> {
  const kind = await streamKind(asked.data, asked.table)
  if (kind) {
    const prepared = await openStream(kind, asked, { ...reading, workers: options.workers ?? 1 })
    const facts = await planned(prepared.train, { ...asked, heldOut: prepared.share }, options)
    return { ...facts, prepared, ...reading }
  }
  const dataset = await loadData(asked.data, asked.table ?? {}, reading)
  const learned = learnableFacts(dataset, divisionFor(dataset, asked))
  const facts = await planned(learned, asked, options)
  return { ...facts, prepared: prepare(dataset, facts.plan), ...reading }
}

async function planned(
  data: ExampleFacts,
  asked: Asked,
  { until, resume }: Parameters<typeof begin>[1],
): Promise<Pick<Run, 'plan' | 'base'>> {
  const base = await baseFor(data, asked, resume)
  const plan = planFor(data, asked, base)
  if (until) checkGoal(until, data)
  return { plan, base }
}

function baseFor(
  dataset: ExampleFacts,
  { from, base, ...asked }: Asked,
  resume: string | undefined,
): Promise<BaseNetwork> | undefined {
  if (from !== undefined) return baseNetwork(dataset, { from, ...asked })
  return base && resume !== undefined ? savedBase(resume, base) : undefined
}

type Wishes = Omit<TrainOptions, 'resume' | 'out'> & {
  readonly out: string | undefined
  readonly resume: string | undefined
}

async function carryOutVisibly(io: Io, run: Run, wishes: Wishes): Promise<void> {
  const { plan, prepared, base, line, interrupts } = run
  const { json, quiet, out } = wishes
  line.clear()
  const paint = paintFor(io, 'err')
  if (json) printEvent(io, startFacts(run))
  else if (!quiet) {
    io.err(`${paint.strong(planText(plan))}\n${paint.faint(examplesText(plan, prepared, base))}\n`)
  }
  const onEpoch = json
    ? (report: EpochReport) => printEvent(io, epochFacts(report))
    : () => undefined
  const result = await learn(run, wishes, onEpoch)
  line.end()
  const { signal } = interrupts
  if (json) printEvent(io, endFacts(result, out))
  else if (!signal) print(io, `${resultText(result, prepared)}\n`)
  if (signal) throw new Interrupted(signal, interruptedText(result, out))
  if (json || quiet) return
  // No step was taken: what was to go on had come to its end.
  if (result.examplesPerSecond === 0) io.err('it was done already: give more --epochs to go on\n')
  else if (out) io.err(`saved ${out}\n`)
}

function learn(
  { plan, prepared, base, line, interrupts }: Run,
  wishes: Wishes,
  onEpoch: (report: EpochReport) => void,
): Promise<Trained> {
  const losses: number[] = []
  // Measured more often than a person would read, where lines stay.
  const stride = Number.isFinite(line.room) ? 1 : Math.max(plan.reportEvery, plan.epochs / 20)
  let due = stride
  let heldOut: Scores | undefined
  const textOf = (moment: Omit<Moment, 'losses'>) =>
    momentText({ ...moment, losses }, prepared, line.room)
  const { until, earlyStop, threads, out, resume } = wishes
  const options: CarryOutOptions = {
    ...{ out, base, signal: interrupts.abort },
    ...(resume !== undefined && { resume }),
    ...(threads !== undefined && { threads }),
    ...(earlyStop !== undefined && { earlyStop: { patience: earlyStop } }),
    ...(until && { until: (report) => isReached(until, report) }),
    onStep: (report: StepReport) =>
      line.showInTime(() => textOf({ ...report, ...(heldOut && { heldOut }) })),
    onEpoch: (report) => {
      losses.push(report.loss)
      heldOut = report.heldOut
      onEpoch(report)
      if (report.epoch < due && report.epoch < plan.epochs) return
      while (due <= report.epoch) due += stride
      line.show(textOf(report))
    },
  }
  return carryOut(plan, prepared, options)
}

function askedFor({ data, ...typed }: Partial<Asked>): Asked {
  if (data !== undefined) return { data, ...typed }
  throw new UsageError({
    code: 'OPTION',
    what: 'train: there is nothing to train on',
    expected: `a CSV file, or one of ${Object.keys(datasets).join(', ')}`,
    got: 'neither',
    fix: 'try `sluice train digits`',
  })
}

function nothingToResume(): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: '--resume: it is not said what to go on with',
    expected: 'a file after it, or --out',
    got: 'neither',
    fix: 'try `sluice train --resume model.safetensors`',
  })
}

function interruptedText({ epoch, epochs, step }: EpochReport, out: string | undefined): string {
  const where = `interrupted in epoch ${epoch} of ${epochs}, after step ${step}`
  return out
    ? `${where}: saved ${out}\ngo on with: sluice train --resume ${out}`
    : `${where}: nothing is saved, as there is no --out`
}

function printEvent(io: Io, event: object): void {
  io.out(`${JSON.stringify(event)}\n`)
}

/** JSON Lines: `start`, an `epoch` for each report, and `done` with what was measured. */
function startFacts({ plan, prepared }: Run): object {
  const { train: toLearn, heldOut, isHeldOut } = prepared
  const { data, table, reportEvery: _, heldOut: __, ...settings } = plan
  const count = { train: toLearn.length, heldOut: isHeldOut ? heldOut.length : 0 }
  const { task, classes } = toLearn
  return { event: 'start', data, ...table, task, classes, ...settings, examples: count }
}

function epochFacts({ epoch, step, loss, heldOut, ...rates }: EpochReport): object {
  return {
    ...{ event: 'epoch', epoch, step, loss, heldOut },
    seconds: Number(rates.seconds.toFixed(3)),
    examplesPerSecond: Math.round(rates.examplesPerSecond),
  }
}

function endFacts(
  { stopped, epoch, step, loss, heldOut }: Trained,
  out: string | undefined,
): object {
  const event = stopped === 'aborted' ? 'interrupted' : 'done'
  return { event, stopped, epoch, step, loss, heldOut, ...(out !== undefined && { out }) }
}

function datasetList(): string {
  return Object.entries(recipes)
    .map(([name, { layers, activation, epochs, batch, optimizer }]) => {
      const { description } = datasets[name as keyof typeof recipes] // the keys of recipes
      const settings = `${layers.join(',')} ${activation}, ${epochs} epochs in batches of ${batch}`
      return `  ${name.padEnd(8)}${description}\n${' '.repeat(10)}${settings}, learning rate ${optimizer.learningRate}`
    })
    .join('\n')
}

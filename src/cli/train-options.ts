/** The options of `sluice train`, and the reading of them. */
import { type Command, Option } from 'commander'
import { activations, criteria } from '../nn/index.ts'
import { optimizerNames } from '../train/index.ts'
import { missingWays, parseDelimiter, type TableSettings, tasks } from './data-source.ts'
import { type Asked, parseOptimizer, scalings } from './plan.ts'
import { type Goal, parseGoal } from './until.ts'
import {
  choose,
  numberBelow,
  parseHeldOut,
  parseHidden,
  parseLayers,
  parseLearningRate,
  parseNames,
  UsageError,
  wholeNumber,
} from './usage.ts'

/** What commander gives of an option that was typed. */
export interface TrainOptions extends Omit<Asked, 'data' | 'table' | 'base'>, TableSettings {
  readonly until?: Goal
  readonly earlyStop?: number
  readonly out?: string
  readonly resume?: string | true
  readonly threads?: number
  readonly workers?: number
  readonly json?: true
  readonly quiet?: true
}

/** Declares the options. */
export function withTrainOptions(command: Command): Command {
  const listOf = (table: Readonly<Record<string, unknown>>) => Object.keys(table).join(', ')
  return command
    .optionsGroup('Your table:')
    .option('--target <column>', 'what to predict; default: the last column')
    .option('--ignore <columns>', 'columns to leave out: id,name', parseNames)
    .option('--missing <way>', 'empty cells: error, drop the row, or fill in the mean', (way) =>
      choose('way', way, missingWays),
    )
    .option('--delimiter <sign>', 'what parts the cells; found by itself', parseDelimiter)
    .option('--stream', 'read it as it is needed, not into memory; --no-stream forbids it')
    .addOption(new Option('--no-stream').hideHelp())
    .option('--task <kind>', 'classification or regression; found by itself', (kind) =>
      choose('task', kind, tasks),
    )
    .optionsGroup('The network:')
    .option('--layers <widths>', 'width of the inputs, then of each layer: 64,32,10', parseLayers)
    .option('--hidden <widths>', 'widths of the hidden layers only: 32 or 64,32', parseHidden)
    .option('--activation <name>', `between layers: ${listOf(activations)}`, activation)
    .option('--criterion <name>', `what gets smaller: ${listOf(criteria)}`, criterion)
    .option('--scaling <way>', `of inputs: ${listOf(scalings)}; default by the data`, (way) =>
      choose('scaling', way, scalings),
    )
    .optionsGroup('On from another network:')
    .option('--from <file>', 'an ONNX file, a saved model, or a .pt file of linear layers')
    .option('--freeze [what]', 'all of it, its first 3 layers, or layers by name: conv1,layer1*')
    .option('--head <which>', 'new (default), keep, or the name of the value that a new one reads')
    .optionsGroup('Learning:')
    .option('--optimizer <name>', optimizerNames.join(', ').toLowerCase(), parseOptimizer)
    .option('--learning-rate <rate>', 'how far a step moves the weights', parseLearningRate)
    .option(
      '--momentum <share>',
      'of momentum and nesterov; default 0.9',
      numberBelow('--momentum', 1, 0.9),
    )
    .option(
      '--weight-decay <rate>',
      'how weights are drawn to 0',
      numberBelow('--weight-decay', Number.POSITIVE_INFINITY, 0.01),
    )
    .option('--epochs <count>', 'times through all examples', wholeNumber('--epochs', 1))
    .option('--batch <size>', 'examples in a step', wholeNumber('--batch', 1))
    .option('--seed <number>', 'decides weights, split and order', wholeNumber('--seed', 0))
    .option('--held-out <share>', 'examples to measure by: 0.2, 500 or 0', parseHeldOut)
    .option('--until <goal>', "stop at 'loss<0.01', 'accuracy>0.95', 'r2>0.4'", parseGoal)
    .option(
      '--early-stop <epochs>',
      'stop after so many that were no better; keeps the best',
      wholeNumber('--early-stop', 1),
    )
    .option('--threads <count>', 'threads that share a step', wholeNumber('--threads', 1))
    .option(
      '--workers <count>',
      'threads that read ahead of the steps where it streams; default 1',
      wholeNumber('--workers', 0),
    )
    .optionsGroup('Files and output:')
    .option('--out <model>', 'save the model, and where its training stands')
    .option('--resume [model]', 'go on where that file, or --out, stands')
    .option('--json', 'print a JSON object a line: start, epoch …, done')
    .option('--quiet', 'no progress, only the result')
}

function activation(name: string): string {
  choose('activation', name, activations)
  return name
}

function criterion(name: string): string {
  choose('criterion', name, criteria)
  return name
}

/** What was typed, of what a plan is made of. Throws OPTION for options that exclude each other. */
export function typedIn(options: TrainOptions): Partial<Asked> {
  const { target, ignore, missing, delimiter, task, stream, workers: _, ...rest } = options
  const { until, earlyStop, out: __, resume: ___, threads: ____, json, quiet, ...asked } = rest
  checkTogether(options)
  const table = Object.fromEntries(
    Object.entries({ target, ignore, missing, delimiter, task, stream }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  // What decides when to stop has to be measured after each epoch.
  const isWatched = until !== undefined || earlyStop !== undefined
  return {
    ...asked,
    ...(Object.keys(table).length > 0 && { table }),
    ...(isWatched && { reportEvery: 1 }),
  }
}

function checkTogether(options: TrainOptions): void {
  const { layers, hidden, json, quiet } = options
  checkBase(options)
  if (layers && hidden) {
    throw new UsageError({
      code: 'OPTION',
      what: '--layers and --hidden: both say how wide the layers are',
      expected: 'one of the two',
      got: `--layers ${layers.join(',')} --hidden ${hidden.join(',')}`,
      fix: 'leave one out',
    })
  }
  if (json && quiet) {
    throw new UsageError({
      code: 'OPTION',
      what: '--json and --quiet: one prints the course, the other leaves it out',
      expected: 'one of the two',
      got: '--json --quiet',
      fix: 'leave one out; `--json | tail -n 1` prints the result alone',
    })
  }
}

function checkBase({ from, head, freeze, layers, resume }: TrainOptions): void {
  if (from !== undefined && resume !== undefined) {
    throw new UsageError({
      code: 'OPTION',
      what: '--from and --resume: both say where training begins',
      expected: 'one of the two',
      got: `--from ${from} --resume`,
      fix: 'leave out --from: what is resumed has its network',
    })
  }
  if (from !== undefined && layers) {
    throw new UsageError({
      code: 'OPTION',
      what: '--layers: the network of --from has its own',
      expected: '--hidden for layers of the new head, or nothing',
      got: `--layers ${layers.join(',')}`,
      fix: 'leave out --layers',
    })
  }
  const lonely = head !== undefined ? '--head' : freeze !== undefined ? '--freeze' : undefined
  if (from !== undefined || lonely === undefined) return
  throw new UsageError({
    code: 'OPTION',
    what: `${lonely}: there is no network to go on from`,
    expected: `--from with an ONNX file or a saved model`,
    got: `${lonely} alone`,
    fix: 'add --from model.onnx',
  })
}

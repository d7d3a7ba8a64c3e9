import { Command } from 'commander'
import { datasets } from '../data/index.ts'
import type { EpochReport, Scores } from '../train/index.ts'
import { type Io, paintFor } from './io.ts'
import { activations, parameterCount } from './network.ts'
import { progressLine } from './progress.ts'
import { epochText, planText, resultText, whole } from './report.ts'
import { carryOut, type Plan, type Prepared, planFor, prepare } from './training.ts'
import {
  choose,
  parseHidden,
  parseLayers,
  parseLearningRate,
  UsageError,
  wholeNumber,
} from './usage.ts'

interface TrainOptions {
  readonly layers?: readonly number[]
  readonly hidden?: readonly number[]
  readonly activation?: string
  readonly epochs?: number
  readonly batch?: number
  readonly learningRate?: number
  readonly seed: number
  readonly json?: true
}

/** `sluice train <dataset>`. */
export function trainCommand(io: Io): Command {
  return new Command('train')
    .summary('train a network on a dataset and measure it on what it has not seen')
    .description(
      `Trains a network of gates by gradient descent and measures it on examples that it has not seen.\n\nDatasets, and the settings where none are given:\n${datasetList()}`,
    )
    .argument('<dataset>', `one of: ${Object.keys(datasets).join(', ')}`)
    .option('--layers <widths>', 'width of the inputs, then of each layer', parseLayers)
    .option('--hidden <widths>', 'widths of the hidden layers only', parseHidden)
    .option('--activation <name>', `between layers: ${Object.keys(activations).join(', ')}`)
    .option('--epochs <count>', 'times through all examples', wholeNumber('--epochs', 1))
    .option('--batch <size>', 'examples in a step', wholeNumber('--batch', 1))
    .option('--learning-rate <rate>', 'how far a step moves the weights', parseLearningRate)
    .option('--seed <number>', 'decides weights, split and order', wholeNumber('--seed', 0), 1)
    .option('--json', 'print a JSON object a line: start, epoch …, done')
    .addHelpText('after', examples)
    .action((dataset: string, options: TrainOptions) => train(io, dataset, options))
}

const examples = `
Examples:
  $ sluice train digits
  $ sluice train digits --hidden 64 --activation tanh --seed 2
  $ sluice train digits --layers 64,32,10 --epochs 10 --json | tail -n 1
  $ sluice train xor --learning-rate 0.3`

async function train(io: Io, dataset: string, options: TrainOptions): Promise<void> {
  const plan = readPlan(dataset, options)
  const prepared = await prepare(plan)
  if (options.json) return trainAsJson(io, plan, prepared)

  const paint = paintFor(io, 'err')
  io.err(`${paint.strong(planText(plan))}\n${paint.faint(examplesText(plan, prepared))}\n`)
  const line = progressLine(io)
  try {
    const result = await carryOut(plan, prepared, (epoch) =>
      line.show(epochText(epoch, prepared, line.room)),
    )
    line.end()
    io.out(`${resultText(result, prepared)}\n`)
  } finally {
    line.end()
  }
}

function readPlan(dataset: string, { json: _, ...asked }: TrainOptions): Plan {
  choose('dataset', dataset, datasets)
  if (asked.layers && asked.hidden) {
    throw new UsageError({
      code: 'OPTION',
      what: '--layers and --hidden: both say how wide the layers are',
      expected: 'one of the two',
      got: `--layers ${asked.layers.join(',')} --hidden ${asked.hidden.join(',')}`,
      fix: 'leave one out',
    })
  }
  if (asked.activation !== undefined) choose('activation', asked.activation, activations)
  return planFor(dataset, asked)
}

/** JSON Lines: `start`, an `epoch` for each report, and `done` with the held-out accuracy. */
async function trainAsJson(io: Io, plan: Plan, prepared: Prepared): Promise<void> {
  const print = (line: object) => io.out(`${JSON.stringify(line)}\n`)
  const { train: toLearn, heldOut, isHeldOut } = prepared
  const count = { train: toLearn.length, heldOut: heldOut.length }
  const { dataset, reportEvery: _, ...settings } = plan
  print({ event: 'start', dataset, ...settings, examples: count, heldOutIsTrain: !isHeldOut })
  const result = await carryOut(plan, prepared, (epoch) =>
    print({ event: 'epoch', ...epochFacts(epoch) }),
  )
  print({ event: 'done', heldOut: { accuracy: result.heldOut?.accuracy } })
}

function epochFacts({ epoch, step, loss, heldOut, seconds, examplesPerSecond }: EpochReport): {
  readonly epoch: number
  readonly step: number
  readonly loss: number
  readonly heldOut: Scores | undefined
  readonly seconds: number
  readonly examplesPerSecond: number
} {
  return {
    epoch,
    step,
    loss,
    heldOut,
    seconds: Number(seconds.toFixed(3)),
    examplesPerSecond: Math.round(examplesPerSecond),
  }
}

function examplesText({ layers }: Plan, { train, heldOut, isHeldOut }: Prepared): string {
  const held = isHeldOut ? `${whole(heldOut.length)} held out` : 'none held out: there are too few'
  return `${whole(parameterCount(layers))} parameters, ${whole(train.length)} examples to learn from, ${held}`
}

function datasetList(): string {
  return Object.entries(datasets)
    .map(([name, { description }]) => {
      const { layers, activation, epochs, batch, learningRate } = planFor(name, { seed: 1 })
      const settings = `${layers.join(',')} ${activation}, ${epochs} epochs in batches of ${batch}`
      return `  ${name.padEnd(8)}${description}\n${' '.repeat(10)}${settings}, learning rate ${learningRate}`
    })
    .join('\n')
}

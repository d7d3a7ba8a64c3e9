import { Command } from 'commander'
import { compile } from '../compile.ts'
import { type Dataset, pickRows } from '../data/index.ts'
import { explain } from '../explain/index.ts'
import { argmax } from '../gates/index.ts'
import { trace } from '../read.ts'
import type { EpochReport } from '../train/index.ts'
import { type Io, type Paint, paintFor, tableWidth } from './io.ts'
import { picturesText } from './pictures.ts'
import { progressLine } from './progress.ts'
import { epochText, planText, resultText } from './report.ts'
import { carryOut, type Plan, type Prepared, planFor, prepare, type Trained } from './training.ts'

/** `sluice demo`: what `npm start` runs. */
export function demoCommand(io: Io): Command {
  return new Command('demo')
    .summary('watch a small network explained and a larger one learn handwritten digits')
    .description(
      'Trains the [2, 3, 1] network on XOR and prints every equation of its next step with its numbers, then trains a network on real handwritten digits. Takes a few seconds.',
    )
    .addHelpText('after', '\nExamples:\n  $ sluice demo\n  $ NO_COLOR=1 sluice demo')
    .action(() => demo(io))
}

async function demo(io: Io): Promise<void> {
  const paint = paintFor(io, 'out')
  await showXor(io, paint)
  await showDigits(io, paint)
  io.out(whatNext(paint))
}

/** The article's network: trained, then its next step explained. */
async function showXor(io: Io, paint: Paint): Promise<void> {
  // Few enough steps that its gradients still say something.
  const plan = planFor('xor', { seed: 1, epochs: 800, reportEvery: 10 })
  const prepared = await prepare(plan)
  io.out(heading(paint, '1  A network of gates learns XOR', planText(plan)))
  const result = await trainVisibly(io, plan, prepared)
  io.out(`${resultText(result, prepared)}\n`)

  const feeds = { x: prepared.train.inputs, y: prepared.train.targets }
  const step = result.program.variant(feeds)
  const values = await trace(step, feeds)
  io.out(heading(paint, '2  Its next training step, gate by gate', forwardBackward))
  io.out(`${explain(step, { values }).toText({ width: tableWidth(io) })}\n`)
}

async function showDigits(io: Io, paint: Paint): Promise<void> {
  const plan = planFor('digits', { seed: 1 })
  const prepared = await prepare(plan)
  io.out(heading(paint, '3  The same gates learn 1,797 real handwritten digits', planText(plan)))
  const result = await trainVisibly(io, plan, prepared)
  io.out(`${resultText(result, prepared)}\n\n${await examplesRead(result, prepared.heldOut)}\n`)
}

const forwardBackward = 'F forward, B backward (downstream = local gradient × upstream), U update'

async function trainVisibly(io: Io, plan: Plan, prepared: Prepared): Promise<Trained> {
  const line = progressLine(io)
  // Where a line cannot be painted over, five of them tell the course.
  const stride = io.terminals.err ? 1 : Math.ceil(plan.epochs / plan.reportEvery / 5)
  const show = (report: EpochReport) => {
    const turn = Math.ceil(report.epoch / plan.reportEvery)
    if (turn % stride === 0 || report.epoch === plan.epochs) {
      line.show(epochText(report, prepared, line.room))
    }
  }
  try {
    return await carryOut(plan, prepared, show)
  } finally {
    line.end()
  }
}

/** Four digits that it has never seen, with what it reads in them; the last one is a mistake. */
async function examplesRead({ model, store }: Trained, heldOut: Dataset): Promise<string> {
  const inputs = { x: { shape: [null, ...heldOut.inputs.shape.slice(1)] } }
  const program = await compile(({ x }) => ({ digit: argmax(model(x), 1) }), { inputs, store })
  const read = await program.run({ x: heldOut.inputs }).digit.data()
  const { data } = heldOut.targets
  const all = Array.from({ length: heldOut.length }, (_, index) => index)
  const wrong = all.find((index) => read[index] !== data[index])
  const right = all.filter((index) => read[index] === data[index])
  const shown = [...right.slice(0, 3), ...(wrong === undefined ? right.slice(3, 4) : [wrong])]
  const captions = shown.map((index) =>
    read[index] === data[index]
      ? `reads ${read[index]}`
      : `reads ${read[index]}, is ${data[index]}`,
  )
  return picturesText(pickRows(heldOut.inputs, shown), [8, 8], captions)
}

function heading(paint: Paint, title: string, below: string): string {
  return `\n${paint.strong(title)}\n${paint.faint(below)}\n\n`
}

function whatNext(paint: Paint): string {
  const commands = [
    ['sluice explain multiply --a 3 --b -4 --upstream 2', 'one gate by itself'],
    ['sluice explain --layers 4,8,3 --activation tanh', 'the equations of any such network'],
    ['sluice explain --layers 2,3,1 --latex', 'the same for a paper'],
    ['sluice train digits --hidden 64 --seed 2', 'another network'],
    ['sluice --help', 'everything else'],
  ]
  const lines = commands.map(
    ([command = '', what = '']) => `  ${command.padEnd(52)}${paint.faint(what)}`,
  )
  return `\n${paint.strong('Try next')} (in this folder: npx sluice …)\n\n${lines.join('\n')}\n`
}

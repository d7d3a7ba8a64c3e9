import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { compile } from '../compile.ts'
import { type Dataset, datasets, pickRows } from '../data/index.ts'
import { SluiceError } from '../errors.ts'
import { explain, gateGraph } from '../explain/index.ts'
import { argmax, multiply } from '../gates/index.ts'
import { trace } from '../read.ts'
import { type Io, type Paint, paintFor, print, tableWidth } from './io.ts'
import { writePicture } from './picture-files.ts'
import { picturesText } from './pictures.ts'
import { type Plan, planFor } from './plan.ts'
import { progressLine } from './progress.ts'
import { momentText, planText, resultText } from './report.ts'
import { studioAfter } from './studio.ts'
import { carryOut, type Prepared, prepare, type Trained } from './training.ts'

/** Where the demo writes, in the folder that it is run in. */
const folder = 'sluice-demo'

/** `sluice demo`: what `npm start` runs, with `--studio`. */
export function demoCommand(io: Io): Command {
  return new Command('demo')
    .summary('watch a small network explained and a larger one learn handwritten digits')
    .description(
      `Trains the [2, 3, 1] network on XOR and prints every equation of its next step with its numbers, then trains a network on real handwritten digits. Takes a few seconds, and leaves pictures and the trained model in the folder ${folder}.`,
    )
    .option('-o, --out <folder>', 'where pictures and model go', folder)
    .option('--studio', 'then serve the studio, where a person watches on a terminal')
    .addHelpText('after', '\nExamples:\n  $ sluice demo\n  $ NO_COLOR=1 sluice demo -o pictures')
    .action(async ({ out, studio = false }: DemoOptions) => {
      await demo(io, out)
      if (!studio) return
      print(io, '\n')
      await studioAfter(io)
    })
}

interface DemoOptions {
  readonly out: string
  readonly studio?: boolean
}

async function demo(io: Io, out: string): Promise<void> {
  // Before anything else: a folder that cannot be made is told at once.
  await makeFolder(out)
  const paint = paintFor(io, 'out')
  const files = [
    ...(await showXor(io, paint, out)),
    ...(await drawGates(out)),
    ...(await showDigits(io, paint, out)),
  ]
  print(io, `${filesText(paint, files)}${whatNext(paint, out)}`)
}

/** A file that was written, and what is in it. */
type WrittenFile = readonly [path: string, what: string]

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    throw new SluiceError({
      code: 'FILE',
      what: `demo: the folder ${path} cannot be made`,
      got: error instanceof Error ? error.message.split(', ')[0] : String(error),
      fix: 'run it where you may write, or give another folder by -o',
    })
  }
}

/** The article's network: trained, then its next step explained and drawn. */
async function showXor(io: Io, paint: Paint, out: string): Promise<readonly WrittenFile[]> {
  // Few enough steps that its gradients still say something.
  const asked = { data: 'xor', epochs: 800, reportEvery: 10 }
  const dataset = await datasets.xor.load()
  const plan = planFor(dataset, asked)
  const prepared = prepare(dataset, plan)
  print(io, heading(paint, '1  A network of gates learns XOR', planText(plan)))
  const result = await trainVisibly(io, plan, prepared)
  print(io, `${resultText(result, prepared)}\n`)

  const feeds = { x: prepared.train.inputs, y: prepared.train.targets }
  const step = result.program.variant(feeds)
  const values = await trace(step, feeds)
  print(io, heading(paint, '2  Its next training step, gate by gate', forwardBackward))
  print(io, `${explain(step, { values }).toText({ width: tableWidth(io) })}\n`)
  const path = join(out, 'xor.svg')
  const { draw } = await import('../draw/index.ts')
  await writePicture(path, 'svg', draw(step, { values, precision: 2 }))
  return [[path, 'this network, with its values and gradients']]
}

/** The article's gate by itself. */
async function drawGates(out: string): Promise<readonly WrittenFile[]> {
  const call = { operands: { a: 3, b: -4 }, upstream: 2 }
  const { J, feeds } = gateGraph(multiply, call)
  const path = join(out, 'multiply.svg')
  const { drawGate } = await import('../draw/index.ts')
  const values = await trace(J, feeds)
  await writePicture(path, 'svg', drawGate(multiply, { ...call, values }))
  return [[path, 'one gate close up: 3 · (−4), and what it hands back']]
}

async function showDigits(io: Io, paint: Paint, out: string): Promise<readonly WrittenFile[]> {
  const dataset = await datasets.digits.load()
  const plan = planFor(dataset, { data: 'digits' })
  const prepared = prepare(dataset, plan)
  const title = '3  The same gates learn 1,797 real handwritten digits'
  print(io, heading(paint, title, planText(plan)))
  const model = join(out, 'digits.safetensors')
  const result = await trainVisibly(io, plan, prepared, model)
  const read = await examplesRead(result, prepared.heldOut)
  print(io, `${resultText(result, prepared)}\n\n${read}\n`)
  const picture = join(out, 'digits.svg')
  const { draw } = await import('../draw/index.ts')
  const { inputs: x, targets: y } = prepared.heldOut
  await writePicture(picture, 'svg', draw(result.program.variant({ x, y }), { depth: 0 }))
  return [
    [picture, 'the network that reads digits, a box for each layer'],
    [model, 'its weights: for predict, explain, draw, summary and check'],
  ]
}

const forwardBackward = 'F forward, B backward (downstream = local gradient × upstream), U update'

async function trainVisibly(
  io: Io,
  plan: Plan,
  prepared: Prepared,
  out?: string,
): Promise<Trained> {
  const line = progressLine(io)
  const losses: number[] = []
  // Where a line cannot be painted over, five of them tell the course.
  const stride = io.terminals.err ? 1 : Math.ceil(plan.epochs / plan.reportEvery / 5)
  try {
    return await carryOut(plan, prepared, {
      out,
      onEpoch: (report) => {
        losses.push(report.loss)
        const turn = Math.ceil(report.epoch / plan.reportEvery)
        if (turn % stride === 0 || report.epoch === plan.epochs) {
          line.show(momentText({ ...report, losses }, prepared, line.room))
        }
      },
    })
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

function filesText(paint: Paint, files: readonly WrittenFile[]): string {
  const width = Math.max(...files.map(([path]) => path.length))
  const lines = files.map(([path, what]) => `  ${path.padEnd(width)}  ${paint.faint(what)}`)
  return `\n${paint.strong('Written')}\n\n${lines.join('\n')}\n`
}

function whatNext(paint: Paint, out: string): string {
  const model = join(out, 'digits.safetensors')
  const commands = [
    ['sluice explain multiply --a 3 --b -4 --upstream 2', 'one gate by itself'],
    ['sluice explain --layers 4,8,3 --activation tanh', 'the equations of any such network'],
    ['sluice draw --layers 2,3,1 --values -o network.svg', 'the picture of one'],
    [`sluice summary ${model}`, 'the model that was just trained'],
    ['sluice studio', 'all of this in a browser'],
    ['sluice train table.csv --target column --out my.safetensors', 'a table of yours'],
    ['sluice --help', 'everything else'],
  ]
  const width = Math.max(...commands.map(([command = '']) => command.length))
  const lines = commands.map(
    ([command = '', what = '']) => `  ${command.padEnd(width)}  ${paint.faint(what)}`,
  )
  return `\n${paint.strong('Try next')} (in this folder: npx sluice …)\n\n${lines.join('\n')}\n`
}

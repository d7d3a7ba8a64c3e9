import { Command } from 'commander'
import { datasets } from '../data/index.ts'
import type { Direction, Drawing, ThemeName } from '../draw/index.ts'
import { gateGraph } from '../explain/index.ts'
import { Graph } from '../ir/graph.ts'
import type { Trace } from '../ir/trace.ts'
import { trace } from '../read.ts'
import { buildOptimizer } from '../train/index.ts'
import { settle } from './command.ts'
import { isGateName, parseGateCall } from './gate-call.ts'
import { type Io, print, tableWidth } from './io.ts'
import { formatOfFile, pictureFormats, writePicture, writtenAs } from './picture-files.ts'
import { isAscii } from './spelling.ts'
import {
  pose,
  type Subject,
  type SubjectOptions,
  subjectOf,
  withSubjectOptions,
} from './subject.ts'
import { choose, parseNames, readTyped, UsageError, wholeNumber } from './usage.ts'

interface DrawCommandOptions extends SubjectOptions {
  readonly data?: string
  readonly rows?: number
  readonly values?: true
  readonly gradients?: boolean
  readonly shapes?: true
  readonly updates?: true
  readonly depth?: number
  readonly open?: readonly string[]
  readonly direction?: Direction
  readonly theme?: ThemeName
  readonly precision?: number
  readonly gate?: string
  readonly format?: string
  readonly svg?: true
  readonly out?: string
}

/** `sluice draw <model | dataset | gate | --layers …>`. */
export function drawCommand(io: Io): Command {
  const command = withDrawOptions(new Command('draw'))
    .summary('draw a network, or one gate close up')
    .description(
      'Draws a network as a graph: variables yellow, operations blue, values above the edges and gradients below; or one gate close up. Of an ONNX file it draws what that computes, in boxes by the names of its weights; with a cost where --criterion, --values or --gradients ask for one. Writes to a file in the format of its ending (svg, png, html, tex, dot, mmd, txt, json), or to stdout: a terminal is shown characters, a pipe is given SVG.',
    )
    .usage(
      '[options] [network]\n       sluice draw --gate <gate> --<operand> <numbers> … [options]',
    )
    .argument('[network]', 'a saved model, an ONNX file, a dataset, or a gate by its name')
    .argument('[operands...]', 'of a gate, as options of their names')
    .allowUnknownOption() // the operands of a gate; else answered below
    .addHelpText('after', examples)
  return command.action(
    (what: string | undefined, rest: readonly string[], options: DrawCommandOptions) =>
      drawWhat(io, what, rest, options),
  )
}

function withDrawOptions(command: Command): Command {
  const listOf = (table: Readonly<Record<string, unknown>>) => Object.keys(table).join(', ')
  return withSubjectOptions(command)
    .option('--gate <gate>', 'one gate close up, with its operands as options: --a 3 --b -4')
    .option('--values', 'with the numbers of a run, forward and back')
    .option('--gradients', 'gradients below the edges; with --values by itself')
    .option('--no-gradients', 'only what flows forward')
    .option('--shapes', 'with the shapes of values')
    .option('--updates', 'with what an optimizer makes of the parameters')
    .option('--depth <levels>', 'how many levels of layers are open', wholeNumber('--depth', 0))
    .option('--open <names>', 'layers, equations and gates to open: 0.1,F7,mse', parseNames)
    .option('--direction <way>', listOf(directions), (way) => choose('direction', way, directions))
    .option('--theme <name>', listOf(themes), (name) => choose('theme', name, themes))
    .option('--precision <digits>', 'significant digits of numbers', wholeNumber('--precision', 1))
    .option('--data <table>', 'where the examples for a model come from')
    .option('--rows <count>', 'how many examples; default 4, of ONNX 1', wholeNumber('--rows', 1))
    .option('--format <name>', listOf(pictureFormats), (name) => {
      choose('format', name, pictureFormats)
      return name
    })
    .option('--svg', 'the same as --format svg')
    .option('-o, --out <file>', 'write there, in the format of its ending')
}

const directions: Readonly<Record<Direction, Direction>> = { right: 'right', down: 'down' }

const themes: Readonly<Record<ThemeName, ThemeName>> = {
  auto: 'auto',
  light: 'light',
  dark: 'dark',
  print: 'print',
}

const examples = `
Examples:
  $ sluice draw --layers 2,3,1 --values -o network.svg
  $ sluice draw wine.safetensors -o wine.svg
  $ sluice draw wine.safetensors --data wine.csv --rows 1 --values -o one.svg
  $ sluice draw resnet.onnx -o resnet.svg
  $ sluice draw resnet.onnx --open layer2,layer2.0 -o second.svg
  $ sluice draw iris
  $ sluice draw iris --format mermaid
  $ sluice draw --gate multiply --a 3 --b -4 --upstream 2 -o multiply.svg`

async function drawWhat(
  io: Io,
  what: string | undefined,
  rest: readonly string[],
  options: DrawCommandOptions,
): Promise<void> {
  const gate = options.gate ?? gateAmong(what, rest)
  const words = options.gate !== undefined && what !== undefined ? [what, ...rest] : rest
  const format = formatFor(io, options)
  if (gate !== undefined) return deliver(io, format, await closeUp(io, gate, words, options))
  // Unknown options lead here: commander says which, and the nearest.
  const strange = what?.startsWith('-') ? [what, ...rest] : rest
  if (strange.length > 0) {
    settle(withDrawOptions(new Command('draw')), io).parse(strange, { from: 'user' })
  }
  return deliver(io, format, await networkDrawing(what, options))
}

/** The network's place may name a gate; xor is a dataset, too. */
function gateAmong(what: string | undefined, rest: readonly string[]): string | undefined {
  if (what === undefined || !isGateName(what)) return undefined
  return Object.hasOwn(datasets, what) && rest.length === 0 ? undefined : what
}

// Pictures are loaded when they are needed: they are a fifth of what other commands load.
async function networkDrawing(
  what: string | undefined,
  options: DrawCommandOptions,
): Promise<Drawing> {
  const { draw } = await import('../draw/index.ts')
  const subject = await subjectOf('draw', what, options)
  const { graph, values } = await shownOf(subject, options)
  const { gradients, shapes, depth, open, direction, theme, precision } = options
  return draw(graph, {
    ...(values && { values }),
    ...(gradients !== undefined && { gradients }),
    ...(shapes && { shapes }),
    ...(options.updates && { updates: true }),
    ...(depth !== undefined && { depth }),
    ...(open && { open }),
    ...(direction && { direction }),
    ...(theme && { theme }),
    ...(precision !== undefined && { precision }),
  })
}

/** The graph of the cost; of what another program exported its own, unless more is asked for. */
async function shownOf(
  subject: Subject,
  options: DrawCommandOptions,
): Promise<{ readonly graph: Graph; readonly values: Trace | undefined }> {
  const { values, gradients, updates: withUpdates, criterion } = options
  if (subject.kind === 'onnx' && !(values || gradients || withUpdates || criterion)) {
    const { buildOnnx } = await import('./onnx-subject.ts')
    return { graph: new Graph(buildOnnx(subject.model, options).outputs), values: undefined }
  }
  const { J, feeds } = await pose(subject, options)
  const updates = withUpdates ? buildOptimizer({ name: 'sgd', learningRate: 0.5 })(J) : []
  const graph = new Graph({ J }, updates)
  const { store } = subject
  return { graph, values: values ? await trace(graph, feeds, { store }) : undefined }
}

async function closeUp(
  io: Io,
  name: string,
  argv: readonly string[],
  { direction, theme, precision, shapes }: DrawCommandOptions,
): Promise<Drawing> {
  const { gate, call } = parseGateCall(io, { command: 'draw', name, argv })
  const { J, feeds } = readTyped(() => gateGraph(gate, call), `draw ${name}`)
  const hasNumbers = Object.values(call.operands).every((operand) => typeof operand !== 'string')
  const values = hasNumbers ? await trace(J, feeds) : undefined
  const { drawGate } = await import('../draw/index.ts')
  return drawGate(gate, {
    ...call,
    ...(values && { values }),
    ...(shapes && { shapes }),
    ...(direction && { direction }),
    ...(theme && { theme }),
    ...(precision !== undefined && { precision }),
  })
}

interface Target {
  readonly format: string
  readonly out: string | undefined
}

function formatFor(io: Io, { format, svg, out }: DrawCommandOptions): Target {
  const asked = svg ? 'svg' : format
  if (out !== undefined) return { format: asked ?? formatOfFile(out), out }
  // A terminal shows text; whoever pipes on wants the picture.
  const chosen = asked ?? (io.terminals.out ? 'text' : 'svg')
  if (chosen !== 'png' || !io.terminals.out) return { format: chosen, out }
  throw new UsageError({
    code: 'OPTION',
    what: 'draw: a terminal cannot show a PNG',
    expected: 'a file or a pipe',
    got: '--format png without -o',
    fix: 'add -o picture.png',
  })
}

async function deliver(io: Io, { format, out }: Target, drawing: Drawing): Promise<void> {
  if (out !== undefined) {
    await writePicture(out, format, drawing)
    return io.err(`wrote ${out}\n`)
  }
  const written = await writtenAs(format, drawing, {
    width: tableWidth(io),
    ascii: isAscii(io.environment),
  })
  if (typeof written !== 'string') return io.out(written)
  const text = written.endsWith('\n') ? written : `${written}\n`
  if (format === 'text') print(io, text)
  else io.out(text)
}

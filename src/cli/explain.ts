import { Command } from 'commander'
import { compile } from '../compile.ts'
import { datasets } from '../data/index.ts'
import { explain } from '../explain/index.ts'
import { flopsOfGraph } from '../nn/flops.ts'
import { trace } from '../read.ts'
import { buildOptimizer, optimizerNames } from '../train/index.ts'
import { settle } from './command.ts'
import { isFileName } from './data-source.ts'
import { explainGateNamed } from './explain-gate.ts'
import { isGateName } from './gate-call.ts'
import { type Io, print, tableWidth } from './io.ts'
import { jsonText } from './json.ts'
import { parseOptimizer } from './plan.ts'
import { pose, type SubjectOptions, subjectOf, withSubjectOptions } from './subject.ts'
import { parseLearningRate, UsageError, wholeNumber } from './usage.ts'

interface NetworkOptions extends SubjectOptions {
  readonly data?: string
  readonly rows?: number
  readonly optimizer: string
  readonly learningRate: number
  readonly json?: true
  readonly latex?: true
  readonly values?: boolean
}

/** `sluice explain --layers 2,3,1`, `sluice explain <model>` and `sluice explain <gate>`. */
export function explainCommand(io: Io): Command {
  const command = new Command('explain')
    .summary('print the equations of a network, or of one gate, with their numbers')
    .description(
      'Prints every equation of one training step of a network, forward (F), backward (B) and update (U), or what one gate does forward and backward.',
    )
    .usage(
      '--layers <widths> [options]\n       sluice explain [options] <model>\n       sluice explain <gate> --<operand> <numbers> … [options]',
    )
    .argument('[network]', 'a saved model, an ONNX file, a dataset, or a gate by its name')
    .argument(
      '[operands...]',
      'of a gate, as options of their names; `sluice explain <gate> --help` lists them',
    )
    .passThroughOptions()
  return withNetworkOptions(command)
    .addHelpText('after', examples)
    .action((what: string | undefined, rest: readonly string[], options: NetworkOptions) =>
      explainWhat(io, { what, rest, options, command }),
    )
}

function withNetworkOptions(command: Command): Command {
  return withSubjectOptions(command)
    .option('--data <table>', 'where the examples for a model come from')
    .option('--rows <count>', 'how many examples; default 4, of ONNX 1', wholeNumber('--rows', 1))
    .option(
      '--optimizer <name>',
      `what updates: ${optimizerNames.join(', ').toLowerCase()}`,
      parseOptimizer,
      'sgd',
    )
    .option(
      '--learning-rate <rate>',
      'how far the update moves the weights',
      parseLearningRate,
      0.5,
    )
    .option('--values', 'with numbers also of a network whose run takes long')
    .option('--no-values', 'only the equations and shapes')
    .option('--json', 'print JSON')
    .option('--latex', 'print LaTeX')
}

const examples = `
A network [2, …, 1] is shown the four rows of XOR, a dataset's its first
examples, any other one random numbers. The cost of an ONNX file is the mean
squared error of its first output, unless --criterion says otherwise.

Examples:
  $ sluice explain --layers 2,3,1
  $ sluice explain --layers 4,8,3 --activation tanh --no-values
  $ sluice explain --data wine.csv --rows 1 wine.safetensors
  $ sluice explain model.onnx --size batch=2 --no-values
  $ sluice explain --layers 2,3,1 --json
  $ sluice explain multiply --a 3 --b -4 --upstream 2
  $ sluice explain matmul --a '[[1, 2]]' --b '[[3], [4]]'
  $ sluice explain sum --x '[[1, 2], [3, 4]]' --with '[0]'`

interface Request {
  readonly what: string | undefined
  readonly rest: readonly string[]
  readonly options: NetworkOptions
  readonly command: Command
}

async function explainWhat(io: Io, { what, rest, options, command }: Request): Promise<void> {
  if (what === undefined) {
    if (!options.layers) throw nothingToExplain()
    return explainNetwork(io, what, options)
  }
  // xor is both.
  const isDataset = Object.hasOwn(datasets, what) && !(isGateName(what) && rest.length > 0)
  const isNetwork = isDataset || isFileName(what)
  if (!isNetwork) {
    return explainGateNamed(io, what, rest, { ...options, values: options.values ?? true })
  }
  // Options that follow a name are a gate's operands; of a network they are its own.
  const following = settle(withNetworkOptions(new Command('sluice explain')), io)
  const typed = Object.entries(options).filter(
    ([name]) => command.getOptionValueSource(name) === 'cli',
  )
  const later = following.parse(rest, { from: 'user' }).opts<NetworkOptions>()
  return explainNetwork(io, what, { ...later, ...Object.fromEntries(typed) })
}

/** The interpreter, which keeps all values, takes some ten seconds for so many. */
const manyOperations = 3e8

/** One training step of the article's network: 7 forward, 10 backward, 4 updates for [2, 3, 1]. */
async function explainNetwork(
  io: Io,
  what: string | undefined,
  options: NetworkOptions,
): Promise<void> {
  const { optimizer: name, learningRate } = options
  const subject = await subjectOf('explain', what, options)
  const { J, feeds } = await pose(subject, options)
  const updates = buildOptimizer({ name, learningRate })(J)
  const step = await compile({ J }, { updates, store: subject.store })
  const isLong = flopsOfGraph(step.graph) > manyOperations
  if (isLong && options.values === undefined) {
    io.err('its numbers take some time, and are left out: add --values\n')
  }
  const values = (options.values ?? !isLong) ? await trace(step, feeds) : undefined
  const explanation = explain(step, values && { values })
  if (options.json) return io.out(`${jsonText(explanation)}\n`)
  if (options.latex) return io.out(`${explanation.toLatex()}\n`)
  print(io, `${explanation.toText({ width: tableWidth(io) })}\n`)
}

function nothingToExplain(): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: 'explain: neither a network nor a gate is given',
    expected: '--layers with the widths of a network, a model, or the name of a gate',
    got: 'neither',
    fix: 'try `sluice explain --layers 2,3,1` or `sluice explain multiply --a 3 --b -4`',
  })
}

import { Command } from 'commander'
import { gradcheck } from '../autodiff/gradcheck.ts'
import { initialise } from '../compile.ts'
import { SluiceError } from '../errors.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { fromNumbers, type Tensor, toNumbers } from '../ir/tensor.ts'
import { flopsOfGraph } from '../nn/flops.ts'
import { settle as settleStates } from '../runtime/store.ts'
import { checkGates, type GateCheck, type Point, relativeError } from './check-gates.ts'
import { type Io, print } from './io.ts'
import { jsonText } from './json.ts'
import { whole } from './report.ts'
import {
  type Posed,
  pose,
  type Subject,
  type SubjectOptions,
  subjectOf,
  withSubjectOptions,
} from './subject.ts'
import { tableText } from './table.ts'
import { wholeNumber } from './usage.ts'

interface CheckOptions extends SubjectOptions {
  readonly data?: string
  readonly rows?: number
  readonly json?: true
}

/** `sluice check <model | dataset | --layers …>`. */
export function checkCommand(io: Io): Command {
  const command = new Command('check')
    .summary('hold the gradients of a network against finite differences')
    .description(
      'Compares the gradients of a network with central differences in 64 bits: first what each gate hands back by itself, then the gradient of the cost by every input and parameter. Ends with 1 where one of them is wrong.',
    )
    .argument('[network]', 'a saved model, an ONNX file, or a dataset')
  return withSubjectOptions(command)
    .option('--data <table>', 'where the examples for a model come from')
    .option('--rows <count>', 'how many examples; default 4, of ONNX 1', wholeNumber('--rows', 1))
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action((what: string | undefined, options: CheckOptions) => check(io, what, options))
}

const examples = `
Examples:
  $ sluice check --layers 2,3,1
  $ sluice check --layers 8,16,4 --activation gelu --criterion crossEntropy
  $ sluice check wine.safetensors --data wine.csv
  $ sluice check model.onnx --criterion crossEntropy
  $ sluice check digits --json`

async function check(io: Io, what: string | undefined, options: CheckOptions): Promise<void> {
  const subject = await subjectOf('check', what, options)
  const posed = await pose(subject, options)
  const point = pointOf(subject, posed)
  const operations = flopsOfGraph(new Graph({ J: posed.J }))
  const isLong = operations > manyOperations
  if (isLong) {
    const sources = point.states.size + Object.keys(point.feeds).length
    io.err(`${whole(operations)} operations and ${sources} gradients: this takes a while\n`)
  }
  const settings = isLong ? { directions: 1 } : {}
  const byGate = checkGates(posed.J, { ...point, ...settings })
  const { rows } = gradcheck(posed.J, { ...point, ...settings })
  const bySource = rows.map((row) => ({
    of: `d${posed.J.name}/d${row.name}`,
    error: relativeError(row),
    passed: row.passed,
  }))
  if (options.json) io.out(`${jsonText({ gates: byGate, gradients: bySource })}\n`)
  else print(io, `${tablesText(byGate, bySource)}\n`)
  const wrong = [
    ...byGate.filter(({ passed }) => !passed).map(({ gate }) => gate),
    ...bySource.filter(({ passed }) => !passed).map(({ of }) => of),
  ]
  if (wrong.length > 0) throw wrongGradients(wrong)
}

/** Beyond so many, each source is moved in one direction, not in three. */
const manyOperations = 3e6

/** Where the network stands: its examples, and its parameters as they are. */
function pointOf({ store }: Subject, posed: Posed): Point {
  const { J, feeds, target } = posed
  const graph = new Graph({ J })
  settleStates(graph, { store, stays: true }, initialise)
  const keys = graph.states.map((state) => stateOf(state).key)
  const { [target]: y, ...inputs } = feeds
  const others = y ? { [target]: otherTargets(y, posed) } : {}
  const states = new Map(keys.map((key) => [key, store.get(key)]))
  return { feeds: { ...inputs, ...others }, states }
}

/**
 * Targets that are wrong: where a network has learned its examples, the cost and its gradients are
 * so small that differences drown in rounding.
 */
function otherTargets(y: Tensor, { criterion, classes }: Posed): Tensor {
  const { shape, dtype } = y
  const numbers = toNumbers(y).map((target) => {
    if (criterion === 'crossEntropy') return (target + 1) % classes
    return criterion === 'bceWithLogits' ? 1 - target : target + 1
  })
  return { shape, dtype, data: fromNumbers(numbers, dtype) }
}

interface SourceCheck {
  readonly of: string
  readonly error: number
  readonly passed: boolean
}

function tablesText(byGate: readonly GateCheck[], bySource: readonly SourceCheck[]): string {
  const verdict = (passed: boolean) => (passed ? 'ok' : 'WRONG')
  const gateRows = byGate.map(({ gate, uses, error, passed }) => [
    ...[gate, String(uses), errorText(error), verdict(passed)],
  ])
  const sourceRows = bySource.map(({ of, error, passed }) => [
    of,
    errorText(error),
    verdict(passed),
  ])
  const gateTable = tableText(['gate', 'uses', 'largest error', ''], gateRows, { right: [1, 2] })
  const sourceTable = tableText(['gradient', 'error', ''], sourceRows, { right: [1] })
  return `${gateTable}\n\n${sourceTable}\n\n${conclusion(byGate, bySource)}`
}

function conclusion(byGate: readonly GateCheck[], bySource: readonly SourceCheck[]): string {
  const all = [...byGate, ...bySource]
  const right = all.filter(({ passed }) => passed).length
  return right === all.length
    ? 'all gradients agree with finite differences'
    : `${all.length - right} of ${all.length} do not agree with finite differences`
}

function errorText(error: number): string {
  return error === 0 ? '0' : error.toExponential(1)
}

function wrongGradients(names: readonly string[]): SluiceError {
  return new SluiceError({
    code: 'GRADIENT',
    what: 'check: gradients do not agree with finite differences',
    expected: 'equal up to 1e-7 of their size',
    got: names.join(', '),
    fix: 'look at the backward rule of the gate that is wrong by itself',
  })
}

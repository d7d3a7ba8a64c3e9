import { Command } from 'commander'
import { formatShape } from '../ir/shape.ts'
import { type ImportedSpec, type NetworkSpec, summary } from '../nn/index.ts'
import { type Io, print } from './io.ts'
import { jsonText } from './json.ts'
import { percent, whole } from './report.ts'
import {
  type NetworkSubject,
  type Subject,
  type SubjectOptions,
  subjectOf,
  withSubjectOptions,
} from './subject.ts'
import { tableText } from './table.ts'

/** `sluice summary <model | dataset | --layers …>`. */
export function summaryCommand(io: Io): Command {
  const command = new Command('summary')
    .summary('list the layers of a network with shapes, parameters and arithmetic')
    .description(
      'Lists the layers of a network with the shape that each makes of one example, the numbers that it learns, and the arithmetic that it takes, forward.',
    )
    .argument('[network]', 'a saved model, an ONNX file, or a dataset')
  return withSubjectOptions(command)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action((what: string | undefined, options: SubjectOptions & { readonly json?: true }) =>
      summarise(io, what, options),
    )
}

const examples = `
Examples:
  $ sluice summary wine.safetensors
  $ sluice summary resnet.onnx --size batch=8
  $ sluice summary digits
  $ sluice summary --layers 784,128,10 --activation relu --json`

async function summarise(
  io: Io,
  what: string | undefined,
  options: SubjectOptions & { readonly json?: true },
): Promise<void> {
  const subject = await subjectOf('summary', what, options)
  if (subject.kind === 'onnx' || subject.network.imported)
    return summariseOnnx(io, subject, options)
  const { network, layer } = subject
  const found = summary(layer, [network.layers[0] ?? 1])
  if (options.json) return io.out(`${jsonText({ ...network, ...found })}\n`)
  const rows = found.rows.map(({ description, outputShape, parameters, flops }) => [
    ...[description, formatShape(outputShape), whole(parameters), whole(flops)],
  ])
  const total = ['total', '', whole(found.parameters), whole(found.flops)]
  const first = ['inputs', formatShape(found.inputShape), '', '']
  const header = ['layer', 'gives', 'parameters', 'operations']
  const table = tableText(header, [first, ...rows, total], { right: [2, 3] })
  print(io, `${[titleOf(subject), table, ...scoresOf(subject)].join('\n\n')}\n`)
}

/** A network of a graph of its own: what reads weights of one module is a row. */
async function summariseOnnx(
  io: Io,
  subject: Subject,
  options: SubjectOptions & { readonly json?: true },
): Promise<void> {
  const { graphOf, layerRows, onnxFacts, onnxTitle } = await import('./onnx-summary.ts')
  const rows = layerRows(graphOf(subject, options))
  const total = (count: (row: (typeof rows)[number]) => number) =>
    rows.reduce((sum, row) => sum + count(row), 0)
  const [parameters, flops] = [total((row) => row.parameters), total((row) => row.flops)]
  if (options.json) {
    const facts = subject.kind === 'onnx' ? onnxFacts(subject) : withoutGraph(subject.network)
    return io.out(`${jsonText({ ...facts, rows, parameters, flops })}\n`)
  }
  const header = ['layer', 'gates', 'gives', 'parameters', 'operations']
  const cells = rows.map((row) => [
    ...[row.path, row.gates, formatShape(row.outputShape), whole(row.parameters), whole(row.flops)],
  ])
  const last = ['total', '', '', whole(parameters), whole(flops)]
  const table = tableText(header, [...cells, last], { right: [3, 4] })
  const title = subject.kind === 'onnx' ? onnxTitle(subject) : titleOf(subject)
  const scores = subject.kind === 'onnx' ? [] : scoresOf(subject)
  print(io, `${[title, table, ...scores].join('\n\n')}\n`)
}

function withoutGraph({ imported, ...facts }: NetworkSpec): object {
  const { graph: _, ...rest } = imported ?? { graph: '' }
  return { ...facts, imported: rest }
}

function titleOf({ name, network, preparation }: NetworkSubject): string {
  const { layers, activation, criterion, task, target, imported } = network
  const made = imported ? importedText(imported) : `${layers.join('-')}, ${activation}`
  const kind = `a ${task}${target === undefined ? '' : ` of "${target}"`}`
  const classes = preparation?.target.kind === 'classes' ? preparation.target.classes : []
  const shown = classes.slice(0, 8).join(', ') + (classes.length > 8 ? ', …' : '')
  const lines = [
    `${name}  ${made}, ${criterion}: ${kind}`,
    ...(classes.length > 0 ? [`classes  ${shown}`] : []),
    ...(network.inputs ? [`inputs  ${wrapped(network.inputs)}`] : []),
  ]
  return lines.join('\n')
}

/** `an ONNX graph of 1 × 8 × 8, head fc 64-10`. */
function importedText({ exampleShape, head }: ImportedSpec): string {
  const graph = `an ONNX graph of ${exampleShape.join(' × ')}`
  return head ? `${graph}, head ${head.name} ${head.widths.join('-')}` : graph
}

/** Names, a few of them. */
function wrapped(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${shown}, … (${names.length} in all)` : shown
}

function scoresOf({ metrics }: NetworkSubject): readonly string[] {
  if (!metrics) return []
  const { accuracy, r2, examples = 0 } = metrics
  const of = `on ${whole(examples)} examples`
  if (accuracy !== undefined) return [`accuracy ${percent(accuracy)} ${of}, when it was saved`]
  return r2 === undefined ? [] : [`R² ${r2.toFixed(3)} ${of}, when it was saved`]
}

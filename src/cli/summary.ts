import { Command } from 'commander'
import { formatShape } from '../ir/shape.ts'
import { buildNetwork, summary } from '../nn/index.ts'
import { type Io, print } from './io.ts'
import { jsonText } from './json.ts'
import { percent, whole } from './report.ts'
import { type Subject, type SubjectOptions, subjectOf, withSubjectOptions } from './subject.ts'
import { tableText } from './table.ts'

/** `sluice summary <model | dataset | --layers …>`. */
export function summaryCommand(io: Io): Command {
  const command = new Command('summary')
    .summary('list the layers of a network with shapes, parameters and arithmetic')
    .description(
      'Lists the layers of a network with the shape that each makes of one example, the numbers that it learns, and the arithmetic that it takes, forward.',
    )
    .argument('[network]', 'a model that was saved, or a dataset')
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
  $ sluice summary digits
  $ sluice summary --layers 784,128,10 --activation relu --json`

async function summarise(
  io: Io,
  what: string | undefined,
  options: SubjectOptions & { readonly json?: true },
): Promise<void> {
  const subject = await subjectOf('summary', what, options)
  const { network } = subject
  const found = summary(buildNetwork(network), [network.layers[0] ?? 1])
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

function titleOf({ name, network, preparation }: Subject): string {
  const { layers, activation, criterion, task, target } = network
  const kind = `a ${task}${target === undefined ? '' : ` of "${target}"`}`
  const classes = preparation?.target.kind === 'classes' ? preparation.target.classes : []
  const shown = classes.slice(0, 8).join(', ') + (classes.length > 8 ? ', …' : '')
  const lines = [
    `${name}  ${layers.join('-')}, ${activation}, ${criterion}: ${kind}`,
    ...(classes.length > 0 ? [`classes  ${shown}`] : []),
    ...(network.inputs ? [`inputs  ${wrapped(network.inputs)}`] : []),
  ]
  return lines.join('\n')
}

/** Names, a few of them. */
function wrapped(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${shown}, … (${names.length} in all)` : shown
}

function scoresOf({ metrics }: Subject): readonly string[] {
  if (!metrics) return []
  const { accuracy, r2, examples = 0 } = metrics
  const of = `on ${whole(examples)} examples`
  if (accuracy !== undefined) return [`accuracy ${percent(accuracy)} ${of}, when it was saved`]
  return r2 === undefined ? [] : [`R² ${r2.toFixed(3)} ${of}, when it was saved`]
}

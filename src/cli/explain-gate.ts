import { Command } from 'commander'
import { explainGate, type GateCall, type GateOperand, gateGraph } from '../explain/index.ts'
import * as gates from '../gates/index.ts'
import { type AnyFunction, type Gate, isGate } from '../ir/gate.ts'
import type { NestedArray } from '../ir/tensor.ts'
import { trace } from '../read.ts'
import { settle } from './command.ts'
import { type Io, tableWidth } from './io.ts'
import { jsonText } from './json.ts'
import { choose, parseArguments, parseNumbers, readTyped, UsageError } from './usage.ts'

interface Form {
  readonly json?: true
  readonly latex?: true
}

interface GateOptions extends Form {
  readonly upstream?: NestedArray
  readonly with?: readonly unknown[]
}

/** `sluice explain multiply --a 3 --b -4 --upstream 2`: the operands of a gate are its options. */
export async function explainGateNamed(
  io: Io,
  name: string,
  argv: readonly string[],
  asked: Form & { readonly values: boolean },
): Promise<void> {
  const gate = gateNamed(name)
  const command = settle(gateCommand(name, gate), io).parse(argv, { from: 'user' })
  const options = command.opts<GateOptions>()
  if (command.args.length > 0) throw namelessOperands(name, gate, command)
  const call = callOf(name, gate, command.opts())
  const { J, feeds } = readTyped(() => gateGraph(gate, call), `explain ${name}`)
  const hasNumbers = Object.values(call.operands).every((operand) => typeof operand !== 'string')
  const values = hasNumbers && asked.values ? await trace(J, feeds) : undefined
  const explanation = explainGate(gate, { ...call, ...(values && { values }) })
  if (options.json || asked.json) return io.out(`${jsonText(explanation)}\n`)
  const isLatex = options.latex || asked.latex
  io.out(`${isLatex ? explanation.toLatex() : explanation.toText({ width: tableWidth(io) })}\n`)
}

function gateNamed(name: string): Gate<AnyFunction> {
  const known = Object.entries(gates).flatMap(([known, gate]) =>
    isGate(gate) ? [[known, gate] as const] : [],
  )
  const gate = choose('gate', name, Object.fromEntries(known))
  const { operands, role } = gate.definition
  if (operands.length > 0 && role !== 'loop') return gate
  throw new UsageError({
    code: 'NAME',
    what: `explain: ${name} shows nothing by itself`,
    expected: 'a gate that computes something from operands, such as multiply',
    got: name,
    fix: 'see it in a network: sluice explain --layers 2,3,1',
  })
}

function gateCommand(name: string, { definition }: Gate<AnyFunction>): Command {
  const command = new Command(`sluice explain ${name}`).description(
    `Prints what the gate ${name} does forward, and what it hands back to each operand.`,
  )
  for (const operand of definition.operands) {
    const option = `--${optionName(operand)}`
    command.option(`${option} <numbers>`, operandHelp(operand), (text: string) =>
      parseOperand(option, text),
    )
  }
  return command
    .allowExcessArguments() // answered by namelessOperands
    .option(
      '--upstream <numbers>',
      'the gradient that reaches it; ones by default',
      (text: string) => parseNumbers('--upstream', text),
    )
    .option('--with <list>', 'further arguments of the gate, as a JSON list', parseArguments)
    .option('--json', 'print JSON')
    .option('--latex', 'print LaTeX')
    .addHelpText('after', `\nExamples:\n  $ sluice explain ${name} ${exampleOf(definition)}`)
}

function optionName(operand: string): string {
  return operand.replace(/^\.\.\./, '')
}

function operandHelp(operand: string): string {
  return operand.startsWith('...')
    ? 'a JSON list of operands: [[1, 2], [3, 4]]'
    : 'a number, a JSON array, or a type such as f32[2, 3]'
}

/** The gate's own first sample of finite numbers as options. */
function exampleOf({ operands, samples }: Gate<AnyFunction>['definition']): string {
  const isWritable = (text: string) => !text.includes('null') // what JSON makes of NaN and infinity
  const sample = samples.find((one) => isWritable(JSON.stringify(one))) ?? {}
  const quote = (value: unknown) => quoted(JSON.stringify(value))
  const options = operands.map((operand) => {
    const name = optionName(operand)
    return `--${name} ${quote(sample[name] ?? 1)}`
  })
  return [...options, ...(sample.with ? [`--with ${quote(sample.with)}`] : [])].join(' ')
}

/** `explain multiply 3 4`: which option each number was meant for. */
function namelessOperands(
  name: string,
  { definition }: Gate<AnyFunction>,
  command: Command,
): UsageError {
  const names = definition.operands.map(optionName)
  const options = command.opts<Readonly<Record<string, unknown>>>()
  const open = names.filter((operand) => options[operand] === undefined)
  const words = command.args.map(quoted)
  const meant = open.map((operand, index) => `--${operand} ${words[index] ?? '…'}`)
  return new UsageError({
    code: 'OPTION',
    what: `explain ${name}: "${command.args[0]}" belongs to no operand`,
    expected: names.map((operand) => `--${operand}`).join(' and '),
    got: words.join(' '),
    fix: meant.length > 0 ? `give operands by name: ${meant.join(' ')}` : 'leave it out',
  })
}

/** A word as a shell takes it. */
function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text}'`
}

function parseOperand(option: string, text: string): GateOperand {
  return /^[a-z]+\d*\[/.test(text) ? text : parseNumbers(option, text)
}

function callOf(
  name: string,
  { definition }: Gate<AnyFunction>,
  options: Readonly<Record<string, unknown>> & Pick<GateOptions, 'upstream' | 'with'>,
): GateCall {
  const names = definition.operands.map(optionName)
  const missing = names.find((operand) => options[operand] === undefined)
  if (missing !== undefined) {
    const given = names.filter((operand) => options[operand] !== undefined)
    throw new UsageError({
      code: 'OPTION',
      what: `explain ${name}: the operand --${missing} is missing`,
      expected: names.map((operand) => `--${operand}`).join(' and '),
      got: given.map((operand) => `--${operand}`).join(' and ') || 'none',
      fix: `add --${missing} with a number or a JSON array`,
    })
  }
  return {
    // Every option of an operand is read by parseOperand.
    operands: Object.fromEntries(
      names.map((operand) => [operand, options[operand] as GateOperand]),
    ),
    ...(options.upstream !== undefined && { upstream: options.upstream }),
    ...(options.with && { with: options.with }),
  }
}

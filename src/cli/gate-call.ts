/** Reading a gate and its operands off the command line: the operands are its options. */
import { Command } from 'commander'
import type { GateCall, GateOperand } from '../explain/index.ts'
import * as functional from '../functional/index.ts'
import * as registry from '../gates/index.ts'
import { type AnyFunction, type Gate, isGate } from '../ir/gate.ts'
import type { NestedArray } from '../ir/tensor.ts'
import { settle } from './command.ts'
import type { Io } from './io.ts'
import { choose, parseArguments, parseNumbers, UsageError } from './usage.ts'

const gates = { ...registry, ...functional }

/** How the output of `explain` is written. */
export interface Form {
  readonly json?: true
  readonly latex?: true
}

interface GateOptions extends Form {
  readonly upstream?: NestedArray
  readonly with?: readonly unknown[]
}

/** A gate, and what it is called with. */
export interface TypedGate {
  readonly gate: Gate<AnyFunction>
  readonly call: GateCall
  readonly form: Form
}

/**
 * `multiply`, `--a 3 --b -4 --upstream 2`. `command` is what messages and help speak of.
 * Throws: NAME for a gate that is not there, OPTION where its operands are not given.
 */
export function parseGateCall(
  io: Io,
  {
    command,
    name,
    argv,
  }: {
    readonly command: 'explain' | 'draw'
    readonly name: string
    readonly argv: readonly string[]
  },
): TypedGate {
  const gate = gateNamed(command, name)
  const parser = settle(gateCommand(command, name, gate), io).parse(argv, { from: 'user' })
  if (parser.args.length > 0) throw namelessOperands(`${command} ${name}`, gate, parser)
  const options = parser.opts<GateOptions>()
  return { gate, call: callOf(`${command} ${name}`, gate, parser.opts()), form: options }
}

/** Whether a word is the name of a gate that can be looked at by itself. */
export function isGateName(word: string): boolean {
  return Object.entries(gates).some(([name, gate]) => name === word && isGate(gate))
}

function gateNamed(command: string, name: string): Gate<AnyFunction> {
  const known = Object.entries(gates).flatMap(([known, gate]) =>
    isGate(gate) ? [[known, gate] as const] : [],
  )
  const gate = choose('gate', name, Object.fromEntries(known))
  const { operands, role } = gate.definition
  if (operands.length > 0 && role !== 'loop') return gate
  throw new UsageError({
    code: 'NAME',
    what: `${command}: ${name} shows nothing by itself`,
    expected: 'a gate that computes something from operands, such as multiply',
    got: name,
    fix: `see it in a network: sluice ${command} --layers 2,3,1`,
  })
}

function gateCommand(
  verb: 'explain' | 'draw',
  name: string,
  { definition }: Gate<AnyFunction>,
): Command {
  const does = verb === 'explain' ? 'Prints' : 'Draws'
  const command = new Command(`sluice ${verb} ${name}`).description(
    `${does} what the gate ${name} does forward, and what it hands back to each operand.`,
  )
  for (const operand of definition.operands) {
    const option = `--${optionName(operand)}`
    command.option(`${option} <numbers>`, operandHelp(operand), (text: string) =>
      parseOperand(option, text),
    )
  }
  command
    .allowExcessArguments() // answered by namelessOperands
    .option(
      '--upstream <numbers>',
      'the gradient that reaches it; ones by default',
      (text: string) => parseNumbers('--upstream', text),
    )
    .option('--with <list>', 'further arguments of the gate, as a JSON list', parseArguments)
    .addHelpText('after', `\nExamples:\n  $ sluice ${verb} ${name} ${exampleOf(definition)}`)
  if (verb === 'explain') {
    command.option('--json', 'print JSON').option('--latex', 'print LaTeX')
  }
  return command
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
  asked: string,
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
    what: `${asked}: "${command.args[0]}" belongs to no operand`,
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
  asked: string,
  { definition }: Gate<AnyFunction>,
  options: Readonly<Record<string, unknown>> & Pick<GateOptions, 'upstream' | 'with'>,
): GateCall {
  const names = definition.operands.map(optionName)
  const missing = names.find((operand) => options[operand] === undefined)
  if (missing !== undefined) {
    const given = names.filter((operand) => options[operand] !== undefined)
    throw new UsageError({
      code: 'OPTION',
      what: `${asked}: the operand --${missing} is missing`,
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

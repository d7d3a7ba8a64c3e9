/** The command line as a function: arguments in, exit code out. */
import { readFile } from 'node:fs/promises'
import { Command, CommanderError } from 'commander'
import { SluiceError } from '../errors.ts'
import '../methods.ts'
import { settle } from './command.ts'
import { demoCommand } from './demo.ts'
import { explainCommand } from './explain.ts'
import type { Io } from './io.ts'
import { trainCommand } from './train.ts'
import { UsageError } from './usage.ts'

/** What `sluice` ends with. */
const exitCodes = { ok: 0, failure: 1, usage: 2 } as const

/**
 * Runs `sluice` with these arguments: data go to `io.out`, progress and errors to `io.err`.
 * Gives 0 when all went well, 1 when what was asked for failed, 2 when it was asked for wrongly.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    await program(io, await readVersion()).parseAsync(argv, { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    // Commander has printed its own already: help, the version, or what was wrong with the options.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    io.err(`${messageOf(error, io)}\n`)
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failure
  }
}

function program(io: Io, version: string): Command {
  const sluice = new Command('sluice')
    .description(
      'Neural networks as graphs of gates: see every value and gradient, and train them.',
    )
    .version(version, '--version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .enablePositionalOptions()
    .addHelpText('after', closing)
  for (const command of [explainCommand(io), trainCommand(io), demoCommand(io)]) {
    sluice.addCommand(settle(command, io))
  }
  return settle(sluice, io)
}

const closing = `
Examples:
  $ sluice demo
  $ sluice explain --layers 2,3,1
  $ sluice explain multiply --a 3 --b -4 --upstream 2
  $ sluice train digits

Exit codes:
  0  all went well
  1  what was asked for failed
  2  it was asked for wrongly: an unknown command, option or name

Environment:
  NO_COLOR      any value: no emphasis in the output
  SLUICE_DEBUG  any value: errors with their stack`

function messageOf(error: unknown, io: Io): string {
  if (!(error instanceof Error)) return String(error)
  const isPlain = error instanceof SluiceError && !io.environment.SLUICE_DEBUG
  return isPlain ? error.message : (error.stack ?? error.message)
}

async function readVersion(): Promise<string> {
  const facts = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return String(JSON.parse(facts).version)
}

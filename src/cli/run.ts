/** The command line as a function: arguments in, exit code out. */
import { readFile } from 'node:fs/promises'
import { Command, CommanderError } from 'commander'
import { SluiceError } from '../errors.ts'
import '../methods.ts'
import { checkCommand } from './check.ts'
import { settle } from './command.ts'
import { convertCommand } from './convert.ts'
import { demoCommand } from './demo.ts'
import { drawCommand } from './draw.ts'
import { explainCommand } from './explain.ts'
import { exportCommand } from './export.ts'
import { Interrupted } from './interrupt.ts'
import { exitCodeOf, type Io } from './io.ts'
import { predictCommand } from './predict.ts'
import { spelled } from './spelling.ts'
import { studioCommand } from './studio.ts'
import { summaryCommand } from './summary.ts'
import { trainCommand } from './train.ts'
import { UsageError } from './usage.ts'

/** What `sluice` ends with. */
const exitCodes = { ok: 0, failure: 1, usage: 2 } as const

/**
 * Runs `sluice` with these arguments: data go to `out`, progress and errors to `err`. Gives 0 when
 * all went well, 1 when what was asked for failed, 2 when it was asked for wrongly, and 130 or 143
 * where a signal interrupted it.
 */
export async function run(argv: readonly string[], given: Io): Promise<number> {
  const io = spellingIo(given)
  try {
    await program(io, await readVersion()).parseAsync(argv, { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    // Commander has printed its own already: help, the version, or what was wrong with the options.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    io.err(`${messageOf(error, io)}\n`)
    if (error instanceof Interrupted) return exitCodeOf(error.signal)
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failure
  }
}

/** What accompanies is spelled as the locale can show it; data are left as they are. */
function spellingIo(io: Io): Io {
  return {
    ...io,
    get columns() {
      return io.columns
    },
    err: (text) => io.err(spelled(text, io.environment)),
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
  const commands = [
    ...[trainCommand, predictCommand, explainCommand, drawCommand, summaryCommand, checkCommand],
    ...[convertCommand, exportCommand, studioCommand, demoCommand],
  ]
  for (const command of commands) sluice.addCommand(settle(command(io), io))
  return settle(sluice, io)
}

const closing = `
Examples:
  $ sluice demo
  $ sluice train digits
  $ sluice train wine.csv --target class --out wine.safetensors
  $ sluice predict wine.safetensors new.csv
  $ sluice explain --layers 2,3,1
  $ sluice explain multiply --a 3 --b -4 --upstream 2
  $ sluice draw --layers 2,3,1 --values -o network.svg
  $ sluice train wine.csv --from model.onnx --freeze all --out wine.safetensors
  $ sluice export wine.safetensors -o wine.onnx
  $ sluice studio

Exit codes:
  0    all went well
  1    what was asked for failed
  2    it was asked for wrongly: an unknown command, option or name
  130  interrupted by Ctrl-C; 143 by the system

Environment:
  NO_COLOR      any value: no emphasis in the output
  COLUMNS       how wide tables are where there is no terminal
  LC_ALL, LANG  without UTF-8: plain ASCII, for people; data stay as they are
  SLUICE_DEBUG  any value: errors with their stack`

function messageOf(error: unknown, io: Io): string {
  if (!(error instanceof Error)) return String(error)
  const isOurs = error instanceof SluiceError || error instanceof Interrupted
  const isPlain = isOurs && !io.environment.SLUICE_DEBUG
  return isPlain ? error.message : (error.stack ?? error.message)
}

async function readVersion(): Promise<string> {
  const facts = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return String(JSON.parse(facts).version)
}

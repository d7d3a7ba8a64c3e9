import type { Command } from 'commander'
import { type Io, print } from './io.ts'

/** Tells a command where to write, and to throw where Commander would end the process. */
export function settle(command: Command, io: Io): Command {
  const name = command.name()
  return command
    .showHelpAfterError(`See ${name.startsWith('sluice') ? name : `sluice ${name}`} --help`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(io, text),
      writeErr: io.err,
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
    })
    .helpOption('--help', 'print this help')
}

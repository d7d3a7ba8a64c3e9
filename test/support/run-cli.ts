/** Runs the command line in this process and keeps what it writes. */
import type { Io } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'

export interface CliRun {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** `sluice …argv`, piped unless told otherwise. */
export async function runCli(argv: readonly string[], io: Partial<Io> = {}): Promise<CliRun> {
  let out = ''
  let err = ''
  const code = await run(argv, {
    out: (data) => {
      out += typeof data === 'string' ? data : `<${data.length} bytes>`
    },
    err: (text) => {
      err += text
    },
    terminals: { out: false, err: false },
    columns: 80,
    environment: {},
    onSignal: () => () => undefined,
    ...io,
  })
  return { code, out, err }
}

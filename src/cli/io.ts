/** Where a command writes. Tests pass one of their own. */

export interface Io {
  /** What was asked for: data that a pipe carries on. */
  readonly out: (text: string) => void
  /** What only accompanies it: progress and errors. */
  readonly err: (text: string) => void
  /** Which of the two a person looks at, on a terminal that can paint over and emphasise. */
  readonly terminals: { readonly out: boolean; readonly err: boolean }
  readonly columns: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The standard streams of this process. */
export function processIo(): Io {
  const { stdout, stderr, env } = process
  const isTerminal = (stream: NodeJS.WriteStream) => stream.isTTY === true && env.TERM !== 'dumb'
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    terminals: { out: isTerminal(stdout), err: isTerminal(stderr) },
    columns: stdout.columns ?? stderr.columns ?? 80,
    environment: env,
  }
}

/** Columns to lay a table out for: the terminal's, else COLUMNS, else 100; at least 60. */
export function tableWidth({ terminals, columns, environment }: Io): number {
  const told = Number(environment.COLUMNS)
  const elsewhere = Number.isInteger(told) && told > 0 ? told : 100
  return Math.max(60, terminals.out ? columns : elsewhere)
}

export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
}

/** Emphasis on a terminal; plain text where the output goes elsewhere or NO_COLOR is set. */
export function paintFor(io: Io, stream: 'out' | 'err'): Paint {
  // Any value but the empty one counts: https://no-color.org
  const isPlain = !io.terminals[stream] || Boolean(io.environment.NO_COLOR)
  const style = (code: number) => (text: string) =>
    isPlain ? text : `\u001B[${code}m${text}\u001B[0m`
  return { strong: style(1), faint: style(2) }
}

/** Where a command writes. Tests pass one of their own. */

export interface Io {
  /** What was asked for: data that a pipe carries on. */
  readonly out: (text: string) => void
  /** What only accompanies it: progress and errors. */
  readonly err: (text: string) => void
  /** Whether a line on `err` can be painted over. */
  readonly isTerminal: boolean
  readonly columns: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The standard streams of this process. */
export function processIo(): Io {
  const { stdout, stderr, env } = process
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    isTerminal: stderr.isTTY === true && env.TERM !== 'dumb',
    columns: stderr.columns ?? 80,
    environment: env,
  }
}

export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
}

/** Emphasis on a terminal; plain text where the output goes elsewhere or NO_COLOR is set. */
export function paintFor(io: Io): Paint {
  // Any value but the empty one counts: https://no-color.org
  const isPlain = !io.isTerminal || Boolean(io.environment.NO_COLOR)
  const style = (code: number) => (text: string) =>
    isPlain ? text : `\u001B[${code}m${text}\u001B[0m`
  return { strong: style(1), faint: style(2) }
}

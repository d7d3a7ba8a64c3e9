/** Where a command writes, and who may interrupt it. Tests pass one of their own. */
import { spelled } from './spelling.ts'

/** What asks a process to end: Ctrl-C, or the system. */
export type Signal = 'SIGINT' | 'SIGTERM'

export interface Io {
  /** What was asked for: data that a pipe carries on. */
  readonly out: (data: string | Uint8Array) => void
  /** What only accompanies it: progress and errors. */
  readonly err: (text: string) => void
  /** Which of the two a person looks at, on a terminal that can paint over and emphasise. */
  readonly terminals: { readonly out: boolean; readonly err: boolean }
  readonly columns: number
  readonly environment: Readonly<Record<string, string | undefined>>
  /**
   * Calls back, once, instead of ending the process; a second signal ends it. Gives a function that
   * stops listening.
   */
  readonly onSignal: (listener: (signal: Signal) => void) => () => void
}

/** What a process that a signal ended ends with. */
export function exitCodeOf(signal: Signal): number {
  return signal === 'SIGINT' ? 130 : 143
}

/** The standard streams of this process. */
export function processIo(): Io {
  const { stdout, stderr, env } = process
  const isTerminal = (stream: NodeJS.WriteStream) => stream.isTTY === true && env.TERM !== 'dumb'
  return {
    out: (data) => stdout.write(data),
    err: (text) => stderr.write(text),
    terminals: { out: isTerminal(stdout), err: isTerminal(stderr) },
    // Asked for anew, as a window may change its size.
    get columns() {
      return stdout.columns ?? stderr.columns ?? toldColumns(env) ?? 80
    },
    environment: env,
    onSignal: listenToSignals,
  }
}

function listenToSignals(listener: (signal: Signal) => void): () => void {
  let isFirst = true
  const handle = (signal: NodeJS.Signals) => {
    const asked = signal === 'SIGTERM' ? signal : 'SIGINT'
    if (!isFirst) process.exit(exitCodeOf(asked))
    isFirst = false
    listener(asked)
  }
  process.on('SIGINT', handle).on('SIGTERM', handle)
  return () => {
    process.off('SIGINT', handle).off('SIGTERM', handle)
  }
}

/** Writes text for people on `out`, spelled so that their locale can show it. */
export function print(io: Io, text: string): void {
  io.out(spelled(text, io.environment))
}

/** Columns to lay a table out for: the terminal's, else COLUMNS, else 100; at least 60. */
export function tableWidth({ terminals, columns, environment }: Io): number {
  return Math.max(60, terminals.out ? columns : (toldColumns(environment) ?? 100))
}

function toldColumns({ COLUMNS }: Io['environment']): number | undefined {
  const told = Number(COLUMNS)
  return Number.isInteger(told) && told > 0 ? told : undefined
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

import type { Io } from './io.ts'

export interface ProgressLine {
  /** Columns that a line may take. */
  readonly room: number
  /** Paints the line over on a terminal; elsewhere each one stays. */
  show(text: string): void
  /** Ends the painting: what is written next stands on a line of its own. */
  end(): void
}

/** One line of progress on `err`. */
export function progressLine(io: Io): ProgressLine {
  let isOpen = false
  const room = io.terminals.err ? Math.max(1, io.columns - 1) : Number.POSITIVE_INFINITY
  return {
    room,
    show(text) {
      if (!io.terminals.err) return io.err(`${text}\n`)
      const fitting = [...text].slice(0, room).join('')
      io.err(`\r\u001B[K${fitting}`)
      isOpen = true
    },
    end() {
      if (isOpen) io.err('\n')
      isOpen = false
    },
  }
}

/** `━━━━━━────`, `share` of it done. */
export function bar(share: number, width: number): string {
  const done = Math.round(Math.min(1, Math.max(0, share)) * width)
  return '━'.repeat(done) + '─'.repeat(width - done)
}

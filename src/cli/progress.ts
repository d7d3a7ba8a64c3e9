import type { Io } from './io.ts'

export interface ProgressLine {
  /** Columns that a line may take; infinite where lines stay. */
  readonly room: number
  /** Paints the line over on a terminal; elsewhere each one stays. */
  show(text: string): void
  /** Shows the text if the last one has been there for long enough, else does not even make it. */
  showInTime(text: () => string): void
  /** Wipes the line off, for what is written next. */
  clear(): void
  /** Ends the painting: what is written next stands on a line of its own. */
  end(): void
}

/** How long a text stays at least: a terminal's is painted over, elsewhere lines add up. */
const pauseMs = { terminal: 100, elsewhere: 5000 } as const

/** One line of progress on `err`. */
export function progressLine(io: Io): ProgressLine {
  const isTerminal = io.terminals.err
  const pause = isTerminal ? pauseMs.terminal : pauseMs.elsewhere
  const room = () => (isTerminal ? Math.max(1, io.columns - 1) : Number.POSITIVE_INFINITY)
  let isOpen = false
  // A terminal shows at once that something happens.
  let shownAt = isTerminal ? Number.NEGATIVE_INFINITY : performance.now()
  const show = (text: string) => {
    shownAt = performance.now()
    if (!isTerminal) return io.err(`${text}\n`)
    const fitting = [...text].slice(0, room()).join('')
    io.err(`\r\u001B[K${fitting}`)
    isOpen = true
  }
  return {
    get room() {
      return room()
    },
    show,
    showInTime(text) {
      if (performance.now() - shownAt >= pause) show(text())
    },
    clear() {
      if (isOpen) io.err('\r\u001B[K')
      isOpen = false
    },
    end() {
      if (isOpen) io.err('\n')
      isOpen = false
    },
  }
}

/** A line that shows nothing, for `--quiet` and `--json`. */
export const noProgress: ProgressLine = {
  room: 0,
  show: () => undefined,
  showInTime: () => undefined,
  clear: () => undefined,
  end: () => undefined,
}

/** `━━━━━━────`, `share` of it done. */
export function bar(share: number, width: number): string {
  const done = Math.round(Math.min(1, Math.max(0, share)) * width)
  return '━'.repeat(done) + '─'.repeat(width - done)
}

const heights = [...'▁▂▃▄▅▆▇█']

/** `█▆▃▂▁`: the course of some numbers in up to `width` characters, the last one always in it. */
export function sparkline(numbers: readonly number[], width: number): string {
  const finite = numbers.filter(Number.isFinite)
  const count = Math.min(width, finite.length)
  const shown = Array.from({ length: count }, (_, place) => {
    const index = Math.round(((place + 1) * finite.length) / count) - 1
    return finite[index] ?? 0 // inside: the last one is length − 1
  })
  const least = Math.min(...shown)
  const range = Math.max(...shown) - least
  return shown
    .map((number) => heights[range > 0 ? Math.round(((number - least) / range) * 7) : 0])
    .join('')
}

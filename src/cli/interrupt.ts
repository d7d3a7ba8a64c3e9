import type { Io, Signal } from './io.ts'

/** Ends a command that a signal interrupted; what is left to say goes to `err`. */
export class Interrupted extends Error {
  readonly signal: Signal

  constructor(signal: Signal, message: string) {
    super(message)
    this.name = 'Interrupted'
    this.signal = signal
  }
}

/** What a running command knows of signals. */
export interface Interrupts {
  /** For what can stop by itself. */
  readonly abort: AbortSignal
  /** Which signal came, if one has. */
  readonly signal: Signal | undefined
  /** Throws Interrupted once a signal has come. */
  check(message: string): void
}

/** Runs a task that takes care of signals itself. */
export async function withInterrupts<T>(
  io: Io,
  task: (interrupts: Interrupts) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  let came: Signal | undefined
  const stopListening = io.onSignal((signal) => {
    came = signal
    controller.abort()
  })
  try {
    return await task({
      abort: controller.signal,
      get signal() {
        return came
      },
      check(message) {
        if (came) throw new Interrupted(came, message)
      },
    })
  } finally {
    stopListening()
  }
}

/**
 * Contenders in processes of their own, of which only one runs at a time: the others are stopped,
 * with all their threads, until it is their turn again. So none shares an engine's heap or what it
 * has learnt with another, and one that takes too long can be ended.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from './harness.ts'
import type { PrepareOrder, Reply } from './protocol.ts'
import { type Python, startPython } from './python.ts'
import type { Work } from './works/work.ts'

/** Who takes part in a row, and how. */
export interface Entrant {
  /** `jax-js, 2 workers`: what the table calls it. */
  readonly name: string
  /** One of peers/index.ts, or `pytorch`. */
  readonly peer: string
  /** An engine that takes another step than the row's is shown, and nothing is held against it. */
  readonly kind: 'ours' | 'engine' | 'other step' | 'by hand' | 'native'
  readonly threads: number
  readonly mode: string
  /** What it does in place of the row's work, where it cannot do that one in time. */
  readonly work?: Work
  /** Stands in the table beside its numbers. */
  readonly note?: string
}

export interface StageOptions {
  readonly rounds: number
  readonly turnSeconds: number
  readonly warmUpSeconds: number
  /** For how many steps losses are compared, if that takes no longer than `checkSeconds`. */
  readonly checks: number
  readonly checkSeconds: number
  /** One that has not done the work once in so many seconds is given up. */
  readonly capSeconds: number
  /** One whose turns have taken so long has no more of them. */
  readonly budgetSeconds: number
  readonly report: (line: string) => void
}

export interface Outcome {
  readonly entrant: Entrant
  /** Why there are no numbers. */
  readonly reason?: string
  /** What one has to know of the numbers. */
  readonly note?: string
  /** Repetitions of the work per second: the median of the rounds. */
  readonly rate: number
  readonly firstSeconds: number
  readonly peakMegabytes: number
  readonly facts: Readonly<Record<string, number>>
  /** Losses or output, for comparison. */
  readonly numbers: readonly number[]
}

/** Who is still on the stage: nobody may stay behind, stopped, when this process ends. */
const present = new Set<ChildProcess | Python>()
process.on('exit', () => {
  for (const actor of present) actor.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/** Prepares all of them one after another, then gives each a turn in every round. */
export async function compare(
  work: Work,
  entrants: readonly Entrant[],
  options: StageOptions,
): Promise<readonly Outcome[]> {
  const acts = entrants.map((entrant) => new Act(entrant))
  try {
    for (const act of acts) {
      options.report(`${act.entrant.name}: prepares`)
      await act.prepare(work, options)
    }
    for (let round = 0; round < options.rounds; round++) {
      options.report(`round ${round + 1} of ${options.rounds}`)
      for (let turn = 0; turn < acts.length; turn++) {
        await acts[(round + turn) % acts.length]?.turn(options)
      }
    }
    return acts.map((act) => act.outcome())
  } finally {
    for (const act of acts) act.end()
  }
}

/** One entrant on the stage, from its start to its end. */
class Act {
  readonly entrant: Entrant
  #process: ChildProcess | Python | undefined
  #reason: string | undefined
  #prepared: Extract<Reply, { kind: 'prepared' }> | undefined
  #rates: number[] = []
  #spentSeconds = 0
  #peakMegabytes = 0

  constructor(entrant: Entrant) {
    this.entrant = entrant
  }

  async prepare(work: Work, options: StageOptions): Promise<void> {
    const { entrant } = this
    const started = entrant.peer === 'pytorch' ? await startPython(entrant.threads) : startNode()
    if (typeof started === 'string') {
      this.#giveUp(started)
      return
    }
    this.#process = started
    present.add(started)
    const order: PrepareOrder = {
      kind: 'prepare',
      peer: entrant.peer,
      threads: entrant.threads,
      mode: entrant.mode,
      work: entrant.work ?? work,
      checks: options.checks,
      checkSeconds: options.checkSeconds,
      warmUpSeconds: options.warmUpSeconds,
    }
    const { capSeconds } = options
    const reply = await this.#ask(order, capSeconds, `not done once in ${capSeconds} s`)
    if (reply?.kind === 'prepared') this.#prepared = reply
  }

  async turn({ turnSeconds, budgetSeconds }: StageOptions): Promise<void> {
    if (!this.#process || !this.#prepared) return
    // The first turn is everyone's, so that there is a number.
    if (this.#rates.length > 0 && this.#spentSeconds >= budgetSeconds) return
    const capSeconds = 4 * budgetSeconds + 20 * turnSeconds
    const order = { kind: 'turn', seconds: turnSeconds } as const
    const reply = await this.#ask(order, capSeconds, `a turn took more than ${capSeconds} s`)
    if (reply?.kind !== 'turned') return
    this.#rates.push(reply.count / reply.seconds)
    this.#spentSeconds += reply.seconds
    this.#peakMegabytes = Math.max(this.#peakMegabytes, reply.peakMegabytes)
  }

  outcome(): Outcome {
    return {
      entrant: this.entrant,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      ...(this.#prepared?.note !== undefined && { note: this.#prepared.note }),
      rate: median(this.#rates),
      firstSeconds: this.#prepared?.firstSeconds ?? Number.NaN,
      peakMegabytes: this.#peakMegabytes,
      facts: this.#prepared?.facts ?? {},
      numbers: this.#prepared?.numbers ?? [],
    }
  }

  end(): void {
    if (!this.#process) return
    this.#process.kill('SIGKILL')
    present.delete(this.#process)
    this.#process = undefined
  }

  /** Lets it run until it answers, which it has to in time. */
  async #ask(order: object, capSeconds: number, tooLate: string): Promise<Reply | undefined> {
    const actor = this.#process
    if (!actor) return undefined
    const reply = await new Promise<Reply>((resolve) => {
      const fail = (reason: string) => resolve({ kind: 'unavailable', reason })
      const timer = setTimeout(fail, capSeconds * 1000, tooLate)
      actor.once('exit', (code, signal) => fail(`its process ended: ${signal ?? code}`))
      actor.once('message', (message) => {
        clearTimeout(timer)
        resolve(message as Reply) // it speaks our protocol
      })
      pause(actor, false)
      actor.send(order)
    })
    actor.removeAllListeners()
    if (reply.kind === 'unavailable') this.#giveUp(reply.reason)
    else pause(actor, true)
    return reply
  }

  #giveUp(reason: string): void {
    this.#reason = reason
    this.end()
  }
}

function startNode(): ChildProcess {
  const entry = fileURLToPath(new URL('contender.js', import.meta.url))
  return fork(entry, [], {
    execArgv: ['--expose-gc', '--max-old-space-size=6144'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

/** Windows knows no stopping; there they wait for their next message, which is nearly as quiet. */
function pause(child: ChildProcess | Python, isPaused: boolean): void {
  if (process.platform !== 'win32') child.kill(isPaused ? 'SIGSTOP' : 'SIGCONT')
}

/** Threads that prepare batches, each with a few tasks ahead of it, so that none waits for this one. */
import { SluiceError } from '../../errors.ts'
import { errorFrom, type Notice, type Task, type TaskResult, TaskRunner } from './batch-tasks.ts'
import { type BatchThread, startBatchThread } from './batch-thread.ts'
import type { Answer } from './batch-worker.ts'

/**
 * How many tasks a thread has before it. This thread looks at messages only now and then, while it
 * takes steps: with less before them others would have nothing to do for that long.
 */
const tasksAhead = 16

interface Waiting {
  readonly task: Task
  readonly transfer: ArrayBuffer[]
  readonly resolve: (result: TaskResult) => void
  readonly reject: (error: Error) => void
}

interface Member {
  readonly thread: BatchThread
  /** Where its script could not be loaded it is never ready. */
  isReady: boolean
  /** What it was sent and has not answered. */
  readonly sent: Map<number, Waiting>
}

export class WorkerPool {
  readonly #members: Member[] = []
  /** The files that blocks are asked of, for threads that come later. */
  readonly #notices = new Map<number, Notice>()
  /** What is to be done soon, and what later. */
  readonly #urgent: Waiting[] = []
  readonly #ahead: Waiting[] = []
  #here: TaskRunner | undefined
  #nextId = 0
  #failure: Error | undefined

  constructor(workers: number) {
    for (let index = 0; index < workers; index++) this.#start()
    this.#goOn()
  }

  /** Whether it can take tasks: a pool that has lost a thread, or was closed, cannot. */
  get isOpen(): boolean {
    return this.#failure === undefined
  }

  /** Tells every thread. */
  notice(notice: Notice): void {
    this.#here?.notice(notice)
    if (notice.kind === 'open') this.#notices.set(notice.stream, notice)
    else this.#notices.delete(notice.stream)
    for (const { thread, isReady } of this.#members) if (isReady) thread.post({ notice }, [])
  }

  /** Does a task on some thread; batches that a step waits for before blocks of later ones. */
  run(task: Task, transfer: ArrayBuffer[] = []): Promise<TaskResult> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure)
        return
      }
      const queue = task.kind === 'map' ? this.#urgent : this.#ahead
      queue.push({ task, transfer, resolve, reject })
      this.#goOn()
    })
  }

  /** Ends all threads; what has not been done is never done. */
  close(reason: Error = closed()): void {
    if (this.#failure) return
    this.#failure = reason
    const left = [...this.#urgent.splice(0), ...this.#ahead.splice(0)]
    for (const { thread, sent } of this.#members.splice(0)) {
      left.push(...sent.values())
      thread.stop()
    }
    for (const { reject } of left) reject(reason)
    void this.#here?.close()
  }

  #start(): void {
    const listeners = {
      onAnswer: (answer: Answer) => this.#take(member, answer),
      onLost: (reason: string) => this.#lose(member, reason),
    }
    const thread = startBatchThread(listeners)
    const member: Member | undefined = thread && { thread, isReady: false, sent: new Map() }
    if (member) this.#members.push(member)
  }

  #take(member: Member | undefined, answer: Answer): void {
    if (!member) return
    if ('isReady' in answer) {
      member.isReady = true
      for (const notice of this.#notices.values()) member.thread.post({ notice }, [])
    } else {
      const waiting = member.sent.get(answer.id)
      member.sent.delete(answer.id)
      if ('error' in answer) waiting?.reject(errorFrom(answer.error))
      else waiting?.resolve(answer.result)
    }
    this.#goOn()
  }

  /** One whose script cannot be loaded is done without; the end of one that has worked is an error. */
  #lose(member: Member | undefined, reason: string): void {
    if (!member || this.#failure) return
    if (member.isReady) {
      this.close(lost(reason))
      return
    }
    const index = this.#members.indexOf(member)
    if (index >= 0) this.#members.splice(index, 1)
    this.#goOn()
  }

  #goOn(): void {
    if (this.#members.length === 0) this.#workHere()
    for (;;) {
      const member = this.#leastBusy()
      if (!member) break
      const isFull = member.sent.size >= tasksAhead
      const waiting = this.#urgent.shift() ?? (isFull ? undefined : this.#ahead.shift())
      if (!waiting) break
      const id = this.#nextId++
      member.sent.set(id, waiting)
      member.thread.post({ id, task: waiting.task }, waiting.transfer)
    }
    const isWaiting = this.#urgent.length + this.#ahead.length > 0
    for (const { thread, sent } of this.#members) thread.hold(isWaiting || sent.size > 0)
  }

  #leastBusy(): Member | undefined {
    let best: Member | undefined
    for (const member of this.#members) {
      if (member.isReady && member.sent.size < (best?.sent.size ?? Infinity)) best = member
    }
    return best
  }

  /** Without threads: the same, in time. */
  #workHere(): void {
    if (!this.#here) {
      this.#here = new TaskRunner()
      for (const notice of this.#notices.values()) this.#here.notice(notice)
    }
    const runner = this.#here
    for (const { task, resolve, reject } of [...this.#urgent.splice(0), ...this.#ahead.splice(0)]) {
      runner.run(task).then(resolve, reject)
    }
  }
}

function closed(): SluiceError {
  return new SluiceError({
    code: 'THREADS',
    what: 'loader: the threads that prepare batches were ended',
    expected: 'batches to be asked for while somebody takes them',
    got: 'a batch that was asked for before',
    fix: 'begin the epoch again',
  })
}

function lost(reason: string): SluiceError {
  return new SluiceError({
    code: 'THREADS',
    what: 'loader: a thread that prepares batches has ended',
    expected: 'a thread that goes on until it is told to end',
    got: reason,
    fix: 'look for what ends it in the map, such as process.exit or too much memory; or { numWorkers: 0 }',
  })
}

/** A thread that prepares batches: it does what it is sent, in that order, and sends back what came of it. */
import {
  buffersOf,
  type Notice,
  type PlainError,
  plainError,
  type Task,
  type TaskResult,
  TaskRunner,
} from './batch-tasks.ts'

/** Sent to a worker. */
export type Order = { readonly notice: Notice } | { readonly id: number; readonly task: Task }

/** Sent by a worker; the first says that it is there. */
export type Answer =
  | { readonly isReady: true }
  | { readonly id: number; readonly result: TaskResult }
  | { readonly id: number; readonly error: PlainError }

interface Port {
  postMessage(message: Answer, transfer?: ArrayBuffer[]): void
}

interface Page extends Port {
  onmessage: (event: MessageEvent<Order>) => void
}

const runner = new TaskRunner()

async function receive(order: Order, port: Port): Promise<void> {
  if ('notice' in order) {
    runner.notice(order.notice)
    return
  }
  const { id, task } = order
  try {
    const result = await runner.run(task)
    port.postMessage({ id, result }, buffersOf(result))
  } catch (error) {
    port.postMessage({ id, error: plainError(error) })
  }
}

const parent = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort
if (parent) {
  parent.on('message', (order: Order) => void receive(order, parent))
  parent.postMessage({ isReady: true } satisfies Answer)
} else {
  const page = globalThis as unknown as Page // lib.dom knows the global of a window alone
  page.onmessage = ({ data }) => void receive(data, page)
  page.postMessage({ isReady: true })
}

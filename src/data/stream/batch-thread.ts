/** Threads that run `batch-worker`, as Node and browsers have them. */
import type { Answer, Order } from './batch-worker.ts'

export interface BatchThread {
  post(order: Order, transfer: ArrayBuffer[]): void
  /** Whether it keeps the process alive: where somebody waits for it. */
  hold(isHeld: boolean): void
  stop(): void
}

export interface ThreadListeners {
  readonly onAnswer: (answer: Answer) => void
  /** Called once when it has ended, by itself or because its script could not be loaded. */
  readonly onLost: (reason: string) => void
}

/** Starts a thread; undefined where there are none. */
export function startBatchThread(listeners: ThreadListeners): BatchThread | undefined {
  try {
    return startInNode(listeners) ?? startInPage(listeners)
  } catch {
    return undefined
  }
}

function startInNode({ onAnswer, onLost }: ThreadListeners): BatchThread | undefined {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads')
  if (!threads) return undefined
  const isSource = import.meta.url.endsWith('.ts')
  const worker = new threads.Worker(isSource ? sourceScript() : builtScript(), {
    ...{ name: 'sluice batches', ...(isSource && { execArgv: [] }) },
  })
  worker.on('message', onAnswer)
  worker.on('error', (error: Error) => onLost(error.message))
  worker.on('exit', (code) => onLost(`it ended with exit code ${code}`))
  worker.unref()
  return {
    post: (order, transfer) => worker.postMessage(order, transfer),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    stop: () => void worker.terminate(),
  }
}

/** Not in the words that bundlers look for: they would take it for a file of a page. */
function builtScript(): URL {
  const [name, folder] = ['./batch-worker.js', import.meta.url]
  return new URL(name, folder)
}

/** Where the sources themselves run, in tests and examples, a thread has to be told how to read them. */
function sourceScript(): URL {
  const [name, folder] = ['./batch-worker.ts', import.meta.url]
  const reader = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const worker = JSON.stringify(new URL(name, folder).href)
  const script = `import { register } from ${reader}; register(); await import(${worker})`
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`)
}

function startInPage({ onAnswer, onLost }: ThreadListeners): BatchThread | undefined {
  if (typeof Worker !== 'function') return undefined
  // Bundlers look for these very words.
  const worker = new Worker(new URL('./batch-worker.js', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }) => onAnswer(data)
  worker.onerror = ({ message }) => onLost(message ?? 'its script cannot be loaded')
  return {
    post: (order, transfer) => worker.postMessage(order, transfer),
    hold: () => undefined,
    stop: () => worker.terminate(),
  }
}

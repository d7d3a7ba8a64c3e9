/** Workers, as Node and browsers have them. */

/** A thread that runs a script of ours. */
export interface ThreadWorker {
  post(message: unknown): void
  stop(): void
}

/**
 * Starts a script on a thread that keeps no process alive. Undefined where there are no workers, or
 * a policy forbids them; `onLost` is called when the thread ends, if someone can tell.
 */
export function startWorker(source: string, onLost: () => void): ThreadWorker | undefined {
  try {
    return startInNode(source, onLost) ?? startInPage(source, onLost)
  } catch {
    return undefined
  }
}

/** How many threads can run at once. */
export function coreCount(): number {
  // Not all engines that have `process` have all of its modules.
  const inNode = globalThis.process?.getBuiltinModule?.('node:os')?.availableParallelism?.()
  const inPage = typeof navigator === 'undefined' ? undefined : navigator.hardwareConcurrency
  return Math.max(1, inNode ?? inPage ?? 1)
}

/** Whether this thread may sleep on shared memory: the main one of a page may not. */
export function mayWait(): boolean {
  try {
    // 1 is not there, so it need not wait.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}

function startInNode(source: string, onLost: () => void): ThreadWorker | undefined {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads')
  if (!threads) return undefined
  // Loaders and flags of the main thread are of no use to the script.
  const options = { eval: true, execArgv: [], name: 'sluice' }
  const worker = new threads.Worker(source, options)
  worker.on('error', onLost)
  worker.on('exit', onLost)
  worker.unref()
  return {
    post: (message) => worker.postMessage(message),
    stop: () => void worker.terminate(),
  }
}

function startInPage(source: string, onLost: () => void): ThreadWorker | undefined {
  if (typeof Worker !== 'function' || !globalThis.crossOriginIsolated) return undefined
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url, { name: 'sluice' })
  worker.onerror = onLost
  return {
    post: (message) => worker.postMessage(message),
    stop: () => worker.terminate(),
  }
}

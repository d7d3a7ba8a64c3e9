/** The browser's Worker over Node's, as far as a library needs it that brings its own source. */
import { resolveObjectURL } from 'node:buffer'
import { Worker as NodeWorker } from 'node:worker_threads'

const entry = `
const { parentPort } = require('node:worker_threads')
globalThis.self = globalThis
globalThis.postMessage = (message) => parentPort.postMessage(message)
parentPort.once('message', (source) => {
  (0, eval)(source)
  parentPort.on('message', (data) => globalThis.onmessage({ data }))
})
`

class WebWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null
  onerror: ((error: Error) => void) | null = null
  readonly #worker = new NodeWorker(entry, { eval: true })
  #waiting: unknown[] | undefined = []

  constructor(url: string) {
    this.#worker.on('message', (data) => this.onmessage?.({ data }))
    this.#worker.on('error', (error) => this.onerror?.(error))
    resolveObjectURL(url)
      ?.text()
      .then((source) => {
        this.#worker.postMessage(source)
        for (const message of this.#waiting ?? []) this.#worker.postMessage(message)
        this.#waiting = undefined
      })
  }

  postMessage(message: unknown): void {
    if (this.#waiting) this.#waiting.push(message)
    else this.#worker.postMessage(message)
  }

  terminate(): void {
    this.#worker.terminate()
  }
}

/** Gives the global scope a Worker, and a navigator that names as many cores as are to be used. */
export function offerWorkers(threads: number): void {
  const define = (name: string, value: unknown) =>
    Object.defineProperty(globalThis, name, { value, configurable: true })
  define('Worker', WebWorker)
  define('navigator', { hardwareConcurrency: threads })
}

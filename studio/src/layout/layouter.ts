/** The page's side of the layout: a worker that is ended and started anew where it takes too long. */
import type { Diagram, Scene } from 'sluice/draw'
import type { LayoutAnswer, LayoutOrder } from './layout-protocol.ts'

/** What has become of a layout that was asked for. */
export type Placed =
  | { readonly kind: 'placed'; readonly scene: Scene }
  /** It was called off, or another one was asked for meanwhile. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: string }

export interface LayoutOptions {
  /** After how long `onLate` is called, in milliseconds. */
  readonly deadlineMs: number
  /** The layout goes on all the same, until it is cancelled. */
  readonly onLate: () => void
}

export interface Layouter {
  /** One at a time: what is under way is cancelled. */
  place(diagram: Diagram, options: LayoutOptions): Promise<Placed>
  /** Takes effect at once: the worker is ended, and another one starts. */
  cancel(): void
  stop(): void
}

/** What of a worker is needed. */
export type LayoutWorker = Pick<Worker, 'addEventListener' | 'postMessage' | 'terminate'>

interface UnderWay {
  readonly id: number
  readonly settle: (placed: Placed) => void
  readonly late: ReturnType<typeof setTimeout>
}

export function createLayouter(start: () => LayoutWorker = startWorker): Layouter {
  let count = 0
  let underWay: UnderWay | undefined
  let worker = listened()

  function listened(): LayoutWorker {
    const made = start()
    made.addEventListener('message', ({ data }: MessageEvent<LayoutAnswer>) => {
      if (data.id !== underWay?.id) return
      finish('scene' in data ? { kind: 'placed', scene: data.scene } : { kind: 'failed', ...data })
    })
    made.addEventListener('error', ({ message }) => {
      if (made !== worker) return
      finish({ kind: 'failed', error: message || 'the layout has stopped' })
    })
    return made
  }

  function finish(placed: Placed): void {
    const done = underWay
    underWay = undefined
    clearTimeout(done?.late)
    done?.settle(placed)
  }

  function cancel(): void {
    if (!underWay) return
    worker.terminate()
    worker = listened()
    finish({ kind: 'cancelled' })
  }

  return {
    place(diagram, { deadlineMs, onLate }) {
      cancel()
      count++
      const order: LayoutOrder = { id: count, diagram }
      return new Promise((settle) => {
        underWay = { id: order.id, settle, late: setTimeout(onLate, deadlineMs) }
        worker.postMessage(order)
      })
    },
    cancel,
    stop() {
      worker.terminate()
      finish({ kind: 'cancelled' })
    },
  }
}

function startWorker(): LayoutWorker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
}

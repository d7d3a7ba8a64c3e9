/** Places diagrams, in a worker that may be ended at any moment. */
import { sceneOf } from 'sluice/draw'
import type { LayoutAnswer, LayoutOrder } from './layout-protocol.ts'

const scope = self as DedicatedWorkerGlobalScope // this file is started as a worker

scope.addEventListener('message', ({ data: { id, diagram } }: MessageEvent<LayoutOrder>) => {
  scope.postMessage(answerTo(id, diagram))
})

function answerTo(id: number, diagram: LayoutOrder['diagram']): LayoutAnswer {
  try {
    return { id, scene: sceneOf(diagram, { direction: 'right', shapes: false }) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

/** The page's side of the worker: requests, and the promises that their answers keep. */
import type { Answer, Envelope, Failure, Reply, Request } from './protocol.ts'

/** What the engine could not do. */
export class EngineError extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.title)
    this.failure = failure
  }
}

interface Waiting {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: EngineError) => void
}

export interface Engine {
  request<R extends Request>(request: R): Promise<Reply<R['kind']>>
}

export function startEngine(): Engine {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, Waiting>()
  let count = 0

  worker.addEventListener('message', ({ data: { id, content } }: MessageEvent<Answer>) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if ('failure' in content) asked?.reject(new EngineError(content.failure))
    else asked?.resolve(content.reply)
  })
  worker.addEventListener('error', ({ message }) => {
    const failure = { title: 'The engine has stopped', details: [['got', message]] as const }
    for (const { reject } of waiting.values()) reject(new EngineError(failure))
    waiting.clear()
  })

  return {
    request<R extends Request>(content: R) {
      count++
      const envelope: Envelope<Request> = { id: count, content }
      return new Promise<Reply<R['kind']>>((resolve, reject) => {
        // A reply is of its request's kind: the worker's switch says so.
        waiting.set(count, { resolve: (reply) => resolve(reply as Reply<R['kind']>), reject })
        worker.postMessage(envelope)
      })
    },
  }
}

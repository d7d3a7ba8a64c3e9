/** The engine's side of the worker: graphs are built, run, explained and laid out here. */
import { SluiceError } from 'sluice'
import { openModel, showModel } from './open-model.ts'
import type { Answer, Envelope, Failure, OpenRequest, Reply, Request } from './protocol.ts'
import { createTrainingDesk } from './train-desk.ts'
import { arraysOf } from './train-frame.ts'

const scope = self as DedicatedWorkerGlobalScope // this file is started as a worker
const training = createTrainingDesk(failureOf)

scope.addEventListener('message', ({ data }: MessageEvent<Envelope<Request>>) => {
  answer(data).then((content) => {
    const message: Answer = { id: data.id, content }
    const isFrame = 'reply' in content && 'losses' in content.reply
    scope.postMessage(message, isFrame ? arraysOf(content.reply) : [])
  })
})

async function answer({ content }: Envelope<Request>): Promise<Answer['content']> {
  try {
    return { reply: await carryOut(content) }
  } catch (error) {
    return { failure: failureOf(error) }
  }
}

async function carryOut(request: Request): Promise<Reply> {
  switch (request.kind) {
    case 'open':
      return open(request)
    case 'train':
      return training.start(request.settings)
    case 'order':
      return training.obey(request.order)
    case 'frame':
      return training.frame()
  }
}

async function open({ model, seed, training: place }: OpenRequest): Promise<Reply<'open'>> {
  if (!place) return openModel(model, seed)
  const { session, hasFailed, ...rest } = await training.open(place)
  const { store } = session
  // What overflows in f32 would not do so in f64.
  return showModel({ id: model, ...rest, store, precision: hasFailed ? 'declared' : 'f64' })
}

function failureOf(error: unknown): Failure {
  if (error instanceof SluiceError) {
    const { what, where, expected, got, fix } = error
    const facts = { where, expected, got, fix }
    const details = Object.entries(facts).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text] as const],
    )
    return { title: what, details }
  }
  return { title: error instanceof Error ? error.message : String(error), details: [] }
}

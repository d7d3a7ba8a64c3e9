/** The engine's side of the worker: graphs are built, run, explained and laid out here. */
import { SluiceError } from 'sluice'
import { checkDocument } from './build-check.ts'
import { checkStep } from './check-step.ts'
import { createExploreDesk } from './explore-desk.ts'
import { createFileShelf } from './file-shelf.ts'
import { openModel } from './open-model.ts'
import { poseModel } from './pose-model.ts'
import type { Answer, Envelope, Failure, Reply, Request } from './protocol.ts'
import { sketchOf } from './sketch.ts'
import { createTrainingDesk } from './train-desk.ts'
import { arraysOf } from './train-frame.ts'
import { writeEquations, writePicture } from './write-share.ts'

const scope = self as DedicatedWorkerGlobalScope // this file is started as a worker
const training = createTrainingDesk(failureOf)
const files = createFileShelf()
const desks = { training, files }
const exploring = createExploreDesk((source) => poseModel(source, desks))

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
    case 'check':
      return checkDocument(request.document, failureOf)
    case 'differences':
      return checkStep(await poseModel(request.source, desks), request)
    case 'explore':
    case 'fold':
    case 'facts':
    case 'measure':
    case 'kernels':
    case 'culprit':
    case 'compare':
      return exploring.answer(request)
    case 'open':
      return (
        files.pictureOf(request.source) ??
        openModel(await poseModel(request.source, desks), request.part)
      )
    case 'take':
      return files.take(request.name, request.bytes)
    case 'sketch':
      return sketchOf(request.id)
    case 'write':
      return request.form === 'latex'
        ? writeEquations(await poseModel(request.source, desks))
        : writePicture(request)
    case 'train':
      return training.start(request.settings)
    case 'order':
      return training.obey(request.order)
    case 'frame':
      return training.frame()
    case 'table':
      return training.table(request)
  }
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

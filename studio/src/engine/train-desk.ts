/** Carries out what the page asks of training, and trains between its messages. */
import type { Value } from 'sluice'
import type { Failure } from './protocol.ts'
import { factsOf, frameOf } from './train-frame.ts'
import type { BatchFeeds } from './train-order.ts'
import type {
  TrainingFacts,
  TrainingFrame,
  TrainingOrder,
  TrainingPlace,
  TrainingSettings,
} from './train-protocol.ts'
import { startTraining, type TrainingSession } from './train-session.ts'

export interface TrainingDesk {
  start(settings: TrainingSettings): Promise<TrainingFacts>
  obey(order: TrainingOrder): { readonly iteration: number }
  frame(): TrainingFrame
  /** The model of a training at an iteration: of the one that is under way, or of a new one. */
  open(place: TrainingPlace): Promise<OpenTraining>
}

export interface OpenTraining {
  readonly title: string
  readonly about: string
  readonly J: Value
  readonly feeds: BatchFeeds
  readonly session: TrainingSession
  /** Whether its next step cannot be taken. */
  readonly hasFailed: boolean
}

/** How long it trains before it looks for messages: a tenth of what a pause may take. */
const sliceMs = 10
/** Memory for the losses of more would be the page's largest part. */
const mostIterations = 200_000

interface Training {
  readonly session: TrainingSession
  readonly facts: TrainingFacts
  isRunning: boolean
  until: number
  pace: number
  /** How many batches may still be taken until the next frame. */
  allowance: number
  /** How many losses the page has. */
  sent: number
  failure: Failure | undefined
}

export function createTrainingDesk(failureOf: (error: unknown) => Failure): TrainingDesk {
  let training: Training | undefined
  let runs = 0
  const { port1, port2 } = new MessageChannel()
  let isAwake = false

  /** Messages of the page come in between two slices. */
  const wake = () => {
    if (isAwake || !training?.isRunning || training.allowance <= 0) return
    isAwake = true
    port2.postMessage(undefined)
  }
  port1.onmessage = () => {
    isAwake = false
    if (training) runSlice(training, failureOf)
    wake()
  }
  const current = () => {
    if (training) return training
    throw new Error('no training has begun: start one in Train')
  }
  return {
    async start(settings) {
      const run = ++runs
      if (training) training.isRunning = false
      const session = await startTraining(settings)
      const facts = factsOf(session, run)
      if (run === runs) training = begun(session, facts)
      return facts
    },
    obey(order) {
      const training = current()
      obey(training, order, failureOf)
      wake()
      return { iteration: training.session.journal.iteration }
    },
    frame() {
      const training = current()
      const { session, facts, isRunning, failure, sent: from } = training
      training.sent = session.journal.iteration
      training.allowance = training.pace
      wake()
      const frame = { ...frameOf(session, facts, from), run: facts.run, isRunning }
      return failure ? { ...frame, failure } : frame
    },
    async open({ settings, iteration: to }) {
      const isSame = JSON.stringify(training?.session.settings) === JSON.stringify(settings)
      if (!isSame) await this.start(settings)
      const { session, failure } = current()
      const { journal } = session
      if (journal.iteration > to) obey(current(), { do: 'go', to }, failureOf)
      while (journal.iteration < Math.min(to, mostIterations)) session.step()
      const { iteration } = journal
      return {
        title: `${session.settings.dataset}, ${session.widths.join(' → ')}, iteration ${iteration}`,
        about: 'The batch that training learns from next, with the weights as they are now.',
        ...session.open(),
        session,
        hasFailed: failure !== undefined,
      }
    },
  }
}

function begun(session: TrainingSession, facts: TrainingFacts): Training {
  const pace = Number.POSITIVE_INFINITY
  const rest = { isRunning: false, until: mostIterations, failure: undefined, sent: 0 }
  return { session, facts, pace, allowance: pace, ...rest }
}

function runSlice(training: Training, failureOf: (error: unknown) => Failure): void {
  const end = performance.now() + sliceMs
  while (training.isRunning && training.allowance > 0 && performance.now() < end) {
    if (training.session.journal.iteration >= training.until) training.isRunning = false
    else step(training, failureOf)
    training.allowance--
  }
}

function step(training: Training, failureOf: (error: unknown) => Failure): void {
  try {
    training.session.step()
  } catch (error) {
    training.isRunning = false
    training.failure = failureOf(error)
  }
}

function obey(
  training: Training,
  order: TrainingOrder,
  failureOf: (error: unknown) => Failure,
): void {
  const { session } = training
  switch (order.do) {
    case 'run':
      training.until = Math.min(order.until ?? mostIterations, mostIterations)
      training.pace = order.pace ?? Number.POSITIVE_INFINITY
      training.allowance = training.pace
      training.isRunning = session.journal.iteration < training.until
      training.failure = undefined
      return
    case 'pause':
      training.isRunning = false
      return
    case 'step':
      training.isRunning = false
      training.failure = undefined
      step(training, failureOf)
      return
    case 'go':
      training.failure = undefined
      training.until = order.to
      training.pace = Number.POSITIVE_INFINITY
      training.allowance = training.pace
      training.isRunning = order.to > session.journal.iteration
      if (training.isRunning) return
      training.sent = Math.min(training.sent, order.to)
      session.rewind(order.to)
      return
    case 'rate':
      session.journal.setLearningRate(order.learningRate)
      return
  }
}

/** Carries out what the page asks of training, and trains between its messages. */
import type { Value } from 'sluice'
import type { Failure } from './protocol.ts'
import { failedStepOf } from './train-fault.ts'
import { factsOf, frameOf, titleOf } from './train-frame.ts'
import type { BatchFeeds } from './train-order.ts'
import type {
  FailedStep,
  TableFacts,
  TrainingFacts,
  TrainingFrame,
  TrainingOrder,
  TrainingPlace,
  TrainingRequest,
  TrainingSettings,
} from './train-protocol.ts'
import { startTraining, type TrainingSession } from './train-session.ts'
import { createTableShelf, type TableShelf } from './train-table.ts'

export interface TrainingDesk {
  start(settings: TrainingSettings): Promise<TrainingFacts>
  obey(order: TrainingOrder): { readonly iteration: number }
  frame(): Promise<TrainingFrame>
  /** Keeps a table's text, and says what is found in it. */
  table(request: TableRequest): Promise<TableFacts>
  /** The model of a training at an iteration: of the one that is under way, or of a new one. */
  open(place: TrainingPlace): Promise<OpenTraining>
}

type TableRequest = Omit<Extract<TrainingRequest, { kind: 'table' }>, 'kind'>

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
  /** Where in Learn that shows, once it is found. */
  failedStep: Promise<FailedStep | undefined> | undefined
}

export function createTrainingDesk(failureOf: (error: unknown) => Failure): TrainingDesk {
  const tables = createTableShelf()
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
      const session = await startTraining(settings, tables)
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
    async frame() {
      const training = current()
      const failedStep = await training.failedStep
      const { session, facts, isRunning, failure, sent: from } = training
      training.sent = session.journal.iteration
      training.allowance = training.pace
      wake()
      const frame = { ...frameOf(session, facts, from), run: facts.run, isRunning }
      return { ...frame, ...(failure && { failure }), ...(failure && failedStep && { failedStep }) }
    },
    table: (request) => factsOfTable(request, tables, failureOf),
    async open({ settings, iteration: to }) {
      const isSame = JSON.stringify(training?.session.settings) === JSON.stringify(settings)
      if (!isSame) await this.start(settings)
      const { session, failure } = current()
      const { journal } = session
      if (journal.iteration > to) obey(current(), { do: 'go', to }, failureOf)
      while (journal.iteration < Math.min(to, mostIterations)) session.step()
      const { iteration } = journal
      return {
        title: `${titleOf(session)}, iteration ${iteration}`,
        about: 'The batch that training learns from next, with the weights as they are now.',
        ...session.open(),
        session,
        hasFailed: failure !== undefined || !session.isNextFinite(),
      }
    },
  }
}

function begun(session: TrainingSession, facts: TrainingFacts): Training {
  const pace = Number.POSITIVE_INFINITY
  const rest = {
    isRunning: false,
    until: mostIterations,
    failure: undefined,
    sent: 0,
    failedStep: undefined,
  }
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
    training.failedStep = failedStepOf(training.session).catch(() => undefined)
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

async function factsOfTable(
  { text, choice }: TableRequest,
  tables: TableShelf,
  failureOf: (error: unknown) => Failure,
): Promise<TableFacts> {
  const mark = text === undefined ? (choice.mark ?? '') : tables.keep(text)
  const { name } = choice
  const whole = { ...choice, mark }
  let columns: readonly string[] = []
  try {
    columns = await tables.columns(whole)
    const { task, columns: read, length } = await tables.read(whole)
    return { mark, name, columns, found: { target: read?.target ?? '', task, rows: length } }
  } catch (error) {
    return { mark, name, columns, failure: failureOf(error) }
  }
}

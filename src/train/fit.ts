/** The training loop: epochs of batches through one compiled step, measured and saved as they go. */
import { type BuilderProgram, compile } from '../compile.ts'
import { digestOf } from '../data/digest.ts'
import { isStream, type TensorFacts } from '../data/index.ts'
import { batchesOf, turnsOf } from '../data/stream/batches-of.ts'
import { dtypes } from '../ir/dtype.ts'
import { Graph, stateOf } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import type { State } from '../ir/state.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { isLayer, trainingPass } from '../nn/index.ts'
import { createStore, type Store } from '../runtime/store.ts'
import { type Checkpoint, loadCheckpoint, type TrainingSettings } from './checkpoint.ts'
import { type Course, newCourse, noteMeasured } from './course.ts'
import {
  checkFitOptions,
  type EpochReport,
  type FitOptions,
  type FitResult,
  type StepReport,
  type StopReason,
} from './fit-options.ts'
import { contentsOf, createKeeper, type Keeper } from './keeper.ts'
import { createRateSetter, type RateSetter } from './rate-setter.ts'
import { checkSameTraining, restoreStates } from './resume.ts'
import { createScorer, inputsFor, type Scores } from './scores.ts'
import { createTurns } from './turns.ts'

/**
 * Trains a model and gives what came of it.
 *
 * Throws: NONFINITE, naming gate and step, when a step makes a number that is NaN or infinite:
 * `store` then holds the weights from before that step; OPTION for numbers out of range and for a
 * checkpoint of other settings; DATA where the two datasets do not match; FILE where a checkpoint
 * cannot be read or written: what was saved before is whole.
 *
 * @example
 * const model = sequential(linear(64, 32), relu, linear(32, 10))
 * const { train, heldOut } = split(scaleInputs(await digits()), { heldOut: 0.2 })
 * const optimizer = (J: Value) => sgd(J, { learningRate: 0.5 })
 * const result = await fit({ model, criterion: crossEntropy, optimizer, train, heldOut, epochs: 30 })
 * console.log(result.heldOut?.accuracy)
 */
export async function fit(
  options: FitOptions & { readonly onEpoch?: (report: EpochReport) => void },
): Promise<FitResult> {
  const epochs = fitEpochs(options)
  for (;;) {
    const turn = await epochs.next()
    if (turn.done) return turn.value
    options.onEpoch?.(turn.value)
  }
}

/**
 * Trains as `fit` does and yields a report after each epoch; whoever stops asking stops training,
 * and then nothing more is saved.
 *
 * @example
 * for await (const { epoch, loss } of fitEpochs(options)) console.log(epoch, loss)
 */
export async function* fitEpochs(
  options: FitOptions,
): AsyncGenerator<EpochReport, FitResult, void> {
  const run = await begin(options)
  // Within an epoch it was not asked without the interruption either.
  let isReached = run.course.epoch > 0 && run.course.position === 0 && isUntil(run)
  let stopped = reasonToStop(run, isReached)
  while (!stopped) {
    await runEpoch(run)
    if (options.signal?.aborted) {
      stopped = 'aborted'
      break
    }
    isReached = await endEpoch(run)
    stopped = reasonToStop(run, isReached)
    if (stopped || run.course.epoch % run.reportEvery === 0) yield reportOf(run)
  }
  return end(run, stopped)
}

/** One training, from its first step in this process to its last. */
interface Run {
  readonly options: FitOptions
  readonly settings: TrainingSettings
  readonly reportEvery: number
  readonly program: BuilderProgram<{ readonly J: Value }>
  readonly store: Store
  readonly modelKeys: readonly string[]
  readonly score: (() => Promise<Scores>) | undefined
  readonly course: Course
  readonly best: BestWeights
  readonly keeper: Keeper
  readonly rates: RateSetter
  readonly clock: Clock
  readonly takeTurn: ReturnType<typeof createTurns>
}

/** The model's states where they were best, where those are what the end is to have. */
interface BestWeights {
  weights: ReadonlyMap<string, Tensor> | undefined
}

interface Clock {
  readonly start: number
  /** Time spent in steps, and the examples learned from in it. */
  trainingMs: number
  examples: number
}

async function begin(options: FitOptions): Promise<Run> {
  checkFitOptions(options)
  const { heldOut, resume = '', reportEvery = 1 } = options
  const saved = resume === '' ? undefined : await loadCheckpoint(resume)
  const settings = settingsOf(options, saved)
  if (saved) checkSameTraining(saved, settings, resume)
  const store = options.store ?? createStore({ seed: settings.seed })
  const program = await compileStep(options, store, settings)
  const { states, modelKeys } = statesOf(program, options, settings)
  if (saved) restoreStates(saved, { store, states }, resume)
  const course = saved?.course ?? newCourse()
  // Without an early stop nothing would keep them the best.
  const best: BestWeights = { weights: keepsBest(options) ? saved?.bestWeights : undefined }
  if (isBestNow(course) && keepsBest(options)) best.weights = contentsOf(store, modelKeys)
  const keeper = await createKeeper(options.checkpoint, {
    ...{ store, course, settings, modelKeys, keys: states.map(({ key }) => key) },
    bestWeights: () => (isBestNow(course) ? undefined : best.weights),
  })
  const score = heldOut && (await createScorer(heldOut, { ...options, batchSize: 256, store }))
  const keys = states.map(({ key }) => key)
  const rates = createRateSetter(options, { store, keys, watch: settings.watch })
  const clock = { start: performance.now(), trainingMs: 0, examples: 0 }
  const rest = { settings, reportEvery, program, store, modelKeys }
  const parts = { score, course, best, keeper, rates, clock }
  return { options, ...rest, ...parts, takeTurn: createTurns() }
}

function settingsOf(options: FitOptions, saved: Checkpoint | undefined): TrainingSettings {
  const { train, seed, batchSize, watch, checkpoint } = options
  return {
    seed: seed ?? saved?.settings.seed ?? 0,
    batchSize: batchSize ?? saved?.settings.batchSize ?? 32,
    watch: watch ?? saved?.settings.watch ?? 'loss',
    examples: train.length,
    // It takes a walk over all the data, and only a file needs it.
    data: saved || checkpoint ? (isStream(train) ? train.digest() : digestOf(train)) : '',
  }
}

function compileStep(
  { model, criterion, optimizer, train, threads }: FitOptions,
  store: Store,
  { seed }: TrainingSettings,
): Promise<BuilderProgram<{ readonly J: Value }>> {
  return compile(
    ({ x, y }) => {
      const pass = trainingPass({ seed })
      const call = isLayer(model) ? model.training(pass) : model
      const J = criterion(call(x), y)
      return { outputs: { J }, updates: [...optimizer(J), ...pass.updates] }
    },
    {
      ...{ inputs: inputsFor(train), store },
      ...(threads !== undefined && { threads }),
    },
  )
}

/** All states of a training, now declared in its store, and the keys of those that are the model's. */
function statesOf(
  program: BuilderProgram<{ readonly J: Value }>,
  { model, train }: FitOptions,
  { batchSize: size }: TrainingSettings,
): { readonly states: readonly State[]; readonly modelKeys: readonly string[] } {
  const count = Math.min(size, train.length)
  const { graph } = program.variant({
    x: blank(train.inputs, count),
    y: blank(train.targets, count),
  })
  const states = graph.states.map(stateOf)
  const learned = new Graph(graph.outputs).states.map(stateOf).filter(({ trainable }) => trainable)
  // Running statistics; one that no step changes is not in the store.
  const buffers = isLayer(model) ? new Set(Object.values(model.buffers).map(stateOf)) : new Set()
  const kept = states.filter((state) => buffers.has(state))
  return { states, modelKeys: [...learned, ...kept].map(({ key }) => key) }
}

/** A tensor like those of so many examples, to say its shape. */
function blank({ shape, dtype }: TensorFacts, count: number): Tensor {
  const batch = [count, ...shape.slice(1)]
  return { shape: batch, dtype, data: dtypes[dtype].allocate(sizeOf(batch)) }
}

/** Learns from what the running epoch has left, until it ends or is asked to stop. */
async function runEpoch(run: Run): Promise<void> {
  const { options, settings, program, course, keeper, rates, clock, takeTurn } = run
  const { train, signal, onStep } = options
  const { seed, batchSize: size } = settings
  const skip = Math.ceil(course.position / size)
  let start = performance.now()
  const turns = turnsOf(batchesOf(train, { size, seed, epoch: course.epoch + 1, skip }))
  try {
    for (;;) {
      const next = turns.next()
      const turn = next instanceof Promise ? await next : next
      if (turn.done || signal?.aborted) return
      const { inputs, targets } = turn.value
      rates.beforeStep(course)
      const { J } = program.run({ x: inputs, y: targets })
      const count = inputs.shape[0] ?? 0
      course.lossSum += (await J.item()) * count
      course.position += count
      course.step++
      clock.examples += count
      const now = performance.now()
      clock.trainingMs += now - start
      onStep?.(stepOf(options, course, clock))
      // Waiting costs as much as a small step, so nothing waits for nothing.
      const pause = keeper.afterStep() ?? takeTurn(now)
      if (pause) await pause
      start = pause || onStep ? performance.now() : now
    }
  } finally {
    await turns.return?.()
  }
}

/** Measures what was learned; gives whether that is all that was wanted. */
async function endEpoch(run: Run): Promise<boolean> {
  const { options, settings, course, score, reportEvery } = run
  const loss = course.lossSum / course.position
  course.epoch++
  course.position = 0
  course.lossSum = 0
  course.last = { epoch: course.epoch, loss }
  const isReached = isUntil(run)
  const isDue = course.epoch % reportEvery === 0 || course.epoch >= options.epochs || isReached
  if (!isDue) {
    await run.keeper.afterEpoch(false)
    return false
  }
  course.last = { ...course.last, ...(score && { heldOut: await score() }) }
  run.rates.afterMeasured(course.last)
  const { minDelta = 0 } = options.earlyStop ?? {}
  const isBest = noteMeasured(course, course.last, { watch: settings.watch, minDelta })
  if (isBest && keepsBest(options)) run.best.weights = contentsOf(run.store, run.modelKeys)
  await run.keeper.afterEpoch(isBest)
  return isReached || isUntil(run)
}

function isUntil(run: Run): boolean {
  return run.options.until?.(reportOf(run)) ?? false
}

function reasonToStop({ options, course }: Run, isReached: boolean): StopReason | undefined {
  const { signal, epochs, earlyStop } = options
  if (signal?.aborted) return 'aborted'
  if (isReached) return 'until'
  if (earlyStop && course.waited >= earlyStop.patience) return 'early'
  return course.epoch >= epochs ? 'epochs' : undefined
}

/** Saves what is there, then leaves the best weights in the store, where those are wanted. */
async function end(run: Run, stopped: StopReason): Promise<FitResult> {
  const { course, store, program, keeper } = run
  await keeper.atEnd()
  const { heldOut: lastHeldOut, ...report } = reportOf(run)
  const { weights } = run.best
  for (const [key, contents] of weights ?? []) store.set(key, contents)
  const heldOut = weights ? course.best?.heldOut : lastHeldOut
  const best = course.best && { epoch: course.best.epoch, value: course.best.value }
  return {
    ...{ ...report, ...(heldOut && { heldOut }), stopped },
    ...{ ...(best && { best }), program, store },
  }
}

/** Of the running epoch, once a step of it was taken; else of the last one. */
function reportOf({ options, course, clock }: Run): EpochReport {
  const { heldOut } = course.last ?? {}
  const { position: _, examples: __, ...report } = stepOf(options, course, clock)
  return { ...report, ...(heldOut && { heldOut }) }
}

function stepOf({ epochs, train }: FitOptions, course: Course, clock: Clock): StepReport {
  const { epoch, position, lossSum, step, last } = course
  return {
    epoch: position > 0 ? epoch + 1 : epoch,
    epochs,
    step,
    loss: position > 0 ? lossSum / position : (last?.loss ?? Number.NaN),
    position,
    examples: train.length,
    seconds: (performance.now() - clock.start) / 1000,
    examplesPerSecond: clock.trainingMs > 0 ? (clock.examples * 1000) / clock.trainingMs : 0,
  }
}

function keepsBest({ earlyStop }: FitOptions): boolean {
  return earlyStop !== undefined && earlyStop.restoreBest !== false
}

function isBestNow({ best, step }: Course): boolean {
  return best?.step === step
}

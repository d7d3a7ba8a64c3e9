/** How a training reads: while it runs, and when it is done. */
import type { ExampleSource } from '../data/index.ts'
import { stateOf } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import { parameterCount } from '../nn/index.ts'
import type { EpochReport, Scores, StopReason } from '../train/index.ts'
import type { BaseNetwork } from './base-network.ts'
import type { Plan } from './plan.ts'
import { bar, sparkline } from './progress.ts'
import type { Prepared } from './training.ts'

/** `digits  64-32-10, relu, sgd with learning rate 0.2, batches of 32, seed 1`. */
export function planText(plan: Plan): string {
  const { data, layers, activation, optimizer, batch, seed, base } = plan
  const { name, learningRate, momentum, weightDecay } = optimizer
  const settings = [
    ...(base ? [] : [activation]),
    `${name} with learning rate ${learningRate}`,
    ...(momentum === undefined ? [] : [`momentum ${momentum}`]),
    ...(weightDecay === undefined ? [] : [`weight decay ${weightDecay}`]),
    `batches of ${batch}`,
    `seed ${seed}`,
  ]
  const network = base ? `on from ${base.from} (${layers.join('-')})` : layers.join('-')
  return `${data}  ${network}, ${settings.join(', ')}`
}

/** What is learned from, and how many numbers learn. */
export function examplesText(
  { layers }: Plan,
  { train, heldOut, isHeldOut }: Prepared<ExampleSource>,
  base?: BaseNetwork,
): string {
  const held = isHeldOut ? `${whole(heldOut.length)} held out` : 'none held out'
  const kind =
    train.task === 'regression' ? 'a number to predict' : `${train.classes?.length ?? 2} classes`
  const parameters = base ? parametersText(base) : `${whole(parameterCount(layers))} parameters`
  return `${parameters}, ${whole(train.length)} examples to learn from, ${held}, ${kind}`
}

/** `1,290 of 702,186 parameters learn`. */
function parametersText({ layer, frozen }: BaseNetwork): string {
  const states = Object.values(layer.parameters).map(stateOf)
  const count = (of: typeof states) => of.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const still = new Set(frozen)
  const learning = whole(count(states.filter(({ key }) => !still.has(key))))
  return still.size > 0
    ? `${learning} of ${whole(count(states))} parameters learn`
    : `${learning} parameters`
}

/** A training as it runs; within an epoch there is a `position`. */
export interface Moment extends EpochReport {
  readonly position?: number
  readonly examples?: number
  /** The losses of the epochs so far. */
  readonly losses: readonly number[]
}

/**
 * `epoch 7 of 30  loss 0.1234  held out 95.3 %  7,012 examples/s  3 s left`; on a terminal after a
 * bar, with the course of the loss. Where there is no room, first the speed is left out, then the
 * course, then the time, then the bar.
 */
export function momentText(
  moment: Moment,
  { isHeldOut }: Prepared<ExampleSource>,
  room: number,
): string {
  const { epoch, epochs, loss, heldOut, losses } = moment
  const isPainted = Number.isFinite(room)
  const score = heldOut && scoreText(heldOut)
  // As wide from the start, so that nothing moves.
  const course = isPainted && epochs > 1 ? sparkline(losses, 8).padEnd(8) : ''
  const pieces = {
    epoch: `epoch ${String(epoch).padStart(String(epochs).length)} of ${epochs}`,
    loss: `loss ${lossText(loss)}`,
    course,
    score: score ? `${isHeldOut ? 'held out' : 'right'} ${score}` : '',
    speed: `${whole(moment.examplesPerSecond)} examples/s`,
    left: leftText(moment),
  }
  const all = Object.keys(pieces) as (keyof typeof pieces)[] // of the line above
  const dropped = ['speed', 'course', 'left'] as const
  const texts = [0, 1, 2, 3].map((count) => {
    const shown = all.filter((name) => !dropped.slice(0, count).some((one) => one === name))
    return shown.flatMap((name) => pieces[name] || []).join(gap)
  })
  if (!isPainted) return texts[0] ?? ''
  const text = texts.find(({ length }) => length + gap.length + leastBar <= room) ?? texts[3] ?? ''
  const width = Math.min(20, room - text.length - gap.length)
  return width < leastBar ? text : `${bar(shareOf(moment), width)}${gap}${text}`
}

const gap = '  '

/** A bar shorter than this shows nothing. */
const leastBar = 5

/** How much of a training is done. Of an epoch that is running, `epoch` is the number. */
function shareOf({ epoch, epochs, position, examples }: Moment): number {
  const running = position !== undefined && examples ? position / examples : 1
  return (epoch - 1 + running) / epochs
}

function leftText(moment: Moment): string {
  const share = shareOf(moment)
  // The first moments say nothing of the rest.
  if (share >= 1 || moment.seconds < 0.5) return ''
  return `${durationText((moment.seconds / share) * (1 - share))} left`
}

/** `12 s`, `3 min`, `1 h 5 min`. */
function durationText(seconds: number): string {
  if (seconds < 59.5) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export interface Outcome extends EpochReport {
  readonly stopped: StopReason
  readonly best?: { readonly epoch: number; readonly value: number }
}

/** The one line that a training ends with. */
export function resultText(outcome: Outcome, prepared: Prepared<ExampleSource>): string {
  const { epoch, step, seconds, stopped, best } = outcome
  const why =
    stopped === 'until'
      ? ', where it was to come'
      : stopped === 'early'
        ? `, best after ${best?.epoch}: stopped as it got no better`
        : ''
  const after = `after ${counted(epoch, 'epoch')}${why}`
  return `${measuredText(outcome, prepared)} ${after}, ${counted(step, 'step')}, ${seconds.toFixed(1)} s`
}

function measuredText({ heldOut, loss }: Outcome, { isHeldOut }: Prepared<ExampleSource>): string {
  if (!heldOut) return `loss ${lossText(loss)}`
  const { accuracy, examples, r2, mae = 0 } = heldOut
  const of = isHeldOut ? 'held-out ' : ''
  const same = isHeldOut ? '' : ', the same that it learned from'
  if (accuracy === undefined) {
    const error = `mean absolute error ${Number(mae.toPrecision(4))}`
    return `${of}R² ${(r2 ?? 0).toFixed(3)} (${error}, ${whole(examples)} examples${same})`
  }
  const right = `${Math.round(accuracy * examples)} of ${examples}`
  return `${of}accuracy ${percent(accuracy)} (${right}${same})`
}

function scoreText({ accuracy, r2 }: Scores): string {
  if (accuracy !== undefined) return percent(accuracy)
  return r2 === undefined ? '' : `R² ${r2.toFixed(3)}`
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

export function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US')
}

function counted(number: number, noun: string): string {
  return `${whole(number)} ${noun}${number === 1 ? '' : 's'}`
}

function lossText(loss: number): string {
  return loss >= 1e-4 || Number.isNaN(loss) ? loss.toFixed(4) : loss.toExponential(1)
}

/** How a training reads: while it runs, and when it is done. */
import type { EpochReport } from '../train/index.ts'
import { bar } from './progress.ts'
import type { Plan, Prepared } from './training.ts'

/** `digits  64-32-10, relu, learning rate 0.2, batches of 32, seed 1`. */
export function planText(plan: Plan): string {
  const { dataset, layers, activation, learningRate, batch, seed } = plan
  const settings = [
    activation,
    `learning rate ${learningRate}`,
    `batches of ${batch}`,
    `seed ${seed}`,
  ]
  return `${dataset}  ${layers.join('-')}, ${settings.join(', ')}`
}

/**
 * `epoch 7 of 30   loss 0.1234   held out 95.3 %   7,012 examples/s`, after a bar. Where there is
 * no room, first the bar gets shorter, then the speed is left out, then the bar.
 */
export function epochText(report: EpochReport, { isHeldOut }: Prepared, room: number): string {
  const { epoch, epochs, loss, heldOut, examplesPerSecond } = report
  const accuracy = heldOut?.accuracy
  const facts = [
    `epoch ${String(epoch).padStart(String(epochs).length)} of ${epochs}`,
    `loss ${lossText(loss)}`,
    ...(accuracy === undefined ? [] : [`${isHeldOut ? 'held out' : 'right'} ${percent(accuracy)}`]),
  ].join(gap)
  const all = `${facts}${gap}${whole(examplesPerSecond)} examples/s`
  const text = all.length + gap.length + leastBar <= room ? all : facts
  const width = Math.min(20, room - text.length - gap.length)
  return width < leastBar ? text : `${bar(epoch / epochs, width)}${gap}${text}`
}

const gap = '   '

/** A bar shorter than this shows nothing. */
const leastBar = 5

/** The one line that a training ends with. */
export function resultText(report: EpochReport, { isHeldOut }: Prepared): string {
  const { heldOut, epochs, step, seconds } = report
  const { accuracy = 0, examples = 0 } = heldOut ?? {}
  const right = `${Math.round(accuracy * examples)} of ${examples}`
  const measured = isHeldOut
    ? `held-out accuracy ${percent(accuracy)} (${right})`
    : `accuracy ${percent(accuracy)} (${right}, the same that it learned from)`
  return `${measured} after ${counted(epochs, 'epoch')}, ${counted(step, 'step')}, ${seconds.toFixed(1)} s`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

export function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US')
}

function counted(number: number, noun: string): string {
  return `${whole(number)} ${noun}${number === 1 ? '' : 's'}`
}

function lossText(loss: number): string {
  return loss >= 1e-4 ? loss.toFixed(4) : loss.toExponential(1)
}

/** Where a training stands: everything that decides how it goes on, but the states of its store. */
import { isBetterWhenGreater, type MetricName, type Scores } from './scores.ts'

/** Changed in place by the training that owns it. */
export interface Course {
  /** Steps taken. */
  step: number
  /** Epochs completed. */
  epoch: number
  /** Examples of the running epoch learned from. */
  position: number
  /** Over those, the sum of the losses, each weighed by the examples of its step. */
  lossSum: number
  /** What was told of the last epoch that was completed. */
  last: Measured | undefined
  best: Best | undefined
  /** Reports since the best. */
  waited: number
}

export interface Measured {
  readonly epoch: number
  readonly loss: number
  readonly heldOut?: Scores
}

export interface Best extends Measured {
  readonly step: number
  readonly value: number
}

export function newCourse(): Course {
  return {
    step: 0,
    epoch: 0,
    position: 0,
    lossSum: 0,
    last: undefined,
    best: undefined,
    waited: 0,
  }
}

/** Notes what was measured after an epoch, and gives whether it is the best so far. */
export function noteMeasured(
  course: Course,
  measured: Measured,
  { watch, minDelta }: { readonly watch: MetricName; readonly minDelta: number },
): boolean {
  const { heldOut, loss } = measured
  const value = heldOut ? (heldOut[watch] ?? Number.NaN) : loss
  const gain = value - (course.best?.value ?? Number.NaN)
  const isFirst = Number.isNaN(course.best?.value ?? Number.NaN)
  const isBetter = isFirst || (isBetterWhenGreater(watch) ? gain : -gain) > minDelta
  if (isBetter) course.best = { ...measured, step: course.step, value }
  course.waited = isBetter ? 0 : course.waited + 1
  return isBetter
}

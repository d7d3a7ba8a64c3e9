/**
 * Schedules: from a step, counted from 0, to the learning rate of that step. A step is whatever is
 * counted, epochs or batches. They are plain functions, to be set as the state `learningRate`, to
 * be given to `fit`, or to be part of a graph by `scheduled`; none of these compiles anything again.
 */
import { SluiceError } from '../errors.ts'

/** The learning rate of a step. */
export type Schedule = (step: number) => number

/**
 * The rate, times gamma after every `stepSize` steps. Source: PyTorch `StepLR`.
 *
 * @example
 * stepLr(0.1, { stepSize: 30 }) // 0.1 for 30 steps, then 0.01 …
 */
export function stepLr(
  learningRate: number,
  { stepSize, gamma = 0.1 }: { readonly stepSize: number; readonly gamma?: number },
): Schedule {
  checkSteps('stepLr', 'stepSize', stepSize)
  return (step) => learningRate * gamma ** Math.floor(step / stepSize)
}

/** The rate, times gamma at each of the milestones. Source: PyTorch `MultiStepLR`. */
export function multiStepLr(
  learningRate: number,
  { milestones, gamma = 0.1 }: { readonly milestones: readonly number[]; readonly gamma?: number },
): Schedule {
  return (step) =>
    learningRate * gamma ** milestones.filter((milestone) => milestone <= step).length
}

/** The rate times `factor` until `totalIters` steps are over, then the rate. Source: PyTorch `ConstantLR`. */
export function constantLr(
  learningRate: number,
  {
    factor = 1 / 3,
    totalIters = 5,
  }: { readonly factor?: number; readonly totalIters?: number } = {},
): Schedule {
  return (step) => learningRate * (step < totalIters ? factor : 1)
}

/**
 * From the rate times `startFactor` along a line to that times `endFactor`, in `totalIters` steps: a
 * warm-up. Source: PyTorch `LinearLR`.
 */
export function linearLr(
  learningRate: number,
  {
    startFactor = 1 / 3,
    endFactor = 1,
    totalIters = 5,
  }: {
    readonly startFactor?: number
    readonly endFactor?: number
    readonly totalIters?: number
  } = {},
): Schedule {
  checkSteps('linearLr', 'totalIters', totalIters)
  return (step) => {
    const passed = Math.min(step, totalIters) / totalIters
    return learningRate * (startFactor + (endFactor - startFactor) * passed)
  }
}

/** The rate, times gamma after every step. Source: PyTorch `ExponentialLR`. */
export function exponentialLr(
  learningRate: number,
  { gamma }: { readonly gamma: number },
): Schedule {
  return (step) => learningRate * gamma ** step
}

/** The rate times (1 − step / totalIters)^power, and 0 from then on. Source: PyTorch `PolynomialLR`. */
export function polynomialLr(
  learningRate: number,
  { totalIters = 5, power = 1 }: { readonly totalIters?: number; readonly power?: number } = {},
): Schedule {
  checkSteps('polynomialLr', 'totalIters', totalIters)
  return (step) => learningRate * (1 - Math.min(step, totalIters) / totalIters) ** power
}

/**
 * From the rate to `etaMin` along half a cosine of `tMax` steps, then up and down again. Source:
 * PyTorch `CosineAnnealingLR`; Loshchilov and Hutter, "SGDR".
 */
export function cosineAnnealingLr(
  learningRate: number,
  { tMax, etaMin = 0 }: { readonly tMax: number; readonly etaMin?: number },
): Schedule {
  checkSteps('cosineAnnealingLr', 'tMax', tMax)
  return (step) => cosine(learningRate, etaMin, step / tMax)
}

/**
 * Half a cosine from the rate to `etaMin` in `t0` steps, and again from the rate, each time `tMult`
 * times as long. Source: PyTorch `CosineAnnealingWarmRestarts`.
 */
export function cosineAnnealingWarmRestarts(
  learningRate: number,
  {
    t0,
    tMult = 1,
    etaMin = 0,
  }: { readonly t0: number; readonly tMult?: number; readonly etaMin?: number },
): Schedule {
  checkSteps('cosineAnnealingWarmRestarts', 't0', t0)
  checkSteps('cosineAnnealingWarmRestarts', 'tMult', tMult)
  return (step) => {
    let [start, length] = [0, t0]
    while (step >= start + length) {
      start += length
      length *= tMult
    }
    return cosine(learningRate, etaMin, (step - start) / length)
  }
}

export interface OneCycleLrOptions {
  readonly totalSteps: number
  /** How much of the steps the rate rises in. Default 0.3. */
  readonly pctStart?: number
  /** Default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear'
  /** The first rate is the largest, over this. Default 25. */
  readonly divFactor?: number
  /** The last rate is the first, over this. Default 1e4. */
  readonly finalDivFactor?: number
  /** Whether it falls as long as it rises, and then once more to the last. Default false. */
  readonly threePhase?: boolean
}

/**
 * Up from maxLr / divFactor to maxLr, then down to nearly nothing. Momentum stays as it is.
 * Source: PyTorch `OneCycleLR`; Smith and Topin, "Super-convergence".
 *
 * Throws, when called: OPTION for a step that the cycle does not have.
 */
export function oneCycleLr(
  maxLr: number,
  {
    totalSteps,
    pctStart = 0.3,
    annealStrategy = 'cos',
    divFactor = 25,
    finalDivFactor = 1e4,
    threePhase = false,
  }: OneCycleLrOptions,
): Schedule {
  checkSteps('oneCycleLr', 'totalSteps', totalSteps)
  const [first, last] = [maxLr / divFactor, maxLr / divFactor / finalDivFactor]
  const top = pctStart * totalSteps - 1
  const phases = threePhase
    ? [
        { end: top, from: first, to: maxLr },
        { end: 2 * top, from: maxLr, to: first },
        { end: totalSteps - 1, from: first, to: last },
      ]
    : [
        { end: top, from: first, to: maxLr },
        { end: totalSteps - 1, from: maxLr, to: last },
      ]
  return (step) => {
    const at = Math.min(step, totalSteps - 1)
    const index = phases.findIndex(({ end }) => at <= end)
    const { end, from, to } = phases[index] ?? { end: at, from: last, to: last }
    const start = phases[index - 1]?.end ?? 0
    const passed = end === start ? 1 : (at - start) / (end - start)
    return annealStrategy === 'linear' ? from + (to - from) * passed : cosine(from, to, passed)
  }
}

/** The rate times whatever `factor` gives for the step. Source: PyTorch `LambdaLR`. */
export function lambdaLr(learningRate: number, factor: (step: number) => number): Schedule {
  return (step) => learningRate * factor(step)
}

/**
 * One schedule after the other: the next one begins, at its step 0, at each milestone. Source:
 * PyTorch `SequentialLR`.
 *
 * @example
 * const warm = linearLr(0.1, { startFactor: 0.01, totalIters: 100 })
 * sequentialLr([warm, cosineAnnealingLr(0.1, { tMax: 900 })], { milestones: [100] })
 */
export function sequentialLr(
  schedules: readonly Schedule[],
  { milestones }: { readonly milestones: readonly number[] },
): Schedule {
  if (schedules.length !== milestones.length + 1) throw unmatched(schedules.length, milestones)
  return (step) => {
    const index = milestones.filter((milestone) => milestone <= step).length
    return schedules[index]?.(step - (milestones[index - 1] ?? 0)) ?? 0 // one for each index
  }
}

/**
 * The rate times what several schedules of rate 1 give: all at once. Source: PyTorch
 * `ChainedScheduler`.
 *
 * @example
 * chainedLr(0.1, [linearLr(1, { totalIters: 4 }), exponentialLr(1, { gamma: 0.9 })])
 */
export function chainedLr(learningRate: number, factors: readonly Schedule[]): Schedule {
  return (step) => factors.reduce((rate, factor) => rate * factor(step), learningRate)
}

/** Half a cosine: `from` where nothing has passed, `to` where all has. */
function cosine(from: number, to: number, passed: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * passed))) / 2
}

function checkSteps(schedule: string, name: string, got: number): void {
  if (Number.isInteger(got) && got >= 1) return
  throw new SluiceError({
    code: 'OPTION',
    what: `${schedule}: ${name} is no number of steps`,
    expected: 'a whole number, 1 or more',
    got: String(got),
    fix: `give ${name} as a whole number, such as 10`,
  })
}

function unmatched(count: number, milestones: readonly number[]): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'sequentialLr: schedules and milestones do not match',
    expected: 'one milestone between any two schedules',
    got: `${count} schedules and milestones [${milestones.join(', ')}]`,
    fix: 'say for each schedule but the first at which step it begins',
  })
}

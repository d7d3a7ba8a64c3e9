/** A schedule that hangs on what is measured. */
import { SluiceError } from '../errors.ts'

export interface PlateauOptions {
  /** Whether the measure should become smaller or larger. Default `min`. */
  readonly mode?: 'min' | 'max'
  /** What the rate is multiplied by. Default 0.1. */
  readonly factor?: number
  /** How many measures may pass without getting better before the rate falls. Default 10. */
  readonly patience?: number
  /** By how much it must get better to count. Default 1e-4. */
  readonly threshold?: number
  /** Whether that is a share of the best or a difference from it. Default `rel`. */
  readonly thresholdMode?: 'rel' | 'abs'
  /** How many measures after a fall count for nothing. Default 0. */
  readonly cooldown?: number
  /** What the rate does not fall below. Default 0. */
  readonly minLr?: number
  /** A fall by less is not made. Default 1e-8. */
  readonly epsilon?: number
}

/** Where a plateau stands: plain data, which a checkpoint may hold. */
export interface PlateauState {
  readonly rate: number
  readonly best: number
  readonly badCount: number
  readonly cooldownLeft: number
}

export interface Plateau {
  readonly first: PlateauState
  /** What becomes of it with another measure; `rate` is the learning rate to go on with. */
  next(state: PlateauState, measure: number): PlateauState
}

/**
 * The rate, times `factor` where a measure has stopped getting better.
 *
 * Throws: OPTION for a factor that does not make it smaller, another mode, and counts that are none.
 * Source: PyTorch `ReduceLROnPlateau`.
 *
 * @example
 * const plateau = reduceLrOnPlateau(0.1, { patience: 3 })
 * let state = plateau.first
 * state = plateau.next(state, heldOutLoss)
 * program.store.set('learningRate', state.rate)
 */
export function reduceLrOnPlateau(learningRate: number, options: PlateauOptions = {}): Plateau {
  const { mode = 'min', factor = 0.1, patience = 10, cooldown = 0, minLr = 0 } = options
  const { epsilon = 1e-8 } = options
  if (!(factor < 1)) throw growing(factor)
  checkModes(options)
  checkCounts({ patience, cooldown })
  const worst = mode === 'min' ? Infinity : -Infinity
  return {
    first: { rate: learningRate, best: worst, badCount: 0, cooldownLeft: 0 },
    next: ({ rate, best, badCount, cooldownLeft }, measure) => {
      const isBest = isBetter(measure, best, options)
      const isCooling = cooldownLeft > 0
      const count = isBest || isCooling ? 0 : badCount + 1
      const isDue = count > patience
      const lower = Math.max(rate * factor, minLr)
      return {
        rate: isDue && rate - lower > epsilon ? lower : rate,
        best: isBest ? measure : best,
        badCount: isDue ? 0 : count,
        cooldownLeft: isDue ? cooldown : Math.max(0, cooldownLeft - 1),
      }
    },
  }
}

function isBetter(
  measure: number,
  best: number,
  { mode = 'min', threshold = 1e-4, thresholdMode = 'rel' }: PlateauOptions,
): boolean {
  const sign = mode === 'min' ? -1 : 1
  const bar = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold
  return mode === 'min' ? measure < bar : measure > bar
}

function checkModes({ mode = 'min', thresholdMode = 'rel' }: PlateauOptions): void {
  const known = { mode: ['min', 'max'], thresholdMode: ['rel', 'abs'] }
  const given = { mode, thresholdMode }
  for (const name of ['mode', 'thresholdMode'] as const) {
    if (known[name].includes(given[name])) continue
    throw new SluiceError({
      code: 'OPTION',
      what: `reduceLrOnPlateau: there is no such ${name}`,
      expected: known[name].map((one) => `'${one}'`).join(' or '),
      got: String(given[name]),
      fix: `leave it out for '${known[name][0]}'`,
    })
  }
}

function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count >= 0) continue
    throw new SluiceError({
      code: 'OPTION',
      what: `reduceLrOnPlateau: ${name} is no count of measures`,
      expected: 'a whole number, 0 or more',
      got: String(count),
      fix: 'leave it out for the default',
    })
  }
}

function growing(factor: number): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'reduceLrOnPlateau: factor does not make the rate smaller',
    expected: 'a number below 1',
    got: String(factor),
    fix: 'leave it out for 0.1',
  })
}

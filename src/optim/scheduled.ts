/** A schedule as part of the graph, for steps that nobody can set a rate between. */
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import type { Update } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import type { Schedule } from './schedules.ts'

export interface ScheduledOptions {
  /** How many steps are looked up; later ones have the last one's rate. */
  readonly steps: number
  /** The key of the state that counts. Default `schedule`. */
  readonly key?: string
  readonly dtype?: 'f32' | 'f64'
}

/** The learning rate of each step, and what counts the steps. */
export interface Scheduled {
  /** For an optimizer's `learningRate`. */
  readonly learningRate: Value<[]>
  /** To be made with the optimizer's. */
  readonly updates: readonly Update[]
}

/**
 * A schedule as a table of rates in the graph, read at a count that is a state: `repeat` makes many
 * steps in one call, each with its own rate.
 *
 * Throws: OPTION for a number of steps that is none, and for a schedule that gives no rate.
 *
 * @example
 * const { learningRate, updates } = scheduled(stepLr(0.1, { stepSize: 30 }), { steps: 90 })
 * const step = await compile({ J }, { updates: [...sgd(J, { learningRate }), ...updates] })
 */
export function scheduled(
  schedule: Schedule,
  { steps, key = 'schedule', dtype = 'f32' }: ScheduledOptions,
): Scheduled {
  if (!(Number.isInteger(steps) && steps >= 1)) throw noSteps(steps)
  if (typeof schedule !== 'function') throw noSchedule(typeof schedule)
  const rates = Float64Array.from({ length: steps }, (_, step) => schedule(step))
  const missing = rates.findIndex((rate) => !Number.isFinite(rate))
  if (missing >= 0) throw noSchedule(`${rates[missing]} at step ${missing}`)
  const table = gates.constant(rates, { dtype })
  const count = gates.state(key, [], 0, { symbol: 'k', dtype: 'i32' })
  const learningRate = gates.take(table, gates.minimum(count, steps - 1)) as Value<[]> // one rate
  return {
    learningRate: learningRate.labelled({ name: 'lr' }),
    updates: [{ state: count, value: gates.add(count, 1) }],
  }
}

function noSteps(steps: number): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'scheduled: steps is no number of steps',
    expected: 'a whole number, 1 or more',
    got: String(steps),
    fix: 'give how many steps the training takes',
  })
}

function noSchedule(got: string): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'scheduled: the schedule gives no rate',
    expected: 'a function from each step, counted from 0, to a finite number',
    got,
    fix: 'give a schedule such as stepLr(0.1, { stepSize: 30 }); a plateau hangs on what is measured: give it to fit',
  })
}

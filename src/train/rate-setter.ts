/** Sets the learning rate while a training runs; nothing is compiled again. */
import { SluiceError } from '../errors.ts'
import type { Plateau, Schedule } from '../optim/index.ts'
import type { Store } from '../runtime/store.ts'
import type { Course, Measured } from './course.ts'
import type { MetricName } from './scores.ts'

export interface ScheduleOptions {
  /**
   * The learning rate of each epoch or step, counted from 0: `cosineAnnealingLr(0.1, { tMax: 30 })`.
   * Or what `reduceLrOnPlateau` gives: then the rate falls where the watched metric stops getting
   * better; a training that is resumed keeps its rate, and begins to watch anew. Groups of parameters
   * that have a rate of their own keep it.
   */
  readonly schedule?: Schedule | Plateau
  /** What a schedule counts. Default `epoch`. */
  readonly scheduleBy?: 'epoch' | 'step'
}

export interface RateSetter {
  beforeStep(course: Course): void
  afterMeasured(measured: Measured): void
}

/** The state that a learning rate given as a number is. */
const key = 'learningRate'

/** Throws OPTION for a schedule that is none, and where there is no learning rate that can be set. */
export function createRateSetter(
  { schedule, scheduleBy = 'epoch' }: ScheduleOptions,
  {
    store,
    keys,
    watch,
  }: {
    readonly store: Store
    readonly keys: readonly string[]
    readonly watch: MetricName
  },
): RateSetter {
  if (!schedule) return { beforeStep: () => {}, afterMeasured: () => {} }
  checkSchedule(schedule, scheduleBy)
  if (!keys.includes(key)) throw noRate()
  const start = Number(store.get(key).data[0])
  let last = start
  const setRate = (rate: number) => {
    if (rate !== last) store.set(key, rate)
    last = rate
  }
  if (typeof schedule === 'function') {
    return {
      beforeStep: ({ epoch, step }) => {
        const place = scheduleBy === 'epoch' ? epoch : step
        const rate = schedule(place)
        if (!Number.isFinite(rate)) throw wrongRate(`${scheduleBy} ${place}`, rate)
        setRate(rate)
      },
      afterMeasured: () => {},
    }
  }
  let state = { ...schedule.first, rate: start }
  return {
    beforeStep: () => {},
    afterMeasured: ({ heldOut, loss }) => {
      state = schedule.next(state, heldOut ? (heldOut[watch] ?? Number.NaN) : loss)
      setRate(state.rate)
    },
  }
}

function checkSchedule(schedule: unknown, scheduleBy: unknown): void {
  if (scheduleBy !== 'epoch' && scheduleBy !== 'step') {
    throw new SluiceError({
      code: 'OPTION',
      what: 'fit: scheduleBy says nothing that is counted',
      expected: "'epoch' or 'step'",
      got: String(scheduleBy),
      fix: "leave it out for 'epoch'",
    })
  }
  const isPlateau = typeof schedule === 'object' && schedule !== null && 'next' in schedule
  if (typeof schedule === 'function' || isPlateau) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'fit: schedule is neither a function nor a plateau',
    expected: 'a function from epoch or step to rate, or what reduceLrOnPlateau gives',
    got: typeof schedule === 'object' ? 'an object without next' : JSON.stringify(schedule),
    fix: 'give schedule: cosineAnnealingLr(0.1, { tMax: 30 }); a rate that stays is the learningRate of the optimizer',
  })
}

function wrongRate(where: string, rate: unknown): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'fit: the schedule gives no rate',
    where,
    expected: 'a finite number',
    got: String(rate),
    fix: 'give a function that has a number for every step, counted from 0',
  })
}

function noRate(): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: 'fit: there is no learning rate to schedule',
    expected: 'an optimizer whose learning rate is a number: the state "learningRate"',
    got: 'no such state',
    fix: 'give the optimizer { learningRate: 0.1 } and no key of its own, or leave schedule out',
  })
}

/** The plan in the file of a training that is to go on. */
import { SluiceError } from '../errors.ts'
import { loadCheckpoint } from '../train/index.ts'
import type { Plan } from './plan.ts'

/**
 * The plan that a training was saved with.
 *
 * Throws: FILE as `loadCheckpoint`, and for a file that was not saved by `sluice train`.
 */
export async function savedPlan(path: string): Promise<Plan> {
  const { facts } = await loadCheckpoint(path)
  const { plan } = facts
  if (isPlan(plan)) return plan
  throw new SluiceError({
    code: 'FILE',
    what: `${path}: it does not say how it was trained`,
    expected: 'a file that `sluice train --out` saved',
    got: plan === undefined ? 'no plan' : 'a plan of another version',
    fix: 'go on with it in a program, by `resume` of fit',
  })
}

/** What a plan holds is checked again, by everything that it is handed to; its kinds are here. */
function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null) return false
  const has = (key: keyof Plan, is: (part: unknown) => boolean) =>
    is(Object.entries(value).find(([name]) => name === key)?.[1])
  const isText = (part: unknown) => typeof part === 'string'
  const isCount = (part: unknown) => Number.isInteger(part) && Number(part) >= 1
  const isNumber = (part: unknown) => typeof part === 'number' && part >= 0
  return (
    has('data', isText) &&
    has('table', isObject) &&
    has('layers', (part) => Array.isArray(part) && part.every(isCount)) &&
    has('activation', isText) &&
    has('criterion', isText) &&
    has('optimizer', (part) => isObject(part) && 'name' in part && isText(part.name)) &&
    has('epochs', isCount) &&
    has('batch', isCount) &&
    has('seed', isNumber) &&
    has('heldOut', isNumber) &&
    has('reportEvery', isCount)
  )
}

function isObject(part: unknown): part is object {
  return typeof part === 'object' && part !== null
}

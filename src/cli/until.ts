/** `--until 'loss<0.01'`: when a training may stop. */
import type { ExampleFacts } from '../data/index.ts'
import type { EpochReport } from '../train/index.ts'
import { UsageError } from './usage.ts'

export interface Goal {
  readonly metric: 'loss' | 'accuracy' | 'r2' | 'mae'
  readonly bound: number
  /** As it was typed. */
  readonly text: string
}

const forms = /^\s*(loss|accuracy|r2|mae)\s*([<>])=?\s*(\d*\.?\d+(?:e-?\d+)?)\s*(%?)\s*$/

/** Throws OPTION for what is no goal, or one that no training reaches. */
export function parseGoal(text: string): Goal {
  const [, metric, sign, number, percent] = forms.exec(text) ?? []
  const isLess = metric === 'loss' || metric === 'mae'
  if (number && (sign === '<') === isLess && isMetric(metric)) {
    const bound = Number(number) / (percent ? 100 : 1)
    if (!isLess && bound > 1) throw neverReached(metric, text)
    return { metric, bound, text: text.trim() }
  }
  throw new UsageError({
    code: 'OPTION',
    what: `--until: "${text}" is no goal`,
    expected: 'loss<0.01, accuracy>0.95, r2>0.4 or mae<10, with other numbers as you like',
    got: `"${text}"`,
    fix: `put it in quotes, as shells read < and > themselves: --until 'loss<0.01'`,
  })
}

/** `accuracy>95`, where 95 % was meant: it would be waited for in vain. */
function neverReached(metric: string, text: string): UsageError {
  return new UsageError({
    code: 'OPTION',
    what: `--until: ${metric} is never above 1`,
    expected: 'a share from 0 to 1, or one in percent, such as 0.95 or 95%',
    got: `"${text}"`,
    fix: `try --until '${metric}>0.95'`,
  })
}

function isMetric(metric: string | undefined): metric is Goal['metric'] {
  return metric === 'loss' || metric === 'accuracy' || metric === 'r2' || metric === 'mae'
}

/** Whether a training is where it was to come: its own loss, or how it does on what is held out. */
export function isReached({ metric, bound }: Goal, { loss, heldOut }: EpochReport): boolean {
  if (metric === 'loss') return loss < bound
  const found = heldOut?.[metric]
  if (found === undefined) return false
  return metric === 'mae' ? found < bound : found >= bound
}

/** Throws OPTION where a goal is of the other kind of data. */
export function checkGoal({ metric, text }: Goal, { task }: ExampleFacts): void {
  const own = task === 'classification' ? ['loss', 'accuracy'] : ['loss', 'r2', 'mae']
  if (own.includes(metric)) return
  throw new UsageError({
    code: 'OPTION',
    what: `--until: there is no ${metric} of a ${task}`,
    expected: own.join(', '),
    got: `"${text}"`,
    fix: 'choose one of those',
  })
}

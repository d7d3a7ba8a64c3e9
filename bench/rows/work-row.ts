/** Rows in which engines do the same work in turns: their table, their ratios, their targets. */
import type { Measurement, Row, RowResult, RunOptions, Target } from '../row.ts'
import { compare, type Entrant, type Outcome, type StageOptions } from '../stage.ts'
import { isTraining, type Work } from '../works/work.ts'

export interface WorkCase {
  readonly label: string
  readonly work: Work
  /** As small as still shows that everyone can do it: for --quick. */
  readonly small: Work
  readonly entrants: readonly Entrant[]
  /** What the work is counted in, and how much of it one repetition does. */
  readonly unit: { readonly name: string; readonly each: (work: Work) => number }
  readonly goals: readonly Goal[]
}

/** What is wanted of one of ours: a rate in the unit, and how much of the best other one's rate. */
export interface Goal {
  readonly entrant: Entrant
  readonly ratio?: number
  readonly rate?: number
  readonly nodeRate?: number
  /** Whose rates the ratio is over. Default: engines on no more threads. */
  readonly over?: Entrant['kind']
}

type Options = Omit<StageOptions, 'report'>

const thorough: Options = {
  rounds: 7,
  turnSeconds: 0.25,
  warmUpSeconds: 0.6,
  checks: 10,
  checkSeconds: 3,
  capSeconds: 25,
  budgetSeconds: 5,
}

const hasty: Options = {
  ...thorough,
  rounds: 1,
  turnSeconds: 0.02,
  warmUpSeconds: 0.02,
  checks: 3,
}

export function workRow(id: string, title: string, cases: readonly WorkCase[]): Row {
  return {
    id,
    title,
    run: async (options) => {
      const results: RowResult[] = []
      for (const one of cases) results.push(await measureCase(one, options))
      return {
        measurements: results.flatMap(({ measurements }) => measurements),
        targets: results.flatMap(({ targets }) => targets),
      }
    },
  }
}

/** Everyone's outcome at one work, in turns. */
export async function outcomesOf(
  { label, work, small, entrants }: Pick<WorkCase, 'label' | 'work' | 'small' | 'entrants'>,
  { isQuick, report }: RunOptions,
): Promise<readonly Outcome[]> {
  const shown = isQuick ? entrants.map((entrant) => ({ ...entrant, work: small })) : entrants
  return compare(isQuick ? small : work, shown, {
    ...(isQuick ? hasty : thorough),
    report: (line) => report(`${label}: ${line}`),
  })
}

async function measureCase(one: WorkCase, options: RunOptions): Promise<RowResult> {
  const outcomes = await outcomesOf(one, options)
  const work = options.isQuick ? one.small : one.work
  const expected = outcomes.find(({ numbers }) => numbers.length > 0)
  const differing = new Map(
    outcomes.map((outcome) => [outcome, difference(outcome, expected, work)] as const),
  )
  const differ = [...differing.values()].filter((text) => text !== undefined)
  const valid = outcomes.filter((outcome) => differing.get(outcome) === undefined)
  const measurements = outcomes.map((outcome): Measurement => {
    const { entrant, reason, note, facts, rate } = outcome
    const scale = one.unit.each(entrant.work ?? work)
    const { nodes, ...others } = facts
    const best = bestFor(entrant, 'engine', valid)
    const numbers = {
      [one.unit.name]: rate * scale,
      ...(entrant.kind === 'ours' && best && { '× best other engine': rate / best.rate }),
      ...(nodes !== undefined && { 'nodes / s': rate * nodes }),
      'first time, ms': 1000 * outcome.firstSeconds,
      ...others,
      'process MB': outcome.peakMegabytes,
    }
    const notes = [entrant.note, note, differing.get(outcome)].filter((text) => text !== undefined)
    return {
      case: one.label,
      contender: entrant.kind === 'native' ? `${entrant.name} (native)` : entrant.name,
      numbers: reason === undefined ? numbers : {},
      ...((reason !== undefined || notes.length > 0) && { note: reason ?? notes.join('; ') }),
    }
  })
  const answers = { name: `${one.label}: answers that differ`, got: differ.length, atMost: 0 }
  return {
    measurements,
    targets: options.isQuick
      ? [answers]
      : [answers, ...one.goals.flatMap((goal) => targetsOf(goal, one, valid))],
  }
}

function targetsOf(goal: Goal, one: WorkCase, outcomes: readonly Outcome[]): readonly Target[] {
  const { entrant, ratio, rate, nodeRate, over = 'engine' } = goal
  const own = outcomes.find((outcome) => outcome.entrant.name === entrant.name)
  const ownRate = own?.rate ?? Number.NaN
  const best = bestFor(entrant, over, outcomes)
  const other = best?.entrant.name ?? 'the best other'
  const wanted = [
    { of: `over ${other}`, got: ownRate / (best?.rate ?? Number.NaN), atLeast: ratio },
    {
      of: one.unit.name,
      got: ownRate * one.unit.each(own?.entrant.work ?? one.work),
      atLeast: rate,
    },
    { of: 'nodes / s', got: ownRate * (own?.facts.nodes ?? Number.NaN), atLeast: nodeRate },
  ]
  return wanted.flatMap(({ of, got, atLeast }) =>
    atLeast === undefined ? [] : [{ name: `${one.label}: ${entrant.name}, ${of}`, got, atLeast }],
  )
}

/** The fastest of a kind, on no more threads, that does the row's own work. */
function bestFor(
  { threads }: Entrant,
  kind: Entrant['kind'],
  outcomes: readonly Outcome[],
): Outcome | undefined {
  const others = outcomes.filter(
    ({ entrant, rate }) =>
      entrant.kind === kind && entrant.threads <= threads && !Number.isNaN(rate) && !entrant.note,
  )
  return others.toSorted((a, b) => b.rate - a.rate)[0]
}

/** What is wrong with someone's losses or output, beside those of the first who has any. */
function difference(
  { entrant, numbers }: Outcome,
  expected: Outcome | undefined,
  work: Work,
): string | undefined {
  if (!expected || entrant.kind === 'other step') return undefined
  if (entrant.work && entrant.note) return undefined
  const largest = Math.max(...expected.numbers.map(Math.abs))
  for (const [index, number] of numbers.entries()) {
    const other = expected.numbers[index]
    if (other === undefined) return undefined
    const scale = work.kind === 'scalars' ? Math.abs(other) : largest
    if (!(Math.abs(number - other) <= toleranceOf(work) * scale)) {
      return `WRONG: its number ${index + 1} is ${number}, that of ${expected.entrant.name} ${other}`
    }
  }
  return undefined
}

/**
 * In f32, sums of a thousand products are good to about 1e-5 of the largest number, and adam's
 * division lets losses part a little faster than their roundings. In f64, 100,000 roundings of
 * 1.1e-16 may add up to 1.1e-11.
 */
function toleranceOf(work: Work): number {
  if (work.kind === 'scalars') return 1e-9
  return isTraining(work) ? 2e-3 : 1e-4
}

/** C1: what it takes to build and compile a step for the first time, and what memory it plans. */
import { median } from '../harness.ts'
import type { Measurement, Row, Target } from '../row.ts'
import { compare } from '../stage.ts'
import { classifier, scalars, transformer } from '../works/models.ts'
import type { Work } from '../works/work.ts'
import { ours } from './entrants.ts'

interface CompileCase {
  readonly label: string
  readonly work: Work
  readonly small: Work
  readonly compileMs?: number
  readonly planMegabytes?: number
}

const cases: readonly CompileCase[] = [
  {
    label: 'W2',
    work: classifier([784, 1024, 1024, 10], 256, 'adam'),
    small: classifier([12, 16, 16, 10], 8, 'adam'),
    compileMs: 150,
    planMegabytes: 40,
  },
  { ...layered(4), label: 'W4, of 4 layers', compileMs: 600, planMegabytes: 64 },
  layered(8),
  layered(16),
  layered(32),
  { label: '100,000 gates', work: scalars(100_000), small: scalars(300), compileMs: 2000 },
]

/** Each time in a new process: what has been compiled before comes from a cache. */
const processes = 3

export const compileTime: Row = {
  id: 'C1',
  title: 'Compiling for the first time',
  run: async ({ isQuick, report }) => {
    const measured: { readonly one: CompileCase; readonly measurement: Measurement }[] = []
    for (const one of cases) {
      const count = isQuick ? 1 : processes
      const entrants = Array.from({ length: count }, () => ({ ...ours, mode: 'compile' }))
      const outcomes = await compare(isQuick ? one.small : one.work, entrants, {
        ...{ rounds: 0, turnSeconds: 0, warmUpSeconds: 0, checks: 0, checkSeconds: 0 },
        ...{ capSeconds: 30, budgetSeconds: 0 },
        report: (line) => report(`${one.label}: ${line}`),
      })
      const medianOf = (name: string) =>
        median(outcomes.map(({ facts }) => facts[name] ?? Number.NaN))
      const names = ['build ms', 'compile ms', 'plan MB']
      const reason = outcomes.find((outcome) => outcome.reason)?.reason
      const numbers = Object.fromEntries(names.map((name) => [name, medianOf(name)]))
      const measurement = {
        case: one.label,
        contender: ours.name,
        numbers,
        ...(reason !== undefined && { note: reason }),
      }
      measured.push({ one, measurement })
    }
    const targets = measured.flatMap(({ one, measurement }) => targetsOf(one, measurement))
    const measurements = measured.map(({ measurement }) => measurement)
    return { measurements, targets: isQuick ? [] : [...targets, linearity(measurements)] }
  },
}

function layered(layers: number): CompileCase {
  const small = { context: 4, width: 8, heads: 2, batch: 2 }
  return {
    label: `${layers} layers`,
    work: transformer({ context: 64, width: 128, heads: 4, layers, batch: 16 }),
    small: transformer({ ...small, layers: layers / 4 }),
  }
}

function targetsOf(
  { label, compileMs, planMegabytes }: CompileCase,
  { numbers }: Measurement,
): readonly Target[] {
  const limits = [
    { name: 'compile ms', atMost: compileMs },
    { name: 'plan MB', atMost: planMegabytes },
  ]
  return limits.flatMap(({ name, atMost }) =>
    atMost === undefined
      ? []
      : [{ name: `${label}: ${name}`, got: numbers[name] ?? Number.NaN, atMost }],
  )
}

/** A layer may cost a third more among 32 than among 4. */
function linearity(measurements: readonly Measurement[]): Target {
  const perLayer = (layers: number) => {
    const found = measurements.find(({ case: label }) => label.includes(`${layers} layers`))
    return (found?.numbers['compile ms'] ?? Number.NaN) / layers
  }
  return {
    name: 'compile time of a layer among 32 over among 4',
    got: perLayer(32) / perLayer(4),
    atMost: 4 / 3,
  }
}

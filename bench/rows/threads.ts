/** T1: what a second thread gives us, beside what it gives a loop of multiplications and additions. */
import type { Measurement, Row, Target } from '../row.ts'
import type { Entrant, Outcome } from '../stage.ts'
import { classifier, cnn, matmul, transformer, xor } from '../works/models.ts'
import type { Work } from '../works/work.ts'
import { ours, oursInTwo } from './entrants.ts'
import { outcomesOf } from './work-row.ts'

interface ThreadCase {
  readonly label: string
  readonly work: Work
  readonly small: Work
  /** Large work shares the loop's gain; small work must only not suffer. */
  readonly isLarge: boolean
}

const smallMlp = classifier([12, 8, 10], 4, 'sgd')

const cases: readonly ThreadCase[] = [
  { label: 'W0', work: xor, small: xor, isLarge: false },
  {
    label: 'W1',
    work: classifier([784, 128, 10], 64, 'sgd'),
    small: smallMlp,
    isLarge: false,
  },
  {
    label: 'W2',
    work: classifier([784, 1024, 1024, 10], 256, 'adam'),
    small: smallMlp,
    isLarge: true,
  },
  { label: 'W3', work: cnn(64, [32, 64], 128), small: cnn(2, [2, 3], 8), isLarge: true },
  {
    label: 'W4',
    work: transformer({ context: 64, width: 128, heads: 4, layers: 4, batch: 16 }),
    small: transformer({ context: 4, width: 8, heads: 2, layers: 1, batch: 2 }),
    isLarge: true,
  },
  { label: 'K1 1024³', work: matmul(1024), small: matmul(32), isLarge: true },
]

const loop: Entrant = {
  name: 'multiply-add loop',
  peer: 'multiply-add',
  kind: 'by hand',
  threads: 1,
  mode: '',
}
const entrants = [ours, oursInTwo, loop, { ...loop, name: 'the loop in two', threads: 2 }]

export const threads: Row = {
  id: 'T1',
  title: 'A second thread',
  run: async (options) => {
    const measurements: Measurement[] = []
    const targets: Target[] = []
    for (const one of cases) {
      const outcomes = await outcomesOf({ ...one, entrants }, options)
      const [own, inTwo, alone, together] = outcomes
      if (!own || !inTwo || !alone || !together) throw new Error('four take part')
      const gain = inTwo.rate / own.rate
      const loopGain = together.rate / alone.rate
      const reason = [own, inTwo].find((outcome) => outcome.reason)?.reason
      measurements.push(measurementOf(one, { own, inTwo, loopGain, reason }))
      targets.push(
        one.isLarge
          ? { name: `${one.label}: gain over the loop's`, got: gain / loopGain, atLeast: 0.9 }
          : { name: `${one.label}: two threads over one`, got: gain, atLeast: 0.95 },
      )
    }
    return { measurements, targets: options.isQuick ? [] : targets }
  },
}

interface Gains {
  readonly own: Outcome
  readonly inTwo: Outcome
  readonly loopGain: number
  readonly reason: string | undefined
}

function measurementOf(
  { label }: ThreadCase,
  { own, inTwo, loopGain, reason }: Gains,
): Measurement {
  const gain = inTwo.rate / own.rate
  return {
    case: label,
    contender: 'sluice',
    numbers: {
      '1 thread, times / s': own.rate,
      '2 threads, times / s': inTwo.rate,
      gain,
      "multiply-add loop's gain": loopGain,
      "gain over the loop's": gain / loopGain,
    },
    ...(reason !== undefined && { note: reason }),
  }
}

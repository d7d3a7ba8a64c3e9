/** What the command line promises of its defaults, by seeds. */
import { describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'
import '../methods.ts'
import { carryOut, planFor, prepare } from './training.ts'

const seedsTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

interface Course {
  readonly losses: readonly number[]
  readonly accuracy: number
  readonly steps: number
  readonly seconds: number
}

describe('the defaults', () => {
  test('digits: 64-32-10 reads at least 95 % of a held-out fifth for 4 of the seeds 1 to 5', async () => {
    const courses = await coursesOf('digits', seedsTo(5))
    expect(planFor('digits', { seed: 1 }).layers).toEqual([64, 32, 10])
    expect(
      courses.filter(({ accuracy }) => accuracy >= 0.95).length,
      summary(courses),
    ).toBeGreaterThanOrEqual(4)
    expect(Math.max(...courses.map(({ seconds }) => seconds))).toBeLessThan(60)
  })

  test('xor: [2, 3, 1] gets all four right for 18 of the seeds 1 to 20 within 5,000 steps', async () => {
    const courses = await coursesOf('xor', seedsTo(20))
    expect(planFor('xor', { seed: 1 }).layers).toEqual([2, 3, 1])
    expect(Math.max(...courses.map(({ steps }) => steps))).toBeLessThanOrEqual(5000)
    expect(
      courses.filter(({ accuracy }) => accuracy === 1).length,
      summary(courses),
    ).toBeGreaterThanOrEqual(18)
  })

  test.each(['xor', 'digits'])(
    '%s: the same seed gives the same losses, to the bit',
    async (name) => {
      const [first, again, other] = await coursesOf(name, [3, 3, 4])
      expect(first?.losses.length).toBeGreaterThan(0)
      expect(again?.losses).toEqual(first?.losses)
      expect(other?.losses).not.toEqual(first?.losses)
    },
  )
})

test('the demo explains XOR with numbers, reads digits and says what to try next', async () => {
  const { code, out, err } = await runCli(['demo'])
  expect(code).toBe(0)
  expect(out).toMatch(
    /accuracy 100\.0 % \(4 of 4[\s\S]*\nF1 [\s\S]*\nB10 [\s\S]*\nU4 [\s\S]*held-out accuracy 9\d\.\d %/,
  )
  expect(out).toMatch(/Try next[\s\S]*sluice explain multiply/)
  expect(out).not.toContain('\u001B')
  expect([...out.split('\n'), ...err.split('\n')].filter((line) => line.length > 100)).toEqual([])
})

async function coursesOf(dataset: string, seeds: readonly number[]): Promise<readonly Course[]> {
  const courses: Course[] = []
  for (const seed of seeds) {
    const plan = planFor(dataset, { seed })
    const losses: number[] = []
    const result = await carryOut(plan, await prepare(plan), ({ loss }) => losses.push(loss))
    const { heldOut, step, seconds } = result
    courses.push({ losses, accuracy: heldOut?.accuracy ?? 0, steps: step, seconds })
  }
  return courses
}

function summary(courses: readonly Course[]): string {
  return courses
    .map(({ accuracy, seconds }) => `${accuracy.toFixed(4)} in ${seconds.toFixed(1)} s`)
    .join(', ')
}

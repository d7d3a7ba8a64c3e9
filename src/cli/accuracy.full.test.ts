/** What the command line promises of its defaults, by seeds. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { runCli } from '../../test/support/run-cli.ts'
import { type Dataset, datasets, parseCsv, readCsv } from '../data/index.ts'
import '../methods.ts'
import type { Scores } from '../train/index.ts'
import { type Plan, planFor } from './plan.ts'
import { carryOut, prepare } from './training.ts'

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
    expect((await planOf('digits', 1)).layers).toEqual([64, 32, 10])
    expect(
      courses.filter(({ accuracy }) => accuracy >= 0.95).length,
      summary(courses),
    ).toBeGreaterThanOrEqual(4)
    expect(Math.max(...courses.map(({ seconds }) => seconds))).toBeLessThan(60)
  })

  test('xor: [2, 3, 1] gets all four right for 18 of the seeds 1 to 20 within 5,000 steps', async () => {
    const courses = await coursesOf('xor', seedsTo(20))
    expect((await planOf('xor', 1)).layers).toEqual([2, 3, 1])
    expect(Math.max(...courses.map(({ steps }) => steps))).toBeLessThanOrEqual(5000)
    expect(
      courses.filter(({ accuracy }) => accuracy === 1).length,
      summary(courses),
    ).toBeGreaterThanOrEqual(18)
  })

  test.each(['xor', 'digits'] as const)(
    '%s: the same seed gives the same losses, to the bit',
    async (name) => {
      const [first, again, other] = await coursesOf(name, [3, 3, 4])
      expect(first?.losses.length).toBeGreaterThan(0)
      expect(again?.losses).toEqual(first?.losses)
      expect(other?.losses).not.toEqual(first?.losses)
    },
  )
})

/** Tables beside the checkout, which the package does not ship. */
const tables = new URL('../../../shared/data/tabular/', import.meta.url)

describe('a table, without any setting', () => {
  test('iris: a median accuracy of at least 93 % over the seeds 1 to 20', async () => {
    const iris = await readCsv(new URL('../../data/iris.csv', import.meta.url))
    const accuracies = (await scoresOn(iris, 20)).map(({ accuracy = 0 }) => accuracy)
    expect(median(accuracies)).toBeGreaterThanOrEqual(0.93)
  })

  test('diabetes: a median R² of at least 0.40 over the seeds 1 to 20', async ({ skip }) => {
    skip(!existsSync(tables), 'the tables are not beside this checkout')
    const [features = [], targets = []] = ['data_raw', 'target'].map((name) =>
      gunzipSync(readFileSync(new URL(`diabetes_${name}.csv.gz`, tables)))
        .toString()
        .trimEnd()
        .split('\n'),
    )
    const text = features.map((line, index) => `${line} ${targets[index]}`).join('\n')
    const scores = await scoresOn(await parseCsv(text, { name: 'diabetes' }), 20)
    expect(median(scores.map(({ r2 = 0 }) => r2))).toBeGreaterThanOrEqual(0.4)
  })
})

/** What is held out, measured after each training by the recipe for tables. */
async function scoresOn(dataset: Dataset, seeds: number): Promise<readonly Scores[]> {
  const scores: Scores[] = []
  for (const seed of seedsTo(seeds)) {
    const plan = planFor(dataset, { data: dataset.name, seed })
    const { heldOut } = await carryOut(plan, prepare(dataset, plan))
    if (heldOut) scores.push(heldOut)
  }
  return scores
}

function median(numbers: readonly number[]): number {
  const ordered = numbers.toSorted((a, b) => a - b)
  const middle = ordered.length / 2
  return ((ordered[Math.ceil(middle) - 1] ?? Number.NaN) + (ordered[Math.floor(middle)] ?? 0)) / 2
}

test('the demo explains XOR with numbers, reads digits and says what to try next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-'))
  const { code, out, err } = await runCli(['demo', '--studio', '-o', folder])
  expect(code).toBe(0)
  expect(out).toMatch(
    /accuracy 100\.0 % \(4 of 4[\s\S]*\nF1 [\s\S]*\nB10 [\s\S]*\nU4 [\s\S]*held-out accuracy 9\d\.\d %/,
  )
  expect(out).toMatch(/Try next[\s\S]*sluice explain multiply[\s\S]*npx sluice studio\n$/)
  expect(out).not.toContain('\u001B')
  const files = ['digits.safetensors', 'digits.svg', 'multiply.svg', 'xor.svg']
  expect((await readdir(folder)).toSorted()).toEqual(files)
  for (const file of files) expect(out).toContain(join(folder, file))
  expect(await readFile(join(folder, 'xor.svg'), 'utf8')).toMatch(
    /^<svg [\s\S]*dJ\/dW1[\s\S]*<\/svg>\n?$/,
  )
  const summary = await runCli(['summary', join(folder, 'digits.safetensors')])
  expect(summary.out).toMatch(/linear\(64 → 32\)[\s\S]*accuracy 9\d\.\d % on 359 examples/)
  await rm(folder, { recursive: true })
  expect([...out.split('\n'), ...err.split('\n')].filter((line) => line.length > 100)).toEqual([])
})

async function planOf(data: keyof typeof datasets, seed: number): Promise<Plan> {
  return planFor(await datasets[data].load(), { data, seed })
}

async function coursesOf(
  data: keyof typeof datasets,
  seeds: readonly number[],
): Promise<readonly Course[]> {
  const courses: Course[] = []
  for (const seed of seeds) {
    const plan = await planOf(data, seed)
    const losses: number[] = []
    const result = await carryOut(plan, prepare(await datasets[data].load(), plan), {
      onEpoch: ({ loss }) => losses.push(loss),
    })
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

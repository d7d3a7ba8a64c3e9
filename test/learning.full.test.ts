/** What the datasets can be learned to, on examples that are held out, by seeds. */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { crossEntropy, mse, relu, tanh } from 'sluice'
import {
  circles,
  type Dataset,
  digits,
  fitPreparation,
  iris,
  moons,
  parseCsv,
  prepare,
  readCsv,
  spiral,
  split,
} from 'sluice/data'
import { linear, sequential } from 'sluice/nn'
import { sgd } from 'sluice/optim'
import { fit as fitModel, type Scores } from 'sluice/train'
import { describe, expect, test } from 'vitest'

interface Recipe {
  readonly hidden: readonly number[]
  readonly activation: typeof relu
  readonly learningRate: number
  readonly epochs: number
  readonly batchSize: number
}

/** Tables beside the checkout, which the package does not ship. */
const tables = new URL('../../shared/data/tabular/', import.meta.url)
const areTablesThere = existsSync(tables)
const why = 'the tables are not beside this checkout'

const points: Recipe = {
  hidden: [16],
  activation: tanh,
  learningRate: 0.3,
  epochs: 100,
  batchSize: 32,
}

describe('medians of the accuracy over the seeds 1 to 20', () => {
  test('iris: at least 93 %', async () => {
    const recipe = { ...points, learningRate: 0.1, batchSize: 16 }
    const accuracies = await accuraciesOf(20, iris, recipe)
    expect(median(accuracies), shown(accuracies)).toBeGreaterThanOrEqual(0.93)
  })

  test('moons: at least 97 %', async () => {
    const accuracies = await accuraciesOf(20, async (seed) => moons({ seed }), points)
    expect(median(accuracies), shown(accuracies)).toBeGreaterThanOrEqual(0.97)
  })

  test('circles: at least 95 %', async () => {
    const accuracies = await accuraciesOf(20, async (seed) => circles({ seed }), points)
    expect(median(accuracies), shown(accuracies)).toBeGreaterThanOrEqual(0.95)
  })

  test('a spiral of two arms: at least 97 %', async () => {
    const recipe = { ...points, hidden: [32, 32], epochs: 300 }
    const accuracies = await accuraciesOf(20, async (seed) => spiral({ seed }), recipe)
    expect(median(accuracies), shown(accuracies)).toBeGreaterThanOrEqual(0.97)
  })
})

test('digits: at least 96 % for 4 of the seeds 1 to 5', async () => {
  const recipe = { ...points, hidden: [32], activation: relu, learningRate: 0.2, epochs: 40 }
  const accuracies = await accuraciesOf(5, digits, recipe)
  const enough = accuracies.filter((accuracy) => accuracy >= 0.96)
  expect(enough.length, shown(accuracies)).toBeGreaterThanOrEqual(4)
})

const plain: Recipe = {
  hidden: [32],
  activation: relu,
  learningRate: 0.02,
  epochs: 40,
  batchSize: 32,
}

test('diabetes: a median R² of at least 0.40 over the seeds 1 to 20', async ({ skip }) => {
  skip(!areTablesThere, why)
  const columns = ['diabetes_data_raw.csv.gz', 'diabetes_target.csv.gz'].map((name) =>
    gunzipSync(readFileSync(new URL(name, tables)))
      .toString()
      .trimEnd()
      .split('\n'),
  )
  const [features = [], targets = []] = columns
  const text = features.map((line, index) => `${line} ${targets[index]}`).join('\n')
  const diabetes = await parseCsv(text, { name: 'diabetes' })
  expect([diabetes.task, diabetes.inputs.shape]).toEqual(['regression', [442, 10]])
  const scores = await scoresOf(20, async () => diabetes, plain)
  const found = scores.map(({ r2 = Number.NaN }) => r2)
  expect(median(found), shown(found)).toBeGreaterThanOrEqual(0.4)
})

test('wine and breast cancer, as scikit-learn writes them: medians of at least 95 %', async ({
  skip,
}) => {
  skip(!areTablesThere, why)
  const wine = await readCsv(new URL('wine_data.csv', tables))
  expect([wine.inputs.shape, wine.classes]).toEqual([
    [178, 13],
    ['class_0', 'class_1', 'class_2'],
  ])
  const cancer = await readCsv(new URL('breast_cancer.csv', tables))
  expect([cancer.inputs.shape, cancer.classes]).toEqual([
    [569, 30],
    ['malignant', 'benign'],
  ])
  for (const dataset of [wine, cancer]) {
    const accuracies = await accuraciesOf(10, async () => dataset, { ...plain, learningRate: 0.1 })
    expect(median(accuracies), `${dataset.name}: ${shown(accuracies)}`).toBeGreaterThanOrEqual(0.95)
  }
})

async function accuraciesOf(
  seeds: number,
  load: (seed: number) => Promise<Dataset>,
  recipe: Recipe,
): Promise<readonly number[]> {
  const scores = await scoresOf(seeds, load, recipe)
  return scores.map(({ accuracy = Number.NaN }) => accuracy)
}

/** The scores on a held-out fifth, for each seed: of the points, the split and the weights. */
async function scoresOf(
  seeds: number,
  load: (seed: number) => Promise<Dataset>,
  recipe: Recipe,
): Promise<readonly Scores[]> {
  const found: Scores[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const { heldOut } = await learn(await load(seed), recipe, seed)
    if (heldOut) found.push(heldOut)
  }
  return found
}

function learn(
  dataset: Dataset,
  { hidden, activation, learningRate, ...recipe }: Recipe,
  seed: number,
): ReturnType<typeof fitModel> {
  const isClassification = dataset.task === 'classification'
  const parts = split(dataset, { heldOut: 0.2, seed, stratified: isClassification })
  const preparation = fitPreparation(parts.train)
  const widths = [dataset.inputs.shape[1] ?? 1, ...hidden]
  const layers = hidden.flatMap((width, index) => [linear(widths[index] ?? 1, width), activation])
  const outputs = isClassification ? (dataset.classes?.length ?? 0) : 1
  return fitModel({
    model: sequential(...layers, linear(widths.at(-1) ?? 1, outputs)),
    criterion: isClassification ? crossEntropy : mse,
    optimizer: (J) => sgd(J, { learningRate }),
    train: prepare(parts.train, preparation),
    heldOut: prepare(parts.heldOut, preparation),
    ...recipe,
    seed,
    reportEvery: recipe.epochs,
  })
}

function median(numbers: readonly number[]): number {
  const ordered = numbers.toSorted((a, b) => a - b)
  const middle = ordered.length / 2
  return ((ordered[Math.ceil(middle) - 1] ?? Number.NaN) + (ordered[Math.floor(middle)] ?? 0)) / 2
}

function shown(numbers: readonly number[]): string {
  return numbers.map((number) => number.toFixed(3)).join(' ')
}

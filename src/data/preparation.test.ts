import { describe, expect, test } from 'vitest'
import { tensor, toNested } from '../ir/tensor.ts'
import { createDataset, pick } from './dataset.ts'
import { digits } from './digits.ts'
import { moons } from './moons.ts'
import { parsePreparation } from './parse-preparation.ts'
import { fitPreparation, predictedClasses, prepare, restoreTargets } from './preparation.ts'
import { parseCsv } from './read-csv.ts'
import { parseExamples } from './read-examples.ts'
import { split } from './split.ts'
import { xor } from './xor.ts'

const table = 'size,colour,still,y\n1,red,7,10.5\n2,blue,7,20\n3,red,7,30\n6,red,7,39.5\n'

describe('fitPreparation', () => {
  test.each([
    ['1e200', '-1e200', 'Infinity'],
    ['1e-200', '2e-200', '0'],
  ])('refuses numbers such as %s and %s, whose squares f64 does not hold', async (a, b, scale) => {
    const dataset = await parseCsv(`size,kind\n${a},x\n${b},y\n${a},y\n`)
    expect(() => fitPreparation(dataset)).toThrow(
      'DATA fitPreparation: "size" has no standard deviation in f64\n' +
        '  expected  numbers that differ by more than 1e-150 and less than 1e150\n' +
        `  got       a deviation of ${scale}\n` +
        '  fix       give the column in another unit, or ignore it',
    )
  })

  test('categories that are not learned from are no inputs, and none of those that are', async () => {
    const table = 'n,color,y\n1,red,1\n2,blue,2\n3,green,3\n4,red,4\n'
    const dataset = await parseCsv(table, { target: 'y', task: 'regression' })
    const train = pick(dataset, [0, 1, 3])
    const preparation = fitPreparation(train, { scaling: 'none' })
    expect(preparation.columns.features[1]).toMatchObject({ categories: ['blue', 'red'] })
    const prepared = prepare(dataset, preparation)
    expect(prepared.featureNames).toEqual(['n', 'color=blue', 'color=red'])
    expect([...prepared.inputs.data]).toEqual([1, 0, 1, 2, 1, 0, 3, 0, 0, 4, 0, 1])
    expect(prepare(train, preparation).inputs.shape).toEqual([3, 3])
    await expect(parseExamples(table, preparation)).rejects.toThrow('was not there in training')
  })

  test('learns mean and deviation of numbers, and leaves categories at 0 and 1', async () => {
    const preparation = fitPreparation(await parseCsv(table))
    // NumPy: mean([1, 2, 3, 6]) = 3, std = √3.5; mean([10.5, 20, 30, 39.5]) = 25, std = √117.625
    expect(preparation).toEqual({
      format: 'sluice preparation',
      version: 1,
      columns: {
        features: [
          { name: 'size', kind: 'number' },
          { name: 'colour', kind: 'category', categories: ['blue', 'red'] },
          { name: 'still', kind: 'number' },
        ],
        target: 'y',
        hasHeader: true,
        hasMissing: false,
      },
      inputs: { mean: [3, 0, 0, 7], scale: [Math.sqrt(3.5), 1, 1, 1] },
      target: { kind: 'numbers', mean: [25], scale: [Math.sqrt(117.625)] },
    })
  })

  test('brings the training part to mean 0 and deviation 1, and the rest by the same numbers', () => {
    const parts = split(moons({ count: 200 }), { heldOut: 0.3, seed: 2 })
    const preparation = fitPreparation(parts.train)
    const again = fitPreparation(prepare(parts.train, preparation)).inputs
    for (const input of [0, 1]) {
      expect(again.mean[input]).toBeCloseTo(0, 6) // f32 keeps seven digits
      expect(again.scale[input]).toBeCloseTo(1, 6)
    }
    const { mean, scale } = preparation.inputs
    const [first = 0] = parts.heldOut.inputs.data
    const [prepared] = prepare(parts.heldOut, preparation).inputs.data
    expect(prepared).toBe(Math.fround((Number(first) - (mean[0] ?? 0)) / (scale[0] ?? 1)))
    expect(prepare(parts.heldOut, preparation).targets).toEqual(parts.heldOut.targets)
  })

  test('fills what is missing with the mean of the training part', async () => {
    const train = await parseCsv('a,y\n1,1.5\n,2.5\n5,3\n', { missing: 'mean' })
    const standard = fitPreparation(train)
    expect(standard.inputs).toEqual({ mean: [3], scale: [2], fill: [3] })
    expect(toNested(prepare(train, standard).inputs)).toEqual([[-1], [0], [1]])
    const unmoved = prepare(train, fitPreparation(train, { scaling: 'none' }))
    expect(toNested(unmoved.inputs)).toEqual([[1], [3], [5]])
  })

  test('keeps the small spread of large numbers', async () => {
    // Seconds since 1970: f32 alone would round them to 128 s.
    const train = await parseCsv('time,y\n1700000000,1.5\n1700000001,2.5\n1700000002,3\n')
    const { inputs } = prepare(train, fitPreparation(train))
    expect(toNested(inputs)).toEqual(
      [[-1.5], [0], [1.5]].map(([x = 0]) => [Math.fround(x * Math.sqrt(2 / 3))]),
    )
  })

  test('takes a declared range where there is one', async () => {
    const train = await digits()
    const prepared = prepare(train, fitPreparation(train))
    expect([...prepared.inputs.data.subarray(2, 5)]).toEqual([5 / 16, 13 / 16, 9 / 16])
    expect(prepared.inputRange).toEqual([0, 1])
    const standard = prepare(train, fitPreparation(train, { scaling: 'standard' }))
    expect(standard).not.toHaveProperty('inputRange')
    expect(() => fitPreparation(moons(), { scaling: 'range' })).toThrow(
      'DATA fitPreparation: the range of the inputs of "moons" is not known\n' +
        '  expected  a dataset that declares inputRange\n' +
        "  got       scaling: 'range'\n" +
        "  fix       choose scaling: 'standard'",
    )
  })

  test('refuses a column that the training part has no number of', async () => {
    const whole = await parseCsv('a,b,y\n1,,1.5\n2,,2.5\n', { missing: 'mean' })
    expect(() => fitPreparation(whole)).toThrow(
      'DATA fitPreparation: "b" has no number in the training part\n' +
        '  expected  at least one, to fill what is missing with their mean\n' +
        '  got       only missing cells\n' +
        '  fix       ignore the column',
    )
  })
})

test('prepare refuses a dataset with other inputs', () => {
  expect(() =>
    prepare(
      xor(),
      fitPreparation(
        createDataset({
          name: 'line',
          task: 'regression',
          inputs: tensor([[1], [2]]),
          targets: tensor([[1], [2]]),
        }),
      ),
    ),
  ).toThrow(
    'DATA prepare: the inputs are not those that the preparation was learned from\n' +
      '  expected  1 inputs an example\n' +
      '  got       inputs [4, 2]\n' +
      '  fix       prepare the parts of one dataset',
  )
})

describe('predictions', () => {
  test('of a regression go back to the units of the data', async () => {
    const train = await parseCsv(table)
    const preparation = fitPreparation(train)
    const { targets } = prepare(train, preparation)
    const restored = restoreTargets(targets, preparation)
    expect([restored.shape, restored.dtype]).toEqual([[4, 1], 'f64'])
    // The prepared targets are f32: seven digits.
    for (const [at, y] of [10.5, 20, 30, 39.5].entries())
      expect(restored.data[at]).toBeCloseTo(y, 5)
    expect(() => predictedClasses(targets, preparation)).toThrow(
      'DATA predictedClasses: these are predictions of numbers\n' +
        '  expected  the preparation of a classification\n' +
        '  got       that of a regression\n' +
        '  fix       take the numbers by restoreTargets()',
    )
  })

  test('of classes are the names of the largest, of one output from 0.5 upward', () => {
    const two = fitPreparation(moons())
    expect(
      predictedClasses(
        tensor([
          [2, 1],
          [1, 2],
          [0, 0],
        ]),
        two,
      ),
    ).toEqual(['upper', 'lower', 'upper'])
    expect(predictedClasses(tensor([[0.49], [0.5]]), fitPreparation(xor()))).toEqual([
      'same',
      'different',
    ])
    expect(() => restoreTargets(tensor([[1, 2]]), two)).toThrow(
      'DATA restoreTargets: these are predictions of classes\n' +
        '  expected  the preparation of a regression\n' +
        '  got       classes upper, lower\n' +
        '  fix       take the class of each row by predictedClasses()',
    )
  })
})

describe('parsePreparation', () => {
  test('reads back what JSON wrote', async () => {
    for (const dataset of [
      await parseCsv(table),
      await parseCsv('a,y\n1,p\n,q\n5,p\n', { missing: 'mean', classNames: ['P', 'Q'] }),
      await digits(),
      xor(),
    ]) {
      const preparation = fitPreparation(dataset)
      expect(parsePreparation(JSON.parse(JSON.stringify(preparation)))).toEqual(preparation)
    }
  })

  test.each<readonly [string, (json: Json) => unknown, string]>([
    ['the whole', () => [1, 2], '[1,2]'],
    ['format', () => ({}), 'nothing'],
    ['version', (json) => ({ ...json, version: 2 }), '2'],
    ['columns', (json) => ({ ...json, columns: null }), 'null'],
    [
      'columns.features',
      (json) => withColumns(json, { features: [{ name: 'a', kind: 'x' }] }),
      '[{"name":"a","kind":"x"}]',
    ],
    ['columns.target', (json) => withColumns(json, { target: 1 }), '1'],
    ['columns.classValues', (json) => withColumns(json, { classValues: [1] }), '[1]'],
    ['columns.hasHeader', (json) => withColumns(json, { hasHeader: 'yes' }), '"yes"'],
    ['columns.hasMissing', (json) => withColumns(json, { hasMissing: 0 }), '0'],
    [
      'inputs',
      (json) => ({ ...json, inputs: { mean: [1], scale: [1] } }),
      '{"mean":[1],"scale":[1]}',
    ],
    ['inputs.fill', (json) => withColumns(json, { hasMissing: true }), 'nothing'],
    [
      'target',
      (json) => ({ ...json, target: { kind: 'classes', classes: [1] } }),
      '{"kind":"classes","classes":[1]}',
    ],
  ])('names what is none: %s', async (where, spoil, got) => {
    const json: Json = JSON.parse(JSON.stringify(fitPreparation(await parseCsv(table))))
    expect(() => parsePreparation(spoil(json))).toThrow(
      'DATA parsePreparation: this is no preparation of data\n' +
        `  where     ${where}\n` +
        '  expected  the JSON of a Preparation, version 1\n' +
        `  got       ${got}\n` +
        '  fix       save the model again with this version of the package',
    )
  })
})

type Json = Readonly<Record<string, unknown>>

function withColumns(json: Json, columns: Json): Json {
  return { ...json, columns: { ...(json.columns as Json), ...columns } } // a test knows
}

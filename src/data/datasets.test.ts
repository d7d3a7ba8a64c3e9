import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { toNested, toNumbers } from '../ir/tensor.ts'
import { datasets, loadDataset } from './datasets.ts'
import { digits } from './digits.ts'
import { iris } from './iris.ts'
import { readPackagedText } from './packaged.ts'
import { readCsv } from './read-csv.ts'
import { standardScaling } from './scaling.ts'
import { xor } from './xor.ts'

afterEach(() => vi.unstubAllGlobals())

const file = new URL('../../data/digits.csv.gz', import.meta.url)

describe('xor', () => {
  test('is the truth table', () => {
    const { inputs, targets, task } = xor()
    expect(toNested(inputs)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
    expect(toNested(targets)).toEqual([[0], [1], [1], [0]])
    expect(task).toBe('classification')
  })
})

describe('digits', () => {
  test('has 1,797 images of 64 bytes from 0 to 16, with labels', async () => {
    const { inputs, targets, classes, imageShape, inputRange } = await digits()
    expect(inputs).toMatchObject({ shape: [1797, 64], dtype: 'u8' })
    expect(targets).toMatchObject({ shape: [1797], dtype: 'i32' })
    expect(classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect([imageShape, inputRange]).toEqual([
      [8, 8],
      [0, 16],
    ])
    const pixels = toNumbers(inputs)
    expect([Math.min(...pixels.slice(0, 64)), Math.max(...pixels.slice(0, 64))]).toEqual([0, 15])
    expect(new Set(pixels).size).toBe(17)
  })

  test('has as many of each digit as the source says', async () => {
    // UCI, optdigits.names: class distribution of the testing set.
    const labels = toNumbers((await digits()).targets)
    const counts = Array.from({ length: 10 }, (_, k) => labels.filter((l) => l === k).length)
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
  })

  test('begins with the 0 that the file begins with', async () => {
    const { inputs, targets } = await digits()
    expect([...inputs.data.subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0])
    expect(targets.data[0]).toBe(0)
  })

  test('says whose it is', async () => {
    expect((await digits()).source).toMatch(/Alpaydin.*CC BY 4\.0/)
  })
})

describe('iris', () => {
  test('has 50 flowers of each of three species, four lengths of each', async () => {
    const { inputs, targets, classes, featureNames, source } = await iris()
    expect(inputs).toMatchObject({ shape: [150, 4], dtype: 'f32' })
    const labels = toNumbers(targets)
    expect([0, 1, 2].map((k) => labels.filter((l) => l === k).length)).toEqual([50, 50, 50])
    expect(classes).toEqual(['setosa', 'versicolor', 'virginica'])
    expect(featureNames?.[2]).toBe('petal length (cm)')
    expect(source).toMatch(/Fisher.*CC BY 4\.0/)
  })

  test('has the means and deviations of the source, and not the mistakes of its file', async () => {
    const { inputs } = await iris()
    // UCI, iris.names: means 5.84, 3.05, 3.76, 1.20 with the two mistakes; without, 3.0573 … 1.1993.
    const { mean } = standardScaling(inputs, ['a', 'b', 'c', 'd'])
    expect(mean.map((number) => number.toFixed(4))).toEqual([
      '5.8433',
      '3.0573',
      '3.7580',
      '1.1993',
    ])
    // R. A. Fisher, 1936; iris.names says what the file has instead.
    const flower = (number: number) => toNumbers(inputs).slice(4 * number - 4, 4 * number)
    expect(flower(35).map((x) => x.toFixed(1))).toEqual(['4.9', '3.1', '1.5', '0.2'])
    expect(flower(38).map((x) => x.toFixed(1))).toEqual(['4.9', '3.6', '1.4', '0.1'])
  })

  test('is the table that readCsv reads from the same file', async () => {
    const table = await readCsv(new URL('../../data/iris.csv', import.meta.url))
    const { inputs, targets, classes, featureNames } = await iris()
    expect(Float32Array.from(table.inputs.data as Float64Array)).toEqual(inputs.data) // f64
    expect(table).toMatchObject({ targets, classes, featureNames, task: 'classification' })
  })
})

describe('loadDataset', () => {
  test.each(Object.keys(datasets))('gives %s by its name', async (name) => {
    expect((await loadDataset(name)).name).toBe(name)
  })

  test('names the nearest dataset where there is none of that name', async () => {
    await expect(loadDataset('digit')).rejects.toThrow(
      'DATA there is no dataset "digit"\n' +
        '  expected  xor, moons, circles, spiral, iris, digits\n' +
        '  got       "digit"\n' +
        '  fix       did you mean "digits"?',
    )
  })

  test('names all of them where none is near', async () => {
    await expect(loadDataset('imagenet')).rejects.toThrow(
      'DATA there is no dataset "imagenet"\n' +
        '  expected  xor, moons, circles, spiral, iris, digits\n' +
        '  got       "imagenet"\n' +
        '  fix       choose one of those, or make one by createDataset()',
    )
    await expect(loadDataset('toString')).rejects.toThrow('there is no dataset')
  })
})

describe('readPackagedText', () => {
  const served = new URL('https://example.org/assets/digits.csv.gz')
  const first = '0,0,5,13,9,1,0,0,'

  test('fetches where there is no disk, and unpacks', async () => {
    const packed = await readFile(file)
    vi.stubGlobal('fetch', async (url: URL) => {
      expect(url.href).toBe(served.href)
      return new Response(new Uint8Array(packed))
    })
    expect((await readPackagedText(served)).slice(0, 17)).toBe(first)
  })

  test('takes what the server has unpacked on the way', async () => {
    const text = await readPackagedText(file)
    vi.stubGlobal('fetch', async () => new Response(text))
    expect(await readPackagedText(served)).toBe(text)
  })

  test('says which file cannot be read', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 404, statusText: 'Not Found' }))
    await expect(readPackagedText(served)).rejects.toThrow(
      'DATA data: digits.csv.gz cannot be read\n' +
        '  where     https://example.org/assets/digits.csv.gz\n' +
        '  expected  the file that the package ships in data/\n' +
        '  got       HTTP 404 Not Found\n' +
        '  fix       install the package again, or let your bundler copy the file next to the code',
    )
  })
})

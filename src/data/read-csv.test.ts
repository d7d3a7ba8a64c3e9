import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toNested, toNumbers } from '../ir/tensor.ts'
import type { Dataset } from './dataset.ts'
import { type CsvOptions, parseCsv, readCsv } from './read-csv.ts'

const flowers = 'length,width,species\n1.5,2,rose\n3,4.25,iris\n5,6,rose\n'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-csv-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

describe('readCsv', () => {
  test('passes over the column that a delimiter at the end of every line makes', async () => {
    const { inputs, classes, columns } = await parseCsv('a,b,kind,\n1,2,x,\n3,4,y,\n')
    expect(toNested(inputs)).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect([classes, columns?.target]).toEqual([['x', 'y'], 'kind'])
  })

  test('gives the numbers of a file as inputs, and its last column as classes', async () => {
    const dataset = await readCsv(await file('flowers.csv', flowers))
    expect(dataset).toMatchObject({
      name: 'flowers.csv',
      task: 'classification',
      length: 3,
      classes: ['iris', 'rose'],
      featureNames: ['length', 'width'],
      columns: {
        features: [
          { name: 'length', kind: 'number' },
          { name: 'width', kind: 'number' },
        ],
        target: 'species',
        hasHeader: true,
        hasMissing: false,
      },
    })
    expect([dataset.inputs.dtype, dataset.targets.dtype]).toEqual(['f64', 'i32'])
    expectFlowers(dataset)
  })

  test('takes a file URL, a gzipped file, a byte order mark and the line ends of every system', async () => {
    const bom = `\uFEFF${flowers}`
    for (const source of [
      pathToFileURL(await file('a.csv', flowers)),
      await file('b.csv.gz', gzipSync(flowers)),
      await file('c.csv', bom),
      await file('d.csv', bom.replaceAll('\n', '\r\n')),
      await file('e.csv', flowers.replaceAll('\n', '\r')),
      await file('f.csv', flowers.trimEnd()),
    ]) {
      expectFlowers(await readCsv(source))
    }
  })

  test('fetches what is not on the disk', async () => {
    const url = new URL(`data:text/csv,${encodeURIComponent(flowers)}`)
    expectFlowers(await readCsv(url))
  })

  test('tells how far it is, from the first part to the last', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},${index % 2}`)
    const path = await file('long.csv', `x,y\n${rows.join('\n')}\n`)
    const shares: number[] = []
    const { length } = await readCsv(path, {
      onProgress: ({ bytesRead, totalBytes = Number.NaN }) => shares.push(bytesRead / totalBytes),
    })
    expect(length).toBe(30_000)
    expect(shares.length).toBeGreaterThan(1)
    expect(shares[0]).toBeLessThan(0.6)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
  })
})

describe('the layout is found', () => {
  test.each([
    ['semicolons', flowers.replaceAll(',', ';')],
    ['tabs', flowers.replaceAll(',', '\t')],
    ['bars', flowers.replaceAll(',', '|')],
    ['spaces', flowers.replaceAll(',', ' ')],
    ['runs of spaces and tabs', flowers.replaceAll(',', '  \t ').replaceAll('\n', ' \n  ')],
    ['semicolons with decimal commas', flowers.replaceAll(',', ';').replaceAll('.', ',')],
    ['blank lines between', flowers.replaceAll('\n', '\n\n')],
    ['quotes around all cells', flowers.replaceAll(/[^,\n]+/g, '"$&"')],
  ])('of %s', async (_, text) => {
    expectFlowers(await parseCsv(text))
  })

  test('and options go before what is found', async () => {
    const text = '1,5;2\n3,25;4\n'
    const { inputs } = await parseCsv(text, { delimiter: ';', decimal: ',', header: false })
    expect(toNested(inputs)).toEqual([[1.5], [3.25]])
  })

  test('a comma before three digits may part thousands, so it is no decimal mark by itself', async () => {
    await expect(parseCsv('a\tb\n1,234\t1.5\n2,000\t2.5\n1\t2\n2\t2\n3\t1')).rejects.toThrow(
      'a cell is no number',
    )
  })

  test('quoted cells hold delimiters, quotes and line breaks', async () => {
    const text = 'kind,x,y\n"a, ""b""",1,2\n"two\nlines",3,4.5\nplain,5,6\n"a, ""b""",7,8\n'
    const { columns, targets } = await parseCsv(text)
    expect(columns?.features[0]).toEqual({
      name: 'kind',
      kind: 'category',
      categories: ['a, "b"', 'plain', 'two\nlines'],
    })
    expect(toNumbers(targets)).toEqual([2, 4.5, 6, 8])
  })

  test('a table of numbers has no header, and its columns are called by their place', async () => {
    const { featureNames, length } = await parseCsv('1,2,0\n3,4,1\n5,6,0\n7,8,1\n')
    expect([featureNames, length]).toEqual([['1', '2'], 4])
  })

  test('a table of texts has one where no column repeats it', async () => {
    const headed = await parseCsv('colour,species\nred,a\nblue,b\nred,a\n')
    expect([headed.featureNames, headed.length]).toEqual([['colour=blue', 'colour=red'], 3])
    const headless = await parseCsv('red,a\nblue,b\nred,a\n')
    expect([headless.featureNames, headless.length]).toEqual([['1=blue', '1=red'], 3])
  })

  test('the tables of scikit-learn say counts and classes first', async () => {
    const { length, classes, targets, columns } = await parseCsv(
      '4,2,setosa,virginica\n5.1,3.5,0\n4.9,3.0,1\n5.0,3.1,0\n6.0,3.3,1\n',
    )
    expect([length, classes, toNumbers(targets)]).toEqual([
      4,
      ['setosa', 'virginica'],
      [0, 1, 0, 1],
    ])
    expect(columns?.classValues).toEqual(['0', '1'])
  })
})

describe('the columns', () => {
  const people = 'id,age,city,sex,income\n1,20,Rome,f,10.5\n2,30,Oslo,m,20.5\n3,40,Rome,f,30\n'

  test('of texts become one input for each category, 0 or 1', async () => {
    const { inputs, featureNames } = await parseCsv(people, { ignore: ['id'] })
    expect(featureNames).toEqual(['age', 'city=Oslo', 'city=Rome', 'sex=f', 'sex=m'])
    expect(toNested(inputs)).toEqual([
      [20, 0, 1, 1, 0],
      [30, 1, 0, 0, 1],
      [40, 0, 1, 1, 0],
    ])
  })

  test('of numbers can be declared categorical', async () => {
    const { featureNames } = await parseCsv(people, {
      categorical: ['id'],
      ignore: ['city', 'sex'],
    })
    expect(featureNames).toEqual(['id=1', 'id=2', 'id=3', 'age'])
  })

  test('are chosen by name, by place, and by place from the end', async () => {
    for (const target of ['age', 1, -4]) {
      const { columns, featureNames } = await parseCsv(people, { target, ignore: [0, 'city', -2] })
      expect([columns?.target, featureNames]).toEqual(['age', ['income']])
    }
  })

  test('that the header leaves without a name are left out: they number the rows', async () => {
    const { featureNames } = await parseCsv(',a,y\n0,1.5,1\n1,2.5,2\n')
    expect(featureNames).toEqual(['a'])
  })
})

describe('the target', () => {
  const table = (...targets: readonly (string | number)[]) =>
    `x,y\n${targets.map((target, index) => `${index},${target}`).join('\n')}\n`

  test.each<readonly [string, string, CsvOptions, Dataset['task']]>([
    ['texts', table('b', 'a', 'b', 'a'), {}, 'classification'],
    ['few whole numbers', table(3, 5, 3, 5), {}, 'classification'],
    ['whole numbers that are all different', table(3, 5, 7, 9), {}, 'regression'],
    ['fractions', table(0.5, 1, 0.5, 1), {}, 'regression'],
    [
      'whole numbers, by what is asked for',
      table(3, 5, 3, 5),
      { task: 'regression' },
      'regression',
    ],
    ['fractions, likewise', table(0.5, 1, 1), { task: 'classification' }, 'classification'],
  ])('of %s', async (_, text, options, task) => {
    expect((await parseCsv(text, options)).task).toBe(task)
  })

  test('of a regression is a column of numbers, of classes their indices in order', async () => {
    const numbers = await parseCsv(table(0.5, 1.5, 2.5))
    expect([numbers.targets.dtype, toNested(numbers.targets)]).toEqual([
      'f64',
      [[0.5], [1.5], [2.5]],
    ])
    const classes = await parseCsv(table(10, 9, 10, 9))
    expect([classes.classes, toNested(classes.targets)]).toEqual([
      ['9', '10'],
      [1, 0, 1, 0],
    ])
  })

  test('takes names for its classes', async () => {
    const named = await parseCsv(table(1, 2, 1, 2), { classNames: ['low', 'high'] })
    expect([named.classes, toNested(named.targets)]).toEqual([
      ['low', 'high'],
      [0, 1, 0, 1],
    ])
    expect(named.columns?.classValues).toEqual(['1', '2'])
  })
})

describe('missing cells', () => {
  const table = 'a,b,y\n1,?,p\n2,5,q\n,6,p\n4,7,p\n'

  test('can drop their rows', async () => {
    const { inputs, targets } = await parseCsv(table, { missing: 'drop' })
    expect(toNested(inputs)).toEqual([
      [2, 5],
      [4, 7],
    ])
    expect(toNested(targets)).toEqual([1, 0])
  })

  test('leave no category behind that only dropped rows had', async () => {
    const text = 'c,x,y\nred,1,1.5\nblue,,2.5\ngreen,2,3.5\n'
    const { featureNames } = await parseCsv(text, { missing: 'drop' })
    expect(featureNames).toEqual(['c=green', 'c=red', 'x'])
  })

  test('can stay NaN, to be filled from the training part', async () => {
    const { inputs, columns } = await parseCsv(table, { missing: 'mean' })
    expect(toNested(inputs)).toEqual([
      [1, Number.NaN],
      [2, 5],
      [Number.NaN, 6],
      [4, 7],
    ])
    expect(columns?.hasMissing).toBe(true)
  })

  test('of categories are none of them', async () => {
    const { inputs } = await parseCsv('c,y\nred,1.5\n,2\nblue,3\n', { missing: 'mean' })
    expect(toNested(inputs)).toEqual([
      [0, 1],
      [0, 0],
      [1, 0],
    ])
  })
})

function expectFlowers({ inputs, targets, classes }: Dataset): void {
  expect(toNested(inputs)).toEqual([
    [1.5, 2],
    [3, 4.25],
    [5, 6],
  ])
  expect([toNested(targets), classes]).toEqual([
    [1, 0, 1],
    ['iris', 'rose'],
  ])
}

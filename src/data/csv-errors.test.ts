/** Every way in which a table can be bad, and the whole of what is said about it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type CsvOptions, parseCsv, readCsv } from './read-csv.ts'
import { split } from './split.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-bad-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => vi.unstubAllGlobals())

describe('a file that', () => {
  test('does not exist', async () => {
    const path = join(folder, 'none.csv')
    expect(await messageOf(readCsv(path))).toBe(
      `FILE ${path} cannot be read: there is no such file\n` +
        '  expected  a table as text, such as data.csv\n' +
        '  got       ENOENT: no such file or directory\n' +
        '  fix       check its name and the folder that you are in',
    )
  })

  test('is a folder', async () => {
    expect(await messageOf(readCsv(folder))).toBe(
      `FILE ${folder} cannot be read: it is a folder\n` +
        '  expected  a table as text, such as data.csv\n' +
        '  got       a folder\n' +
        '  fix       give the name of a file in it',
    )
  })

  test('a server does not have', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 404, statusText: 'Not Found' }))
    expect(await messageOf(readCsv(new URL('https://example.org/a.csv')))).toBe(
      'FILE https://example.org/a.csv cannot be read: there is no answer\n' +
        '  expected  a table as text, such as data.csv\n' +
        '  got       HTTP 404 Not Found\n' +
        '  fix       check its name',
    )
  })

  test.each(['', '\n\n', ' \r\n', '\uFEFF'])('is empty (%j)', async (text) => {
    expect(await messageOf(readFileOf(text))).toBe(
      'DATA bad.csv: the table is empty\n' +
        '  expected  a line for each example\n' +
        '  got       no text\n' +
        '  fix       check that the file was written to its end',
    )
  })

  test('is binary', async () => {
    expect(await messageOf(readFileOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13)))).toBe(
      'DATA bad.csv: this is no text\n' +
        '  expected  a table as text in UTF-8: CSV\n' +
        '  got       bytes that are no text\n' +
        '  fix       save the table as CSV, and give that file',
    )
  })

  test('is a spreadsheet', async () => {
    expect(await messageOf(readFileOf(Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 6, 0)))).toContain(
      '  got       a zip archive, as .xlsx and .ods files are\n',
    )
  })

  test.each([
    ['with a byte order mark', '\uFEFFa,b\n1,2\n'],
    ['without one', 'a,b\n1,2\n'],
  ])('is in UTF-16 %s', async (_, text) => {
    expect(await messageOf(readFileOf(Buffer.from(text, 'utf16le')))).toBe(
      'DATA bad.csv: the text is in UTF-16\n' +
        '  expected  UTF-8\n' +
        '  got       UTF-16, as some spreadsheets save it\n' +
        '  fix       re-save the table as UTF-8 ("CSV UTF-8" in Excel)',
    )
    expect(await messageOf(readFileOf(Buffer.from(text, 'utf16le').swap16()))).toContain(
      'the text is in UTF-16',
    )
  })

  test('is in Latin-1', async () => {
    expect(await messageOf(readFileOf(Buffer.from('a,b\n1,2\nKöln,3\n', 'latin1')))).toBe(
      'DATA bad.csv: the text is not UTF-8\n' +
        '  where     line 3\n' +
        '  expected  UTF-8\n' +
        '  got       bytes of another encoding, such as Latin-1\n' +
        '  fix       re-save the table as UTF-8',
    )
  })

  test('is only a part of a gzip file', async () => {
    const whole = gzipSync('x,y\n'.repeat(1000))
    const message = await messageOf(readFileOf(whole.subarray(0, whole.length - 8)))
    expect(message.replace(/got .*/, 'got …')).toBe(
      'DATA bad.csv: the file is damaged\n' +
        '  expected  a whole gzip file\n' +
        '  got …\n' +
        '  fix       fetch the file again',
    )
  })
})

describe('rows that', () => {
  test('are shorter or longer than the first', async () => {
    expect(await said('a,b,y\n1,2,3\n\n4,5\n')).toBe(
      'DATA table: line 4 has 2 cells\n' +
        '  where     line 4\n' +
        '  expected  3 cells, as in the first line of the table\n' +
        '  got       2 cells\n' +
        '  fix       complete the line, or put quotes around a cell that holds the delimiter',
    )
    expect(await said('a,y\n1,2\n1,2,3\n')).toContain('DATA table: line 3 has 3 cells\n')
    // Lines are counted as an editor does, line breaks in quotes too.
    expect(await said('a,y\n"p\nq",2\np,2,3\n')).toContain('line 4 has 3 cells')
  })

  test('are not there', async () => {
    expect(await said('a,b,y\n')).toBe(
      'DATA table: there is no example\n' +
        '  expected  a line for each example\n' +
        '  got       only a header: a, b, y\n' +
        '  fix       add the examples, or pass { header: false } where the first line is one',
    )
    expect(await said('a,y\n,1\n2,\n', { missing: 'drop' })).toBe(
      'DATA table: there is no example\n' +
        '  expected  a line for each example\n' +
        '  got       only lines with a missing cell\n' +
        "  fix       fill the cells, or choose missing: 'mean'",
    )
  })

  test('have a quote that is not closed, or not doubled', async () => {
    expect(await said('a,y\n1,2\n"3,4\n5,6\n')).toBe(
      'DATA table: a quote is not closed\n' +
        '  where     the row that begins on line 3\n' +
        '  expected  a second " at the end of the cell\n' +
        '  got       none to the end of the text\n' +
        '  fix       close the quote, or take it out',
    )
    expect(await said('a,y\n1,2\n"3"x,4\n"5",6\n')).toBe(
      'DATA table: a quote stands in the middle of a cell\n' +
        '  where     line 3\n' +
        '  expected  quotes around a whole cell, and "" for a quote inside\n' +
        '  got       text after a closing quote\n' +
        '  fix       double the quotes inside the cell, or take them out',
    )
  })
})

describe('cells that', () => {
  test('are missing', async () => {
    expect(await said('a,b,y\n1,2,3\n1,,3\n')).toBe(
      'DATA table: a cell is missing\n' +
        '  where     line 3, column 2 "b"\n' +
        '  expected  a value in every cell\n' +
        '  got       an empty cell\n' +
        "  fix       fill the cell, or choose missing: 'drop' or 'mean'",
    )
    expect(await said('1,2,3\n1,NaN,3\n')).toContain(
      '  where     line 2, column 2\n  expected  a value in every cell\n  got       "NaN"\n',
    )
  })

  test('are missing in the target, which is never filled', async () => {
    expect(await said('a,y\n1,2\n2,NA\n', { missing: 'mean' })).toBe(
      'DATA table: a cell is missing\n' +
        '  where     line 3, column 2 "y"\n' +
        '  expected  a value in every cell\n' +
        '  got       "NA"\n' +
        "  fix       fill the cell, or choose missing: 'drop'",
    )
  })

  test.each(['inf', '-Infinity', '1e999'])('are not finite: %s', async (cell) => {
    expect(await said(`a,y\n1,2\n2,3\n${cell},4\n`)).toBe(
      'DATA table: a number is not finite\n' +
        '  where     line 4, column 1 "a"\n' +
        '  expected  a finite number\n' +
        `  got       "${cell}"\n` +
        '  fix       correct the cell, or empty it and fill or drop what is missing',
    )
  })

  test('are no numbers among numbers', async () => {
    expect(await said('a,y\n1,2\n2,3\n"1\n2",4\n')).toContain('  got       "1\\n2"\n')
    expect(await said('a,y\n1,2\n2,3\n5.1x,4\n')).toBe(
      'DATA table: a cell is no number\n' +
        '  where     line 4, column 1 "a"\n' +
        '  expected  a number such as 1234.5, as in the rest of the column\n' +
        '  got       "5.1x"\n' +
        '  fix       correct the cell, or declare the column categorical',
    )
  })
})

describe('columns that', () => {
  test('do not exist', async () => {
    expect(await said('length,width,species\n1,2,a\n3,4,b\n', { target: 'specie' })).toBe(
      'DATA table: there is no column "specie"\n' +
        '  expected  length, width, species\n' +
        '  got       "specie"\n' +
        '  fix       did you mean "species"?',
    )
    expect(await said('length,width\n1,2\n3,4\n', { ignore: [2] })).toBe(
      'DATA table: there is no column 2\n' +
        '  expected  a place from 0 to 1, or from −2 to −1 from the end\n' +
        '  got       2\n' +
        '  fix       choose one of those',
    )
  })

  test('share a name', async () => {
    expect(await said('a,b,a\n1,2,3\n3,4,5\n')).toBe(
      'DATA table: two columns are called "a"\n' +
        '  where     the header, line 1\n' +
        '  expected  a name of its own for each column\n' +
        '  got       a, b, a\n' +
        '  fix       rename one of them, or pass { header: false } where the first line is an example',
    )
  })

  test('are the target alone', async () => {
    expect(await said('y\n1\n2\n')).toBe(
      'DATA table: there is no column to learn from\n' +
        '  expected  columns of numbers or categories beside the target\n' +
        '  got       one column, y\n' +
        '  fix       add columns, or name the delimiter where cells were not parted',
    )
    expect(await said('a,b\n1,2\n3,4\n', { ignore: ['a'] })).toContain('  got       a, b\n')
  })

  test('hold names instead of categories', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `name${index},${index}.5`)
    expect(await said(`name,y\n${rows.join('\n')}`)).toBe(
      'DATA table: a column of texts has too many different ones\n' +
        '  where     column 1 "name"\n' +
        '  expected  at most 20 categories, each an input of its own\n' +
        '  got       30 different texts\n' +
        '  fix       ignore the column where it holds names, or declare it categorical where it does not',
    )
  })
})

describe('targets that', () => {
  test('are of one class', async () => {
    expect(await said('x,y\n1,yes\n2,yes\n3,yes\n')).toBe(
      'DATA table: there is only one class\n' +
        '  where     target column "y"\n' +
        '  expected  two classes or more, to be told apart\n' +
        '  got       "yes" in all 3 examples\n' +
        '  fix       choose another target, or add examples of another class',
    )
  })

  test('have another number of classes than names', async () => {
    expect(await said('x,y\n1,a\n2,b\n3,a\n', { classNames: ['one', 'two', 'three'] })).toBe(
      'DATA table: the class names do not fit the classes\n' +
        '  where     target column "y"\n' +
        '  expected  2 names, for a, b\n' +
        '  got       3 names: one, two, three\n' +
        '  fix       name every class, in that order',
    )
  })

  test('have more classes than a network could tell apart', async () => {
    const rows = Array.from({ length: 1001 }, (_, index) => `1,${index}`)
    expect(await said(`x,y\n${rows.join('\n')}`, { task: 'classification' })).toBe(
      'DATA table: there are too many classes\n' +
        '  where     target column "y"\n' +
        '  expected  at most 1,000 classes\n' +
        '  got       1001 different values\n' +
        "  fix       choose another target, or task: 'regression' for numbers",
    )
  })

  test('have a class that only the held-out part has', async () => {
    const text = `x,y\n${'1,common\n'.repeat(19)}2,rare\n`
    const dataset = await parseCsv(text, { name: 'table' })
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    const messages = seeds.map((seed) => {
      try {
        return String(split(dataset, { heldOut: 0.2, seed }) && '')
      } catch (error) {
        return error instanceof Error ? error.message : ''
      }
    })
    expect(messages.find((message) => message !== '')).toBe(
      'DATA split: a class is only in the held-out part\n' +
        '  where     dataset "table"\n' +
        '  expected  examples of every class in the part to learn from\n' +
        '  got       class "rare": 1 held out, none to learn from\n' +
        '  fix       stratify the split, hold out fewer examples, or leave out so rare a class',
    )
    // Stratified, a class of one example is there to learn from, whatever the seed.
    for (const seed of seeds) split(dataset, { heldOut: 0.2, seed, stratified: true })
  })
})

async function readFileOf(content: string | Uint8Array): Promise<unknown> {
  const path = join(folder, 'bad.csv')
  await writeFile(path, content)
  return readCsv(path)
}

function said(text: string, options: CsvOptions = {}): Promise<string> {
  return messageOf(parseCsv(text, options))
}

async function messageOf(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => new Error('it was read'),
    (reason: unknown) => reason,
  )
  return error instanceof Error ? error.message : String(error)
}

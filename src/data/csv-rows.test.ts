import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Delimiter, loadParser, type Row, rowsOf } from './csv-rows.ts'
import { formatCsv } from './format-csv.ts'

test('rows and their lines are the same wherever the text is cut, quotes and line breaks included', async () => {
  const Parser = await loadParser()
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\n', ' '), maxLength: 6 })
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(table, fc.array(fc.nat(120), { maxLength: 6 }), async (rows, cuts) => {
      const text = formatCsv(['x', 'y'], rows)
      let line = 1
      const expected = [['x', 'y'], ...rows].map((cells): Row => {
        const row = { cells, line }
        line += 1 + (cells.join('').match(/\n/g) ?? []).length
        return row
      })
      expect(await rowsOfParts(parts(text, cuts), ',')).toEqual(expected)
    }),
    { numRuns: 300 },
  )

  async function rowsOfParts(chunks: readonly string[], delimiter: Delimiter): Promise<Row[]> {
    const all = async function* (): AsyncGenerator<string> {
      yield* chunks
    }
    const found: Row[] = []
    for await (const rows of rowsOf({ name: 'table', chunks: all() }, delimiter, Parser)) {
      found.push(...rows)
    }
    return found
  }
})

test('a quote that is never closed is told before the whole of a long text is taken for a cell', async () => {
  const Parser = await loadParser()
  let given = 0
  const chunks = async function* (): AsyncGenerator<string> {
    yield 'x,y\n1,"2\n'
    for (; given < 100; given++) yield '3,4\n'.repeat(10_000)
  }
  const read = async () => {
    for await (const _ of rowsOf({ name: 'table', chunks: chunks() }, ',', Parser));
  }
  await expect(read()).rejects.toThrow(
    'DATA table: a quote is not closed\n  where     the row that begins on line 2\n',
  )
  // 2²⁰ characters in parts of 40,000.
  expect(given).toBeLessThan(30)
})

test('a line without an end and without a quote is told as what it is', async () => {
  const Parser = await loadParser()
  const chunks = async function* (): AsyncGenerator<string> {
    yield 'x,y\n'
    for (let given = 0; given < 100; given++) yield '3,4,'.repeat(10_000)
  }
  const read = async () => {
    for await (const _ of rowsOf({ name: 'table', chunks: chunks() }, ',', Parser));
  }
  await expect(read()).rejects.toThrow(
    'DATA table: a line is too long\n' +
      '  where     line 2\n' +
      '  expected  at most 1048576 characters\n' +
      '  got       more, and no end of the line\n' +
      '  fix       check that the file is a table, with a line for each example',
  )
})

function parts(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b), text.length]
  return places.slice(1).map((end, index) => text.slice(places[index], end))
}

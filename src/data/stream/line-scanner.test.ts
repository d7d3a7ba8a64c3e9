import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TableBuilder, type TablePlan } from '../table-builder.ts'
import { LineScanner } from './line-scanner.ts'

function planOf(kinds: string, missing: TablePlan['missing'] = 'mean'): TablePlan {
  const names = [...kinds].map((_, index) => `c${index}`)
  const columns = [...kinds].flatMap((kind, index) =>
    kind === '-'
      ? []
      : [{ index, name: `c${index}`, kind: kind === 't' ? 'category' : 'number' } as const],
  )
  const target = columns.pop()
  return {
    ...{ table: 'table.csv', names, hasHeader: true, decimal: '.', features: columns, missing },
    ...(target && { target }),
    isTargetOptional: false,
  }
}

function scanned(text: string, plan: TablePlan, line = 1) {
  const builder = new TableBuilder(plan, 16)
  const width = plan.features.length + 1
  const scanner = new LineScanner(builder, { name: plan.table, delimiter: ',', width })
  const lines = scanner.scan(new TextEncoder().encode(text), line)
  const { values, targets, texts, targetTexts } = builder.finish()
  return { lines, values: [...values], targets: [...targets], texts, targetTexts }
}

function added(text: string, plan: TablePlan) {
  const builder = new TableBuilder(plan, 16)
  for (const [index, row] of text.split('\n').slice(0, -1).entries()) {
    const cells = row.replace(/\r$/, '').split(',')
    if (cells.length > 1 || row.trim() !== '') builder.add({ cells, line: index + 1 })
  }
  const { values, targets, texts, targetTexts } = builder.finish()
  return { values: [...values], targets: [...targets], texts, targetTexts }
}

test('decimal numbers have the bits that Number gives them', () => {
  const digits = fc.stringMatching(/^[+-]?(\d{1,19}(\.\d{0,25})?|\.\d{1,25})$/)
  fc.assert(
    fc.property(fc.array(digits, { minLength: 1, maxLength: 30 }), (cells) => {
      const text = cells.map((cell) => `${cell},1\n`).join('')
      const { values } = scanned(text, planOf('nn'))
      expect(values.map((value) => Object.is(value, 0) || value)).toEqual(
        cells.map((cell) => Object.is(Number(cell), 0) || Number(cell)),
      )
    }),
  )
})

test('lines become what the reader of rows makes of them', () => {
  const number = fc.oneof(
    ...[fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), fc.constant('')],
    ...[fc.constant('NA'), fc.constant(' 7 '), fc.integer().map(String), fc.constant('1e3')],
  )
  const text = fc.constantFrom('red', 'grün', ' blue', '', '?', '東京', 'x'.repeat(40))
  const row = fc.tuple(number, text, fc.constantFrom('', 'left out'), number, fc.constant('2'))
  const ending = fc.constantFrom('\n', '\r\n', '\n\n')
  fc.assert(
    fc.property(fc.array(fc.tuple(row, ending), { maxLength: 20 }), (rows) => {
      const table = rows.map(([cells, end]) => cells.join(',') + end).join('')
      const plan = planOf('nt-nn')
      const { lines, ...found } = scanned(table, plan)
      expect(found).toEqual(added(table, plan))
      expect(lines).toBe(table.split('\n').length - 1)
    }),
  )
})

test('quotes, and line ends of old systems, are left to others', () => {
  expect(scanned('1,"a, b",2\n', planOf('ntn')).lines).toBe(-1)
  expect(scanned('"1",a,2\n', planOf('ntn')).lines).toBe(-1)
  expect(scanned('1,a,2\r3,b,4\n', planOf('ntn')).lines).toBe(-1)
})

test('what does not fit is said with line and column', () => {
  const broken = (text: string) => () => scanned(text, planOf('ntn', 'error'), 41)
  expect(broken('1,a,2\n1,a\n')).toThrow(
    'DATA table.csv: line 42 has 2 cells\n  where     line 42\n  expected  3 cells',
  )
  expect(broken('1,a,2\n1x,a,2\n')).toThrow(/line 42, column 1 "c0"\n {2}expected {2}a number/)
  expect(broken('1,a,\n')).toThrow(/a cell is missing\n {2}where {5}line 41, column 3 "c2"/)
  const latin = Uint8Array.of(0x31, 0x2c, 0xe9, 0x2c, 0x32, 10)
  const plan = planOf('ntn')
  const options = { name: 'table.csv', delimiter: ',', width: 3 } as const
  expect(() => new LineScanner(new TableBuilder(plan, 16), options).scan(latin, 7)).toThrow(
    /not UTF-8\n {2}where {5}line 7/,
  )
})

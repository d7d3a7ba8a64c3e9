import { expect, test } from 'vitest'
import { formatCsv } from './format-csv.ts'

test('cells stand in quotes where they must, numbers as they are', () => {
  expect(
    formatCsv(
      ['name', 'p'],
      [
        ['rose', 0.5],
        ['a, "b"', -1e-7],
        [' two\nlines ', 3],
      ],
    ),
  ).toBe('name,p\nrose,0.5\n"a, ""b""",-1e-7\n" two\nlines ",3\n')
})

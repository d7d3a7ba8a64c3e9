import { expect, test } from 'vitest'
import { parseNumberRows } from './number-rows.ts'

const shape = { columns: 3, name: 'points' }

test('reads lines of numbers, whatever their ends', () => {
  expect(parseNumberRows('1,2,3\r\n-0.5,4e2,0\n\n', shape)).toEqual([
    [1, 2, 3],
    [-0.5, 400, 0],
  ])
})

test.each([
  ['1,2,3\n1,2', '2 numbers'],
  ['1,2,3\n1,x,3', '"x" in column 2'],
  ['1,2,3\n1,2,', '"" in column 3'],
])('names the line that is none', (text, got) => {
  expect(() => parseNumberRows(text, shape)).toThrow(
    'DATA points: line 2 is not a row of 3 numbers\n' +
      '  where     line 2\n' +
      '  expected  3 numbers, separated by commas\n' +
      `  got       ${got}\n` +
      '  fix       the file is damaged: restore it',
  )
})

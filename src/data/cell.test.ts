import { describe, expect, test } from 'vitest'
import { isMissing, readNumber } from './cell.ts'

test('a cell of many blanks is missing, as one of a single blank is', () => {
  expect([' '.repeat(40), `NA${' '.repeat(40)}`, `B${' '.repeat(40)}`].map(isMissing)).toEqual([
    true,
    true,
    false,
  ])
})

describe('readNumber', () => {
  test.each([
    ['0', 0],
    ['5', 5],
    [' 5.1 ', 5.1],
    ['-0.5', -0.5],
    ['+3', 3],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['2.5E-3', 0.0025],
    ['1e999', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['Infinity', Number.POSITIVE_INFINITY],
  ])('takes "%s" for %d', (cell, number) => {
    expect(readNumber(cell, '.')).toBe(number)
  })

  test.each([
    '',
    ' ',
    'abc',
    '5.1x',
    '1,234',
    '1.2.3',
    '0x1f',
    ' 0x1f',
    '0b1',
    '0o7',
    'NaN',
    '5 %',
  ])('takes "%s" for none', (cell) => {
    expect(readNumber(cell, '.')).toBeNaN()
  })

  test.each([
    ['1,5', 1.5],
    ['-,5', -0.5],
    ['3', 3],
    ['1,5e2', 150],
  ])('takes "%s" for %d where fractions have a comma', (cell, number) => {
    expect(readNumber(cell, ',')).toBe(number)
  })

  test.each(['1.5', '1.234,5', '1,2,3', ''])('takes "%s" for none there', (cell) => {
    expect(readNumber(cell, ',')).toBeNaN()
  })
})

test('a cell is missing where it is blank or says so, and not where it says 0', () => {
  expect(['', '  ', 'NA', 'n/a', 'NaN', 'nan', '?', 'null', 'None'].filter(isMissing)).toHaveLength(
    9,
  )
  expect(['0', 'no', 'NAB', 'unknown', '-'].filter(isMissing)).toEqual([])
})

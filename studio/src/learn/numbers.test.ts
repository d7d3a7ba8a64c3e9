import { expect, test } from 'vitest'
import { rowsOf, shapeText, shortNumber } from './numbers.ts'

test('numbers have three significant digits and a real minus sign', () => {
  const shown = [0, -0, 1, -0.030344, 1234567, 123456, 0.00012345, 0.000012345, -2e-10]
  expect(shown.map(shortNumber)).toEqual([
    ...['0', '0', '1', '−0.0303', '1.23e6', '123000', '0.000123', '1.23e−5', '−2e−10'],
  ])
  expect([Number.NaN, Infinity, -Infinity].map(shortNumber)).toEqual(['NaN', '∞', '−∞'])
})

test('a tensor is shown in rows', () => {
  expect(rowsOf(3)).toEqual([[3]])
  expect(rowsOf([1, 2])).toEqual([[1, 2]])
  expect(rowsOf([[[1, 2]], [[3, 4]]])).toEqual([
    [1, 2],
    [3, 4],
  ])
  expect(rowsOf([])).toEqual([])
  expect([shapeText([]), shapeText([4, 3])]).toEqual(['scalar', '4 × 3'])
})

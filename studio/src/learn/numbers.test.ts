import { expect, test } from 'vitest'
import { isNear, placeText, readNumber, rowsOf, shapeText, shortNumber } from './numbers.ts'

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

test('a typed number may be a fraction, have a comma and a real minus sign', () => {
  const typed = ['−0.5', '-.5', '1/3', '−1/4', '0,25', ' 2e-3 ', '3', '-2 / 5', ',5']
  expect(typed.map(readNumber)).toEqual([-0.5, -0.5, 1 / 3, -0.25, 0.25, 0.002, 3, -0.4, 0.5])
  expect(['∞', '−inf'].map(readNumber)).toEqual([Infinity, -Infinity])
  expect(['', 'two', '1/2/3', '1..2', '0x10', '1 000,5e'].map(readNumber)).toEqual(
    Array.from({ length: 6 }, () => undefined),
  )
})

test('a number is right to one unit of its third digit', () => {
  const asked = -0.030344
  expect([-0.0303, -0.0304, -0.03034].map((typed) => isNear(typed, asked))).toEqual([
    ...[true, true, true],
  ])
  expect([-0.0305, 0.0303, -0.03].map((typed) => isNear(typed, asked))).toEqual([
    ...[false, false, false],
  ])
  expect([isNear(0, 0), isNear(0.001, 0), isNear(-8, -8)]).toEqual([true, false, true])
  expect([isNear(Number.NaN, Number.NaN), isNear(1, Number.NaN)]).toEqual([true, false])
})

test('an element is called by its place, counted from 1', () => {
  expect(placeText(0, [])).toBe('')
  expect(placeText(2, [4])).toBe('element 3')
  expect(placeText(5, [2, 3])).toBe('row 2, column 3')
  expect(placeText(7, [2, 2, 3])).toBe('element [2, 1, 2]')
})

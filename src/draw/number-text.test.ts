import { expect, test } from 'vitest'
import { tensor } from '../ir/tensor.ts'
import { numberText } from './number-text.ts'

test('a scalar is one number with the digits that are asked for', () => {
  expect(numberText(tensor(-0.123456), 3)).toEqual({ text: '−0.123', cells: [['−0.123']] })
})

test('a small matrix is rows of cells, a vector one row', () => {
  expect(
    numberText(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      3,
    ),
  ).toEqual({
    text: '[[1, 2], [3, 4]]',
    cells: [
      ['1', '2'],
      ['3', '4'],
    ],
  })
  expect(numberText(tensor([true, false]), 3).text).toBe('[true, false]')
})

test('what is large or has more axes is its range', () => {
  const large = tensor(
    Float64Array.from({ length: 14 }, (_, index) => index / 2),
    { shape: [7, 2] },
  )
  expect(numberText(large, 3)).toEqual({ text: '0 … 6.5' })
  expect(numberText(tensor([[[1, Number.NaN]]]), 3)).toEqual({ text: 'all 1, 1 NaN' })
  expect(numberText(tensor([[[Number.NaN]]]), 3)).toEqual({ text: 'all NaN' })
  expect(numberText(tensor([[[-Infinity, 2]]]), 3)).toEqual({ text: '−∞ … 2' })
  expect(numberText(tensor([]), 3)).toEqual({ text: 'no elements' })
})

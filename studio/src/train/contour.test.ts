import { expect, test } from 'vitest'
import { contourOf } from './contour.ts'

test('a level between two columns is one line down between their middles', () => {
  expect(contourOf([0, 1, 0, 1], 2, 0.25)).toEqual([
    [
      { x: 0.75, y: 0.5 },
      { x: 0.75, y: 1.5 },
    ],
  ])
})

test('a saddle has two lines, a plain none', () => {
  expect(contourOf([1, 0, 0, 1], 2, 0.5)).toHaveLength(2)
  expect(contourOf([1, 1, 1, 1], 2, 0.5)).toEqual([])
})

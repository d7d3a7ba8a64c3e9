import { expect, test } from 'vitest'
import { heatOf } from './heat.ts'

test('a cell shows the number of the largest size that it holds', () => {
  const rows = [
    [1, -2, 0, 0],
    [0, 1, 0, 3],
    [0, 0, 5, -6],
  ]
  const { rows: high, columns, step, cells, largest } = heatOf(rows, 4, 2)
  expect([high, columns, step]).toEqual([2, 2, { rows: 2, columns: 2 }])
  expect([...cells]).toEqual([-2, 3, 0, -6])
  expect(largest).toBe(6)
})

test('what is no number stays one, and makes nothing else pale', () => {
  const { cells, largest } = heatOf([[Number.NaN, 7, Infinity, 1]], 4, 2)
  expect([...cells]).toEqual([Number.NaN, Infinity])
  expect(largest).toBe(7)
})

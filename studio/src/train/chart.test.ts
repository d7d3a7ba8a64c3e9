import { expect, test } from 'vitest'
import { pathOf, scale, scaleOf, thinned, ticksOf } from './chart.ts'

test('a linear scale begins at 0, and its ticks are round', () => {
  const scale = scaleOf('linear', [0.2, 0.71, Number.NaN])
  expect([scale.least, scale.greatest, scale.at(0.355)]).toEqual([0, 0.71, 0.5])
  expect(ticksOf(scale)).toEqual([0, 0.2, 0.4, 0.6])
})

test('a log scale shows decades, and what it cannot show at its foot', () => {
  const scale = scaleOf('log', [0, 1e-4, 1])
  expect([scale.at(1e-2), scale.at(0), scale.at(5)]).toEqual([0.5, 0, 1])
  expect(ticksOf(scale)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1])
  expect(ticksOf({ ...scale, least: 1e-12 }).length).toBeLessThanOrEqual(5)
})

test('nothing to show has a scale all the same', () => {
  expect(ticksOf(scaleOf('linear', []))).toEqual([0, 0.5, 1])
  expect(ticksOf(scale('log', 0.1, 1))).toEqual([0.1, 1])
})

test('long curves become means of equal runs, the last one of what is left', () => {
  expect(thinned(Float32Array.of(1, 3, 5, 7, 9), 3)).toEqual([
    { x: 0.5, y: 2 },
    { x: 2.5, y: 6 },
    { x: 4, y: 9 },
  ])
  expect(thinned(new Float32Array(), 3)).toEqual([])
})

test('a line breaks off at a number that is none', () => {
  const points = [1, Number.NaN, 2, 3].map((y, x) => ({ x, y }))
  expect(pathOf(points, (point) => point)).toBe('M0.0 1.0M2.0 2.0L3.0 3.0')
})

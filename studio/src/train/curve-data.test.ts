import { expect, test } from 'vitest'
import {
  decadesWithin,
  everySo,
  type Line,
  lossLines,
  measuredLines,
  numberAt,
  rangeOf,
  shownPoints,
  thinned,
} from './curve-data.ts'

const line = (...ys: readonly number[]): Line => ({
  ...{ name: 'train', of: 'train', isPinned: false },
  points: ys.map((y, x) => ({ x: 10 * x, y })),
})

test('long curves become means of equal runs, the last one of what is left', () => {
  expect(thinned(Float32Array.of(1, 3, 5, 7, 9), 3)).toEqual([
    { x: 0.5, y: 2 },
    { x: 2.5, y: 6 },
    { x: 4, y: 9 },
  ])
  expect(thinned(new Float32Array(), 3)).toEqual([])
})

test('of many measurements the last is shown', () => {
  expect(everySo([1, 2, 3, 4, 5], 2)).toEqual([2, 5])
  expect(everySo([], 2)).toEqual([])
})

test('a run has a line for its batches and one for each part that is measured', () => {
  const measured = { loss: 0.5, score: 0.75 }
  const run = {
    losses: Float32Array.of(1),
    measurements: [{ iteration: 0, train: measured, heldOut: { loss: 0.25, score: 1 } }],
  }
  const marks = { mark: 'B ', isPinned: false }
  expect(lossLines(run, marks).map(({ name, points }) => [name, points])).toEqual([
    ['B batch', [{ x: 0, y: 1 }]],
    ['B train', [{ x: 0, y: 0.5 }]],
    ['B held-out', [{ x: 0, y: 0.25 }]],
  ])
  const [train, ...others] = measuredLines(
    { measurements: [{ iteration: 3, train: measured }] },
    'score',
    marks,
  )
  expect([train?.points, others]).toEqual([[{ x: 3, y: 0.75 }], []])
})

test('a number is that of the nearest point', () => {
  const { points } = line(1, 2, 3)
  expect([undefined, 4, 6, 99, -5].map((at) => numberAt(points, at))).toEqual([3, 1, 2, 3, 1])
  expect(numberAt([], 3)).toBe(undefined)
})

test('what a scale cannot show is a gap', () => {
  const found = line(1, Number.NaN, 0, Number.POSITIVE_INFINITY)
  expect(shownPoints(found, 'linear')[1]).toEqual([1, null, 0, null])
  expect(shownPoints(found, 'log')[1]).toEqual([1, null, null, null])
})

test('a linear scale begins at 0 or below, a log one has whole decades', () => {
  expect(rangeOf([line(0.25, 1, Number.NaN)], 'linear')).toEqual([0, 1.04])
  expect(rangeOf([line(-0.5, 0.5)], 'linear', 1)).toEqual([-0.5, 1])
  expect(rangeOf([line(0, 1e-4, 1)], 'log')).toEqual([1e-4, 1])
  expect(rangeOf([line(0.002, 0.3)], 'log')).toEqual([1e-3, 1])
  expect(rangeOf([line(0.1)], 'log')).toEqual([0.1, 1])
  expect(rangeOf([], 'log')).toEqual([0.1, 1])
})

test('a log scale is told by powers of ten, at most six of them', () => {
  expect(decadesWithin([1e-4, 1])).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1])
  expect(decadesWithin([1e-12, 1])).toEqual([1e-12, 1e-9, 1e-6, 1e-3, 1])
})

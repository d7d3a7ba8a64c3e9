import { expect, test } from 'vitest'
import {
  erased,
  firstPainting,
  formatPainting,
  mostPainted,
  paintingSide,
  parsePainting,
  placeOf,
  withPoints,
} from './painting.ts'

test('a painting is two characters for each point, and comes back from them', () => {
  const painting = [
    { x: 0, y: 63, label: 0 },
    { x: 26, y: 61, label: 2 },
  ]
  expect(formatPainting(painting)).toBe('A_..a9')
  expect(parsePainting('A_..a9')).toEqual(painting)
  expect(parsePainting(formatPainting(firstPainting))).toEqual(
    firstPainting.toSorted((a, b) => a.label - b.label),
  )
})

test('what is no point is left out, and a cell has one class', () => {
  expect(parsePainting('AA.AA.A.BB')).toEqual([{ x: 0, y: 0, label: 0 }])
  expect(parsePainting('%%, .A')).toEqual([])
})

test('there is room for so many points', () => {
  const all = Array.from({ length: paintingSide ** 2 }, (_, index) => {
    return { x: index % paintingSide, y: Math.floor(index / paintingSide), label: 0 }
  })
  expect(withPoints([], all)).toHaveLength(mostPainted)
})

test('erasing takes what lies near', () => {
  const painting = [
    { x: 10, y: 10, label: 0 },
    { x: 13, y: 14, label: 1 },
  ]
  expect(erased(painting, { x: 10, y: 10 }, 4.9)).toEqual([painting[1]])
  expect(erased(painting, { x: 10, y: 10 }, 5)).toEqual([])
})

test('cells reach from −1 to 1 by their middles', () => {
  expect([placeOf(0), placeOf(paintingSide - 1)]).toEqual([-1 + 1 / 64, 1 - 1 / 64])
})

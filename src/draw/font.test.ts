import { expect, test } from 'vitest'
import { widthOf } from './font.ts'

// Advance widths of DejaVu Sans 2.37, in units of 1/2048 em: W 2025, 1 1303, space 651.
test('text is as wide as DejaVu Sans sets it, rounded up', () => {
  expect(widthOf('W1', 2048) / 2048).toBeCloseTo((2025 + 1303) / 2048, 2)
  expect(widthOf('a b', 10)).toBeCloseTo(6.13 + 3.18 + 6.35, 5)
})

test('an accent takes no room, composed or not', () => {
  expect(widthOf('ŷ', 10)).toBe(widthOf('y', 10))
  expect(widthOf('y\u0302', 10)).toBe(widthOf('y', 10))
  expect(widthOf('x\u0302', 10)).toBe(widthOf('x', 10))
})

test('characters of other fonts count as the widest there are', () => {
  expect(widthOf('層', 10)).toBeCloseTo(13, 5)
})

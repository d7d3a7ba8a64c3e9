import { expect, test } from 'vitest'
import { canDraw, sizeOfPng } from './to-png.ts'

test('a PNG has as many pixels as the scale says, whole ones', () => {
  expect(sizeOfPng({ width: 1012, height: 300.4, scale: 2 })).toEqual({ width: 2024, height: 601 })
})

test('what no browser draws is known before', () => {
  expect(canDraw({ width: 1000, height: 500, scale: 4 })).toBe(true)
  expect(canDraw({ width: 9000, height: 500, scale: 2 })).toBe(false) // 18,000 pixels wide
  expect(canDraw({ width: 6000, height: 6000, scale: 2 })).toBe(false) // 144 million pixels
})

import { describe, expect, it } from 'vitest'
import { differentiate } from './difference.ts'

describe('differentiate', () => {
  // f64: 1e-10 is a thousandth of what gradcheck allows.
  it.each([
    { name: 'exp', f: Math.exp, expected: 1 },
    { name: 'a wave of high frequency', f: (t: number) => Math.sin(50 * t), expected: 50 },
    { name: 'log near its pole', f: (t: number) => Math.log(t + 0.01), expected: 100 },
    { name: 'relu a little beside its kink', f: (t: number) => Math.max(0, t + 1e-4), expected: 1 },
    { name: 'a constant', f: () => 3, expected: 0 },
  ])('gives the derivative of $name', ({ f, expected }) => {
    const { derivative, isKink } = differentiate(f)
    expect(Math.abs(derivative - expected)).toBeLessThanOrEqual(1e-10 * (1 + expected))
    expect(isKink).toBe(false)
  })

  it('finds the derivatives of both sides at a kink', () => {
    const { left, right, isKink } = differentiate((t) => Math.max(3 * t, -t))
    expect(isKink).toBe(true)
    expect(left).toBeCloseTo(-1, 9)
    expect(right).toBeCloseTo(3, 9)
  })

  it.each([
    { name: 'a step', f: (t: number) => (t > 0 ? 1 : 0) },
    { name: 'a kink nearer than the smallest step', f: (t: number) => Math.max(0, t + 1e-9) },
    { name: 'a function that ends', f: (t: number) => Math.sqrt(t) },
  ])('gives no derivative to compare with for $name', ({ f }) => {
    expect(differentiate(f).isKink).toBe(true)
  })

  it('says how far rounding may put it off', () => {
    const { derivative, uncertainty, isKink } = differentiate((t) => 1e6 + Math.sin(t))
    expect(isKink).toBe(false)
    expect(Math.abs(derivative - 1)).toBeLessThanOrEqual(uncertainty)
    expect(uncertainty).toBeLessThan(1e-6)
  })
})

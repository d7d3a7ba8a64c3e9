import { describe, expect, test } from 'vitest'
import { toNumbers } from '../ir/tensor.ts'
import { circles } from './circles.ts'
import type { Dataset } from './dataset.ts'
import { moons } from './moons.ts'
import { spiral } from './spiral.ts'

const generators = { moons, circles, spiral }

describe.each(Object.entries(generators))('%s', (name, generate) => {
  test('is the same for the same seed, to the bit, and another for another', () => {
    expect(generate({ seed: 3 })).toEqual(generate({ seed: 3 }))
    expect(generate({ seed: 3 }).inputs).not.toEqual(generate({ seed: 4 }).inputs)
  })

  test('has as many points as asked for, shared evenly, any beginning of it too', () => {
    const { inputs, targets, length } = generate({ count: 101 })
    expect([inputs.shape, targets.shape, length]).toEqual([[101, 2], [101], 101])
    expect([inputs.dtype, targets.dtype]).toEqual(['f32', 'i32'])
    const labels = toNumbers(targets)
    expect(labels.filter((label) => label === 0)).toHaveLength(51)
    expect(labels.slice(0, 4)).toEqual([0, 1, 0, 1])
  })

  test('refuses what is no count and no noise', () => {
    expect(() => generate({ count: 2.5 })).toThrow(
      `OPTION ${name}: count is no number of examples\n` +
        '  expected  a whole number, 4 or more: two for each class\n' +
        '  got       2.5\n' +
        '  fix       leave it out for 500',
    )
    expect(() => generate({ noise: -1 })).toThrow(
      `OPTION ${name}: noise is no standard deviation\n` +
        '  expected  a finite number, 0 or more\n' +
        '  got       -1\n' +
        '  fix       give { noise: 0 } for none',
    )
  })
})

test('moons without noise are those of scikit-learn', () => {
  // sklearn.datasets.make_moons(6, shuffle=False, noise=None): three of each class, here in turn.
  expectPoints(moons({ count: 6, noise: 0 }), [
    [1, 0],
    [0, 0.5],
    [0, 1],
    [1, -0.5],
    [-1, 0],
    [2, 0.5],
  ])
})

test('circles without noise are those of scikit-learn', () => {
  // sklearn.datasets.make_circles(8, shuffle=False, noise=None, factor=0.5), in turn.
  expectPoints(circles({ count: 8, noise: 0 }), [
    [1, 0],
    [0.5, 0],
    [0, 1],
    [0, 0.5],
    [-1, 0],
    [-0.5, 0],
    [0, -1],
    [0, -0.5],
  ])
})

test('a spiral without noise is that of CS231n, its arms evenly apart', () => {
  // r = linspace(0, 1, 3), t = 2πk/2 + 4r, X = [r sin t, r cos t]
  expectPoints(spiral({ count: 6, noise: 0 }), [
    [0, 0],
    [0, 0],
    [0.5 * Math.sin(2), 0.5 * Math.cos(2)],
    [-0.5 * Math.sin(2), -0.5 * Math.cos(2)],
    [Math.sin(4), Math.cos(4)],
    [-Math.sin(4), -Math.cos(4)],
  ])
})

test('a spiral has as many arms as classes are asked for', () => {
  const { classes, targets } = spiral({ classes: 3, count: 300 })
  expect(classes).toEqual(['arm 1', 'arm 2', 'arm 3'])
  expect(toNumbers(targets).filter((label) => label === 2)).toHaveLength(100)
  expect(() => spiral({ classes: 1 })).toThrow(
    'OPTION spiral: classes is no number of arms\n' +
      '  expected  a whole number, 2 or more\n' +
      '  got       1\n' +
      '  fix       leave it out for 2',
  )
  expect(() => spiral({ sweep: Number.NaN })).toThrow('OPTION spiral: sweep is no angle')
})

test('circles refuse a factor that is no radius inside', () => {
  expect(() => circles({ factor: 1 })).toThrow(
    'OPTION circles: factor is no radius inside the outer circle\n' +
      '  expected  a number between 0 and 1\n' +
      '  got       1\n' +
      '  fix       leave it out for 0.5',
  )
})

test('the noise has the deviation that is asked for', () => {
  const count = 4000
  const still = toNumbers(moons({ count, noise: 0 }).inputs)
  const moved = toNumbers(moons({ count, noise: 0.2 }).inputs)
  const squares = moved.reduce((sum, number, at) => sum + (number - (still[at] ?? 0)) ** 2, 0)
  // 8,000 draws: the deviation of such an estimate is 0.2 / √16000 = 0.0016; three of them.
  expect(Math.abs(Math.sqrt(squares / moved.length) - 0.2)).toBeLessThan(0.005)
})

function expectPoints({ inputs }: Dataset, points: readonly (readonly number[])[]): void {
  const numbers = toNumbers(inputs)
  // f32 keeps seven digits.
  for (const [at, number] of points.flat().entries()) expect(numbers[at]).toBeCloseTo(number, 6)
  expect(numbers).toHaveLength(points.flat().length)
}

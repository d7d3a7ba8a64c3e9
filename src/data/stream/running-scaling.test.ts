import fc from 'fast-check'
import { expect, test } from 'vitest'
import { standardScaling } from '../scaling.ts'
import { RunningScaling } from './running-scaling.ts'

function scaledInBlocks(values: Float64Array, columns: number, blockRows: number) {
  const running = new RunningScaling(columns)
  const rows = values.length / columns
  for (let row = 0; row < rows; row += blockRows) {
    const block = values.subarray(row * columns, (row + blockRows) * columns)
    const count = block.length / columns
    running.add(
      block,
      Uint32Array.from({ length: count }, (_, index) => index),
    )
  }
  return running
}

test('blocks come to the mean and the deviation of the whole', () => {
  const numbers = fc.array(
    fc.integer({ min: -1e9, max: 1e9 }).map((whole) => whole / 1000),
    { minLength: 4 },
  )
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 7 }), (list, blockRows) => {
      const values = Float64Array.from(list.slice(0, list.length - (list.length % 2)))
      const names = ['a', 'b']
      const shape = [values.length / 2, 2]
      const whole = standardScaling({ shape, dtype: 'f64', data: values }, names)
      const found = scaledInBlocks(values, 2, blockRows).scaling(names)
      for (const [k, mean] of whole.mean.entries()) {
        // Both round at every addition, in another order.
        expect(Math.abs((found.mean[k] ?? 0) - mean)).toBeLessThanOrEqual(1e-9)
        expect(Math.abs((found.scale[k] ?? 0) - (whole.scale[k] ?? 0))).toBeLessThanOrEqual(1e-6)
      }
    }),
  )
})

test('a small spread of large numbers is kept', () => {
  const values = Float64Array.from({ length: 3000 }, (_, row) => 1e9 + (row % 3) - 1)
  const { mean, scale } = scaledInBlocks(values, 1, 100).scaling(['x'])
  expect(mean[0]).toBeCloseTo(1e9, 5) // f64 next to 1e9
  expect(scale[0]).toBeCloseTo(Math.sqrt(2 / 3), 7) // of −1, 0 and 1
})

test('gaps are left out, a column that never changes has the scale 1, an empty one is refused', () => {
  const values = Float64Array.of(Number.NaN, 5, Number.NaN, 2, 5, Number.NaN)
  const running = scaledInBlocks(values, 3, 1)
  expect(running.column(0)).toEqual({ mean: 2, scale: 1 })
  expect(running.column(1)).toEqual({ mean: 5, scale: 1 })
  expect(() => running.scaling(['a', 'b', 'gaps'])).toThrow('"gaps" has no number')
})

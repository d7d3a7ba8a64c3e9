import { expect, it } from 'vitest'
import { sweepSingle } from '../../../../test/support/wasm-maths.ts'
import { mathsNames } from './library.ts'

// Each 257th number of f32 takes seconds; MATHS_STRIDE=1 takes them all, in minutes a function.
// The f64x2 functions that they are held against are held against exact values in maths.test.ts.
const stride = Number(process.env.MATHS_STRIDE ?? 257)

it.each(mathsNames)(
  '%s is within 2 ulp all over f32',
  (name) => {
    const { strict, relaxed } = sweepSingle({ name, stride, against: 'f64x2' })
    for (const { ulps, count, wrong } of [strict, relaxed]) {
      expect(wrong).toEqual([])
      expect(count).toBe(Math.ceil(2 ** 32 / stride))
      expect(ulps).toBeLessThanOrEqual(2)
    }
  },
  900_000,
)

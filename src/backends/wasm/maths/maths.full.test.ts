import { expect, it } from 'vitest'
import { sweepSingle } from '../../../../test/support/wasm-maths.ts'
import { mathsNames } from './library.ts'

// One to five minutes each. The f64x2 functions are held against exact values in maths.test.ts.
it.each(mathsNames)(
  '%s is within 2 ulp at each of the 2^32 numbers of f32',
  (name) => {
    const { strict, relaxed } = sweepSingle({ name, stride: 1, against: 'f64x2' })
    console.info(name, { strict, relaxed })
    for (const { ulps, count, wrong } of [strict, relaxed]) {
      expect(wrong).toEqual([])
      expect(count).toBe(2 ** 32)
      expect(ulps).toBeLessThanOrEqual(2)
    }
  },
  900_000,
)

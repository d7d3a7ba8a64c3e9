import { expect, it } from 'vitest'
import { sweepSingle } from '../../../../test/support/wasm-maths.ts'
import { mathsNames } from './library.ts'

// Two to four minutes each.
it.each(mathsNames)(
  '%s is within 2 ulp at each of the 2^32 numbers of f32',
  (name) => {
    const { strict, relaxed } = sweepSingle({ name, stride: 1 })
    console.info(name, { strict, relaxed })
    for (const { ulps, count, wrong } of [strict, relaxed]) {
      expect(wrong).toEqual([])
      expect(count).toBe(2 ** 32)
      expect(ulps).toBeLessThanOrEqual(2)
    }
  },
  900_000,
)

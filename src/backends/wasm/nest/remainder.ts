/** What division towards zero leaves, exactly, of any two floats: C's fmod. */
import { f64 } from '../instructions.ts'
import type { SharedFunction } from './shared-function.ts'

/**
 * Of f64, and so of f32, as the remainder of two f32 is one. NaN for an infinite a and a b of 0.
 *
 * Long division, two turns for each binary digit of the quotient: multiples of b by powers of two
 * are exact, and so is their difference from what is less than twice as large.
 */
export const remainder: SharedFunction<readonly ['f64', 'f64'], 'f64'> = {
  name: 'f64.remainder',
  takes: ['f64', 'f64'],
  gives: 'f64',
  body: (f, a, b) => {
    const rest = f.let(f64.abs(a))
    const divisor = f.let(f64.abs(b))
    f.if(f64.lt(rest, divisor), () => f.return(a))
    const infinity = Number.POSITIVE_INFINITY
    f.if(f64.lt(rest, infinity), () => {
      f.if(f64.gt(divisor, 0), () => {
        const multiple = f.let(divisor)
        f.loop((again) => {
          f.if(f64.le(multiple, f64.mul(rest, 0.5)), () => {
            f.set(multiple, f64.add(multiple, multiple))
            f.branch(again)
          })
        })
        f.loop((again) => {
          f.if(f64.ge(rest, multiple), () => f.set(rest, f64.sub(rest, multiple)))
          f.set(multiple, f64.mul(multiple, 0.5))
          f.branch(again, f64.ge(multiple, divisor))
        })
        f.return(f64.copysign(rest, a))
      })
    })
    f.return(f64.constant(Number.NaN))
  },
}

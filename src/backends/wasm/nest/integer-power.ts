/** Powers of integers by squaring, modulo 2³², as interpret/scalar.ts has them. */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, select } from '../instructions.ts'
import type { SharedFunction } from './shared-function.ts'

type Power = SharedFunction<readonly ['i32', 'i32'], 'i32'>
type Word = Local<'i32'>

/** Of u32. */
export const unsignedPower: Power = {
  name: 'u32.power',
  takes: ['i32', 'i32'],
  gives: 'i32',
  body: (f, base, exponent) => squareAndMultiply(f, base, exponent),
}

/** Of i32: a negative power is 0 but for those of 1 and −1. */
export const signedPower: Power = {
  name: 'i32.power',
  takes: ['i32', 'i32'],
  gives: 'i32',
  body: (f, base, exponent) => {
    f.if(i32.ltS(exponent, 0), () => {
      const sign = select(i32.and(exponent, 1), i32.constant(-1), i32.constant(1))
      const ofOne = i32.eq(base, 1)
      f.return(select(i32.eq(base, -1), sign, ofOne))
    })
    squareAndMultiply(f, base, exponent)
  },
}

function squareAndMultiply(f: FunctionBuilder, base: Word, exponent: Word): void {
  const result = f.let(i32.constant(1))
  f.block((done) => {
    f.loop((again) => {
      f.branch(done, i32.eqz(exponent))
      const product = i32.mul(result, base)
      f.set(result, select(i32.and(exponent, 1), product, result))
      f.set(base, i32.mul(base, base))
      f.set(exponent, i32.shrU(exponent, 1))
      f.branch(again)
    })
  })
  f.return(result)
}

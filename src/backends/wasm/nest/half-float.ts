/** The two 16-bit floats as their bits in an i32, as ir/half.ts has them. */
import type { Expression } from '../expression.ts'
import type { Local } from '../function-builder.ts'
import { f32, f64, i32, i64, select } from '../instructions.ts'
import type { SharedFunction } from './shared-function.ts'

/** The f32 of f16 bits. */
export const f16ToF32: SharedFunction<readonly ['i32'], 'f32'> = {
  name: 'f16.toF32',
  takes: ['i32'],
  gives: 'f32',
  body: (f, bits) => {
    const magnitude = f.let(i32.and(bits, 0x7fff))
    const sign = f.let(i32.shl(i32.and(bits, 0x8000), 16))
    // Infinity and NaN keep their fraction under an f32's largest exponent.
    f.if(i32.geU(magnitude, 0x7c00), () => {
      const raised = i32.or(i32.shl(magnitude, 13), 0x7f800000)
      f.return(f32.reinterpretI32(i32.or(raised, sign)))
    })
    const small = f32.reinterpretI32(i32.or(i32.shl(magnitude, 13), sign))
    f.return(f32.mul(small, 2 ** 112))
  },
}

/** The f32 of bf16 bits. */
export function bf16ToF32(bits: Expression<'i32'>): Expression<'f32'> {
  return f32.reinterpretI32(i32.shl(bits, 16))
}

type Encode = SharedFunction<readonly ['f64'], 'i32'>

/** The f16 bits nearest to an f64. */
export const f64ToF16: Encode = encode('f16', { fractionBits: 10, minExponent: -14 })
/** The bf16 bits nearest to an f64. */
export const f64ToBf16: Encode = encode('bf16', { fractionBits: 7, minExponent: -126 })

interface Format {
  readonly fractionBits: number
  /** Of the smallest normal number. */
  readonly minExponent: number
}

function encode(name: string, { fractionBits, minExponent }: Format): Encode {
  const infinity = 0x8000 - 2 ** fractionBits
  return {
    name: `${name}.fromF64`,
    takes: ['f64'],
    gives: 'i32',
    body: (f, x) => {
      const bits = f.let(i64.reinterpretF64(x))
      const sign = f.let(i32.and(i32.wrapI64(i64.shrU(bits, 48)), 0x8000))
      const field = i32.and(i32.wrapI64(i64.shrU(bits, 52)), 0x7ff)
      const own = f.let(i32.sub(field, 1023))
      const exponent = f.let(select(i32.gtS(own, minExponent), own, i32.constant(minExponent)))
      f.if(f64.ne(x, x), () => f.return(infinity + 2 ** (fractionBits - 1)))
      const place = i64.extendI32S(i32.sub(fractionBits + 1023, exponent))
      const scale = f64.reinterpretI64(i64.shl(place, 52))
      // In units of the last place it is below 2¹¹, so that 2⁵² makes it whole, ties to even.
      const whole = f64.sub(f64.add(f64.mul(f64.abs(x), scale), 2 ** 52), 2 ** 52)
      f.return(i32.or(sign, magnitudeOf(exponent, whole)))
    },
  }
  function magnitudeOf(exponent: Local<'i32'>, units: Expression<'f64'>): Expression<'i32'> {
    // The hidden bit of `units` steps the exponent from 0 to 1, and so does a carry.
    const steps = f64.convertI32S(i32.shl(i32.sub(exponent, minExponent), fractionBits))
    return i32.truncSatF64S(f64.min(f64.add(steps, units), infinity))
  }
}

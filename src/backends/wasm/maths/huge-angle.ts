/**
 * Payne and Hanek's reduction of an angle by π/2, for angles of which x · 2/π leaves no fraction in
 * f64: x is a whole number times a power of two, so the bits of 2/π that make multiples of 4 drop
 * out, and 192 of the rest give n mod 4 and the fraction to more than 120 bits.
 */
import type { Expression } from '../expression.ts'
import type { FunctionBuilder, Label, Local } from '../function-builder.ts'
import { f64, f64x2, i32, i64, select } from '../instructions.ts'
import type { ModuleBuilder, WasmFunction } from '../module-builder.ts'

/** f64 → (r, n + rounder of f64x2) for 2²⁰ ≤ |x|; NaN where x is not finite. */
export function defineHugeAngle(module: ModuleBuilder): WasmFunction<readonly ['f64'], 'v128'> {
  const word = defineWord(module)
  return module.function('hugeAngle', { takes: ['f64'], gives: 'v128' } as const, (f, x) => {
    f.if(i32.eqz(f64.lt(f64.abs(x), Number.POSITIVE_INFINITY)), () => {
      f.return(f64x2.splat(Number.NaN))
    })
    const bits = f.let(i64.reinterpretF64(x))
    const exponent = i32.and(i32.wrapI64(i64.shrU(bits, 52)), 0x7ff)
    const fraction = i64.and(bits, i64.constant(2n ** 52n - 1n))
    const mantissa = f.let(i64.or(fraction, i64.constant(2n ** 52n)))
    // x = mantissa 2^(exponent − 1075). Bit p of the words weighs 2^(63 − p), and the first that
    // counts weighs 2 when multiplied with the last bit of the mantissa.
    const first = f.let(i32.sub(exponent, 1075 - 62))
    const [w0, w1, w2] = [0, 64, 128].map((offset) => f.let(word.call(i32.add(first, offset))))
    if (w0 === undefined || w1 === undefined || w2 === undefined) return

    // The product modulo 2¹⁹², its two highest words.
    const carried = f.let(highWord(f, mantissa, w2))
    const middleLow = f.let(i64.mul(mantissa, w1))
    const middle = f.let(i64.add(middleLow, carried))
    const carry = i64.extendI32U(i64.ltU(middle, middleLow))
    const upper = i64.add(highWord(f, mantissa, w1), carry)
    const top = f.let(i64.add(i64.mul(mantissa, w0), upper))

    // Two bits are n mod 4, the rest the fraction: with its first bit for a sign, n is the nearest.
    const high = f.let(i64.or(i64.shl(top, 2), i64.shrU(middle, 62)))
    const sign = f.let(f64.copysign(1, x))
    const n = i64.and(i64.add(i64.shrU(top, 62), i64.shrU(high, 63)), 3)
    const signed = f64.mul(f64.convertI64U(n), sign)
    // Its magnitude; the complement is 2⁻¹²⁶ off, which counts nothing.
    const negative = f.let(i64.shrS(high, 63))
    const low = i64.xor(i64.shl(middle, 2), negative)
    const size = timesHalfPi(f, f.let(i64.xor(high, negative)), low)
    const r = f64.mul(f64.copysign(size, f64.convertI64S(high)), sign)
    f.return(f64x2.replaceLane(f64x2.splat(r), 1, f64.add(signed, 1.5 * 2 ** 52)))
  })
}

/** (high 2⁻⁶⁴ + low 2⁻¹²⁸) π/2 for positive numbers, to little more than ½ ulp. */
function timesHalfPi(
  f: FunctionBuilder,
  high: Local<'i64'>,
  low: Expression<'i64'>,
): Expression<'f64'> {
  // 32 bits of the fraction times 21 of π/2 are exact.
  const upper = f.let(f64.mul(f64.convertI64U(i64.shrU(high, 32)), 2 ** -32))
  const below = f64.mul(f64.convertI64U(i64.and(high, 0xffffffff)), 2 ** -64)
  const lower = f64.add(below, f64.mul(f64.convertI64U(low), 2 ** -128))
  const rest = f64.add(f64.mul(upper, 3.139164786504813e-7), f64.mul(lower, Math.PI / 2))
  return f64.add(f64.mul(upper, 1.570796012878418), rest)
}

/** The high 64 bits of a · b, unsigned; a has 53 bits. */
function highWord(f: FunctionBuilder, a: Local<'i64'>, b: Local<'i64'>): Expression<'i64'> {
  const [aLow, aHigh] = [f.let(i64.and(a, 0xffffffff)), f.let(i64.shrU(a, 32))]
  const [bLow, bHigh] = [f.let(i64.and(b, 0xffffffff)), f.let(i64.shrU(b, 32))]
  const lowest = i64.shrU(i64.mul(aLow, bLow), 32)
  const cross = f.let(i64.add(i64.mul(aHigh, bLow), lowest))
  const other = i64.add(i64.mul(aLow, bHigh), i64.and(cross, 0xffffffff))
  const highest = i64.add(i64.mul(aHigh, bHigh), i64.shrU(cross, 32))
  return i64.add(highest, i64.shrU(other, 32))
}

/** i32 → the 64 bits of 2/π from bit p, where bit 64 is the first behind the point. */
function defineWord(module: ModuleBuilder): WasmFunction<readonly ['i32'], 'i64'> {
  const signature = { takes: ['i32'], gives: 'i64' } as const
  const whole = module.function('twoOverPi', signature, (f, index) => {
    // A block in a block for each word: the branch leaves as many, and the word stands behind.
    const labels: Label[] = []
    const open = (count: number): void => {
      const word = twoOverPi[count - 1]
      if (word === undefined) {
        f.branchTable(index, labels.toReversed())
        return
      }
      f.block((label) => {
        labels.push(label)
        open(count - 1)
      })
      f.return(i64.constant(word))
    }
    open(twoOverPi.length)
  })
  return module.function('twoOverPiFrom', signature, (f, p) => {
    const shift = f.let(i64.extendI32U(i32.and(p, 63)))
    const index = f.let(i32.shrU(p, 6))
    const first = i64.shl(whole.call(index), shift)
    const second = i64.shrU(whole.call(i32.add(index, 1)), i64.sub(64, shift))
    f.return(i64.or(first, select(i64.eqz(shift), i64.constant(0), second)))
  })
}

/** 2/π in words of 64 bits, by mpmath with 1400 bits; the first word is before the point. */
const twoOverPi: readonly bigint[] = [
  0n,
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn,
]

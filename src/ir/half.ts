/**
 * The two 16-bit floats as their bits: f16 (IEEE 754 binary16: 5 exponent bits, 10 fraction bits)
 * and bf16 (the upper half of an f32: 8 and 7). Encoding rounds once, from f64, to the nearest,
 * ties to the even fraction; past the largest finite number it gives ±inf, and NaN gives the one
 * quiet NaN 7e00 or 7fc0. Decoding is exact.
 */

/** The bits of `x` as f16. Source: NumPy `float16`. */
export function f16FromNumber(x: number): number {
  return encode(x, f16)
}

/** The number that the low 16 of `bits` stand for as f16. */
export function f16ToNumber(bits: number): number {
  const magnitude = bits & 0x7fff
  if (magnitude >= 0x7c00) {
    if (magnitude > 0x7c00) return Number.NaN
    return bits & 0x8000 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  // In the place of an f32's bits it is 2^-112 of its value, the difference of the two exponent
  // biases; that holds without the hidden bit too.
  scratch.setUint32(0, ((bits & 0x8000) << 16) | (magnitude << 13))
  return scratch.getFloat32(0) * 2 ** 112
}

/** The bits of `x` as bf16. Source: ml_dtypes `bfloat16`, but for its detour through f32. */
export function bf16FromNumber(x: number): number {
  return encode(x, bf16)
}

/** The number that the low 16 of `bits` stand for as bf16. */
export function bf16ToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}

interface Format {
  readonly fractionBits: number
  /** Of the smallest normal number. */
  readonly minExponent: number
}

const f16: Format = { fractionBits: 10, minExponent: -14 }
const bf16: Format = { fractionBits: 7, minExponent: -126 }

// Reads the parts of a number; every use writes before it reads.
const scratch = new DataView(new ArrayBuffer(8))

function encode(x: number, { fractionBits, minExponent }: Format): number {
  const infinity = 0x8000 - 2 ** fractionBits
  if (Number.isNaN(x)) return infinity + 2 ** (fractionBits - 1)
  scratch.setFloat64(0, x)
  const upper = scratch.getUint32(0)
  const sign = (upper >>> 16) & 0x8000
  const exponent = Math.max(((upper >>> 20) & 0x7ff) - 1023, minExponent)
  // |x| in units of the last place is below 2^11, so adding 2^52 rounds it to a whole number by the
  // machine's own rule, to the nearest with ties to even.
  const units = Math.abs(x) * powerOfTwo(fractionBits - exponent) + 2 ** 52 - 2 ** 52
  // The hidden bit of `units` steps the exponent from 0 to 1, and so does a carry out of rounding.
  const magnitude = (exponent - minExponent) * 2 ** fractionBits + units
  return sign | Math.min(magnitude, infinity)
}

/** 2^exponent for −1022 ≤ exponent ≤ 1023, from its bits: `**` makes encoding 4 times slower. */
function powerOfTwo(exponent: number): number {
  scratch.setUint32(0, (exponent + 1023) << 20)
  scratch.setUint32(4, 0)
  return scratch.getFloat64(0)
}

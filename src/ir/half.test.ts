import { describe, expect, it } from 'vitest'
import vectors from '../../test/vectors/half.json' with { type: 'json' }
import { bf16FromNumber, bf16ToNumber, f16FromNumber, f16ToNumber } from './half.ts'

interface Format {
  readonly name: string
  readonly fromNumber: (x: number) => number
  readonly toNumber: (bits: number) => number
  readonly fractionBits: number
  readonly infinity: number
  readonly nan: number
  readonly largest: number
  readonly smallest: number
}

const formats: readonly Format[] = [
  {
    name: 'f16',
    fromNumber: f16FromNumber,
    toNumber: f16ToNumber,
    fractionBits: 10,
    infinity: 0x7c00,
    nan: 0x7e00,
    largest: 65504,
    smallest: 2 ** -24,
  },
  {
    name: 'bf16',
    fromNumber: bf16FromNumber,
    toNumber: bf16ToNumber,
    fractionBits: 7,
    infinity: 0x7f80,
    nan: 0x7fc0,
    largest: (2 - 2 ** -7) * 2 ** 127,
    smallest: 2 ** -133,
  },
]

describe.each(formats)('$name', (format) => {
  const { fromNumber, toNumber, infinity, nan, largest, smallest } = format

  it('decodes all 65,536 patterns as IEEE 754 defines them', () => {
    const wrong = allPatterns().filter((bits) => !Object.is(toNumber(bits), defined(bits, format)))
    expect(wrong).toEqual([])
  })

  it('encodes what each of the 65,536 patterns decodes to as that pattern, NaNs as one NaN', () => {
    const wrong = allPatterns().filter((bits) => {
      const expected = (bits & 0x7fff) > infinity ? nan : bits
      return fromNumber(toNumber(bits)) !== expected
    })
    expect(wrong).toEqual([])
  })

  it('rounds each midpoint to the even neighbour and its neighbours in f64 to the nearer', () => {
    const wrong: number[] = []
    for (let bits = 0; bits < infinity - 1; bits++) {
      const middle = (toNumber(bits) + toNumber(bits + 1)) / 2
      const step = middle * 2 ** -52
      const even = bits + (bits & 1)
      const rounded = [fromNumber(middle - step), fromNumber(middle), fromNumber(middle + step)]
      const mirrored = fromNumber(-middle)
      const expected = [bits, even, bits + 1, even | 0x8000]
      if ([...rounded, mirrored].join() !== expected.join()) wrong.push(bits)
    }
    expect(wrong).toEqual([])
  })

  it('keeps ±inf and the sign of zero', () => {
    expect(fromNumber(Number.POSITIVE_INFINITY)).toBe(infinity)
    expect(fromNumber(Number.NEGATIVE_INFINITY)).toBe(infinity | 0x8000)
    expect(fromNumber(0)).toBe(0)
    expect(fromNumber(-0)).toBe(0x8000)
    expect(fromNumber(Number.NaN)).toBe(nan)
  })

  it('overflows to ±inf from half a step past the largest number', () => {
    const halfStep = (largest - toNumber(infinity - 2)) / 2
    expect(toNumber(infinity - 1)).toBe(largest)
    expect(fromNumber(largest + halfStep * (1 - 2 ** -30))).toBe(infinity - 1)
    expect(fromNumber(largest + halfStep)).toBe(infinity)
    expect(fromNumber(-Number.MAX_VALUE)).toBe(infinity | 0x8000)
  })

  it('underflows to ±0 up to half the smallest number', () => {
    expect(fromNumber(smallest)).toBe(1)
    expect(fromNumber(smallest / 2)).toBe(0)
    expect(fromNumber((smallest / 2) * (1 + 2 ** -52))).toBe(1)
    expect(fromNumber(-Number.MIN_VALUE)).toBe(0x8000)
  })

  it('rounds once: a step below f32 still breaks a tie', () => {
    const half = 2 ** -(format.fractionBits + 1)
    expect(fromNumber(1 + half + 2 ** -52)).toBe(fromNumber(1) + 1)
    expect(fromNumber(1 + half)).toBe(fromNumber(1))
  })

  it('reads the low 16 bits only', () => {
    expect(toNumber(0xabcd0000 | fromNumber(1.5))).toBe(1.5)
  })
})

// Each vector is [argument, result]; NumPy and ml_dtypes as half.py says.
it.each([
  { name: 'f16FromNumber', convert: f16FromNumber, pairs: vectors.f16FromNumber },
  { name: 'f16ToNumber', convert: f16ToNumber, pairs: vectors.f16ToNumber },
  { name: 'bf16FromNumber', convert: bf16FromNumber, pairs: vectors.bf16FromNumber },
  { name: 'bf16ToNumber', convert: bf16ToNumber, pairs: vectors.bf16ToNumber },
])('$name gives what NumPy gives', ({ convert, pairs }) => {
  expect(pairs.map(([x = Number.NaN]) => convert(x))).toEqual(pairs.map(([, result]) => result))
})

function allPatterns(): number[] {
  return Array.from({ length: 2 ** 16 }, (_, bits) => bits)
}

/** IEEE 754-2019, 3.4: the number of a pattern, from its sign, exponent and fraction. */
function defined(bits: number, { fractionBits }: Format): number {
  const exponentBits = 15 - fractionBits
  const bias = 2 ** (exponentBits - 1) - 1
  const sign = bits >>> 15 === 1 ? -1 : 1
  const exponent = (bits >>> fractionBits) % 2 ** exponentBits
  const fraction = (bits % 2 ** fractionBits) / 2 ** fractionBits
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign / 0 : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias)
  return sign * (1 + fraction) * 2 ** (exponent - bias)
}

/**
 * The functions of one number that JavaScript's Math lacks, in f64: the reference that compiled
 * kernels are measured against. The docstrings bound the error in ulp, units in the last place of
 * the exact result; special.test.ts asserts the bounds.
 *
 * The rational approximations of erf and erfc are those of fdlibm 5.1, s_erf.c, whose notice reads:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun
 * Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
 * freely granted, provided that this notice is preserved.
 */

/** The error function 2/√π ∫₀ˣ exp(−t²) dt, to 1 ulp. Source: fdlibm `erf`. */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size < 0.84375) return x + x * evaluate(erfNearZero, x * x)
  if (size < 1.25) return Math.sign(x) * (erfOfOne + evaluate(erfNearOne, size - 1))
  if (size < 6) return Math.sign(x) * (1 - erfcTail(size))
  return Math.sign(x)
}

/**
 * 1 − erf(x) without its cancellation for large x, to 2 ulp: subnormal from x = 26.544, 0
 * from x = 27.2261.
 *
 * Source: fdlibm `erfc`, with a more exact exponential, and a series of our own around 1.
 */
export function erfc(x: number): number {
  const size = Math.abs(x)
  if (size < 0.75) {
    const rest = x * evaluate(erfNearZero, x * x)
    return x < 0.25 ? 1 - (x + rest) : 0.5 - (x - 0.5 + rest)
  }
  if (size < 28) return x > 0 ? erfcTail(size) : 2 - erfcTail(size)
  return 1 - Math.sign(x)
}

/**
 * The y with erf(y) = x, to 2 ulp: ±inf at ±1, NaN outside [−1, 1].
 *
 * Source: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution",
 * Applied Statistics 37 (1988), PPND16, as erf⁻¹(x) = Φ⁻¹((1 + x) / 2) / √2; then one Newton step.
 */
export function erfInverse(x: number): number {
  const size = Math.abs(x)
  if (!(size < 1)) return size === 1 ? x * Number.POSITIVE_INFINITY : Number.NaN
  const estimate = quantile(size) * Math.SQRT1_2
  // Past ½, 1 − size is exact and erfc tells more digits of what is left than erf.
  const residual = size < 0.5 ? size - erf(estimate) : erfc(estimate) - (1 - size)
  const slope = twoOverSqrtPi * Math.exp(-estimate * estimate)
  return Math.sign(x) * (estimate + residual / slope)
}

/** 1 / (1 + exp(−x)), to 2.5 ulp; no exponential overflows, so the left tail keeps its digits. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** log(1 + exp(x)), to 2 ulp: exp is only taken of what cannot overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/** The nearest whole number, of two the even one; zeros keep the sign of x. Source: IEEE 754. */
export function roundHalfEven(x: number): number {
  const rounded = Math.round(x) // halves go up
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

/** −1, 0 or 1; ±0 keeps its sign and NaN stays NaN. Source: StableHLO `sign`. */
export function sign(x: number): number {
  return Math.sign(x)
}

interface Ratio {
  /** Coefficients, the highest power first. */
  readonly numerator: readonly number[]
  readonly denominator: readonly number[]
}

function evaluate({ numerator, denominator }: Ratio, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x)
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}

/** Φ⁻¹((1 + size) / 2) for 0 ≤ size < 1, to about 5 ulp. */
function quantile(size: number): number {
  if (size <= 0.85) return (size / 2) * evaluate(quantileCentre, 0.180625 - 0.25 * size * size)
  const depth = Math.sqrt(-Math.log((1 - size) / 2))
  return depth <= 5 ? evaluate(quantileTail, depth - 1.6) : evaluate(quantileFarTail, depth - 5)
}

/** erfc(x) for 0.75 ≤ x < 28. */
function erfcTail(x: number): number {
  if (x < 1.25) {
    return expMinusSquare(x, { plus: -0.84375, rest: polynomial(logErfcNearOne, x - 1), over: 1 })
  }
  const rest = evaluate(x < 1 / 0.35 ? erfcTailNear : erfcTailFar, 1 / (x * x))
  return expMinusSquare(x, { plus: -0.5625, rest, over: x })
}

interface Surroundings {
  /** Of few bits, so that adding a square of 48 bits is exact. */
  readonly plus: number
  /** Below ¼ in size, so that its rounding counts little. */
  readonly rest: number
  readonly over: number
}

/** exp(−x² + plus + rest) / over for 0.75 ≤ x < 28, to 0.6 ulp if `rest` were exact. */
function expMinusSquare(x: number, { plus, rest, over }: Surroundings): number {
  // The exponent needs more than 53 bits. `high` has 24, so its square is exact, and with
  // x² = high² + (x − high)(x + high) what is left over is small.
  const high = Math.fround(x)
  const upper = plus - high * high
  const lower = rest - (x - high) * (x + high)

  // exp(upper + lower) = 2^k exp(r): upper − k ln2High is exact, ln2High having 33 bits.
  const k = Math.round((upper + lower) * Math.LOG2E)
  const first = upper - k * ln2High
  const second = lower - k * ln2Low
  const r = first + second
  const rLow = second - (r - first)

  // exp(r) = 1 + r + r²/2 + r³ P(r) = body + tail, the tail with what rounding 1 + r took.
  const body = 1 + r
  const tail = r - (body - 1) + (rLow + r * r * (0.5 + r * polynomial(exponentialRest, r)))

  // body / over and, from products of halves that are exact, what rounding the quotient took.
  const quotient = body / over
  const quotientHigh = Math.fround(quotient)
  const overHigh = Math.fround(over)
  const remainder =
    body -
    quotientHigh * overHigh -
    quotientHigh * (over - overHigh) -
    (quotient - quotientHigh) * over
  const scaled = quotient + (remainder + tail) / over

  // In two steps: 2^k alone would underflow before the result does.
  const half = Math.trunc(k / 2)
  return scaled * 2 ** half * 2 ** (k - half)
}

const twoOverSqrtPi = 1.1283791670955126
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

/** 1/15!, …, 1/4!, 1/3!: the Taylor series of exp from r³, cut below 2⁻⁶² for |r| ≤ ln 2 / 2. */
const exponentialRest: readonly number[] = [
  1 / 1307674368000,
  1 / 87178291200,
  1 / 6227020800,
  1 / 479001600,
  1 / 39916800,
  1 / 3628800,
  1 / 362880,
  1 / 40320,
  1 / 5040,
  1 / 720,
  1 / 120,
  1 / 24,
  1 / 6,
]

/** erf(1) to 24 bits. */
const erfOfOne = 0.8450629115104675

/** erf(x) / x − 1 for |x| < 0.84375, in x². */
const erfNearZero: Ratio = {
  numerator: [
    -2.3763016656650163e-5, -0.005770270296489442, -0.02848174957559851, -0.3250421072470015,
    0.12837916709551256,
  ],
  denominator: [
    -3.960228278775368e-6, 0.00013249473800432164, 0.005081306281875766, 0.0650222499887673,
    0.39791722395915535, 1,
  ],
}

/** erf(1 + x) − erfOfOne for −0.15625 ≤ x < 0.25. */
const erfNearOne: Ratio = {
  numerator: [
    -0.002166375594868791, 0.035478304325618236, -0.11089469428239668, 0.31834661990116175,
    -0.3722078760357013, 0.41485611868374833, -0.0023621185607526594,
  ],
  denominator: [
    0.011984499846799107, 0.01363708391202905, 0.12617121980876164, 0.07182865441419627,
    0.540397917702171, 0.10642088040084423, 1,
  ],
}

/** log(erfc(1 + x)) + (1 + x)² + 0.84375 for |x| ≤ ¼: its Taylor series, from mpmath's `taylor`. */
const logErfcNearOne: readonly number[] = [
  -2.789179329374189e-9, 1.896886235667681e-8, -6.587287102476677e-8, 1.2542538430300917e-7,
  1.0345470556042998e-7, -2.0188434436264666e-6, 9.577334158919822e-6, -2.7141093401769923e-5,
  2.627036956709786e-5, 0.0002373247077589544, -0.0019779030210688767, 0.010033825434294262,
  -0.041561098046524005, 0.15689274364151465, -0.6389675142347913, -0.005855509933248249,
]

/** log(x erfc(x)) + x² + 0.5625 for 1.25 ≤ x < 1/0.35, in 1 / x². */
const erfcTailNear: Ratio = {
  numerator: [
    -9.814329344169145, -81.2874355063066, -184.60509290671104, -162.39666946257347,
    -62.375332450326006, -10.558626225323291, -0.6938585727071818, -0.009864944034847148,
  ],
  denominator: [
    -0.0604244152148581, 6.570249770319282, 108.63500554177944, 429.00814002756783,
    645.3872717332679, 434.56587747522923, 137.65775414351904, 19.651271667439257, 1,
  ],
}

/** The same for 1/0.35 ≤ x < 28. */
const erfcTailFar: Ratio = {
  numerator: [
    -483.5191916086514, -1025.0951316110772, -637.5664433683896, -160.63638485582192,
    -17.757954917754752, -0.799283237680523, -0.0098649429247001,
  ],
  denominator: [
    -22.44095244658582, 474.52854120695537, 2553.0504064331644, 3199.8582195085955,
    1536.729586084437, 325.7925129965739, 30.33806074348246, 1,
  ],
}

/** Φ⁻¹(½ + q) / q for |q| ≤ 0.425, in 0.180625 − q². */
const quantileCentre: Ratio = {
  numerator: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  denominator: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
}

/** −Φ⁻¹(p) for 1.4e-11 ≤ p < 0.075, in √(−log p) − 1.6. */
const quantileTail: Ratio = {
  numerator: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  denominator: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
  ],
}

/** −Φ⁻¹(p) for smaller p, in √(−log p) − 5. */
const quantileFarTail: Ratio = {
  numerator: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  denominator: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
}

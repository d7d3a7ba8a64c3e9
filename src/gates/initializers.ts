/**
 * What parameters hold first, as graph: a pure function of the state's random key. Names and
 * formulas are those of PyTorch's `torch.nn.init`. The fans are those of a weight [in, out], as of
 * `linear`, or of three axes or more [out, in, ...window], as of `conv2d`.
 */
import { SluiceError } from '../errors.ts'
import { add } from './add.ts'
import { cast } from './cast.ts'
import { clamp } from './clamp.ts'
import { constant as constantGate } from './constant.ts'
import { full } from './creation.ts'
import { erf } from './erf.ts'
import { erfInverse } from './erf-inverse.ts'
import { calculateGain, type FanOptions, fansOf, type Nonlinearity } from './fans.ts'
import { multiply } from './multiply.ts'
import { normal as normalGate } from './normal.ts'
import type { Initializer } from './state.ts'
import { subtract } from './subtract.ts'
import { type FloatingDType, uniform as uniformGate } from './uniform.ts'

export { calculateGain, type FanOptions, type Nonlinearity } from './fans.ts'
export { type OrthogonalOptions, orthogonal } from './orthogonal.ts'

/** One number everywhere. Source: PyTorch `torch.nn.init.constant_`. */
export function constant(value: number): Initializer {
  return (_, shape, dtype) => full(shape, value, { dtype })
}

/** Zeros. Source: PyTorch `torch.nn.init.zeros_`. */
export function zeros(): Initializer {
  return constant(0)
}

/** Ones. Source: PyTorch `torch.nn.init.ones_`. */
export function ones(): Initializer {
  return constant(1)
}

/** Uniform on [low, high), by default [0, 1). Source: PyTorch `torch.nn.init.uniform_`. */
export function uniform(low = 0, high = 1): Initializer {
  return (key, shape, dtype) => uniformGate(key, shape, { low, high, dtype: floating(dtype) })
}

/**
 * Normal with a mean and a standard deviation, by default 0 and 1.
 * Source: PyTorch `torch.nn.init.normal_`.
 */
export function normal(mean = 0, standardDeviation = 1): Initializer {
  return (key, shape, dtype) =>
    normalGate(key, shape, { mean, standardDeviation, dtype: floating(dtype) })
}

export interface TruncNormalOptions {
  /** Of the normal distribution before it is cut off. Default 0. */
  readonly mean?: number
  /** Of the normal distribution before it is cut off. Default 1. */
  readonly standardDeviation?: number
  /** Default −2. */
  readonly low?: number
  /** Default 2. */
  readonly high?: number
}

/**
 * Normal, with nothing below `low` and above `high`: what would lie there is drawn from between.
 *
 * Throws: ATTRIBUTE where the distribution has next to nothing between the bounds.
 * Source: PyTorch `torch.nn.init.trunc_normal_`.
 */
export function truncNormal(options: TruncNormalOptions = {}): Initializer {
  const { mean = 0, standardDeviation = 1, low = -2, high = 2 } = options
  checkInterval(mean, standardDeviation, low, high)
  // erf of a bound is where it lies in (−1, 1), when the distribution is spread evenly over that.
  const scale = standardDeviation * Math.SQRT2
  const evenly = (bound: number) => erf(constantGate((bound - mean) / scale, { dtype: 'f64' }))
  return (key, shape, dtype) => {
    const least = evenly(low)
    const width = subtract(evenly(high), least)
    // From the middle of each step of 2⁻²³, so that the inverse is never asked for ±1.
    const fraction = add(uniformGate(key, shape, { dtype: 'f64' }), 2 ** -24)
    const standard = erfInverse(add(multiply(fraction, width), least))
    const scaled = add(multiply(standard, scale), mean)
    return clamp(cast(scaled, floating(dtype)), low, high)
  }
}

export interface XavierOptions extends FanOptions {
  /** Factor for the activation that follows, such as `calculateGain('tanh')`. Default 1. */
  readonly gain?: number
}

/**
 * Uniform on ±gain · √(6 / (fanIn + fanOut)).
 *
 * Throws: ATTRIBUTE for a shape of fewer than two axes without both fans.
 * Source: PyTorch `torch.nn.init.xavier_uniform_`; Glorot and Bengio 2010.
 */
export function xavierUniform(options: XavierOptions = {}): Initializer {
  return evenly((shape) => xavierDeviation('xavierUniform', shape, options))
}

/**
 * Normal with the deviation gain · √(2 / (fanIn + fanOut)).
 *
 * Throws: as `xavierUniform`.
 * Source: PyTorch `torch.nn.init.xavier_normal_`; Glorot and Bengio 2010.
 */
export function xavierNormal(options: XavierOptions = {}): Initializer {
  return normally((shape) => xavierDeviation('xavierNormal', shape, options))
}

export interface KaimingOptions extends FanOptions {
  /** What keeps its size: values on the way forward, or gradients on the way back. Default fanIn. */
  readonly mode?: 'fanIn' | 'fanOut'
  /** What follows. Default leakyRelu, which with a slope of 0 is relu. */
  readonly nonlinearity?: Nonlinearity
  /** Of leakyRelu. Default 0. */
  readonly negativeSlope?: number
}

/**
 * He's: uniform on ±gain · √(3 / fan), with the gain of the nonlinearity, by default √2.
 *
 * Throws: ATTRIBUTE for a shape of fewer than two axes without both fans, an unknown mode or
 * nonlinearity.
 * Source: PyTorch `torch.nn.init.kaiming_uniform_`; He et al. 2015.
 *
 * @example
 * linear(784, 128, { weightInit: init.kaimingUniform({ nonlinearity: 'relu' }) })
 */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  return evenly((shape) => kaimingDeviation('kaimingUniform', shape, options))
}

/**
 * He's: normal with the deviation gain / √fan, with the gain of the nonlinearity, by default √2.
 *
 * Throws: as `kaimingUniform`.
 * Source: PyTorch `torch.nn.init.kaiming_normal_`; He et al. 2015.
 */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  return normally((shape) => kaimingDeviation('kaimingNormal', shape, options))
}

type DeviationOf = (shape: readonly number[]) => number

/** Uniform around 0: a bound is √3 deviations. */
function evenly(deviationOf: DeviationOf): Initializer {
  return (key, shape, dtype) => {
    const bound = Math.sqrt(3) * deviationOf(shape)
    return uniformGate(key, shape, { low: -bound, high: bound, dtype: floating(dtype) })
  }
}

function normally(deviationOf: DeviationOf): Initializer {
  return (key, shape, dtype) =>
    normalGate(key, shape, { standardDeviation: deviationOf(shape), dtype: floating(dtype) })
}

function xavierDeviation(
  initializer: string,
  shape: readonly number[],
  { gain = 1, ...given }: XavierOptions,
): number {
  const { fanIn, fanOut } = fansOf(initializer, shape, given)
  return gain * Math.sqrt(2 / (fanIn + fanOut))
}

function kaimingDeviation(
  initializer: string,
  shape: readonly number[],
  options: KaimingOptions,
): number {
  const { mode = 'fanIn', nonlinearity = 'leakyRelu', negativeSlope = 0, ...given } = options
  const fans = fansOf(initializer, shape, given)
  if (Object.hasOwn(fans, mode)) {
    return calculateGain(nonlinearity, negativeSlope) / Math.sqrt(fans[mode])
  }
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: `${initializer}: there is no such mode`,
    expected: 'fanIn or fanOut',
    got: String(mode),
    fix: "leave it out for 'fanIn'",
  })
}

function checkInterval(mean: number, deviation: number, low: number, high: number): void {
  // Beyond five deviations lie 6e-7 of the distribution: less than a draw of 23 bits tells apart.
  const reach = 5 * deviation
  if (deviation > 0 && low < high && low <= mean + reach && high >= mean - reach) return
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'truncNormal: there is nothing between the bounds',
    expected: 'low < high, within five deviations of the mean, and a deviation above 0',
    got: `mean ${mean}, standardDeviation ${deviation}, low ${low}, high ${high}`,
    fix: 'the bounds are numbers, not deviations: for a deviation of 0.02 take −0.04 and 0.04',
  })
}

function floating(dtype: string): FloatingDType {
  return dtype === 'f64' ? 'f64' : 'f32'
}

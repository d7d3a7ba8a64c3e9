/**
 * What parameters hold first, as graph: a pure function of the state's random key.
 * Names and formulas are those of PyTorch's `torch.nn.init`; a weight is [in, out].
 */
import { SluiceError } from '../errors.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import { normal } from './normal.ts'
import type { Initializer } from './state.ts'
import { uniform } from './uniform.ts'

export interface FanOptions {
  /** How many inputs each output sums. Default: the first size, times the window of a kernel. */
  readonly fanIn?: number
  /** How many outputs each input reaches. Default: the second size, likewise. */
  readonly fanOut?: number
  /** Factor for the activation that follows. Default 1. */
  readonly gain?: number
}

/** Uniform on [low, high). */
export function uniformInit(low: number, high: number): Initializer {
  return (key, shape, dtype) => uniform(key, shape, { low, high, dtype: floating(dtype) })
}

/** Normal with a mean and a standard deviation. */
export function normalInit(mean: number, standardDeviation: number): Initializer {
  return (key, shape, dtype) =>
    normal(key, shape, { mean, standardDeviation, dtype: floating(dtype) })
}

/** Uniform on ±gain·√(6 / (fanIn + fanOut)). Source: Glorot and Bengio 2010. */
export function xavierUniform(options: FanOptions = {}): Initializer {
  return (key, shape, dtype) => {
    const { fanIn, fanOut, gain } = fansOf(shape, options)
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut))
    return uniform(key, shape, { low: -bound, high: bound, dtype: floating(dtype) })
  }
}

/** Uniform on ±gain·√(3 / fanIn), gain √2 for relu by default. Source: He et al. 2015. */
export function kaimingUniform(options: FanOptions = {}): Initializer {
  return (key, shape, dtype) => {
    const { fanIn, gain } = fansOf(shape, { gain: Math.SQRT2, ...options })
    const bound = gain * Math.sqrt(3 / fanIn)
    return uniform(key, shape, { low: -bound, high: bound, dtype: floating(dtype) })
  }
}

function fansOf(shape: Shape, options: FanOptions): Required<FanOptions> {
  const [first = 0, second = 0, ...window] = shape
  const taps = window.reduce((product, size) => product * size, 1)
  const { gain = 1, fanIn = first * taps, fanOut = second * taps } = options
  if (shape.length >= 2 || (options.fanIn !== undefined && options.fanOut !== undefined)) {
    return { fanIn, fanOut, gain }
  }
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'initializer: the fan of this shape cannot be found out',
    expected: 'a shape of two axes or more, or fanIn and fanOut',
    got: formatShape(shape),
    fix: 'give { fanIn, fanOut }, or use uniformInit or zeros',
  })
}

function floating(dtype: string): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}

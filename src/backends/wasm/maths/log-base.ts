/** Logarithms to the base of 2 and of 10, exact for powers of it: log(x) / log(base) with a pair. */
import { f64x2 } from '../instructions.ts'
import type { Context, Emitter, Vector } from './lanes.ts'
import { log, logEnds } from './log.ts'
import { logPair } from './log-pair.ts'
import { productOf } from './pair.ts'
import { throughDouble } from './through-double.ts'

/** 1 / log(base) in two parts. */
interface Inverse {
  readonly high: number
  readonly low: number
}

/** log₂(x): −inf at ±0, NaN below. */
export const log2: Emitter = logTimes({ high: Math.LOG2E, low: 2.0355273740931033e-17 })

/** log₁₀(x), likewise. */
export const log10: Emitter = logTimes({ high: Math.LOG10E, low: 1.098319650216765e-17 })

function logTimes(inverse: Inverse): Emitter {
  return (context, argument) => {
    const x = context.f.let(argument)
    if (context.lanes.type === 'f64x2') return double(context, x, inverse)
    // The digits of f64 are enough for those of f32.
    return throughDouble(context, [x], (doubles, operand) => {
      const logarithm = log(doubles, operand as Vector) // one for the one passed
      return f64x2.mul(logarithm, f64x2.constant(inverse.high))
    })
  }
}

function double(context: Context, argument: Vector, { high, low }: Inverse): Vector {
  const { f, lanes } = context
  const x = f.let(argument)
  const logarithm = logPair(context, x)
  const factor = f.let(lanes.constant(high))
  const more = lanes.mul(logarithm.high, lanes.constant(low))
  const mixed = lanes.add(lanes.mul(logarithm.low, factor), more)
  const product = productOf(context, logarithm.high, factor, mixed)
  return logEnds(context, x, lanes.add(product.high, product.low))
}

import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate } from './define.ts'

export interface NanToNumOptions {
  /** What stands for NaN. Default 0. */
  readonly nan?: number
  /** What stands for ∞. Default: the largest number of the dtype. */
  readonly positiveInfinity?: number
  /** What stands for −∞. Default: the least number of the dtype. */
  readonly negativeInfinity?: number
}

export interface NanToNum {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: NanToNumOptions): Value<S, D>
  (x: number, options?: NanToNumOptions): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    nanToNum(options?: NanToNumOptions): Value<S, D>
  }
}

interface NanToNumAttributes {
  readonly [name: string]: number
  readonly nan: number
  readonly positiveInfinity: number
  readonly negativeInfinity: number
}

/**
 * x where it is finite, else a number that stands for it, element by element. The gradient passes
 * where x is finite.
 * Source: PyTorch `nan_to_num`.
 *
 * @example
 * nanToNum(x, { nan: -1, positiveInfinity: 1e6 })
 */
export const nanToNum: Gate<NanToNum> = defineGate<NanToNum, ['x'], NanToNumAttributes>({
  name: 'nanToNum',
  operands: ['x'],
  role: 'router',
  call: (x: Operand, { nan = 0, ...infinities }: NanToNumOptions = {}) => {
    const isDouble = typeof x === 'object' && x.dtype === 'f64'
    const largest = isDouble ? Number.MAX_VALUE : largestSingle
    const { positiveInfinity = largest, negativeInfinity = -largest } = infinities
    return { inputs: [x], attributes: { nan, positiveInfinity, negativeInfinity } }
  },
  element: ({ x, attributes: { nan, positiveInfinity, negativeInfinity } }) => {
    const known = x.notEqual(x).select(nan, x)
    const bounded = x.equal(-Infinity).select(negativeInfinity, known)
    return x.equal(Infinity).select(positiveInfinity, bounded)
  },
  backward: ({ gates, x, upstream }) => ({ x: gates.where(gates.isFinite(x), upstream, 0) }),
  local: ({ x }) => String.raw`[\lvert ${x} \rvert < \infty]`,
  samples: [
    {
      x: [Number.NaN, Infinity, -Infinity, 2],
      with: [{ nan: 1, positiveInfinity: 3, negativeInfinity: -4 }],
      output: [1, 3, -4, 2],
    },
    { x: [Number.NaN, 0.5, -0], output: [0, 0.5, -0] },
  ],
})

const largestSingle = (2 - 2 ** -23) * 2 ** 127

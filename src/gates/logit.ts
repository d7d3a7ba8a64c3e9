import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate } from './define.ts'

export interface LogitOptions {
  /** Brings x between epsilon and 1 − epsilon first. Default: it stays as it is. */
  readonly epsilon?: number
}

export interface Logit {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: LogitOptions): Value<S, D>
  (x: number, options?: LogitOptions): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    logit(options?: LogitOptions): Value<S, D>
  }
}

interface LogitAttributes {
  readonly [name: string]: number
}

/**
 * log(x / (1 − x)), the inverse of the sigmoid, element by element: ±∞ at 0 and 1, NaN beyond, as
 * the gradient is. Where epsilon moves x, no gradient passes.
 *
 * Throws: ATTRIBUTE unless epsilon is from 0 to ½.
 * Source: PyTorch `logit`.
 */
export const logit: Gate<Logit> = defineGate<Logit, ['x'], LogitAttributes>({
  name: 'logit',
  operands: ['x'],
  role: 'scaler',
  call: (x: Operand, { epsilon }: LogitOptions = {}) => ({
    inputs: [x],
    attributes: epsilon === undefined ? {} : { epsilon },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is from 0 to 0.5',
      holds: ({ attributes: { epsilon = 0 } }) =>
        (epsilon >= 0 && epsilon <= 0.5) || `epsilon is ${epsilon}`,
      fix: 'leave it out, or give a small number: { epsilon: 1e-6 }',
      broken: { x: 'f32[3]', with: [{ epsilon: 2 }] },
    },
  },
  element: ({ x, attributes: { epsilon } }) => {
    const p = epsilon === undefined ? x : x.maximum(epsilon).minimum(1 - epsilon)
    const rest = p.negate().add(1)
    // log(1 + (2p − 1) / (1 − p)) keeps its digits near ½, the quotient those of the smallest p.
    const excess = p.multiply(2).subtract(1)
    const isNear = excess.abs().less(0.5)
    return isNear.select(excess.divide(rest).log1p(), p.divide(rest).log())
  },
  backward: ({ gates, x, attributes: { epsilon }, upstream }) => {
    const [least, outside] = epsilon === undefined ? [0, Number.NaN] : [epsilon, 0]
    const slope = gates.divide(upstream, gates.multiply(x, gates.subtract(1, x)))
    const isInside = gates.and(gates.greaterEqual(x, least), gates.lessEqual(x, 1 - least))
    return { x: gates.where(isInside, slope, outside) }
  },
  equation: ({ x }) => String.raw`\log(\frac{${x}}{1 - ${x}})`,
  local: ({ x }) => String.raw`\frac{1}{${x} \odot (1 - ${x})}`,
  // Expected values: torch 1.13, torch.logit in f64.
  samples: [
    {
      x: [0.125, 0.4, 0.5, 0.51, 0.875],
      output: [
        -1.9459101490553135, -0.4054651081081643, 0, 0.040005334613699206, 1.9459101490553132,
      ],
    },
    {
      x: [0, 0.3, 1],
      with: [{ epsilon: 0.05 }],
      output: [-2.9444389791664403, -0.8472978603872036, 2.9444389791664394],
    },
    {
      x: [0, -0, 1, -0.1, 1.1, Number.NaN],
      output: [-Infinity, -Infinity, Infinity, Number.NaN, Number.NaN, Number.NaN],
    },
  ],
})

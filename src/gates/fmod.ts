import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'
import { throughRemainder } from './whole-quotient.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    fmod: BinaryMethod<'fmod'>
  }
}

/**
 * What the division of a by b towards zero leaves, exactly, element by element: it has the sign of
 * a. Shapes broadcast. By 0 it is NaN, of integers a.
 * Source: PyTorch `fmod`.
 */
export const fmod: Gate<Binary<'fmod'>> = defineGate({
  name: 'fmod',
  operands: ['a', 'b'],
  role: 'scaler',
  takes: 'numeric',
  element: ({ a, b }) => a.remainder(b),
  backward: throughRemainder,
  local: ({ a, b }) => ({
    a: '1',
    b: String.raw`-\operatorname{trunc}(\frac{${a}}{${b}})`,
  }),
  // Expected values: torch 1.13, torch.fmod in f64.
  samples: [
    {
      a: [-7.5, -7.5, 7.5, 7.5, 5.3],
      b: [2, -2, 2, -2, 0.1],
      output: [-1.5, -1.5, 1.5, 1.5, 0.09999999999999953],
    },
    { a: [-7, 7, 5], b: [3, -3, 8], output: [-1, 1, 5] },
    {
      a: [Infinity, 1, -1, Number.NaN, -0],
      b: [1, Infinity, Infinity, 1, 2],
      output: [Number.NaN, 1, -1, Number.NaN, -0],
    },
  ],
})

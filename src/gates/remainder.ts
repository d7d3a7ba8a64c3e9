import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'
import { throughRemainder } from './whole-quotient.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    remainder: BinaryMethod<'remainder'>
  }
}

/**
 * What the division of a by b downwards leaves, element by element: it has the sign of b, as
 * Python's `%`. Shapes broadcast. By 0 it is NaN, of integers a.
 * Source: PyTorch `remainder`.
 */
export const remainder: Gate<Binary<'remainder'>> = defineGate({
  name: 'remainder',
  operands: ['a', 'b'],
  role: 'scaler',
  takes: 'numeric',
  element: ({ a, b }) => {
    const rest = a.remainder(b)
    const isOther = rest.notEqual(0).and(rest.less(0).notEqual(b.less(0)))
    return isOther.and(b.notEqual(0)).select(rest.add(b), rest)
  },
  backward: throughRemainder,
  equation: ({ a, b }) => String.raw`${a} \bmod ${b}`,
  local: ({ a, b }) => ({ a: '1', b: String.raw`-\lfloor \frac{${a}}{${b}} \rfloor` }),
  // Expected values: torch 1.13, torch.remainder in f64.
  samples: [
    {
      a: [-7.5, -7.5, 7.5, 7.5, 5.3],
      b: [2, -2, 2, -2, 0.1],
      output: [0.5, -1.5, 1.5, -0.5, 0.09999999999999953],
    },
    { a: [-7, 7, 5], b: [3, -3, 8], output: [2, -2, 5] },
    {
      a: [Infinity, 1, -1, Number.NaN, -0],
      b: [1, Infinity, Infinity, 1, 2],
      output: [Number.NaN, 1, Infinity, Number.NaN, -0],
    },
  ],
})

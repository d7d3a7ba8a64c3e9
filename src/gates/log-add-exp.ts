import type { Gate } from '../ir/gate.ts'
import { type Binary, type BinaryMethod, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    logAddExp: BinaryMethod<'logAddExp'>
  }
}

/**
 * log(exp(a) + exp(b)), element by element, without overflow. Shapes broadcast.
 * Source: PyTorch `logaddexp`.
 */
export const logAddExp: Gate<Binary<'logAddExp'>> = defineGate({
  name: 'logAddExp',
  operands: ['a', 'b'],
  role: 'scaler',
  element: ({ a, b }) => {
    const more = a.subtract(b).abs().negate().softplus()
    // The difference of equal infinities is NaN.
    return a.equal(b).select(a.add(Math.LN2), a.maximum(b).add(more))
  },
  backward: ({ gates, a, b, upstream }) => {
    const difference = gates.subtract(a, b)
    return {
      a: gates.multiply(upstream, gates.sigmoid(difference)),
      b: gates.multiply(upstream, gates.sigmoid(gates.negate(difference))),
    }
  },
  equation: ({ a, b }) => String.raw`\log(\exp(${a}) + \exp(${b}))`,
  local: ({ a, b }) => ({
    a: String.raw`\sigma(${a} - ${b})`,
    b: String.raw`\sigma(${b} - ${a})`,
  }),
  // Expected values: torch 1.13, torch.logaddexp in f64.
  samples: [
    {
      a: [1, -2, 1000, 0.5],
      b: [2, -2, 1000.5, -30],
      output: [2.313261687518223, -1.3068528194400546, 1000.9740769841801, 0.5000000000000568],
    },
    {
      a: [Infinity, -Infinity, -Infinity, Infinity, Number.NaN],
      b: [Infinity, -Infinity, 3, -Infinity, 1],
      output: [Infinity, -Infinity, 3, Infinity, Number.NaN],
    },
  ],
})

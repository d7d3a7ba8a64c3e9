import { Expression } from '../ir/expression.ts'
import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    cosh(): Value<S, D>
  }
}

/**
 * The hyperbolic cosine, element by element.
 * Source: PyTorch `cosh`.
 */
export const cosh: Gate<Unary> = defineGate({
  name: 'cosh',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => {
    // The root of exp(|x|), so that nothing overflows before the result does.
    const root = x.abs().multiply(0.5).exp()
    const rest = Expression.literal(0.5).divide(root).divide(root)
    return root.multiply(0.5).multiply(root).add(rest)
  },
  backward: ({ gates, x, upstream }) => ({ x: gates.multiply(upstream, gates.sinh(x)) }),
  equation: ({ x }) => String.raw`\cosh(${x})`,
  local: ({ x }) => String.raw`\sinh(${x})`,
  // Expected values: torch 1.13, torch.cosh in f64.
  samples: [
    {
      x: [-3, -0.5, 0, 1, 2.5],
      output: [10.067661995777765, 1.1276259652063807, 1, 1.5430806348152437, 6.132289479663686],
    },
    { x: [-Infinity, Infinity, Number.NaN], output: [Infinity, Infinity, Number.NaN] },
  ],
})

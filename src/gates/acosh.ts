import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    acosh(): Value<S, D>
  }
}

/**
 * The inverse of the hyperbolic cosine from 1 on, element by element: NaN below.
 * Source: PyTorch `acosh`.
 */
export const acosh: Gate<Unary> = defineGate({
  name: 'acosh',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => {
    const above = x.subtract(1)
    // Two roots: that of the product would be real again below −1.
    const near = above.add(above.sqrt().multiply(x.add(1).sqrt()))
    // Far away, where the sum may overflow, acosh(x) is log(2x).
    const isFar = above.greater(1e9)
    const logarithm = isFar.select(above, near).log1p()
    return isFar.select(logarithm.add(Math.LN2), logarithm)
  },
  backward: ({ gates, x, upstream }) => ({
    x: gates.divide(
      upstream,
      gates.multiply(gates.sqrt(gates.subtract(x, 1)), gates.sqrt(gates.add(x, 1))),
    ),
  }),
  equation: ({ x }) => String.raw`\operatorname{arcosh}(${x})`,
  local: ({ x }) => String.raw`\frac{1}{\sqrt{${x}^2 - 1}}`,
  // Expected values: torch 1.13, torch.acosh in f64.
  samples: [
    // None below 1, where there are no derivatives to check: test/torch-elementwise.test.ts has some.
    {
      x: [1.625, 2.5, 30],
      output: [1.0667324319014355, 1.566799236972411, 4.0940666686320855],
    },
    { x: 1, output: 0 },
    { x: Infinity, output: Infinity },
    { x: Number.NaN, output: Number.NaN },
  ],
})

import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    asinh(): Value<S, D>
  }
}

/**
 * The inverse of the hyperbolic sine, element by element, exact for small x.
 * Source: PyTorch `asinh`.
 */
export const asinh: Gate<Unary> = defineGate({
  name: 'asinh',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => {
    const size = x.abs()
    const square = size.multiply(size)
    const near = size.add(square.divide(square.add(1).sqrt().add(1)))
    // Far away, where the square may overflow, asinh(x) is log(2x).
    const isFar = size.greater(1e9)
    const logarithm = isFar.select(size.subtract(1), near).log1p()
    return x.sign().multiply(isFar.select(logarithm.add(Math.LN2), logarithm))
  },
  backward: ({ gates, x, upstream }) => ({ x: gates.divide(upstream, gates.hypot(x, 1)) }),
  equation: ({ x }) => String.raw`\operatorname{arsinh}(${x})`,
  local: ({ x }) => String.raw`\frac{1}{\sqrt{1 + ${x}^2}}`,
  // Expected values: torch 1.13, torch.asinh in f64.
  samples: [
    {
      x: [-3, -0.5, 1],
      output: [-1.8184464592320668, -0.48121182505960347, 0.881373587019543],
    },
    {
      x: [-Infinity, -0, Infinity, Number.NaN],
      output: [-Infinity, -0, Infinity, Number.NaN],
    },
  ],
})

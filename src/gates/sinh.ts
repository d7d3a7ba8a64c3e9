import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sinh(): Value<S, D>
  }
}

/**
 * The hyperbolic sine, element by element, exact for small x.
 * Source: PyTorch `sinh`.
 */
export const sinh: Gate<Unary> = defineGate({
  name: 'sinh',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => {
    // With h = exp(|x| / 2) − 1 nothing overflows before the result does.
    const h = x.abs().multiply(0.5).expm1()
    const q = h.greater(1e17).select(1, h.divide(h.add(1)))
    return x.sign().multiply(h.add(q).multiply(h.multiply(q).multiply(0.5).add(1)))
  },
  backward: ({ gates, x, upstream }) => ({ x: gates.multiply(upstream, gates.cosh(x)) }),
  equation: ({ x }) => String.raw`\sinh(${x})`,
  local: ({ x }) => String.raw`\cosh(${x})`,
  // Expected values: torch 1.13, torch.sinh in f64.
  samples: [
    {
      x: [-3, -0.5, 1],
      output: [-10.017874927409903, -0.5210953054937474, 1.1752011936438014],
    },
    { x: 12, output: 81377.39570642984 },
    {
      x: [-Infinity, -0, Infinity, Number.NaN],
      output: [-Infinity, -0, Infinity, Number.NaN],
    },
  ],
})

import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    atanh(): Value<S, D>
  }
}

/**
 * The inverse of the hyperbolic tangent, element by element: ±∞ at ±1 and NaN beyond.
 * Source: PyTorch `atanh`.
 */
export const atanh: Gate<Unary> = defineGate({
  name: 'atanh',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => {
    const size = x.abs()
    const ratio = size.multiply(2).divide(size.negate().add(1))
    return x.sign().multiply(ratio.log1p().multiply(0.5))
  },
  backward: ({ gates, x, upstream }) => ({
    x: gates.divide(upstream, gates.multiply(gates.subtract(1, x), gates.add(1, x))),
  }),
  equation: ({ x }) => String.raw`\operatorname{artanh}(${x})`,
  local: ({ x }) => String.raw`\frac{1}{1 - ${x}^2}`,
  // Expected values: torch 1.13, torch.atanh in f64.
  samples: [
    {
      x: [-0.9375, -0.25, 0.5, 0.75],
      output: [-1.7169936022425731, -0.25541281188299536, 0.5493061443340548, 0.9729550745276566],
    },
    {
      x: [-2, -1, -0, 1, Infinity, Number.NaN],
      output: [Number.NaN, -Infinity, -0, Infinity, Number.NaN, Number.NaN],
    },
  ],
})

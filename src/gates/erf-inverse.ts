import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    erfInverse(): Value<S, D>
  }
}

/**
 * The y whose error function is x: ±∞ at ±1 and NaN beyond.
 * Source: PyTorch `erfinv`.
 */
export const erfInverse: Gate<Unary> = defineGate({
  name: 'erfInverse',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.erfInverse(),
  backward: ({ gates, output, upstream }) => {
    const slope = gates.multiply(gates.exp(gates.multiply(output, output)), Math.sqrt(Math.PI) / 2)
    return { x: gates.multiply(upstream, slope) }
  },
  equation: ({ x }) => String.raw`\operatorname{erf}^{-1}(${x})`,
  local: ({ output }) => String.raw`\frac{\sqrt{\pi}}{2} \cdot \exp(${output}^2)`,
  // Expected values: torch 1.13, torch.erfinv in f64.
  samples: [
    {
      x: [-0.99609375, -0.5, 0, 0.25, 0.875],
      output: [-2.040452014605606, -0.4769362762044699, 0, 0.2253120550121781, 1.0847870400692832],
    },
    {
      x: [-1, 1, -0, 1.5, Number.NaN],
      output: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0, Number.NaN, Number.NaN],
    },
  ],
})

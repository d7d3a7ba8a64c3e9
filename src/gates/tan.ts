import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    tan(): Value<S, D>
  }
}

/**
 * The tangent of angles in radians, element by element.
 * Source: PyTorch `tan`.
 */
export const tan: Gate<Unary> = defineGate({
  name: 'tan',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.sin().divide(x.cos()),
  backward: ({ gates, output, upstream }) => ({
    x: gates.multiply(upstream, gates.add(1, gates.square(output))),
  }),
  equation: ({ x }) => String.raw`\tan(${x})`,
  local: ({ output }) => `1 + ${output}^2`,
  // Expected values: torch 1.13, torch.tan in f64.
  samples: [
    {
      x: [-1.5, -0.25, 0.5, 1, 3],
      output: [
        -14.101419947171719, -0.25534192122103627, 0.5463024898437905, 1.5574077246549023,
        -0.1425465430742778,
      ],
    },
    { x: [-Infinity, -0, Infinity, Number.NaN], output: [Number.NaN, -0, Number.NaN, Number.NaN] },
  ],
})

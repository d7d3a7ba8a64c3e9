import { defineGate, type Unary } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'

/** A sigmoid of three straight lines, relu6(x + 3) / 6, element by element. Source: PyTorch `hardsigmoid`. */
export const hardsigmoid: Gate<Unary> = defineGate({
  name: 'hardsigmoid',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.add(3).maximum(0).minimum(6).divide(6),
  backward: ({ gates, x, upstream }) => ({
    x: gates.where(gates.less(gates.abs(x), 3), gates.divide(upstream, 6), 0),
  }),
  equation: ({ x }) => String.raw`\frac{1}{6} \min(\max(${x} + 3, 0), 6)`,
  local: ({ x }) => String.raw`\frac{1}{6} [-3 < ${x} < 3]`,
  // Expected values: torch 1.13, torch.nn.functional.hardsigmoid in f64.
  samples: [
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      output: [0, 0.25, 0.4583333333333333, 0.5833333333333334, 0.8333333333333334, 1],
    },
    { x: [-Infinity, Infinity, Number.NaN], output: [0, 1, Number.NaN] },
  ],
})

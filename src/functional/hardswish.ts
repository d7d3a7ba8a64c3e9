import { defineGate, type Unary } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'

/** x · hardsigmoid(x), element by element. Source: PyTorch `hardswish`. */
export const hardswish: Gate<Unary> = defineGate({
  name: 'hardswish',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.multiply(x.add(3).maximum(0).minimum(6)).divide(6),
  backward: ({ gates, x, upstream }) => {
    const bent = gates.multiply(upstream, gates.add(gates.divide(x, 3), 0.5))
    const below = gates.where(gates.less(x, -3), 0, bent)
    return { x: gates.where(gates.greater(x, 3), upstream, below) }
  },
  equation: ({ x }) => String.raw`\frac{${x}}{6} \odot \min(\max(${x} + 3, 0), 6)`,
  local: ({ x }) =>
    String.raw`[${x} > 3] + [-3 \le ${x} \le 3] \odot (\frac{${x}}{3} + \frac{1}{2})`,
  // Expected values: torch 1.13, torch.nn.functional.hardswish in f64.
  samples: [
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      output: [-0, -0.375, -0.11458333333333333, 0.2916666666666667, 1.6666666666666667, 5],
    },
    { x: [-1000, Infinity, Number.NaN], output: [-0, Infinity, Number.NaN] },
  ],
})

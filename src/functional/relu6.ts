import { defineGate, type Unary } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'

/** x brought between 0 and 6, element by element; at both no gradient passes. Source: PyTorch `relu6`. */
export const relu6: Gate<Unary> = defineGate({
  name: 'relu6',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.maximum(0).minimum(6),
  backward: ({ gates, x, upstream }) => {
    const isInside = gates.and(gates.greater(x, 0), gates.less(x, 6))
    return { x: gates.where(isInside, upstream, 0) }
  },
  equation: ({ x }) => String.raw`\min(\max(${x}, 0), 6)`,
  local: ({ x }) => `[0 < ${x} < 6]`,
  // Expected values: torch 1.13, torch.nn.functional.relu6 in f64.
  samples: [
    { x: [-4, -1.5, -0.25, 0.5, 2, 5, 7], output: [0, 0, 0, 0.5, 2, 5, 6] },
    { x: [-Infinity, Infinity, Number.NaN], output: [0, 6, Number.NaN] },
  ],
})

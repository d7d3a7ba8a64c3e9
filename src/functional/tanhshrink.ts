import { defineGate, type Unary } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'

/** x − tanh(x), element by element. Source: PyTorch `tanhshrink`. */
export const tanhshrink: Gate<Unary> = defineGate({
  name: 'tanhshrink',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.subtract(x.tanh()),
  backward: ({ gates, x, upstream }) => ({
    x: gates.multiply(upstream, gates.square(gates.tanh(x))),
  }),
  equation: ({ x }) => String.raw`${x} - \tanh(${x})`,
  local: ({ x }) => String.raw`\tanh^2(${x})`,
  // Expected values: torch 1.13, torch.nn.functional.tanhshrink in f64.
  samples: [
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      output: [
        -3.000670700260933, -0.5948517463551336, -0.005081337596290869, 0.03788284273999026,
        1.035972419924183, 4.000090795737405,
      ],
    },
    { x: [-Infinity, 0, Infinity, Number.NaN], output: [-Infinity, 0, Infinity, Number.NaN] },
  ],
})

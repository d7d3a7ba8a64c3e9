import { defineGate, type Unary } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'

/** log(sigmoid(x)), element by element, without overflow. Source: PyTorch `logsigmoid`. */
export const logSigmoid: Gate<Unary> = defineGate({
  name: 'logSigmoid',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.negate().softplus().negate(),
  backward: ({ gates, x, upstream }) => ({
    x: gates.multiply(upstream, gates.sigmoid(gates.negate(x))),
  }),
  equation: ({ x }) => String.raw`\log(\sigma(${x}))`,
  local: ({ x }) => String.raw`\sigma(-${x})`,
  // Expected values: torch 1.13, torch.nn.functional.logsigmoid in f64.
  samples: [
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      output: [
        -4.0181499279178094, -1.7014132779827524, -0.8259394198788436, -0.4740769841801067,
        -0.1269280110429725, -0.006715348489118068,
      ],
    },
    { x: [-1000, -Infinity, Infinity, Number.NaN], output: [-1000, -Infinity, 0, Number.NaN] },
  ],
})

import { defineGate, type Unary } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'

/** x / (1 + |x|), element by element. Source: PyTorch `softsign`. */
export const softsign: Gate<Unary> = defineGate({
  name: 'softsign',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.divide(x.abs().add(1)),
  backward: ({ gates, x, upstream }) => {
    const size = gates.add(1, gates.abs(x))
    return { x: gates.divide(upstream, gates.square(size)) }
  },
  equation: ({ x }) => String.raw`\frac{${x}}{1 + \lvert ${x} \rvert}`,
  local: ({ x }) => String.raw`\frac{1}{(1 + \lvert ${x} \rvert)^2}`,
  // Expected values: torch 1.13, torch.nn.functional.softsign in f64.
  samples: [
    {
      x: [-4, -1.5, -0.25, 0.5, 2, 5],
      output: [-0.8, -0.6, -0.2, 0.3333333333333333, 0.6666666666666666, 0.8333333333333334],
    },
    { x: [-0, Number.NaN], output: [-0, Number.NaN] },
  ],
})

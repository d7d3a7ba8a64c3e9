import { defineGate, type Unary } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'

/** x · tanh(softplus(x)), element by element. Source: PyTorch `mish`; Misra 2019. */
export const mish: Gate<Unary> = defineGate({
  name: 'mish',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.multiply(x.softplus().tanh()),
  backward: ({ gates, x, upstream }) => {
    const bend = gates.tanh(gates.softplus(x))
    const slope = gates.multiply(gates.sigmoid(x), gates.subtract(1, gates.multiply(bend, bend)))
    return { x: gates.multiply(upstream, gates.add(bend, gates.multiply(x, slope))) }
  },
  equation: ({ x }) => String.raw`${x} \tanh(\ln(1 + e^{${x}}))`,
  local: ({ x }) =>
    String.raw`\tanh(\ln(1 + e^{${x}})) + ${x} \sigma(${x}) (1 - \tanh^2(\ln(1 + e^{${x}})))`,
  // Expected values: torch 1.13, torch.nn.functional.mish.
  samples: [
    { x: [-1, 0, 2], output: [-0.30340146137410895, 0, 1.9439589595339946] },
    { x: [Infinity, Number.NaN], output: [Infinity, Number.NaN] },
  ],
})

import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    silu(): Value<S, D>
  }
}

/** x · sigmoid(x), element by element; also called swish. Source: PyTorch `silu`. */
export const silu: Gate<Unary> = defineGate({
  name: 'silu',
  operands: ['x'],
  role: 'scaler',
  part: 'activation',
  element: ({ x }) => x.multiply(x.sigmoid()),
  backward: ({ gates, x, upstream }) => {
    const gate = gates.sigmoid(x)
    const bend = gates.add(1, gates.multiply(x, gates.subtract(1, gate)))
    return { x: gates.multiply(upstream, gates.multiply(gate, bend)) }
  },
  equation: ({ x }) => String.raw`${x} \odot \sigma(${x})`,
  local: ({ x }) => String.raw`\sigma(${x}) \odot (1 + ${x} \odot (1 - \sigma(${x})))`,
  samples: [
    {
      x: [-3, -1, 0, 0.5, 2],
      output: [
        -0.14227761953270035, -0.2689414213699951, 0, 0.3112296656009273, 1.7615941559557646,
      ],
    },
    { x: [-1000, 1000, Infinity, Number.NaN], output: [-0, 1000, Infinity, Number.NaN] },
  ],
})

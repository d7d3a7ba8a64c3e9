import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    relu(): Value<S, D>
  }
}

/**
 * The positive part max(x, 0), element by element. Its derivative at 0 is 0, as PyTorch has it.
 * Source: PyTorch `relu`.
 */
export const relu: Gate<Unary> = defineGate({
  name: 'relu',
  operands: ['x'],
  role: 'router',
  part: 'activation',
  takes: 'signed',
  element: ({ x }) => x.maximum(0),
  // By the output, so that x need not be kept. NaN ≤ 0 is false: NaN passes, as in PyTorch.
  backward: ({ gates, output, upstream }) => ({
    x: gates.where(gates.lessEqual(output, 0), 0, upstream),
  }),
  equation: ({ x }) => String.raw`\max(${x}, 0)`,
  local: ({ x }) => `[${x} > 0]`,
  samples: [
    { x: [-1.5, 0, 2], output: [0, 0, 2] },
    { x: [-Infinity, Infinity, Number.NaN], output: [0, Infinity, Number.NaN] },
  ],
})

import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    floor(): Value<S, D>
  }
}

/**
 * The largest whole number that is not above x, element by element; an integer stays. No gradient
 * passes: the derivative is 0.
 * Source: PyTorch `floor`.
 */
export const floor: Gate<Unary> = defineGate({
  name: 'floor',
  operands: ['x'],
  role: 'stop',
  takes: 'numeric',
  element: ({ x }) => x.floor(),
  equation: ({ x }) => String.raw`\lfloor ${x} \rfloor`,
  local: () => '0',
  // Expected values: torch 1.13, torch.floor in f64.
  samples: [
    { x: [-1.5, -0.25, 2, 2.75], output: [-2, -1, 2, 2] },
    { x: [-Infinity, -0, Infinity, Number.NaN], output: [-Infinity, -0, Infinity, Number.NaN] },
  ],
})

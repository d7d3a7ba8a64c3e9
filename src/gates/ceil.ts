import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    ceil(): Value<S, D>
  }
}

/**
 * The smallest whole number that is not below x, element by element; an integer stays. No gradient
 * passes: the derivative is 0.
 * Source: PyTorch `ceil`.
 */
export const ceil: Gate<Unary> = defineGate({
  name: 'ceil',
  operands: ['x'],
  role: 'stop',
  takes: 'numeric',
  element: ({ x }) => x.ceil(),
  equation: ({ x }) => String.raw`\lceil ${x} \rceil`,
  local: () => '0',
  // Expected values: torch 1.13, torch.ceil in f64.
  samples: [
    { x: [-1.5, -0.25, 2, 2.75], output: [-1, -0, 2, 3] },
    { x: [-Infinity, -0, Infinity, Number.NaN], output: [-Infinity, -0, Infinity, Number.NaN] },
  ],
})

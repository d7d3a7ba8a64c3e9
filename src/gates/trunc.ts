import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    trunc(): Value<S, D>
  }
}

/**
 * x without what stands behind the point, element by element; an integer stays. No gradient passes:
 * the derivative is 0.
 * Source: PyTorch `trunc`.
 */
export const trunc: Gate<Unary> = defineGate({
  name: 'trunc',
  operands: ['x'],
  role: 'stop',
  takes: 'numeric',
  element: ({ x }) => x.truncate(),
  equation: ({ x }) => String.raw`\operatorname{trunc}(${x})`,
  local: () => '0',
  // Expected values: torch 1.13, torch.trunc in f64.
  samples: [
    { x: [-1.5, -0.25, 2, 2.75], output: [-1, -0, 2, 2] },
    { x: [-Infinity, -0, Infinity, Number.NaN], output: [-Infinity, -0, Infinity, Number.NaN] },
  ],
})

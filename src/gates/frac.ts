import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    frac(): Value<S, D>
  }
}

/**
 * What stands behind the point, with the sign of x, element by element: x − trunc(x).
 * Source: PyTorch `frac`.
 */
export const frac: Gate<Unary> = defineGate({
  name: 'frac',
  operands: ['x'],
  role: 'scaler',
  element: ({ x }) => x.subtract(x.truncate()),
  backward: ({ upstream }) => ({ x: upstream }),
  local: () => '1',
  // Expected values: torch 1.13, torch.frac in f64.
  samples: [
    { x: [-1.5, -0.25, 2.75, 3.125], output: [-0.5, -0.25, 0.75, 0.125] },
    { x: [-Infinity, 0, Infinity, Number.NaN], output: [Number.NaN, 0, Number.NaN, Number.NaN] },
  ],
})

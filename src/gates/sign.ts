import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    sign(): Value<S, D>
  }
}

/**
 * -1, 0 or 1 by the sign of each element; NaN stays NaN. No gradient passes: the derivative is 0.
 * Source: NumPy `sign`.
 */
export const sign: Gate<Unary> = defineGate({
  name: 'sign',
  operands: ['x'],
  role: 'stop',
  takes: 'signed',
  element: ({ x }) => x.sign(),
  local: () => '0',
  samples: [
    { x: [-1.5, 0, 2], output: [-1, 0, 1] },
    { x: [-Infinity, Infinity, Number.NaN], output: [-1, 1, Number.NaN] },
  ],
})

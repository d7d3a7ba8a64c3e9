import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    negate(): Value<S, D>
  }
}

/** The value with its sign turned. Source: NumPy `negative`. */
export const negate: Gate<Unary> = defineGate({
  name: 'negate',
  operands: ['x'],
  role: 'scaler',
  takes: 'signed',
  element: ({ x }) => x.negate(),
  backward: ({ gates, upstream }) => ({ x: gates.negate(upstream) }),
  equation: ({ x }) => `-${x}`,
  local: () => '-1',
  samples: [{ x: [-1, 0, 2], output: [1, 0, -2] }],
})

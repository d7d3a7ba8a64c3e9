import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    stopGradient(): Value<S, D>
  }
}

/** The same value, through which no gradient passes. Source: PyTorch `detach`. */
export const stopGradient: Gate<Unary> = defineGate({
  name: 'stopGradient',
  operands: ['x'],
  role: 'stop',
  takes: 'stored',
  move: () => ({ kind: 'reshape' }), // a view: no kernel computes it
  local: () => '0',
  samples: [
    { x: [1, -2], output: [1, -2] },
    { x: [[-Infinity, Number.NaN]], output: [[-Infinity, Number.NaN]] },
  ],
})

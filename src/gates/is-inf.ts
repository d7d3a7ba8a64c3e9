import type { Gate } from '../ir/gate.ts'
import { defineGate, type Test } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    isInf(): Value<S, 'bool'>
  }
}

/** Whether each element is ∞ or −∞. Source: PyTorch `isinf`. */
export const isInf: Gate<Test> = defineGate({
  name: 'isInf',
  operands: ['x'],
  role: 'stop',
  dtype: () => 'bool',
  element: ({ x }) => x.abs().equal(Infinity),
  local: () => '0',
  samples: [
    { x: [-Infinity, -1.5, 0, Infinity, Number.NaN], output: [true, false, false, true, false] },
  ],
})

import type { Gate } from '../ir/gate.ts'
import { defineGate, type Test } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    isNaN(): Value<S, 'bool'>
  }
}

/** Whether each element is NaN. Source: PyTorch `isnan`. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the global takes a number, this a value
export const isNaN: Gate<Test> = defineGate({
  name: 'isNaN',
  operands: ['x'],
  role: 'stop',
  dtype: () => 'bool',
  element: ({ x }) => x.notEqual(x),
  local: () => '0',
  samples: [
    { x: [-Infinity, -1.5, 0, Infinity, Number.NaN], output: [false, false, false, false, true] },
  ],
})

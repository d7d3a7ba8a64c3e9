import type { Gate } from '../ir/gate.ts'
import { defineGate, type Test } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    isFinite(): Value<S, 'bool'>
  }
}

/** Whether each element is neither infinite nor NaN. Source: PyTorch `isfinite`. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the global takes a number, this a value
export const isFinite: Gate<Test> = defineGate({
  name: 'isFinite',
  operands: ['x'],
  role: 'stop',
  dtype: () => 'bool',
  element: ({ x }) => x.abs().less(Infinity),
  local: () => '0',
  samples: [
    { x: [-Infinity, -1.5, 0, Infinity, Number.NaN], output: [false, true, true, false, false] },
  ],
})

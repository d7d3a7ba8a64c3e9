import type { Gate } from '../ir/gate.ts'
import { defineGate, type Unary } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    /** This value under a name; a second name is an alias gate that explain lists. */
    named(name: string): Value<S, D>
  }
}

/** The same value under a second name. No kernel computes it, and no equation differentiates it. */
export const alias: Gate<Unary> = defineGate({
  name: 'alias',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  move: () => ({ kind: 'reshape' }),
  backward: ({ upstream }) => ({ x: upstream }),
  equation: ({ x }) => x,
  local: () => '1',
  samples: [{ x: [1, -2], output: [1, -2] }],
})

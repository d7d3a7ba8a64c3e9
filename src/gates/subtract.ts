import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import { type Binary, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    subtract<V extends Value, const T extends Shape = []>(
      this: V,
      b: number | IfBroadcast<'subtract', V['shape'], T, Value<T, V['dtype']>>,
    ): Value<Broadcast<V['shape'], T>, V['dtype']>
  }
}

/** Difference, element by element; shapes broadcast. Source: NumPy `subtract`. */
export const subtract: Gate<Binary<'subtract'>> = defineGate({
  name: 'subtract',
  operands: ['a', 'b'],
  role: 'distributor',
  takes: 'numeric',
  element: ({ a, b }) => a.subtract(b),
  backward: ({ gates, upstream }) => ({ a: upstream, b: gates.negate(upstream) }),
  equation: ({ a, b }) => `${a} - ${b}`,
  local: () => ({ a: '1', b: '-1' }),
  samples: [{ a: [1, -2], b: [3, 4], output: [-2, -6] }],
})

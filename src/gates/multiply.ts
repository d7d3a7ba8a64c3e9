import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import { type Binary, defineGate } from './define.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    multiply<V extends Value, const T extends Shape = []>(
      this: V,
      b: number | IfBroadcast<'multiply', V['shape'], T, Value<T, V['dtype']>>,
    ): Value<Broadcast<V['shape'], T>, V['dtype']>
  }
}

/** Product, element by element; shapes broadcast. Source: NumPy `multiply`. */
export const multiply: Gate<Binary<'multiply'>> = defineGate({
  name: 'multiply',
  operands: ['a', 'b'],
  role: 'switch',
  takes: 'numeric',
  element: ({ a, b }) => a.multiply(b),
  backward: ({ gates, a, b, upstream }) => ({
    a: gates.multiply(upstream, b),
    b: gates.multiply(upstream, a),
  }),
  equation: ({ a, b }) => String.raw`${a} \odot ${b}`,
  local: ({ a, b }) => ({ a: b, b: a }),
  samples: [
    { a: 3, b: -4, output: -12 },
    { a: [1, -2], b: [3, 4], output: [3, -8] },
  ],
})

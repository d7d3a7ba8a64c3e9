import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { vectorsOfOneDType } from './vectors.ts'

export interface Dot {
  <D extends DType>(a: Value<Shape, D>, b: Value<Shape, D>): Value<[], D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    dot(b: Value<Shape, D>): Value<[], D>
  }
}

/**
 * The sum of the products of two vectors, element by element.
 *
 * Throws: SHAPE for what are no vectors of one length, DTYPE for dtypes that differ.
 * Source: PyTorch `dot`.
 */
export const dot: Gate<Dot> = defineGate({
  name: 'dot',
  operands: ['a', 'b'],
  role: 'switch',
  takes: 'numeric',
  call: (a: Value, b: Value) => ({ inputs: [a, b], attributes: {} }),
  constraints: {
    ...vectorsOfOneDType,
    C3: {
      rule: 'both vectors are equally long',
      holds: ({ a, b }) =>
        a.shape[0] === b.shape[0] || `lengths ${a.shape[0]} and ${b.shape[0]} differ`,
      fix: 'slice the longer one, or use outer for all products',
      broken: { a: 'f32[2]', b: 'f32[3]' },
    },
  },
  shape: () => [],
  expand: ({ gates, a, b }) => gates.sum(gates.multiply(a, b)),
  backward: ({ gates, a, b, upstream }) => ({
    a: gates.multiply(upstream, b),
    b: gates.multiply(upstream, a),
  }),
  equation: ({ a, b }) => String.raw`${a} \cdot ${b}`,
  local: ({ a, b }) => ({ a: b, b: a }),
  // Expected values: torch 1.13, torch.dot.
  samples: [
    { a: [1, 2, 3], b: [4, -5, 6], output: 12 },
    { a: [], b: [], output: 0 },
  ],
})

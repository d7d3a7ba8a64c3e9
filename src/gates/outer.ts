import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { vectorsOfOneDType } from './vectors.ts'

/** [n] and [m] → [n, m], where both are known. */
export type OuterShape<S extends Shape, T extends Shape> = S extends readonly [
  infer N extends number,
]
  ? T extends readonly [infer M extends number]
    ? [N, M]
    : [N, number]
  : [number, number]

export interface Outer {
  <S extends Shape, D extends DType, T extends Shape>(
    a: Value<S, D>,
    b: Value<T, D>,
  ): Value<OuterShape<S, T>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    outer<V extends Value, T extends Shape>(
      this: V,
      b: Value<T, V['dtype']>,
    ): Value<OuterShape<V['shape'], T>, V['dtype']>
  }
}

/**
 * Every element of one vector times every element of another: out[i, j] = a[i] · b[j].
 *
 * Shapes: a [n], b [m] → [n, m].
 * Throws: SHAPE for what is no vector, DTYPE for dtypes that differ.
 * Source: PyTorch `outer`.
 */
export const outer: Gate<Outer> = defineGate({
  name: 'outer',
  operands: ['a', 'b'],
  role: 'switch',
  takes: 'numeric',
  call: (a: Value, b: Value) => ({ inputs: [a, b], attributes: {} }),
  constraints: vectorsOfOneDType,
  shape: ({ a: [rows = 0], b: [columns = 0] }) => [rows, columns],
  expand: ({ gates, a, b }) => gates.multiply(gates.reshape(a, [-1, 1]), b),
  equation: ({ a, b }) => String.raw`${a} \otimes ${b}`,
  downstream: ({ a, b, upstream }) => ({
    a: String.raw`${upstream} \cdot ${b}`,
    b: String.raw`${upstream}^\top \cdot ${a}`,
  }),
  // Expected values: torch 1.13, torch.outer.
  samples: [
    {
      a: [1, 2, 3],
      b: [4, -5],
      output: [
        [4, -5],
        [8, -10],
        [12, -15],
      ],
    },
  ],
})

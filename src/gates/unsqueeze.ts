import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes } from './gather.ts'

/** `S` with an axis of size 1 where `Axis` is 0, 1 or −1; else the rank is not followed. */
export type Unsqueezed<S extends Shape, Axis extends number> = number extends S['length']
  ? Shape
  : Axis extends 0
    ? [1, ...S]
    : Axis extends -1
      ? [...S, 1]
      : Axis extends 1
        ? S extends readonly [infer First extends number, ...infer Rest extends Shape]
          ? [First, 1, ...Rest]
          : Shape
        : Shape

export interface Unsqueeze {
  <S extends Shape, D extends DType, const A extends number>(
    x: Value<S, D>,
    axis: A,
  ): Value<Unsqueezed<S, A>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    unsqueeze<V extends Value, const A extends number>(
      this: V,
      axis: A,
    ): Value<Unsqueezed<V['shape'], A>, V['dtype']>
  }
}

/**
 * x with a further axis of size 1, which is `axis` of the result.
 *
 * Throws: ATTRIBUTE for an axis that the result does not have.
 * Source: PyTorch `unsqueeze`.
 *
 * @example
 * unsqueeze(x, 1) // [4, 3] → [4, 1, 3]
 */
export const unsqueeze: Gate<Unsqueeze> = defineGate<Unsqueeze, ['x'], AxisAttributes>({
  name: 'unsqueeze',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, axis: number) => ({
    inputs: [x],
    attributes: { axis: normalizeAxis(axis, x.shape.length + 1, 'unsqueeze') },
  }),
  shape: ({ x, attributes: { axis } }) => x.toSpliced(axis, 0, 1),
  move: () => ({ kind: 'reshape' }),
  backward: ({ gates, x, upstream }) => ({ x: gates.reshape(upstream, x.shape) }),
  equation: ({ x, attributes: { axis } }) => String.raw`\operatorname{unsqueeze}(${x}, ${axis})`,
  downstream: ({ upstream, shapes }) =>
    String.raw`\operatorname{reshape}(${upstream}, ${formatShape(shapes.x)})`,
  // Expected values: torch 1.13, torch.unsqueeze.
  samples: [
    { x: [1, 2], with: [0], output: [[1, 2]] },
    { x: [1, 2], with: [-1], output: [[1], [2]] },
    { x: 3, with: [0], output: [3] },
  ],
})

import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, FormatShape, ShapeError } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface Where {
  <
    C extends Shape,
    B extends DType,
    S extends Shape = [],
    T extends Shape = [],
    D extends DType = 'f32',
  >(
    condition: Condition<B, Value<C, B>>,
    a: number | IfMeet<C, S, T, Value<S, D>>,
    b: number | IfMeet<C, S, T, Value<T, D>>,
  ): Value<Meet<C, S, T>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    where<
      V extends Value,
      const A extends Shape = [],
      const T extends Shape = [],
      E extends DType = 'f32',
    >(
      this: Condition<V['dtype'], V>,
      a: number | IfMeet<V['shape'], A, T, Value<A, E>>,
      b: number | IfMeet<V['shape'], A, T, Value<T, E>>,
    ): Value<Meet<V['shape'], A, T>, E>
  }
}

type Condition<D extends DType, Then> = IfDType<'where: condition', D, 'bool', Then>

/** The shape that three operands broadcast to; `never` where they cannot meet. */
type Meet<C extends Shape, S extends Shape, T extends Shape> = Broadcast<Broadcast<C, S>, T>

type IfMeet<C extends Shape, S extends Shape, T extends Shape, Then> = [Meet<C, S, T>] extends [
  never,
]
  ? ShapeError<`where: shapes ${ListShapes<C, S, T>} do not broadcast`>
  : Then

type ListShapes<
  C extends Shape,
  S extends Shape,
  T extends Shape,
> = `${FormatShape<C>} and ${FormatShape<S>} and ${FormatShape<T>}`

/**
 * `a` where the condition holds, else `b`, element by element; the three shapes broadcast. What is
 * not chosen gets a gradient of 0.
 *
 * Source: PyTorch `where`.
 *
 * @example
 * where(x.greater(0), x, x.multiply(0.01))
 */
export const where: Gate<Where> = defineGate({
  name: 'where',
  operands: ['condition', 'a', 'b'],
  role: 'router',
  takes: { condition: 'bool', a: 'any', b: 'any' },
  dtype: ({ a }) => a,
  element: ({ condition, a, b }) => condition.select(a, b),
  // Chosen, not multiplied by 0 or 1: an infinite gradient stays on its side.
  backward: ({ gates, condition, upstream }) => ({
    a: gates.where(condition, upstream, 0),
    b: gates.where(condition, 0, upstream),
  }),
  local: ({ condition }) => ({ a: `[${condition}]`, b: `1 - [${condition}]` }),
  samples: [
    { condition: [true, false, true], a: [1, 2, 3], b: [-1, -2, -3], output: [1, -2, 3] },
    {
      condition: [[true], [false]],
      a: [1, 2],
      b: 5,
      output: [
        [1, 2],
        [5, 5],
      ],
    },
    {
      condition: [true, false],
      a: [Infinity, Number.NaN],
      b: [Number.NaN, -Infinity],
      output: [Infinity, -Infinity],
    },
  ],
})

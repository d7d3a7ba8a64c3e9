import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import { formatType, isSameType, type Value } from '../ir/value.ts'

export interface Cond {
  <S extends Shape, D extends DType, B extends DType>(
    predicate: IfDType<'cond: predicate', B, 'bool', Value<[], B>>,
    whenTrue: Value<S, D>,
    whenFalse: Value<S, D>,
  ): Value<S, D>
}

/**
 * One whole value or another, as one truth value says. Both are computed; the one that is not chosen
 * gets a gradient of 0.
 *
 * Shapes: predicate [], the other two of one type → that type.
 * Throws: SHAPE where predicate is no scalar, or the two are not of one type.
 * Source: the values of JAX's `lax.cond`.
 *
 * @example
 * cond(step.less(100), warmUp, learningRate)
 */
export const cond: Gate<Cond> = defineGate<
  Cond,
  ['predicate', 'whenTrue', 'whenFalse'],
  Record<never, never>
>({
  name: 'cond',
  operands: ['predicate', 'whenTrue', 'whenFalse'],
  role: 'router',
  takes: { predicate: 'bool', whenTrue: 'any', whenFalse: 'any' },
  call: (predicate: Value, whenTrue: Value, whenFalse: Value) => ({
    inputs: [predicate, whenTrue, whenFalse],
    attributes: {},
  }),
  constraints: {
    C1: {
      rule: 'predicate is a scalar',
      holds: ({ predicate: { shape } }) => shape.length === 0 || `predicate ${formatShape(shape)}`,
      fix: 'reduce it with any or all, or use where to choose element by element',
      broken: { predicate: 'bool[2]', whenTrue: 'f32[2]', whenFalse: 'f32[2]' },
    },
    C2: {
      rule: 'whenTrue and whenFalse have one type',
      holds: ({ whenTrue, whenFalse }) =>
        isSameType(whenTrue, whenFalse) || `${formatType(whenTrue)} and ${formatType(whenFalse)}`,
      fix: 'cast or broadcast one of them',
      broken: { predicate: 'bool[]', whenTrue: 'f32[2]', whenFalse: 'f32[3]' },
    },
  },
  shape: ({ whenTrue }) => whenTrue,
  dtype: ({ whenTrue }) => whenTrue,
  expand: ({ gates, predicate, whenTrue, whenFalse }) =>
    gates.where(predicate, whenTrue, whenFalse),
  equation: ({ predicate, whenTrue, whenFalse }) =>
    String.raw`\operatorname{cond}(${predicate}, ${whenTrue}, ${whenFalse})`,
  local: ({ predicate }) => ({ whenTrue: `[${predicate}]`, whenFalse: `1 - [${predicate}]` }),
  // Expected values: JAX, jax.lax.cond.
  samples: [
    { predicate: true, whenTrue: [1, Infinity], whenFalse: [3, 4], output: [1, Infinity] },
    { predicate: false, whenTrue: [1, 2], whenFalse: [3, Number.NaN], output: [3, Number.NaN] },
  ],
})

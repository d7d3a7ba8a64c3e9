import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

type Mask<S extends Shape, M extends Shape, B extends DType> = IfDType<
  'maskedFill: mask',
  B,
  'bool',
  IfBroadcast<'maskedFill', S, M, Value<M, B>>
>

export interface MaskedFill {
  <S extends Shape, D extends DType, M extends Shape, B extends DType>(
    x: Value<S, D>,
    mask: Mask<S, M, B>,
    value: number | boolean | Value<[], D>,
  ): Value<Broadcast<S, M>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    maskedFill<V extends Value, const M extends Shape, const B extends DType>(
      this: V,
      mask: Mask<V['shape'], M, B>,
      value: number | boolean | Value<[], V['dtype']>,
    ): Value<Broadcast<V['shape'], M>, V['dtype']>
  }
}

/**
 * `value` where the mask is true, else x, element by element; mask and x broadcast. What is filled
 * gets no gradient.
 *
 * Source: PyTorch `masked_fill`.
 *
 * @example
 * maskedFill(scores, mask, -Infinity).softmax(-1)
 */
export const maskedFill: Gate<MaskedFill> = defineGate({
  name: 'maskedFill',
  operands: ['x', 'mask', 'value'],
  role: 'router',
  takes: { x: 'any', mask: 'bool', value: 'any' },
  element: ({ x, mask, value }) => mask.select(value, x),
  backward: ({ gates, mask, upstream }) => ({
    x: gates.where(mask, 0, upstream),
    value: gates.where(mask, upstream, 0),
  }),
  local: ({ mask }) => ({ x: `1 - [${mask}]`, value: `[${mask}]` }),
  // Expected values: torch 1.13, torch.masked_fill.
  samples: [
    { x: [1, 2, 3], mask: [true, false, true], value: 9, output: [9, 2, 9] },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      mask: [false, true],
      value: Number.NEGATIVE_INFINITY,
      output: [
        [1, Number.NEGATIVE_INFINITY],
        [3, Number.NEGATIVE_INFINITY],
      ],
    },
  ],
})

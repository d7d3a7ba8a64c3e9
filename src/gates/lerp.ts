import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Broadcast, IfBroadcast } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface Lerp {
  <S extends Shape, D extends DType, T extends Shape = [], W extends Shape = []>(
    start: Value<S, D>,
    end: number | IfBroadcast<'lerp', S, T, Value<T, D>>,
    weight: number | IfBroadcast<'lerp', Broadcast<S, T>, W, Value<W, D>>,
  ): Value<Broadcast<Broadcast<S, T>, W>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    lerp<V extends Value, const T extends Shape = [], const W extends Shape = []>(
      this: V,
      end: number | IfBroadcast<'lerp', V['shape'], T, Value<T, V['dtype']>>,
      weight: number | IfBroadcast<'lerp', Broadcast<V['shape'], T>, W, Value<W, V['dtype']>>,
    ): Value<Broadcast<Broadcast<V['shape'], T>, W>, V['dtype']>
  }
}

/**
 * start + weight · (end − start), element by element: `start` for a weight of 0, exactly `end` for
 * one of 1. The three shapes broadcast.
 * Source: PyTorch `lerp`.
 */
export const lerp: Gate<Lerp> = defineGate({
  name: 'lerp',
  operands: ['start', 'end', 'weight'],
  role: 'scaler',
  element: ({ start, end, weight }) => {
    const way = end.subtract(start)
    // From the nearer end.
    const fromEnd = end.subtract(way.multiply(weight.negate().add(1)))
    return weight.less(0.5).select(start.add(way.multiply(weight)), fromEnd)
  },
  backward: ({ gates, start, end, weight, upstream }) => ({
    start: gates.multiply(upstream, gates.subtract(1, weight)),
    end: gates.multiply(upstream, weight),
    weight: gates.multiply(upstream, gates.subtract(end, start)),
  }),
  equation: ({ start, end, weight }) => String.raw`${start} + ${weight} \odot (${end} - ${start})`,
  local: ({ start, end, weight }) => ({
    start: `1 - ${weight}`,
    end: weight,
    weight: `${end} - ${start}`,
  }),
  // Expected values: torch 1.13, torch.lerp in f64.
  samples: [
    { start: [1, 2, -3], end: [5, -2, 7], weight: 0.25, output: [2, 1, -0.5] },
    { start: [1, 2, -3], end: [5, -2, 7], weight: [0, 0.75, 1], output: [1, -1, 7] },
    { start: [1, 2, -3], end: [5, -2, 7], weight: 1.5, output: [7, -4, 12] },
    { start: [1, Number.NaN], end: [Infinity, 1], weight: 0.5, output: [Number.NaN, Number.NaN] },
  ],
})

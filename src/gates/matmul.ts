import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { broadcastShapes, formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { IfMatmul, MatmulShape } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { broadcastTo } from './broadcast-to.ts'
import { defineGate } from './define.ts'

export interface Matmul {
  <S extends Shape, D extends DType, T extends Shape, E extends DType>(
    a: Value<S, D>,
    b: IfMatmul<S, T, IfSameDType<'matmul', D, E, Value<T, E>>>,
  ): Value<MatmulShape<S, T>, MeetDType<D, E>>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    matmul<V extends Value, const T extends Shape, E extends DType>(
      this: V,
      b: IfMatmul<V['shape'], T, IfSameDType<'matmul', V['dtype'], E, Value<T, E>>>,
    ): Value<MatmulShape<V['shape'], T>, MeetDType<V['dtype'], E>>
  }
}

/**
 * Contracts the last axis of `a` with the second-to-last axis of `b`.
 *
 * Shapes: a [...batch, m, k], b [...batch, k, n] → [...batch, m, n]; batch axes broadcast.
 * Throws: SHAPE when the two k differ.
 * Source: NumPy `matmul`.
 *
 * @example
 * matmul(weights, column) // [4, 3] · [3, 1] → [4, 1]
 */
export const matmul: Gate<Matmul> = defineGate({
  name: 'matmul',
  operands: ['a', 'b'],
  role: 'switch',
  takes: 'numeric',
  call: (a: Value, b: Value) => ({ inputs: meetInBatch(a, b), attributes: {} }),
  constraints: {
    C1: {
      rule: 'a [..., m, k] and b [..., k, n] have two axes or more',
      holds: ({ a, b }) =>
        (a.shape.length >= 2 && b.shape.length >= 2) ||
        `${a.shape.length < 2 ? `a ${formatShape(a.shape)}` : `b ${formatShape(b.shape)}`} needs at least two axes`,
      fix: 'reshape it to a matrix: a row is [1, k], a column [k, 1]',
      broken: { a: 'f32[3]', b: 'f32[3, 2]' },
    },
    C2: {
      rule: 'a [..., m, k] and b [..., k, n] with the same k',
      holds: ({ a, b }) =>
        a.shape.at(-1) === b.shape.at(-2) ||
        `inner sizes differ, ${a.shape.at(-1)} and ${b.shape.at(-2)}`,
      fix: 'transpose one of them, or make the layer before it as wide',
      broken: { a: 'f32[32, 784]', b: 'f32[128, 10]' },
    },
    C3: {
      rule: 'a and b have the same dtype',
      code: 'DTYPE',
      holds: ({ a, b }) => a.dtype === b.dtype || `dtypes ${a.dtype} and ${b.dtype} do not mix`,
      fix: "convert one of them: cast(b, 'f32')",
      broken: { a: 'f32[2, 2]', b: 'f64[2, 2]' },
    },
    C4: {
      rule: 'the batch axes before the last two broadcast',
      holds: ({ a, b }) =>
        sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2)) ||
        `batch axes of ${formatShape(a.shape)} and ${formatShape(b.shape)} do not broadcast`,
      fix: 'give both the same batch sizes, or size 1',
      broken: { a: 'f32[2, 4, 3]', b: 'f32[5, 3, 4]' },
    },
  },
  shape: ({ a, b }) => [...a.slice(0, -1), b.at(-1) ?? 0],
  contract: 'matmul',
  backward: ({ gates, a, b, upstream }) => ({
    a: gates.matmul(upstream, gates.transpose(b, lastTwoSwapped(b.shape))),
    b: gates.matmul(gates.transpose(a, lastTwoSwapped(a.shape)), upstream),
  }),
  equation: ({ a, b }) => String.raw`${a} \cdot ${b}`,
  local: ({ a, b }) => ({ a: String.raw`${b}^\top`, b: String.raw`${a}^\top` }),
  downstream: ({ a, b, upstream }) => ({
    a: String.raw`${upstream} \cdot ${b}^\top`,
    b: String.raw`${a}^\top \cdot ${upstream}`,
  }),
  samples: [
    {
      a: [
        [1, 2],
        [3, 4],
      ],
      b: [
        [5, 6],
        [7, 8],
      ],
      output: [
        [19, 22],
        [43, 50],
      ],
    },
    { a: [[[1, 2]], [[3, 4]]], b: [[5], [6]], output: [[[17]], [[39]]] },
  ],
})

/** Batch axes broadcast; where they cannot, the constraints say so. */
export function meetInBatch(a: Value, b: Value): readonly Value[] {
  if (!a?.shape || !b?.shape || a.shape.length < 2 || b.shape.length < 2) return [a, b]
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if ('clash' in batch) return [a, b]
  return [a, b].map((value) => {
    const shape = [...batch, ...value.shape.slice(-2)]
    return sameShape(shape, value.shape) ? value : broadcastTo(value, shape)
  })
}

function lastTwoSwapped(shape: Shape): number[] {
  const axes = shape.map((_, axis) => axis)
  return [...axes.slice(0, -2), shape.length - 1, shape.length - 2]
}

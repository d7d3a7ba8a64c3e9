import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { haveOneDType, isMatrix } from './matrices.ts'
import { pinv } from './pinv.ts'
import { meetAround } from './solving.ts'

export interface Lstsq {
  <S extends Shape, D extends DType, E extends DType>(
    a: Value<Shape, D>,
    b: IfSameDType<'lstsq', D, E, Value<S, E>>,
  ): Value<Shape, D>
}

/**
 * The x that comes nearest to a x = b: the sum of squares of a x − b is least, and among those that
 * make it so x is the smallest. By the pseudo-inverse of `a`, so that a may have any rank.
 *
 * Shapes: a [..., m, n], b [..., m, k] → [..., n, k]; batches broadcast.
 * Throws: SHAPE where b has not as many rows as a; DTYPE where dtypes differ.
 * Source: PyTorch `linalg.lstsq`, of which it gives the solution.
 */
export const lstsq: Gate<Lstsq> = defineGate<Lstsq, ['a', 'b']>({
  name: 'lstsq',
  operands: ['a', 'b'],
  role: 'mixer',
  call: (a: Value, b: Value) => ({ inputs: meetAround(a, b, true), attributes: {} }),
  constraints: {
    C1: isMatrix({ a: 'f32[3]', b: 'f32[3, 1]' }),
    C2: {
      rule: 'b [..., m, k] has as many rows as a [..., m, n]; batches broadcast',
      holds: ({ a, b }) =>
        (b.shape.length >= 2 &&
          b.shape.at(-2) === a.shape.at(-2) &&
          sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) ||
        `b ${formatShape(b.shape)} does not fit a ${formatShape(a.shape)}`,
      fix: 'reshape b to [..., m, k]; a single column is [m, 1]',
      broken: { a: 'f32[3, 2]', b: 'f32[2, 1]' },
    },
    C3: haveOneDType({ a: 'f32[3, 2]', b: 'f64[3, 1]' }),
  },
  shape: ({ a, b }) => [...b.slice(0, -2), a.at(-1) ?? 0, b.at(-1) ?? 0],
  expand: ({ gates, a, b }) => gates.matmul(pinv(a), b),
  equation: ({ a, b }) => String.raw`${a}^{+} ${b}`,
  // Expected values: torch 1.13, torch.linalg.lstsq.
  samples: [{ a: [[1], [1]], b: [[1], [3]], output: [[2]] }],
})

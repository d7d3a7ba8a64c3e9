/** What gates of two vectors ask of them. */
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape } from '../ir/shape.ts'
import { formatType } from '../ir/value.ts'

type NoAttributes = Record<never, never>

export const vectorsOfOneDType: {
  readonly [id: string]: Constraint<readonly ['a', 'b'], NoAttributes>
} = {
  C1: {
    rule: 'both operands are vectors',
    holds: ({ a, b }) =>
      (a.shape.length === 1 && b.shape.length === 1) ||
      `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    fix: 'reshape them to one axis, or use matmul or einsum',
    broken: { a: 'f32[2, 3]', b: 'f32[3]' },
  },
  C2: {
    code: 'DTYPE',
    rule: 'both vectors have the same dtype',
    holds: ({ a, b }) => a.dtype === b.dtype || `${formatType(a)} and ${formatType(b)} do not mix`,
    fix: 'cast one to the dtype of the other',
    broken: { a: 'f32[3]', b: 'f64[3]' },
  },
}

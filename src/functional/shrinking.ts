/** What the gates share that make 0 of what is small. */
import type { Operand } from '../gates/broadcast.ts'
import type { DType } from '../ir/dtype.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface ShrinkOptions {
  /** What is not larger becomes 0. Default 0.5. */
  readonly lambda?: number
}

export interface Shrink {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: ShrinkOptions): Value<S, D>
  (x: number, options?: ShrinkOptions): Value<[], 'f32'>
}

export interface ShrinkAttributes {
  readonly [name: string]: number
  readonly lambda: number
}

/** The call rule `(x, { lambda = 0.5 })`. */
export function shrinkCall(
  x: Operand,
  { lambda = 0.5 }: ShrinkOptions = {},
): { readonly inputs: readonly Operand[]; readonly attributes: ShrinkAttributes } {
  return { inputs: [x], attributes: { lambda } }
}

export const lambdaIsASize: Constraint<['x'], ShrinkAttributes> = {
  code: 'ATTRIBUTE',
  rule: 'lambda is finite and not negative',
  holds: ({ attributes: { lambda } }) =>
    (Number.isFinite(lambda) && lambda >= 0) || `lambda is ${lambda}`,
  fix: 'leave it out for 0.5',
  broken: { x: 'f32[3]', with: [{ lambda: -1 }] },
}

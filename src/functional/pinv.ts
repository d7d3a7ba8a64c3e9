import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { asColumn, identityOf, isMatrix, sizesOf, swapped } from './matrices.ts'
import { svd } from './svd.ts'

export interface PinvOptions {
  /**
   * Singular values up to this share of the largest count as 0. Default: the larger of m and n times
   * the distance from 1 to the next number of the dtype.
   */
  readonly relativeTolerance?: number
}

export interface Pinv {
  <D extends DType>(a: Value<Shape, D>, options?: PinvOptions): Value<Shape, D>
}

interface PinvAttributes {
  readonly [name: string]: number | null
  readonly relativeTolerance: number | null
}

/**
 * The pseudo-inverse of Moore and Penrose, by singular values. The gradient holds where the rank
 * does not change.
 *
 * Shapes: a [..., m, n] → [..., n, m].
 * Throws: SHAPE where a is no matrix; ATTRIBUTE for a negative tolerance.
 * Source: PyTorch `linalg.pinv`; Golub and Pereyra 1973.
 */
export const pinv: Gate<Pinv> = defineGate<Pinv, ['a'], PinvAttributes>({
  name: 'pinv',
  operands: ['a'],
  role: 'mixer',
  call: (a: Value, { relativeTolerance = undefined }: PinvOptions = {}) => ({
    inputs: [a],
    attributes: { relativeTolerance: relativeTolerance ?? null },
  }),
  constraints: {
    C1: isMatrix({ a: 'f32[3]' }),
    C2: {
      code: 'ATTRIBUTE',
      rule: 'relativeTolerance is 0 or more',
      holds: ({ attributes: { relativeTolerance } }) =>
        relativeTolerance === null || relativeTolerance >= 0 || `it is ${relativeTolerance}`,
      fix: 'give a small number, such as 1e-12, or leave it out',
      broken: { a: 'f32[2, 2]', with: [{ relativeTolerance: -1 }] },
    },
  },
  shape: ({ a }) => [...a.slice(0, -2), a.at(-1) ?? 0, a.at(-2) ?? 0],
  expand: ({ gates, a, attributes: { relativeTolerance } }) => {
    if (Math.min(...sizesOf(a)) === 0) return swapped(gates, a)
    const [u, s, vT] = svd(a)
    const epsilon = a.dtype === 'f64' ? 2 ** -52 : 2 ** -23
    const share = relativeTolerance ?? Math.max(...sizesOf(a)) * epsilon
    const limit = gates.multiply(gates.max(s, -1, { keepDims: true }), share)
    const isKept = gates.greater(s, limit)
    const inverse = gates.where(isKept, gates.divide(1, gates.where(isKept, s, 1)), 0)
    const rows = gates.multiply(asColumn(gates, inverse), swapped(gates, u))
    return gates.matmul(swapped(gates, vT), rows)
  },
  // With Y the output and g what reaches it: −Yᵀ g Yᵀ + (I − a Y) gᵀ Y Yᵀ + Yᵀ Y gᵀ (I − Y a).
  backward: ({ gates, a, output, upstream }) => {
    const [turned, g] = [swapped(gates, output), swapped(gates, upstream)]
    const product = (first: Value, ...rest: readonly Value[]) =>
      rest.reduce<Value>((left, right) => gates.matmul(left, right), first)
    const outsideRows = gates.subtract(identityOf(gates, output), product(a, output))
    const outsideColumns = gates.subtract(identityOf(gates, a), product(output, a))
    const beyond = gates.add(
      product(outsideRows, g, output, turned),
      product(turned, output, g, outsideColumns),
    )
    return { a: gates.subtract(beyond, product(turned, upstream, turned)) }
  },
  equation: ({ a }) => `${a}^{+}`,
  downstream: ({ a, output, upstream }) =>
    String.raw`-${output}^\top ${upstream} ${output}^\top + (I - ${a} ${output}) ${upstream}^\top ${output} ${output}^\top + ${output}^\top ${output} ${upstream}^\top (I - ${output} ${a})`,
  // Expected values: torch 1.13, torch.linalg.pinv.
  samples: [
    { a: [[3], [4]], output: [[0.12, 0.16]] },
    {
      a: [
        [1, 1],
        [1, 1],
      ],
      with: [{ relativeTolerance: 1e-6 }],
      output: [
        [0.25, 0.25],
        [0.25, 0.25],
      ],
    },
  ],
})

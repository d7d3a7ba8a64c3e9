import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alikeOperands } from './alike-operands.ts'

export interface PairwiseDistanceOptions {
  /** Which norm: 2 is Euclid's, 1 the sum of the distances, Infinity the largest. Default 2. */
  readonly p?: number
  /** Added to each difference, so that equal rows have a gradient. Default 1e-6. */
  readonly epsilon?: number
  /** Whether the last axis stays, with size 1. Default false. */
  readonly keepDims?: boolean
}

export interface PairwiseDistance {
  <D extends DType, E extends DType>(
    x1: Value<Shape, D>,
    x2: IfSameDType<'pairwiseDistance', D, E, Value<Shape, E>>,
    options?: PairwiseDistanceOptions,
  ): Value<Shape, D>
}

/**
 * The distance between rows: ‖x1 − x2 + epsilon‖ₚ over the last axis.
 *
 * Shapes: x1 [..., width], x2 of the same shape → [...], or [..., 1] with `keepDims`.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a p that is not above 0.
 * Source: PyTorch `pairwise_distance`.
 */
export const pairwiseDistance: Gate<PairwiseDistance> = defineGate<
  PairwiseDistance,
  ['x1', 'x2'],
  { readonly p: number; readonly epsilon: number; readonly keepDims: boolean }
>({
  name: 'pairwiseDistance',
  operands: ['x1', 'x2'],
  role: 'mixer',
  call: (
    x1: Value,
    x2: Value,
    { p = 2, epsilon = 1e-6, keepDims = false }: PairwiseDistanceOptions = {},
  ) => ({ inputs: [x1, x2], attributes: { p, epsilon, keepDims } }),
  constraints: {
    ...alikeOperands(['x1', 'x2'], ['f32[4, 2]', 'f32[2, 4]', 'f64[4, 2]']),
    C3: {
      rule: 'x1 has an axis',
      holds: ({ x1 }) => x1.shape.length > 0 || 'x1 [] has no axes',
      fix: 'give x1 as [n, width]',
      broken: { x1: 'f32[]', x2: 'f32[]' },
    },
    C4: {
      code: 'ATTRIBUTE',
      rule: 'p is above 0',
      holds: ({ attributes: { p } }) => p > 0 || `p is ${p}`,
      fix: 'leave p out for 2',
      broken: { x1: 'f32[2, 3]', x2: 'f32[2, 3]', with: [{ p: 0 }] },
    },
  },
  shape: ({ x1, attributes }) => [...x1.slice(0, -1), ...(attributes.keepDims ? [1] : [])],
  expand: ({ gates, x1, x2, attributes: { p, epsilon, keepDims } }) =>
    normOf(gates, gates.add(gates.subtract(x1, x2), epsilon), { p, keepDims }),
  equation: ({ x1, x2, attributes: { p, epsilon } }) =>
    String.raw`\lVert ${x1} - ${x2} + ${epsilon} \rVert_{${p === Infinity ? String.raw`\infty` : p}}`,
  // Expected values: torch 1.13, torch.nn.functional.pairwise_distance.
  samples: [
    {
      x1: [
        [1, 2, -1],
        [0.5, -1, 2],
      ],
      x2: [
        [0.5, 3, 1],
        [1, -0.5, 1],
      ],
      output: [2.291286756388864, 1.2247448713928137],
    },
    { x1: [1, 2, -1], x2: [0.5, 3, 1], with: [{ p: 1, keepDims: true }], output: [3.499999] },
    { x1: [1, 2, -1], x2: [0.5, 3, 1], with: [{ p: Infinity, epsilon: 0 }], output: 2 },
    { x1: [1, 2, -1], x2: [0.5, 3, 1], with: [{ p: 3 }], output: 2.089668510417636 },
    { x1: [[1, 2]], x2: [[1, 2]], with: [{ epsilon: 0 }], output: [0] },
  ],
})

function normOf(
  gates: Gates,
  x: Value,
  { p, keepDims }: { readonly p: number; readonly keepDims: boolean },
): Value {
  const size = gates.abs(x)
  const kept = { keepDims }
  if (p === 1) return gates.sum(size, -1, kept)
  if (p === Infinity) return gates.max(size, -1, kept)
  const total = gates.sum(p === 2 ? gates.multiply(x, x) : gates.power(size, p), -1, kept)
  // The root of 0 has an infinite derivative; the norm of equal rows has the gradient 0.
  const isNone = gates.equal(total, 0)
  const safe = gates.where(isNone, 1, total)
  return gates.where(isNone, 0, p === 2 ? gates.sqrt(safe) : gates.power(safe, 1 / p))
}

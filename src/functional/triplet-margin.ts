import {
  type CriterionAttributes,
  type CriterionOptions,
  criterionCallOf,
  type IfSameShape,
  knownReduction,
  type LossShape,
  type Reduction,
  reducedNotation,
  reduceErrors,
} from '../gates/criterion.ts'
import { defineGate, type Gates } from '../gates/define.ts'
import * as gates from '../gates/index.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alikeOperands } from './alike-operands.ts'
import type { RowsOf } from './criterion-of-three.ts'
import type { MarginOptions } from './margin-ranking.ts'
import { pairwiseDistance } from './pairwise-distance.ts'

export interface TripletMarginOptions extends MarginOptions {
  /** The norm of the distance, as in `pairwiseDistance`. Default 2. */
  readonly p?: number
  /** Added to each difference. Default 1e-6. */
  readonly epsilon?: number
  /**
   * Whether the negative is held away from whichever is nearer, anchor or positive. Default false.
   */
  readonly swap?: boolean
}

export interface TripletMargin {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    U extends Shape,
    F extends DType,
    R extends Reduction = 'mean',
  >(
    anchor: Value<S, D>,
    positive: IfSameShape<'tripletMargin', S, T, IfSameDType<'tripletMargin', D, E, Value<T, E>>>,
    negative: IfSameShape<'tripletMargin', S, U, IfSameDType<'tripletMargin', D, F, Value<U, F>>>,
    options?: CriterionOptions<R> & TripletMarginOptions,
  ): Value<LossShape<RowsOf<S>, R>, D>
}

type TripletMarginAttributes = CriterionAttributes & {
  readonly margin: number
  readonly p: number
  readonly epsilon: number
  readonly swap: boolean
}

/**
 * max(0, margin + d(anchor, positive) − d(anchor, negative)), averaged over all rows: the negative
 * should be further from the anchor than the positive by the margin, 1 by default.
 *
 * Shapes: anchor, positive and negative [..., width] alike → a scalar, or [...] where `reduction`
 * is 'none'.
 * Throws: SHAPE where the shapes differ; ATTRIBUTE for an option out of range.
 * Source: PyTorch `triplet_margin_loss`.
 */
export const tripletMargin: Gate<TripletMargin> = defineGate<
  TripletMargin,
  ['anchor', 'positive', 'negative'],
  TripletMarginAttributes
>({
  name: 'tripletMargin',
  operands: ['anchor', 'positive', 'negative'],
  role: 'criterion',
  call: criterionCallOf(3, { margin: 1, p: 2, epsilon: 1e-6, swap: false as boolean }),
  constraints: {
    ...alikeOperands(['anchor', 'positive', 'negative'], ['f32[4, 2]', 'f32[4, 1]', 'f64[4, 2]']),
    C3: {
      ...knownReduction,
      holds: ({ anchor, positive, attributes }) =>
        knownReduction.holds({ input: anchor, target: positive, attributes }),
      broken: {
        ...{ anchor: 'f32[2]', positive: 'f32[2]', negative: 'f32[2]' },
        with: [{ reduction: 'average' }],
      },
    },
  },
  shape: ({ anchor, attributes }) => (attributes.reduction === 'none' ? anchor.slice(0, -1) : []),
  expand: ({ gates, anchor, positive, negative, attributes }) => {
    const { margin, p, epsilon, swap } = attributes
    const distance = (a: Value, b: Value) => pairwiseDistance(a, b, { p, epsilon })
    const distances = distancesOf(gates, { anchor, positive, negative }, { distance, swap })
    return reduceErrors(gates, lackOf(gates, distances, margin), attributes)
  },
  equation: ({ anchor, positive, negative, attributes }) => {
    const { margin, swap } = attributes
    const far = swap
      ? String.raw`\min(d(${anchor}, ${negative}), d(${positive}, ${negative}))`
      : `d(${anchor}, ${negative})`
    return reducedNotation(
      String.raw`\max(0, ${margin} + d(${anchor}, ${positive}) - ${far})`,
      attributes,
    )
  },
  // Expected values: torch 1.13, torch.nn.functional.triplet_margin_loss.
  samples: [
    {
      anchor: [
        [1, 2, -1],
        [0.5, -1, 2],
      ],
      positive: [
        [0.5, 3, 1],
        [1, -0.5, 1],
      ],
      negative: [
        [1, 2.5, 0],
        [0, 1, 3],
      ],
      output: 1.0866270546396093,
    },
    {
      anchor: [
        [1, 2, -1],
        [0.5, -1, 2],
      ],
      positive: [
        [0.5, 3, 1],
        [1, -0.5, 1],
      ],
      negative: [
        [1, 2.5, 0],
        [0, 1, 3],
      ],
      with: [{ p: 1, margin: 3.5, swap: true, reduction: 'none' }],
      output: [5.5, 2],
    },
    {
      anchor: [1, 2],
      positive: [2, 4],
      negative: [1, 0],
      with: [{ reduction: 'sum' }],
      output: 1.236065635858798,
    },
  ],
})

export interface TripletMarginWithDistanceOptions<R extends Reduction = Reduction>
  extends CriterionOptions<R>,
    MarginOptions {
  /** From two values of rows to the distance of each pair. Default: `pairwiseDistance`. */
  readonly distance?: (a: Value, b: Value) => Value
  /** As of `tripletMargin`. */
  readonly swap?: boolean
}

/**
 * `tripletMargin` with a distance of your own; it is built of the gates that the distance is.
 *
 * Shapes: what `distance` takes → a scalar, or what it gives where `reduction` is 'none'.
 * Source: PyTorch `triplet_margin_with_distance_loss`.
 *
 * @example
 * const distance = (a, b) => cosineSimilarity(a, b).negate().add(1)
 * tripletMarginWithDistance(anchor, positive, negative, { distance })
 */
export function tripletMarginWithDistance(
  anchor: Value,
  positive: Value,
  negative: Value,
  options: TripletMarginWithDistanceOptions = {},
): Value {
  const { distance = pairwiseDistance, swap = false, margin = 1, reduction = 'mean' } = options
  const distances = distancesOf(gates, { anchor, positive, negative }, { distance, swap })
  return reduceErrors(gates, lackOf(gates, distances, margin), { reduction })
}

interface Distances {
  readonly near: Value
  readonly far: Value
}

function distancesOf(
  gates: Gates,
  triple: { readonly anchor: Value; readonly positive: Value; readonly negative: Value },
  options: { readonly distance: (a: Value, b: Value) => Value; readonly swap: boolean },
): Distances {
  const { anchor, positive, negative } = triple
  const near = options.distance(anchor, positive)
  const far = options.distance(anchor, negative)
  return {
    near,
    far: options.swap ? gates.minimum(far, options.distance(positive, negative)) : far,
  }
}

/** What is missing from a lead of the margin. */
function lackOf(gates: Gates, { near, far }: Distances, margin: number): Value {
  return gates.clamp(gates.add(gates.subtract(near, far), margin), 0)
}

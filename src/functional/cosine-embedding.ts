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
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { oneDType } from './alike-operands.ts'
import type { RowsOf } from './criterion-of-three.ts'
import type { MarginOptions } from './margin-ranking.ts'

export interface CosineEmbedding {
  <
    S extends Shape,
    D extends DType,
    T extends Shape,
    E extends DType,
    F extends DType,
    R extends Reduction = 'mean',
  >(
    input1: Value<S, D>,
    input2: IfSameShape<'cosineEmbedding', S, T, IfSameDType<'cosineEmbedding', D, E, Value<T, E>>>,
    target: IfSameDType<'cosineEmbedding', D, F, Value<Shape, F>>,
    options?: CriterionOptions<R> & MarginOptions,
  ): Value<LossShape<RowsOf<S>, R>, D>
}

/** What PyTorch adds to each square, so that a row of zeros has a cosine: 0. */
const epsilon = 1e-12

/**
 * The error of the cosine between rows: 1 − cos where target is 1, and max(0, cos − margin) where
 * it is −1, averaged over all rows; the margin is 0 by default.
 *
 * Shapes: input1 and input2 [n, width] with target [n], or [width] with [] → a scalar, or target's
 * where `reduction` is 'none'.
 * Throws: SHAPE where they do not fit; ATTRIBUTE for a reduction that is none of the three.
 * Source: PyTorch `cosine_embedding_loss`.
 */
export const cosineEmbedding: Gate<CosineEmbedding> = defineGate<
  CosineEmbedding,
  ['input1', 'input2', 'target'],
  CriterionAttributes & { readonly margin: number }
>({
  name: 'cosineEmbedding',
  operands: ['input1', 'input2', 'target'],
  targets: ['target'],
  role: 'criterion',
  call: criterionCallOf(3, { margin: 0 }),
  constraints: {
    C1: {
      rule: 'input1 and input2 have the same shape, and target that shape without the last axis',
      holds: ({ input1, input2, target }) => {
        const isFitting =
          input1.shape.length > 0 &&
          sameShape(input1.shape, input2.shape) &&
          sameShape(input1.shape.slice(0, -1), target.shape)
        const shapes = [input1, input2, target].map(({ shape }) => formatShape(shape))
        return isFitting || `shapes ${shapes.join(', ')} do not fit`
      },
      fix: 'give inputs as [n, width] and a target for each row',
      broken: { input1: 'f32[2, 3]', input2: 'f32[2, 3]', target: 'f32[3]' },
    },
    C2: oneDType(['input1', 'input2', 'target'], {
      input1: 'f32[2, 3]',
      input2: 'f64[2, 3]',
      target: 'f32[2]',
    }),
    C3: {
      ...knownReduction,
      holds: ({ input1, target, attributes }) =>
        knownReduction.holds({ input: input1, target, attributes }),
      broken: {
        ...{ input1: 'f32[2, 3]', input2: 'f32[2, 3]', target: 'f32[2]' },
        with: [{ reduction: 'average' }],
      },
    },
  },
  shape: ({ input1, attributes }) => (attributes.reduction === 'none' ? input1.slice(0, -1) : []),
  expand: ({ gates, input1, input2, target, attributes }) => {
    const sizes = gates.multiply(squareOf(gates, input1), squareOf(gates, input2))
    const product = gates.sum(gates.multiply(input1, input2), -1)
    const cosine = gates.divide(product, gates.sqrt(sizes))
    const near = gates.where(gates.equal(target, 1), gates.subtract(1, cosine), 0)
    const beyond = gates.clamp(gates.subtract(cosine, attributes.margin), 0)
    const apart = gates.where(gates.equal(target, -1), beyond, 0)
    return reduceErrors(gates, gates.add(near, apart), attributes)
  },
  equation: ({ input1, input2, target, attributes }) => {
    const cosine = String.raw`\cos(${input1}, ${input2})`
    return reducedNotation(
      String.raw`[${target} = 1] \odot (1 - ${cosine}) + [${target} = -1] \odot \max(0, ${cosine} - ${attributes.margin})`,
      attributes,
    )
  },
  // Expected values: torch 1.13, torch.nn.functional.cosine_embedding_loss.
  samples: [
    {
      input1: [
        [1, 2, -1],
        [0.5, -1, 2],
      ],
      input2: [
        [0.5, 3, 1],
        [1, -0.5, 1],
      ],
      target: [1, -1],
      output: 0.5857685882870565,
    },
    {
      input1: [
        [1, 2, -1],
        [0.5, -1, 2],
        [0, 0, 0],
      ],
      input2: [
        [0.5, 3, 1],
        [1, -0.5, 1],
        [1, 2, 3],
      ],
      target: [1, -1, 1],
      with: [{ margin: 0.25, reduction: 'none' }],
      output: [0.2986656156304205, 0.6228715609436923, 1],
    },
    {
      input1: [1, 2],
      input2: [2, 0.5],
      target: -1,
      with: [{ reduction: 'sum' }],
      output: 0.6507913734558268,
    },
  ],
})

function squareOf(gates: Gates, x: Value): Value {
  return gates.add(gates.sum(gates.multiply(x, x), -1), epsilon)
}

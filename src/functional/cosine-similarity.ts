import { defineGate, type Gates } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { alikeOperands } from './alike-operands.ts'

export interface CosineSimilarityOptions {
  /** The axis of the vectors. Default 1. */
  readonly axis?: number
  /** What a length below it counts as. Default 1e-8. */
  readonly epsilon?: number
}

export interface CosineSimilarity {
  <D extends DType, E extends DType>(
    x1: Value<Shape, D>,
    x2: IfSameDType<'cosineSimilarity', D, E, Value<Shape, E>>,
    options?: CosineSimilarityOptions,
  ): Value<Shape, D>
}

type CosineSimilarityAttributes = { readonly axis: number; readonly epsilon: number }

/**
 * The cosine between vectors along an axis: Σ x1 ⊙ x2 / (‖x1‖ ‖x2‖).
 *
 * Shapes: x1 [...], x2 of the same shape → x1's shape without the axis.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `cosine_similarity`.
 */
export const cosineSimilarity: Gate<CosineSimilarity> = defineGate<
  CosineSimilarity,
  ['x1', 'x2'],
  CosineSimilarityAttributes
>({
  name: 'cosineSimilarity',
  operands: ['x1', 'x2'],
  role: 'mixer',
  call: (x1: Value, x2: Value, { axis = 1, epsilon = 1e-8 }: CosineSimilarityOptions = {}) => ({
    inputs: [x1, x2],
    attributes: { axis: normalizeAxis(axis, x1.shape.length, 'cosineSimilarity'), epsilon },
  }),
  constraints: {
    ...alikeOperands(['x1', 'x2'], ['f32[4, 2]', 'f32[2, 4]', 'f64[4, 2]']),
    C3: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is a finite number above 0',
      holds: ({ attributes: { epsilon } }) =>
        (epsilon > 0 && Number.isFinite(epsilon)) || `epsilon is ${epsilon}`,
      fix: 'leave epsilon out for 1e-8',
      broken: { x1: 'f32[2, 3]', x2: 'f32[2, 3]', with: [{ epsilon: 0 }] },
    },
  },
  shape: ({ x1, attributes: { axis } }) => x1.toSpliced(axis, 1),
  expand: ({ gates, x1, x2, attributes }) => {
    const product = gates.sum(gates.multiply(x1, x2), attributes.axis)
    return gates.divide(
      product,
      gates.multiply(lengthOf(gates, x1, attributes), lengthOf(gates, x2, attributes)),
    )
  },
  equation: ({ x1, x2 }) => String.raw`\cos(${x1}, ${x2})`,
  // Expected values: torch 1.13, torch.nn.functional.cosine_similarity.
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
      output: [0.7013343843696722, 0.8728715609439694],
    },
    {
      x1: [
        [1, 2, -1],
        [0.5, -1, 2],
      ],
      x2: [
        [0.5, 3, 1],
        [1, -0.5, 1],
      ],
      with: [{ axis: 0 }],
      output: [0.7999999999999999, 0.95577900872195, 0.3162277660168379],
    },
    { x1: [0, 0], x2: [1, 2], with: [{ axis: -1 }], output: 0 },
  ],
})

/** The length of each vector, epsilon at least: under the root, so that no gradient is infinite. */
function lengthOf(gates: Gates, x: Value, { axis, epsilon }: CosineSimilarityAttributes): Value {
  const square = gates.sum(gates.multiply(x, x), axis)
  return gates.sqrt(gates.maximum(square, epsilon * epsilon))
}

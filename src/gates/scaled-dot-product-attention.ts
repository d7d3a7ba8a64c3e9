import { applyGate } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  type AttentionAttributes,
  type AttentionScores,
  type AttentionShape,
  attentionAttributes,
  factorGradients,
  fitInBatch,
  fitInDType,
  fitInPlaces,
  fitInWidth,
  hasFiniteScale,
  scaleText,
  scoresGradient,
  scoresOf,
  scoresText,
  transposed,
} from './attention.ts'
import type { Gates } from './define.ts'
import { keptWeights, maskedAttention, seesAll } from './masked-attention.ts'

export interface AttentionOptions extends AttentionScores {
  /**
   * What each query sees of the keys, of a shape that broadcasts to [...batch, queries, places]:
   * bool, true where it sees, or numbers that are added to the scores, −∞ where it does not.
   */
  readonly mask?: Value
  /** Drops weights, 0 ≤ probability < 1, by a random key u32[2]: for training. Default: none. */
  readonly dropout?: { readonly probability: number; readonly key: Value }
}

export interface ScaledDotProductAttention {
  <S extends Shape, D extends DType, E extends DType, T extends Shape, F extends DType>(
    query: Value<S, D>,
    key: IfSameDType<'scaledDotProductAttention', D, E, Value<Shape, E>>,
    value: IfSameDType<'scaledDotProductAttention', D, F, Value<T, F>>,
    options?: AttentionOptions,
  ): Value<AttentionShape<S, T>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    scaledDotProductAttention<
      V extends Value,
      const E extends DType,
      const T extends Shape,
      const F extends DType,
    >(
      this: V,
      key: IfSameDType<'scaledDotProductAttention', V['dtype'], E, Value<Shape, E>>,
      value: IfSameDType<'scaledDotProductAttention', V['dtype'], F, Value<T, F>>,
      options?: AttentionOptions,
    ): Value<AttentionShape<V['shape'], T>, V['dtype']>
  }
}

/**
 * For each query the mean of the values, weighted by how well their keys match it:
 * softmax(scale · query · keyᵀ) · value. With a mask or dropout it is `maskedAttention`; a query
 * that sees no key gives zeros, as in PyTorch since 2.5.
 *
 * Shapes: query [...batch, queries, width], key [...batch, places, width], value [...batch, places,
 * valueWidth] → [...batch, queries, valueWidth].
 * Throws: SHAPE where they do not fit each other; DTYPE where dtypes differ; ATTRIBUTE for a scale
 * that is not finite.
 * Source: PyTorch `scaled_dot_product_attention`; Vaswani et al., "Attention is all you need".
 *
 * @example
 * scaledDotProductAttention(query, key, value, { isCausal: true }) // each [16, 4, 64, 32]
 */
export const scaledDotProductAttention: Gate<ScaledDotProductAttention> = createGate<
  ScaledDotProductAttention,
  ['query', 'key', 'value'],
  AttentionAttributes,
  Gates
>(
  {
    name: 'scaledDotProductAttention',
    operands: ['query', 'key', 'value'],
    role: 'mixer',
    constraints: {
      C1: {
        ...fitInBatch,
        broken: { query: 'f32[2, 3, 4]', key: 'f32[3, 4]', value: 'f32[3, 4]' },
      },
      C2: { ...fitInWidth, broken: { query: 'f32[3, 4]', key: 'f32[3, 5]', value: 'f32[3, 4]' } },
      C3: { ...fitInPlaces, broken: { query: 'f32[3, 4]', key: 'f32[3, 4]', value: 'f32[2, 4]' } },
      C4: { ...fitInDType, broken: { query: 'f32[3, 4]', key: 'f64[3, 4]', value: 'f32[3, 4]' } },
      C5: {
        ...hasFiniteScale,
        broken: {
          query: 'f32[3, 4]',
          key: 'f32[3, 4]',
          value: 'f32[3, 4]',
          with: [{ scale: Number.POSITIVE_INFINITY }],
        },
      },
    },
    shape: ({ query, value }) => [...query.slice(0, -1), value.at(-1) ?? 0],
    expand: ({ gates, query, key, value, attributes }) =>
      gates.matmul(gates.softmax(scoresOf(gates, { query, key, attributes }), -1), value),
    backward: ({ gates, query, key, value, attributes, output, upstream }) => {
      const weights = gates.softmax(scoresOf(gates, { query, key, attributes }), -1)
      const reached = gates.matmul(upstream, transposed(gates, value))
      const scores = scoresGradient(gates, { weights, reached, upstream, output })
      return {
        ...factorGradients(gates, { query, key, attributes }, scores),
        value: gates.matmul(transposed(gates, weights), upstream),
      }
    },
    equation: ({ query, key, value, attributes }) =>
      String.raw`\operatorname{softmax}(${scoresText(query, key, attributes)}) \cdot ${value}`,
    downstream: ({ query, key, value, upstream, output, attributes }) => {
      const weights = String.raw`\operatorname{softmax}(${scoresText(query, key, attributes)})`
      const excess = String.raw`(${upstream} \cdot ${value}^\top - \sum (${upstream} \odot ${output}))`
      const scores = String.raw`(${scaleText(attributes)} \, ${weights} \odot ${excess})`
      return {
        query: String.raw`${scores} \cdot ${key}`,
        key: String.raw`${scores}^\top \cdot ${query}`,
        value: String.raw`${weights}^\top \cdot ${upstream}`,
      }
    },
    // Expected values: torch 1.13, torch.softmax(query @ key.T * scale, -1) @ value, the causal ones
    // as torch.nn.functional._scaled_dot_product_attention(…, is_causal=True) gives them.
    samples: [
      {
        query: [
          [1, 0.5],
          [-1, 2],
          [0, 1],
        ],
        key: [
          [0.5, 1],
          [2, -1],
          [1, 1],
        ],
        value: [
          [1, 2, 3],
          [-1, 0, 1],
          [4, -2, 0.5],
        ],
        output: [
          [1.3700704075637504, -0.22042244538250289, 1.3346831659631229],
          [2.1991028104040993, 0.345759224027536, 1.9571899925367995],
          [2.1206579187532224, 0, 1.6687124111614045],
        ],
      },
      {
        query: [
          [1, 0.5],
          [-1, 2],
          [0, 1],
        ],
        key: [
          [0.5, 1],
          [2, -1],
          [1, 1],
        ],
        value: [
          [1, 2, 3],
          [-1, 0, 1],
          [4, -2, 0.5],
        ],
        with: [{ isCausal: true }],
        output: [
          [1, 2, 3],
          [0.9598927256778268, 1.959892725677827, 2.959892725677827],
          [2.1206579187532224, 0, 1.6687124111614045],
        ],
      },
      {
        query: [
          [
            [1, 0.5],
            [-1, 2],
          ],
        ],
        key: [
          [
            [0.5, 1],
            [2, -1],
            [1, 1],
          ],
        ],
        value: [[[1], [-1], [4]]],
        with: [{ scale: 0.25 }],
        output: [[[1.3469214482427887], [2.0030323172763804]]],
      },
    ],
  },
  (definition) => {
    const attend = (
      query: Value,
      key: Value,
      value: Value,
      options: AttentionOptions = {},
    ): Value => {
      const { mask, dropout, ...scores } = options
      if (mask || dropout) {
        const seen = mask ?? seesAll()
        return maskedAttention(query, key, value, seen, keptWeights(query, key, dropout), scores)
      }
      return applyGate(definition, [query, key, value], attentionAttributes(query, scores))
    }
    return attend as ScaledDotProductAttention // shapes and dtypes are checked where it is applied
  },
)

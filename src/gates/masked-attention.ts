import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { broadcastShapes, formatShape, type Shape, sameShape } from '../ir/shape.ts'
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
  scoresGradient,
  scoresOf,
  scoresText,
  transposed,
} from './attention.ts'
import { bernoulli } from './bernoulli.ts'
import { broadcastTo } from './broadcast-to.ts'
import { cast } from './cast.ts'
import { constant } from './constant.ts'
import { defineGate, type Gates } from './define.ts'
import { multiply } from './multiply.ts'

export interface MaskedAttention {
  <S extends Shape, D extends DType, T extends Shape>(
    query: Value<S, D>,
    key: Value<Shape, NoInfer<D>>,
    value: Value<T, NoInfer<D>>,
    mask: Value,
    kept: Value<Shape, NoInfer<D>>,
    options?: AttentionScores,
  ): Value<AttentionShape<S, T>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    maskedAttention<V extends Value, const T extends Shape>(
      this: V,
      key: Value<Shape, V['dtype']>,
      value: Value<T, V['dtype']>,
      mask: Value,
      kept: Value<Shape, V['dtype']>,
      options?: AttentionScores,
    ): Value<AttentionShape<V['shape'], T>, V['dtype']>
  }
}

const places = {
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
    [1, 2],
    [-1, 0],
    [4, -2],
  ],
}

const fitting = {
  query: 'f32[3, 4]',
  key: 'f32[5, 4]',
  value: 'f32[5, 4]',
  mask: 'bool[3, 5]',
  kept: 'f32[3, 5]',
}

/**
 * Attention in which `mask` says what each query sees of the keys, and `kept` what each weight
 * counts: (softmax(scale · query · keyᵀ + mask) ⊙ kept) · value. A query that sees no key gives
 * zeros.
 *
 * Shapes: as `scaledDotProductAttention`; mask and kept broadcast to [...batch, queries, places].
 * A mask is bool, true where the query sees, or numbers of query's dtype that are added.
 * Throws: SHAPE where they do not fit each other; DTYPE where dtypes differ; ATTRIBUTE for a scale
 * that is not finite.
 * Source: PyTorch `scaled_dot_product_attention` with `attn_mask` and `dropout_p`.
 */
export const maskedAttention: Gate<MaskedAttention> = defineGate<
  MaskedAttention,
  ['query', 'key', 'value', 'mask', 'kept'],
  AttentionAttributes
>({
  name: 'maskedAttention',
  operands: ['query', 'key', 'value', 'mask', 'kept'],
  role: 'mixer',
  takes: { mask: 'any' },
  call: (
    query: Value,
    key: Value,
    value: Value,
    mask: Value,
    kept: Value,
    options: AttentionScores = {},
  ) => ({
    inputs: [query, key, value, overScores(query, key, mask), overScores(query, key, kept)],
    attributes: attentionAttributes(query, options),
  }),
  constraints: {
    C1: { ...fitInBatch, broken: { ...fitting, key: 'f32[2, 5, 4]', value: 'f32[2, 5, 4]' } },
    C2: { ...fitInWidth, broken: { ...fitting, key: 'f32[5, 3]' } },
    C3: { ...fitInPlaces, broken: { ...fitting, value: 'f32[4, 4]' } },
    C4: { ...fitInDType, broken: { ...fitting, value: 'f64[5, 4]' } },
    C5: { ...hasFiniteScale, broken: { ...fitting, with: [{ scale: Number.NaN }] } },
    C6: {
      rule: 'mask and kept broadcast to [...batch, queries, places]',
      holds: ({ query, key, mask, kept }) => {
        const scores = scoresShape(query, key)
        const odd = [mask, kept].find(({ shape }) => !sameShape(shape, scores))
        return !odd || `${formatShape(odd.shape)} for scores of ${formatShape(scores)}`
      },
      fix: 'give it [queries, places], or with an axis of size 1 where all see the same',
      broken: { ...fitting, mask: 'bool[2, 5]' },
    },
    C7: {
      code: 'DTYPE',
      rule: "mask is bool or has query's dtype, which kept has too",
      holds: ({ query, mask, kept }) =>
        ((mask.dtype === 'bool' || mask.dtype === query.dtype) && kept.dtype === query.dtype) ||
        `mask ${mask.dtype} and kept ${kept.dtype} for query ${query.dtype}`,
      fix: 'compare for a mask of bool: keys.greater(0)',
      broken: { ...fitting, mask: 'i32[3, 5]' },
    },
  },
  shape: ({ query, value }) => [...query.slice(0, -1), value.at(-1) ?? 0],
  expand: ({ gates, query, key, value, mask, kept, attributes }) => {
    const weights = attentionWeights(gates, { query, key, mask, attributes })
    return gates.matmul(gates.multiply(weights, kept), value)
  },
  backward: ({ gates, query, key, value, mask, kept, attributes, output, upstream }) => {
    const weights = attentionWeights(gates, { query, key, mask, attributes })
    const arrived = gates.matmul(upstream, transposed(gates, value))
    const reached = gates.multiply(arrived, kept)
    const scores = scoresGradient(gates, { weights, reached, upstream, output })
    return {
      ...factorGradients(gates, { query, key, attributes }, scores),
      value: gates.matmul(transposed(gates, gates.multiply(weights, kept)), upstream),
      mask: mask.dtype === 'bool' ? undefined : scores,
      kept: gates.multiply(weights, arrived),
    }
  },
  equation: ({ query, key, value, mask, kept, attributes }) =>
    String.raw`(${weightsText(scoresText(query, key, attributes), mask)} \odot ${kept}) \cdot ${value}`,
  // Expected values: torch 1.13, (torch.softmax(query @ key.T * scale + mask, -1) * kept) @ value,
  // 0 for the NaN of a query that sees nothing.
  samples: [
    {
      ...places,
      mask: [
        [true, false, true],
        [false, false, false],
        [false, true, false],
      ],
      kept: [
        [2, 0, 2],
        [1, 1, 1],
        [0.5, 1, 3],
      ],
      output: [
        [5.524874005037659, -0.6998320067168782],
        [0.0, 0.0],
        [-1.0, 0.0],
      ],
    },
    {
      ...places,
      mask: [
        [0.5, -1, 0],
        [0, -Infinity, 2],
        [-Infinity, -Infinity, 0.25],
      ],
      kept: [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
      with: [{ scale: 0.25 }],
      output: [
        [1.8021058111862287, 0.3223607723215707],
        [3.6011072794065115, -1.4681430392086827],
        [4.0, -2.0],
      ],
    },
    {
      ...places,
      mask: [0.5, -1, 0],
      kept: [[0], [2], [1]],
      with: [{ isCausal: true }],
      output: [
        [0.0, 0.0],
        [1.981818463560586, 3.981818463560586],
        [2.0302998425371857, 0.47383756010231426],
      ],
    },
  ],
})

/** The mask of queries that see all keys. */
export function seesAll(): Value {
  return constant(true)
}

/** What each weight counts: 0 where it is dropped, else as much more that the mean stays. */
export function keptWeights(
  query: Value,
  key: Value,
  dropout: { readonly probability: number; readonly key: Value } | undefined,
): Value {
  const dtype = query.dtype === 'f64' ? 'f64' : 'f32'
  if (!dropout || dropout.probability === 0) return constant(1, { dtype })
  const kept = 1 - dropout.probability
  const drawn = bernoulli(dropout.key as Value<[2], 'u32'>, scoresShape(query, key), {
    probability: kept,
  }) // bernoulli turns away what is no key
  return multiply(cast(drawn, dtype), kept === 0 ? 0 : 1 / kept)
}

/** How much each query takes of each value: as softmax, but 0 in a row of −∞, where the sum is 0. */
export function attentionWeights(
  gates: Gates,
  given: {
    readonly query: Value
    readonly key: Value
    readonly mask: Value
    readonly attributes: AttentionAttributes
  },
): Value {
  const { mask } = given
  const scores = scoresOf(gates, given)
  const seen =
    mask.dtype === 'bool'
      ? gates.where(mask as Value<Shape, 'bool'>, scores, Number.NEGATIVE_INFINITY) // so it is
      : gates.add(scores, mask)
  const lowest = scores.dtype === 'f64' ? -Number.MAX_VALUE : -3.4028234663852886e38
  const largest = gates.maximum(gates.max(seen, -1, { keepDims: true }), lowest)
  const shares = gates.exp(gates.subtract(seen, gates.stopGradient(largest)))
  const sum = gates.sum(shares, -1, { keepDims: true })
  return gates.divide(shares, gates.where(gates.greater(sum, 0), sum, 1))
}

function weightsText(scores: string, mask: string): string {
  return String.raw`\operatorname{softmax}(${scores} + ${mask})`
}

function scoresShape(query: Value, key: Value): Shape {
  return [...query.shape.slice(0, -1), key.shape.at(-2) ?? 0]
}

/** The mask over all scores, where it can be; else constraints say what is wrong with it. */
function overScores(query: Value, key: Value, mask: Value): Value {
  const scores = scoresShape(query, key)
  const met = broadcastShapes(scores, mask.shape)
  const isWithin = !('clash' in met) && sameShape(met, scores)
  const isKnown = mask.dtype === 'bool' || mask.dtype === query.dtype
  return isWithin && isKnown ? broadcastTo(mask, scores) : mask
}

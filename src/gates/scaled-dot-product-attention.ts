import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates } from './define.ts'

export interface AttentionOptions {
  /** Whether query i sees keys 0 … i only. Default false. */
  readonly isCausal?: boolean
  /** What products of query and key are multiplied by. Default: 1 / √width. */
  readonly scale?: number
}

/** The shape of one value for each query: [...batch, queries, value width]. */
export type AttentionShape<Q extends Shape, V extends Shape> = Q extends readonly [
  ...infer Rows extends Shape,
  number,
]
  ? V extends readonly [...Shape, infer Width extends number]
    ? readonly [...Rows, Width]
    : Shape
  : Shape

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

interface AttentionAttributes {
  readonly [name: string]: boolean | number
  readonly isCausal: boolean
  readonly scale: number
}

/**
 * For each query the mean of the values, weighted by how well their keys match it:
 * softmax(scale · query · keyᵀ) · value.
 *
 * Shapes: query [...batch, queries, width], key [...batch, places, width], value [...batch, places,
 * valueWidth] → [...batch, queries, valueWidth].
 * Throws: SHAPE where the three do not fit each other; DTYPE where dtypes differ; ATTRIBUTE for a
 * scale that is not finite.
 * Source: PyTorch `scaled_dot_product_attention`; Vaswani et al., "Attention is all you need".
 *
 * @example
 * scaledDotProductAttention(query, key, value, { isCausal: true }) // each [16, 4, 64, 32]
 */
export const scaledDotProductAttention: Gate<ScaledDotProductAttention> = defineGate<
  ScaledDotProductAttention,
  ['query', 'key', 'value'],
  AttentionAttributes
>({
  name: 'scaledDotProductAttention',
  operands: ['query', 'key', 'value'],
  role: 'mixer',
  call: (query: Value, key: Value, value: Value, options: AttentionOptions = {}) => {
    const { isCausal = false, scale = 1 / Math.sqrt(query.shape.at(-1) ?? 1) } = options
    return { inputs: [query, key, value], attributes: { isCausal, scale } }
  },
  constraints: {
    C1: {
      rule: 'query, key and value have the same batch axes, and two axes more',
      holds: ({ query, key, value }) => {
        const [batch, ...others] = [query, key, value].map(({ shape }) => shape.slice(0, -2))
        const isSame = batch !== undefined && others.every((other) => sameShape(batch, other))
        const isWhole = [query, key, value].every(({ shape }) => shape.length >= 2)
        return (isSame && isWhole) || listShapes(query, key, value)
      },
      fix: 'give each [...batch, places, width]',
      broken: { query: 'f32[2, 3, 4]', key: 'f32[3, 4]', value: 'f32[3, 4]' },
    },
    C2: {
      rule: 'query and key are equally wide',
      holds: ({ query, key }) =>
        query.shape.at(-1) === key.shape.at(-1) ||
        `widths differ, ${query.shape.at(-1)} and ${key.shape.at(-1)}`,
      fix: 'project both to one width',
      broken: { query: 'f32[3, 4]', key: 'f32[3, 5]', value: 'f32[3, 4]' },
    },
    C3: {
      rule: 'there is a value for each key, one or more',
      holds: ({ query, key, value }) =>
        ((key.shape.at(-2) ?? 0) > 0 && key.shape.at(-2) === value.shape.at(-2)) ||
        listShapes(query, key, value),
      fix: 'make key and value from the same places',
      broken: { query: 'f32[3, 4]', key: 'f32[3, 4]', value: 'f32[2, 4]' },
    },
    C4: {
      code: 'DTYPE',
      rule: 'query, key and value have the same dtype',
      holds: ({ query, key, value }) =>
        (query.dtype === key.dtype && key.dtype === value.dtype) ||
        `dtypes ${query.dtype}, ${key.dtype} and ${value.dtype} do not mix`,
      fix: 'cast them to one dtype',
      broken: { query: 'f32[3, 4]', key: 'f64[3, 4]', value: 'f32[3, 4]' },
    },
    C5: {
      code: 'ATTRIBUTE',
      rule: 'scale is a finite number',
      holds: ({ attributes: { scale } }) => Number.isFinite(scale) || `scale cannot be ${scale}`,
      fix: 'leave it out for 1 / √width',
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
    gates.matmul(weightsOf(gates, query, key, attributes), value),
  // In a row of the softmax's gradient the weighted total, Σ weights ⊙ (upstream · valueᵀ), is
  // Σ upstream ⊙ output: a sum over the width instead of over all places.
  backward: ({ gates, query, key, value, attributes, output, upstream }) => {
    const weights = weightsOf(gates, query, key, attributes)
    const reached = gates.matmul(upstream, transposed(gates, value))
    const total = gates.sum(gates.multiply(upstream, output), -1, { keepDims: true })
    const scores = gates.multiply(
      gates.multiply(weights, gates.subtract(reached, total)),
      attributes.scale,
    )
    return {
      query: gates.matmul(scores, key),
      key: gates.matmul(transposed(gates, scores), query),
      value: gates.matmul(transposed(gates, weights), upstream),
    }
  },
  equation: ({ query, key, value, attributes }) =>
    String.raw`${weightsText(query, key, attributes)} \cdot ${value}`,
  downstream: ({ query, key, value, upstream, output, attributes }) => {
    const weights = weightsText(query, key, attributes)
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
})

/** How much each query takes of each value: rows that sum to 1. */
function weightsOf(
  gates: Gates,
  query: Value,
  key: Value,
  { isCausal, scale }: AttentionAttributes,
): Value {
  const scores = gates.multiply(gates.matmul(query, transposed(gates, key)), scale)
  if (!isCausal) return gates.softmax(scores, -1)
  const places = scores.shape.slice(-2)
  const isSeen = gates.lessEqual(gates.iota(places, 1), gates.iota(places, 0))
  return gates.softmax(gates.where(isSeen, scores, Number.NEGATIVE_INFINITY), -1)
}

function weightsText(query: string, key: string, attributes: AttentionAttributes): string {
  const scores = String.raw`${scaleText(attributes)} \, ${query} \cdot ${key}^\top`
  const seen = attributes.isCausal ? String.raw`\operatorname{causal}(${scores})` : scores
  return String.raw`\operatorname{softmax}(${seen})`
}

function scaleText({ scale }: AttentionAttributes): string {
  return String(Number(scale.toPrecision(4)))
}

function transposed(gates: Gates, x: Value): Value {
  const axes = x.shape.map((_, axis) => axis)
  return gates.transpose(x, [...axes.slice(0, -2), x.shape.length - 1, x.shape.length - 2])
}

function listShapes(query: Value, key: Value, value: Value): string {
  const [q, k, v] = [query, key, value].map(({ shape }) => formatShape(shape))
  return `query ${q}, key ${k} and value ${v} do not fit`
}

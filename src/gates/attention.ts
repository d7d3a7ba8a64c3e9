/** What the gates of attention share: how much each query takes of each value, and how it is written. */
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

export interface AttentionScores {
  /** Whether query i sees keys 0 … i only. Default false. */
  readonly isCausal?: boolean
  /** What products of query and key are multiplied by. Default: 1 / √width. */
  readonly scale?: number
}

export interface AttentionAttributes {
  readonly [name: string]: boolean | number
  readonly isCausal: boolean
  readonly scale: number
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

interface Attended {
  readonly query: Value
  readonly key: Value
  readonly value: Value
  readonly attributes: AttentionAttributes
}

type Rule = Omit<Constraint<['query', 'key', 'value'], AttentionAttributes>, 'broken'>

export function attentionAttributes(
  query: Value,
  { isCausal = false, scale = 1 / Math.sqrt(query.shape.at(-1) ?? 1) }: AttentionScores,
): AttentionAttributes {
  return { isCausal, scale }
}

export const fitInBatch: Rule = {
  rule: 'query, key and value have the same batch axes, and two axes more',
  holds: ({ query, key, value }) => {
    const [batch, ...others] = [query, key, value].map(({ shape }) => shape.slice(0, -2))
    const isSame = batch !== undefined && others.every((other) => sameShape(batch, other))
    const isWhole = [query, key, value].every(({ shape }) => shape.length >= 2)
    return (isSame && isWhole) || listShapes(query, key, value)
  },
  fix: 'give each [...batch, places, width]',
}

export const fitInWidth: Rule = {
  rule: 'query and key are equally wide',
  holds: ({ query, key }) =>
    query.shape.at(-1) === key.shape.at(-1) ||
    `widths differ, ${query.shape.at(-1)} and ${key.shape.at(-1)}`,
  fix: 'project both to one width',
}

export const fitInPlaces: Rule = {
  rule: 'there is a value for each key, one or more',
  holds: ({ query, key, value }) =>
    ((key.shape.at(-2) ?? 0) > 0 && key.shape.at(-2) === value.shape.at(-2)) ||
    listShapes(query, key, value),
  fix: 'make key and value from the same places',
}

export const fitInDType: Rule = {
  code: 'DTYPE',
  rule: 'query, key and value have the same dtype',
  holds: ({ query, key, value }) =>
    (query.dtype === key.dtype && key.dtype === value.dtype) ||
    `dtypes ${query.dtype}, ${key.dtype} and ${value.dtype} do not mix`,
  fix: 'cast them to one dtype',
}

export const hasFiniteScale: Rule = {
  code: 'ATTRIBUTE',
  rule: 'scale is a finite number',
  holds: ({ attributes: { scale } }) => Number.isFinite(scale) || `scale cannot be ${scale}`,
  fix: 'leave it out for 1 / √width',
}

/** Products of queries and keys, scaled; −∞ where a causal query does not see. */
export function scoresOf(gates: Gates, { query, key, attributes }: Omit<Attended, 'value'>): Value {
  const { isCausal, scale } = attributes
  const scores = gates.multiply(gates.matmul(query, transposed(gates, key)), scale)
  if (!isCausal) return scores
  const places = scores.shape.slice(-2)
  const isSeen = gates.lessEqual(gates.iota(places, 1), gates.iota(places, 0))
  return gates.where(isSeen, scores, Number.NEGATIVE_INFINITY)
}

/**
 * The gradient of the scores. `weights` are the softmax, `reached` what arrives at them; in a row of
 * the softmax's gradient the weighted total, Σ weights ⊙ reached, is Σ upstream ⊙ output: a sum over
 * the width instead of over all places.
 */
export function scoresGradient(
  gates: Gates,
  row: {
    readonly weights: Value
    readonly reached: Value
    readonly upstream: Value
    readonly output: Value
  },
): Value {
  const total = gates.sum(gates.multiply(row.upstream, row.output), -1, { keepDims: true })
  return gates.multiply(row.weights, gates.subtract(row.reached, total))
}

/** The gradients of what the scores are made of. */
export function factorGradients(
  gates: Gates,
  { query, key, attributes }: Omit<Attended, 'value'>,
  scores: Value,
): { readonly query: Value; readonly key: Value } {
  const scaled = gates.multiply(scores, attributes.scale)
  return {
    query: gates.matmul(scaled, key),
    key: gates.matmul(transposed(gates, scaled), query),
  }
}

export function transposed(gates: Gates, x: Value): Value {
  const axes = x.shape.map((_, axis) => axis)
  return gates.transpose(x, [...axes.slice(0, -2), x.shape.length - 1, x.shape.length - 2])
}

export function scoresText(query: string, key: string, attributes: AttentionAttributes): string {
  const scores = String.raw`${scaleText(attributes)} \, ${query} \cdot ${key}^\top`
  return attributes.isCausal ? String.raw`\operatorname{causal}(${scores})` : scores
}

export function scaleText({ scale }: AttentionAttributes): string {
  return String(Number(scale.toPrecision(4)))
}

function listShapes(query: Value, key: Value, value: Value): string {
  const [q, k, v] = [query, key, value].map(({ shape }) => formatShape(shape))
  return `query ${q}, key ${k} and value ${v} do not fit`
}

import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { xavierNormal } from '../gates/initializers.ts'
import { attentionWeights, keptWeights, seesAll } from '../gates/masked-attention.ts'
import type { Init } from '../gates/state.ts'
import type { Value } from '../ir/value.ts'
import { type AttentionMasks, maskOf } from './attention-masks.ts'
import { type Projections, projectionsOf } from './attention-projections.ts'
import {
  alone,
  checkCount,
  createModule,
  type Module,
  ownParameter,
  type Place,
  placeLayers,
  type TrainingPass,
} from './layer.ts'
import { linear } from './linear.ts'

export interface MultiheadAttentionOptions {
  /** Whether each place sees only itself and those before it. Default false. */
  readonly isCausal?: boolean
  /** What share of the weights counts nothing, in training. Default 0. */
  readonly dropout?: number
  /** Default true. */
  readonly bias?: boolean
  /** How wide keys come in. Default: as queries. */
  readonly keyWidth?: number
  /** How wide values come in. Default: as queries. */
  readonly valueWidth?: number
  /** Whether a key and a value that are learned stand behind the others. Default false. */
  readonly addBiasKeyValue?: boolean
  /** Whether a key and a value of zeros stand behind the others. Default false. */
  readonly addZeroAttention?: boolean
  /** Whether sequences are [batch, places, …] instead of [places, batch, …]. Default true. */
  readonly batchFirst?: boolean
  /** First weights of the projection back. Default: uniform on ±1/√width, as PyTorch. */
  readonly outWeightInit?: Init
  readonly dtype?: 'f32' | 'f64'
}

export interface AttentionCallOptions extends AttentionMasks {
  /** Whether each place sees only itself and those before it, in this call. */
  readonly isCausal?: boolean
  /** Whether the weights are given, too. Default false. */
  readonly needWeights?: boolean
  /** Whether these are the mean of all heads' or [batch, heads, queries, places]. Default true. */
  readonly averageWeights?: boolean
}

/** How attention is called: key is query and value is key where they are left out. */
export interface AttentionCall {
  (
    query: Value,
    key?: Value,
    value?: Value,
    options?: AttentionCallOptions & { readonly needWeights?: false },
  ): Value
  (
    query: Value,
    key: Value,
    value: Value,
    options: AttentionCallOptions & { readonly needWeights: true },
  ): { readonly output: Value; readonly weights: Value }
}

/**
 * Attention with several heads: each projects queries, keys and values to width / heads numbers and
 * attends; what the heads give, side by side, is projected back. `attention(x)` is attention of a
 * sequence to itself.
 *
 * Shapes: query [..., queries, width], key [..., places, keyWidth], value [..., places, valueWidth]
 * → query's shape; inProjection [width, 3 · width], which holds queries, keys and values side by
 * side, or a matrix for each where they come in of other widths; outProjection [width, width].
 * torch keeps their transposes.
 * Throws: OPTION where heads does not divide width; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.MultiheadAttention`, with its first weights and `batch_first`.
 *
 * @example
 * const attention = multiheadAttention(128, 4, { isCausal: true })
 */
export function multiheadAttention(
  width: number,
  heads: number,
  options: MultiheadAttentionOptions = {},
): Module<AttentionCall> {
  checkCount('multiheadAttention', 'width', width)
  checkCount('multiheadAttention', 'heads', heads)
  if (width % heads !== 0) {
    throw new SluiceError({
      code: 'OPTION',
      what: 'multiheadAttention: the heads do not share the width evenly',
      expected: 'a number of heads that divides the width',
      got: `${heads} heads for width ${width}`,
      fix: 'change one of them: 4 heads for width 128 are 32 wide each',
    })
  }
  return attentionAt({ width, heads, ...options }, alone)
}

interface AttentionSizes extends MultiheadAttentionOptions {
  readonly width: number
  readonly heads: number
}

function attentionAt(sizes: AttentionSizes, place: Place): Module<AttentionCall> {
  const { width, heads, isCausal = false, bias = true, dtype = 'f32' } = sizes
  const { keyWidth = width, valueWidth = width, outWeightInit } = sizes
  const outOptions = {
    bias,
    biasInit: 0,
    dtype,
    ...(outWeightInit && { weightInit: outWeightInit }),
  }
  const projections = projectionsOf({ width, keyWidth, valueWidth, bias, dtype }, place)
  const second = {
    path: place.path,
    number: place.number === undefined ? undefined : place.number + 1,
  }
  const { outProjection } = placeLayers({ outProjection: linear(width, width, outOptions) }, second)
  const learned = learnedPlace(sizes, place)
  const { weight, bias: b } = outProjection.parameters
  const parts: Parts = { sizes, place, projections, learned, outProjection }
  return createModule<AttentionCall>((pass) => attentionCall(parts, pass), {
    parameters: {
      ...projections.parameters,
      ...learned,
      ...(weight && { 'outProjection.weight': weight }),
      ...(b && { 'outProjection.bias': b }),
    },
    torch: {
      ...projections.torch,
      ...(learned && { keyBias: { name: 'bias_k' }, valueBias: { name: 'bias_v' } }),
      'outProjection.weight': { name: 'out_proj.weight', axes: [1, 0] },
      ...(b && { 'outProjection.bias': { name: 'out_proj.bias' } }),
    },
    numberCount: 2,
    description: `multiheadAttention(${width}, ${heads} heads${isCausal ? ', causal' : ''})`,
    at: (path, number) => attentionAt(sizes, { path, number }),
  })
}

interface Parts {
  readonly sizes: AttentionSizes
  readonly place: Place
  readonly projections: Projections
  readonly learned: { readonly keyBias: Value; readonly valueBias: Value } | undefined
  readonly outProjection: (x: Value) => Value
}

function learnedPlace(sizes: AttentionSizes, place: Place): Parts['learned'] {
  const { width, addBiasKeyValue = false, dtype = 'f32' } = sizes
  if (!addBiasKeyValue) return undefined
  const own = (name: string, symbol: string) =>
    ownParameter(place, name, { symbol, shape: [1, 1, width], init: xavierNormal(), dtype })
  return { keyBias: own('keyBias', 'bk'), valueBias: own('valueBias', 'bv') }
}

function attentionCall(parts: Parts, pass: TrainingPass | undefined): AttentionCall {
  const { batchFirst = true } = parts.sizes
  const attend = (
    query: Value,
    key: Value = query,
    value: Value = key,
    options: AttentionCallOptions = {},
  ) => {
    const isTurned = !batchFirst && query.shape.length === 3
    const turn = (x: Value) => (isTurned ? gates.transpose(x, [1, 0, 2]) : x)
    const [q, k, v] = sameTurned(turn, [query, key, value])
    const { output, weights } = attended(parts, pass, { q, k, v, options })
    return weights ? { output: turn(output), weights } : turn(output)
  }
  return attend as AttentionCall // weights come where they are asked for
}

/** What is one value stays one value, so that it is projected at once. */
function sameTurned(
  turn: (x: Value) => Value,
  [query, key, value]: readonly [Value, Value, Value],
): readonly [Value, Value, Value] {
  const q = turn(query)
  const k = key === query ? q : turn(key)
  return [q, k, value === key ? k : turn(value)]
}

interface Attended {
  readonly q: Value
  readonly k: Value
  readonly v: Value
  readonly options: AttentionCallOptions
}

function attended(
  { sizes, place, projections, learned, outProjection }: Parts,
  pass: TrainingPass | undefined,
  { q, k, v, options }: Attended,
): { readonly output: Value; readonly weights: Value | undefined } {
  const { heads, addZeroAttention = false, dropout: probability = 0 } = sizes
  const isCausal = options.isCausal ?? sizes.isCausal ?? false
  const [query, key, value] = projections.project(q, k, v)
  const batch = q.shape.slice(0, -2)
  const [keys, values] = withPlaces({ key, value }, learned, addZeroAttention)
  const [queries, places] = [q.shape.at(-2) ?? 0, k.shape.at(-2) ?? 0]
  const more = (learned ? 1 : 0) + (addZeroAttention ? 1 : 0)
  // The gate's own causal mask would hide the places behind the others.
  const isMasked = isCausal && more > 0
  const told = { ...options, isCausal: isMasked }
  const mask = maskOf(told, { batch, heads, queries, places }, more)
  const dropout =
    pass && probability > 0 ? { probability, key: pass.keyFor(place.path) } : undefined
  const [ownQuery, ownKey, ownValue] = [
    byHead(query, heads),
    byHead(keys, heads),
    byHead(values, heads),
  ]
  const outputOf = (mixed: Value) => outProjection(gates.reshape(headsSwapped(mixed), q.shape))
  if (!options.needWeights) {
    const masks = {
      isCausal: isCausal && !isMasked,
      ...(mask && { mask }),
      ...(dropout && { dropout }),
    }
    const mixed = gates.scaledDotProductAttention(ownQuery, ownKey, ownValue, masks)
    return { output: outputOf(mixed), weights: undefined }
  }
  const seen = attentionWeights(gates, {
    ...{ query: ownQuery, key: ownKey, mask: mask ?? seesAll() },
    attributes: {
      isCausal: isCausal && !isMasked,
      scale: 1 / Math.sqrt(ownQuery.shape.at(-1) ?? 1),
    },
  })
  const weights = gates.multiply(seen, keptWeights(ownQuery, ownKey, dropout))
  const { averageWeights = true } = options
  return {
    output: outputOf(gates.matmul(weights, ownValue)),
    weights: averageWeights ? gates.mean(weights, batch.length) : weights,
  }
}

/** Keys and values with the places that the module adds behind them. */
function withPlaces(
  { key, value }: { readonly key: Value; readonly value: Value },
  learned: Parts['learned'],
  addZeroAttention: boolean,
): readonly [Value, Value] {
  const place = [...key.shape.slice(0, -2), 1, key.shape.at(-1) ?? 0]
  const one = (x: Value, bias: Value | undefined) => {
    const added = [
      ...(bias ? [gates.broadcastTo(gates.reshape(bias, [1, place.at(-1) ?? 0]), place)] : []),
      ...(addZeroAttention ? [gates.zeros(place, { dtype: x.dtype as 'f32' })] : []), // a float dtype
    ]
    return added.length === 0 ? x : gates.concat([x, ...added], place.length - 2)
  }
  return [one(key, learned?.keyBias), one(value, learned?.valueBias)]
}

/** [..., places, width] → [..., heads, places, width / heads]. */
function byHead(x: Value, heads: number): Value {
  const width = x.shape.at(-1) ?? 0
  return headsSwapped(gates.reshape(x, [...x.shape.slice(0, -1), heads, width / heads]))
}

/** [..., places, heads, width] → [..., heads, places, width], and back. */
function headsSwapped(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis)
  const [places = 0, heads = 0, width = 0] = axes.slice(-3)
  return gates.transpose(x, [...axes.slice(0, -3), heads, places, width])
}

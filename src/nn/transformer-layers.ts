/** The layers that transformers are stacks of. */
import type { Value } from '../ir/value.ts'
import type { AttentionMasks } from './attention-masks.ts'
import { alone, createModule, type Module, ownedBy, type Place, placeLayers } from './layer.ts'
import {
  activationOf,
  around,
  attentionOf,
  calledIn,
  denseOf,
  dropoutOf,
  type LayerSizes,
  layerSizes,
  normOf,
  type TransformerLayerOptions,
  torchNamed,
} from './transformer-parts.ts'

export interface EncoderOptions extends AttentionMasks {
  /** Whether each place sees only itself and those before it. Default false. */
  readonly isCausal?: boolean
}

export type EncoderCall = (x: Value, options?: EncoderOptions) => Value

export interface DecoderOptions {
  /** What places of the target do not see of it; as `mask` of attention. */
  readonly mask?: Value
  /** What places of the target do not see of the memory. */
  readonly memoryMask?: Value
  readonly keyPaddingMask?: Value
  readonly memoryKeyPaddingMask?: Value
  /** Whether each place of the target sees only itself and those before it. Default false. */
  readonly isCausal?: boolean
  readonly memoryIsCausal?: boolean
}

export type DecoderCall = (target: Value, memory: Value, options?: DecoderOptions) => Value

/**
 * Attention of a sequence to itself, then two dense layers at each place; what each makes is added
 * to what it was given, and rows are brought to mean 0.
 *
 * Shapes: x [places, batch, width], or [batch, places, width] with batchFirst → x's shape.
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.TransformerEncoderLayer`; Vaswani et al., "Attention is all you need".
 *
 * @example
 * const layer = transformerEncoderLayer(64, 4, { dimFeedforward: 128, batchFirst: true })
 */
export function transformerEncoderLayer(
  width: number,
  heads: number,
  options: TransformerLayerOptions = {},
): Module<EncoderCall> {
  return encoderAt(layerSizes('transformerEncoderLayer', [width, heads], options), alone)
}

/**
 * As `transformerEncoderLayer`, with attention to the memory of an encoder between the two.
 *
 * Shapes: target and memory [places, batch, width], or [batch, places, width] with batchFirst; they
 * may differ in places → target's shape.
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.TransformerDecoderLayer`.
 *
 * @example
 * const layer = transformerDecoderLayer(64, 4)
 * const y = layer(target, memory, { isCausal: true })
 */
export function transformerDecoderLayer(
  width: number,
  heads: number,
  options: TransformerLayerOptions = {},
): Module<DecoderCall> {
  return decoderAt(layerSizes('transformerDecoderLayer', [width, heads], options), alone)
}

function encoderAt(sizes: LayerSizes, place: Place): Module<EncoderCall> {
  const parts = placeLayers(
    {
      selfAttention: attentionOf(sizes),
      ...denseOf(sizes),
      ...{ norm1: normOf(sizes), norm2: normOf(sizes) },
      ...{ dropout: dropoutOf(sizes), dropout1: dropoutOf(sizes), dropout2: dropoutOf(sizes) },
    },
    place,
  )
  const { normFirst = false } = sizes
  const activation = activationOf(sizes)
  const owned = ownedBy(parts)
  return createModule<EncoderCall>(
    (pass) => {
      const attention = calledIn(parts.selfAttention, pass)
      const [linear1, linear2] = [parts.linear1, parts.linear2]
      const [norm1, norm2] = [parts.norm1, parts.norm2]
      const inner = calledIn(parts.dropout, pass)
      const dropout1 = calledIn(parts.dropout1, pass)
      const dropout2 = calledIn(parts.dropout2, pass)
      return (x, options = {}) => {
        const attended = around(normFirst, x, norm1, (rows) =>
          dropout1(attention(rows, rows, rows, { ...options, needWeights: false })),
        )
        return around(normFirst, attended, norm2, (rows) =>
          dropout2(linear2(inner(activation(linear1(rows))))),
        )
      }
    },
    {
      ...owned,
      torch: torchNamed(owned.torch, { selfAttention: 'self_attn' }),
      description: `transformerEncoderLayer(${sizes.width}, ${sizes.heads} heads)`,
      at: (path, number) => encoderAt(sizes, { path, number }),
    },
  )
}

function decoderAt(sizes: LayerSizes, place: Place): Module<DecoderCall> {
  const parts = placeLayers(
    {
      selfAttention: attentionOf(sizes),
      memoryAttention: attentionOf(sizes),
      ...denseOf(sizes),
      ...{ norm1: normOf(sizes), norm2: normOf(sizes), norm3: normOf(sizes) },
      ...{ dropout: dropoutOf(sizes), dropout1: dropoutOf(sizes) },
      ...{ dropout2: dropoutOf(sizes), dropout3: dropoutOf(sizes) },
    },
    place,
  )
  const { normFirst = false } = sizes
  const activation = activationOf(sizes)
  const owned = ownedBy(parts)
  return createModule<DecoderCall>(
    (pass) => {
      const attention = calledIn(parts.selfAttention, pass)
      const reading = calledIn(parts.memoryAttention, pass)
      const inner = calledIn(parts.dropout, pass)
      const dropout1 = calledIn(parts.dropout1, pass)
      const dropout2 = calledIn(parts.dropout2, pass)
      const dropout3 = calledIn(parts.dropout3, pass)
      return (target, memory, options = {}) => {
        const { mask, keyPaddingMask, isCausal = false } = options
        const own = { isCausal, ...(mask && { mask }), ...(keyPaddingMask && { keyPaddingMask }) }
        const attended = around(normFirst, target, parts.norm1, (rows) =>
          dropout1(attention(rows, rows, rows, own)),
        )
        const read = around(normFirst, attended, parts.norm2, (rows) =>
          dropout2(reading(rows, memory, memory, memoryMasks(options))),
        )
        return around(normFirst, read, parts.norm3, (rows) =>
          dropout3(parts.linear2(inner(activation(parts.linear1(rows))))),
        )
      }
    },
    {
      ...owned,
      torch: torchNamed(owned.torch, {
        selfAttention: 'self_attn',
        memoryAttention: 'multihead_attn',
      }),
      description: `transformerDecoderLayer(${sizes.width}, ${sizes.heads} heads)`,
      at: (path, number) => decoderAt(sizes, { path, number }),
    },
  )
}

function memoryMasks(options: DecoderOptions): EncoderOptions {
  const { memoryMask, memoryKeyPaddingMask, memoryIsCausal = false } = options
  return {
    isCausal: memoryIsCausal,
    ...(memoryMask && { mask: memoryMask }),
    ...(memoryKeyPaddingMask && { keyPaddingMask: memoryKeyPaddingMask }),
  }
}

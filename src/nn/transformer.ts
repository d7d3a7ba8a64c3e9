/** Stacks of transformer layers, and the two stacks of "Attention is all you need". */
import type { Value } from '../ir/value.ts'
import {
  alone,
  checkCount,
  createModule,
  type Module,
  ownedBy,
  type Place,
  placeLayers,
} from './layer.ts'
import {
  type DecoderCall,
  type EncoderCall,
  transformerDecoderLayer,
  transformerEncoderLayer,
} from './transformer-layers.ts'
import { calledIn, layerSizes, normOf, type TransformerLayerOptions } from './transformer-parts.ts'

export interface StackOptions {
  /** What brings the rows of the last layer to mean 0, such as `layerNorm(width)`. Default: none. */
  readonly norm?: Module<(x: Value) => Value>
}

/**
 * `numLayers` layers like the one given, one after the other, each with parameters of its own.
 *
 * Shapes: as the layer.
 * Throws: OPTION for a number of layers that is none.
 * Source: PyTorch `torch.nn.TransformerEncoder`.
 *
 * @example
 * const encoder = transformerEncoder(transformerEncoderLayer(64, 4), 2)
 */
export function transformerEncoder(
  layer: Module<EncoderCall>,
  numLayers: number,
  options: StackOptions = {},
): Module<EncoderCall> {
  checkCount('transformerEncoder', 'numLayers', numLayers)
  const walk = (layers: readonly EncoderCall[]): EncoderCall => {
    return (x, masks) => layers.reduce((rows, one) => one(rows, masks), x)
  }
  return stackAt({ name: 'transformerEncoder', layer, numLayers, walk, ...options }, alone)
}

/**
 * `numLayers` layers like the one given, which all read the same memory.
 *
 * Shapes: as the layer.
 * Throws: OPTION for a number of layers that is none.
 * Source: PyTorch `torch.nn.TransformerDecoder`.
 *
 * @example
 * const decoder = transformerDecoder(transformerDecoderLayer(64, 4), 2)
 */
export function transformerDecoder(
  layer: Module<DecoderCall>,
  numLayers: number,
  options: StackOptions = {},
): Module<DecoderCall> {
  checkCount('transformerDecoder', 'numLayers', numLayers)
  const walk = (layers: readonly DecoderCall[]): DecoderCall => {
    return (target, memory, masks) => layers.reduce((rows, one) => one(rows, memory, masks), target)
  }
  return stackAt({ name: 'transformerDecoder', layer, numLayers, walk, ...options }, alone)
}

interface Stack<Call extends StackCall> extends StackOptions {
  readonly name: string
  readonly layer: Module<Call>
  readonly numLayers: number
  /** All layers as one call. */
  readonly walk: (layers: readonly Call[]) => Call
}

type StackCall = EncoderCall | DecoderCall

function stackAt<Call extends StackCall>(stack: Stack<Call>, place: Place): Module<Call> {
  const { name, layer, numLayers, walk, norm } = stack
  const named = Object.fromEntries(
    Array.from({ length: numLayers }, (_, index) => [`layers.${index}`, layer]),
  )
  const layers = placeLayers(named, place)
  const after =
    place.number === undefined ? undefined : place.number + numLayers * layer.numberCount
  const last = norm && placeLayers({ norm }, { path: place.path, number: after }).norm
  return createModule<Call>(
    (pass) => {
      const all = walk(Object.values(layers).map((one) => calledIn(one, pass)))
      if (!last) return all
      const normalised = calledIn(last, pass)
      const call = (...operands: Parameters<Call>) =>
        normalised((all as (...operands: Parameters<Call>) => Value)(...operands)) // its own
      return call as unknown as Call
    },
    {
      ...ownedBy({ ...layers, ...(last && { norm: last }) }),
      description: `${name}(${numLayers} × ${layer.description})`,
      at: (path, number) => stackAt(stack, { path, number }),
    },
  )
}

export interface TransformerOptions extends Omit<TransformerLayerOptions, 'isXavier'> {
  /** Default 6. */
  readonly numEncoderLayers?: number
  /** Default 6. */
  readonly numDecoderLayers?: number
}

export interface TransformerCallOptions {
  /** As `mask` of attention, by what attends to what: source to source … */
  readonly sourceMask?: Value
  /** … target to target … */
  readonly targetMask?: Value
  /** … and target to what the encoder makes of the source. */
  readonly memoryMask?: Value
  readonly sourceKeyPaddingMask?: Value
  readonly targetKeyPaddingMask?: Value
  readonly memoryKeyPaddingMask?: Value
  readonly sourceIsCausal?: boolean
  readonly targetIsCausal?: boolean
  readonly memoryIsCausal?: boolean
}

export type TransformerCall = (
  source: Value,
  target: Value,
  options?: TransformerCallOptions,
) => Value

/**
 * An encoder of a source, and a decoder of a target that reads what the encoder makes; without
 * embeddings of tokens and places before it and a dense layer behind it.
 *
 * Shapes: source and target [places, batch, width], or [batch, places, width] with batchFirst; they
 * may differ in places → target's shape.
 * Throws: OPTION for sizes that are none; SHAPE, when it is called, for what does not fit.
 * Source: PyTorch `torch.nn.Transformer`, with its first weights.
 *
 * @example
 * const model = transformer(64, 4, { numEncoderLayers: 2, numDecoderLayers: 2, batchFirst: true })
 * const y = model(source, target, { targetIsCausal: true })
 */
export function transformer(
  width = 512,
  heads = 8,
  options: TransformerOptions = {},
): Module<TransformerCall> {
  const { numEncoderLayers = 6, numDecoderLayers = 6, ...others } = options
  const sizes = { ...others, isXavier: true }
  const norm = normOf(layerSizes('transformer', [width, heads], sizes))
  const stacks = {
    encoder: transformerEncoder(transformerEncoderLayer(width, heads, sizes), numEncoderLayers, {
      norm,
    }),
    decoder: transformerDecoder(transformerDecoderLayer(width, heads, sizes), numDecoderLayers, {
      norm,
    }),
  }
  return transformerAt(stacks, `transformer(${width}, ${heads} heads)`, alone)
}

function transformerAt(
  stacks: { readonly encoder: Module<EncoderCall>; readonly decoder: Module<DecoderCall> },
  description: string,
  place: Place,
): Module<TransformerCall> {
  const placed = placeLayers(stacks, place)
  return createModule<TransformerCall>(
    (pass) => {
      const [encoder, decoder] = [calledIn(placed.encoder, pass), calledIn(placed.decoder, pass)]
      return (source, target, options = {}) => {
        const memory = encoder(source, {
          isCausal: options.sourceIsCausal ?? false,
          ...(options.sourceMask && { mask: options.sourceMask }),
          ...(options.sourceKeyPaddingMask && { keyPaddingMask: options.sourceKeyPaddingMask }),
        })
        const { memoryMask, memoryKeyPaddingMask, memoryIsCausal = false } = options
        return decoder(target, memory, {
          ...{ isCausal: options.targetIsCausal ?? false, memoryIsCausal },
          ...(options.targetMask && { mask: options.targetMask }),
          ...(options.targetKeyPaddingMask && { keyPaddingMask: options.targetKeyPaddingMask }),
          ...(memoryMask && { memoryMask }),
          ...(memoryKeyPaddingMask && { memoryKeyPaddingMask }),
        })
      }
    },
    {
      ...ownedBy(placed),
      description,
      at: (path, number) => transformerAt(stacks, description, { path, number }),
    },
  )
}

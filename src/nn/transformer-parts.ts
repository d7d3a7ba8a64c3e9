/** What the layers of transformers are made of, and how torch calls it. */
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { xavierUniform } from '../gates/initializers.ts'
import type { Value } from '../ir/value.ts'
import { dropout } from './dropout.ts'
import { checkCount, type Module, type TorchMapping, type TrainingPass } from './layer.ts'
import { layerNorm } from './layer-norm.ts'
import { linear } from './linear.ts'
import { type AttentionCall, multiheadAttention } from './multihead-attention.ts'

export interface TransformerLayerOptions {
  /** How wide the layer is between its two dense layers. Default 2048. */
  readonly dimFeedforward?: number
  /** What share is dropped in training, of weights and behind each part. Default 0.1. */
  readonly dropout?: number
  /** What stands between the two dense layers. Default `relu`. */
  readonly activation?: 'relu' | 'gelu' | ((x: Value) => Value)
  /** Whether rows are brought to mean 0 before each part, not behind it. Default false. */
  readonly normFirst?: boolean
  /** Default 1e-5. */
  readonly layerNormEps?: number
  /** Whether sequences are [batch, places, …] instead of [places, batch, …]. Default false. */
  readonly batchFirst?: boolean
  /** Default true. */
  readonly bias?: boolean
  /** Whether all first matrices are Xavier's, as in `transformer`. Default false. */
  readonly isXavier?: boolean
  readonly dtype?: 'f32' | 'f64'
}

export interface LayerSizes extends TransformerLayerOptions {
  readonly width: number
  readonly heads: number
}

/** Sizes of a layer. Throws OPTION for what is none. */
export function layerSizes(
  name: string,
  [width, heads]: readonly [number, number],
  options: TransformerLayerOptions,
): LayerSizes {
  checkCount(name, 'width', width)
  checkCount(name, 'dimFeedforward', options.dimFeedforward ?? 2048)
  const { activation = 'relu' } = options
  if (typeof activation === 'function' || activation === 'relu' || activation === 'gelu') {
    return { ...options, width, heads }
  }
  throw new SluiceError({
    code: 'OPTION',
    what: `${name}: there is no such activation`,
    expected: "'relu', 'gelu' or a function from value to value",
    got: String(activation),
    fix: "leave it out for 'relu'",
  })
}

/** An attention of the layer. */
export function attentionOf({ width, heads, ...sizes }: LayerSizes): Module<AttentionCall> {
  const { bias = true, batchFirst = false, dropout: share = 0.1, dtype = 'f32' } = sizes
  return multiheadAttention(width, heads, {
    ...{ bias, batchFirst, dropout: share, dtype },
    ...(sizes.isXavier && { outWeightInit: xavierUniform() }),
  })
}

/** The two dense layers of the layer. */
export function denseOf(sizes: LayerSizes): { linear1: Module<Part>; linear2: Module<Part> } {
  const { width, dimFeedforward = 2048, bias = true, dtype = 'f32' } = sizes
  const options = { bias, dtype, ...(sizes.isXavier && { weightInit: xavierUniform() }) }
  return {
    linear1: linear(width, dimFeedforward, options),
    linear2: linear(dimFeedforward, width, options),
  }
}

type Part = (x: Value) => Value

export function normOf({
  width,
  layerNormEps,
  bias = true,
  dtype = 'f32',
}: LayerSizes): Module<Part> {
  return layerNorm(width, {
    ...{ bias, dtype },
    ...(layerNormEps !== undefined && { epsilon: layerNormEps }),
  })
}

export function dropoutOf({ dropout: share = 0.1 }: LayerSizes): Module<Part> {
  return dropout(share)
}

export function activationOf({ activation = 'relu' }: LayerSizes): Part {
  if (typeof activation === 'function') return activation
  return activation === 'relu' ? (x) => gates.relu(x) : (x) => gates.gelu(x)
}

/** x and what a part makes of it, brought to mean 0 before the part or behind the sum. */
export function around(normFirst: boolean, x: Value, norm: Part, part: Part): Value {
  return normFirst ? gates.add(x, part(norm(x))) : norm(gates.add(x, part(x)))
}

/** A module as it is called in the graph that is built. */
export function calledIn<Call extends (...operands: never[]) => unknown>(
  module: Module<Call>,
  pass: TrainingPass | undefined,
): Call {
  return pass ? module.training(pass) : module
}

/** Mappings whose paths begin with our names of parts, with torch's. */
export function torchNamed(
  torch: Readonly<Record<string, TorchMapping>>,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, TorchMapping>> {
  return Object.fromEntries(
    Object.entries(torch).map(([key, mapping]) => {
      const [part = '', ...rest] = mapping.name.split('.')
      return [key, { ...mapping, name: [names[part] ?? part, ...rest].join('.') }]
    }),
  )
}

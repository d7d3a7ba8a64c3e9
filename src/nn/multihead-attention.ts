import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { xavierUniform } from '../gates/initializers.ts'
import type { Value } from '../ir/value.ts'
import {
  alone,
  checkCount,
  createLayer,
  type Layer,
  ownedBy,
  type Place,
  placeLayers,
  type TorchMapping,
} from './layer.ts'
import { linear } from './linear.ts'

export interface MultiheadAttentionOptions {
  /** Whether each place sees only itself and those before it. Default false. */
  readonly isCausal?: boolean
  /** Default true. */
  readonly bias?: boolean
  readonly dtype?: 'f32' | 'f64'
}

/**
 * Attention of a sequence to itself: each head projects every place to a query, a key and a value
 * of width / heads numbers and attends; what the heads give, side by side, is projected back.
 *
 * Shapes: x [..., places, width] → x's shape; inProjection [width, 3 · width], which holds queries,
 * keys and values side by side, outProjection [width, width]. torch keeps their transposes.
 * Throws: OPTION where heads does not divide width.
 * Source: PyTorch `torch.nn.MultiheadAttention`, with its first weights and `batch_first`.
 *
 * @example
 * const attention = multiheadAttention(128, 4, { isCausal: true })
 */
export function multiheadAttention(
  width: number,
  heads: number,
  options: MultiheadAttentionOptions = {},
): Layer {
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

const torch: Readonly<Record<string, TorchMapping>> = {
  'inProjection.weight': { name: 'in_proj_weight', axes: [1, 0] },
  'inProjection.bias': { name: 'in_proj_bias' },
  'outProjection.weight': { name: 'out_proj.weight', axes: [1, 0] },
  'outProjection.bias': { name: 'out_proj.bias' },
}

function attentionAt(sizes: AttentionSizes, place: Place): Layer {
  const { width, heads, isCausal = false, bias = true, dtype = 'f32' } = sizes
  const shared = { bias, biasInit: 0, dtype }
  const layers = placeLayers(
    {
      inProjection: linear(width, 3 * width, { ...shared, weightInit: xavierUniform() }),
      outProjection: linear(width, width, shared),
    },
    place,
  )
  const owned = ownedBy(layers)
  const attend = (x: Value): Value => {
    const packed = layers.inProjection(x)
    const [query, key, value] = gates.split(packed, [width, width, width], x.shape.length - 1)
    const [q, k, v] = [byHead(query, heads), byHead(key, heads), byHead(value, heads)]
    const attended = gates.scaledDotProductAttention(q, k, v, { isCausal })
    return layers.outProjection(gates.reshape(headsSwapped(attended), x.shape))
  }
  return createLayer(attend, {
    ...owned,
    description: `multiheadAttention(${width}, ${heads} heads${isCausal ? ', causal' : ''})`,
    torch: Object.fromEntries(Object.entries(torch).filter(([key]) => key in owned.parameters)),
    at: (path, number) => attentionAt(sizes, { path, number }),
  })
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

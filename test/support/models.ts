/** The small networks that tests and measurements train: a convolutional one and a transformer. */
import {
  crossEntropy,
  gelu,
  init,
  input,
  parameter,
  relu,
  type Shape,
  type Value,
} from '../../src/index.ts'
import {
  conv2d,
  embedding,
  flatten,
  type Layer,
  layerNorm,
  linear,
  maxPool2d,
  multiheadAttention,
  residual,
  sequential,
} from '../../src/nn/index.ts'
import { ownedBy } from '../../src/nn/layer.ts'

export interface Model {
  /** The mean cross-entropy. */
  readonly J: Value
  readonly logits: Value
  /** By the names that they are fed by. */
  readonly inputs: Readonly<Record<string, Value>>
  /** By their keys. */
  readonly parameters: Readonly<Record<string, Value>>
  /** Where torch keeps the same numbers, by the same keys. */
  readonly torch: Layer['torch']
}

type Floating = 'f32' | 'f64'

export interface CnnSizes {
  readonly batch?: number
  /** Height and width of the images, a multiple of 4. */
  readonly size?: number
  readonly channels?: readonly [first: number, second: number]
  readonly hidden?: number
  readonly classes?: number
  readonly dtype?: Floating
}

/**
 * Convolution 3 × 3, relu and max-pooling by 2, twice, then two dense layers; for 28 × 28 images by
 * default. Fed with `x` [batch, 1, size, size] and `labels` i32 [batch].
 */
export function smallCnn(sizes: CnnSizes = {}): Model {
  const { batch = 64, size = 28, channels = [32, 64], hidden = 128, classes = 10 } = sizes
  const { dtype = 'f32' } = sizes
  const [first, second] = channels
  const network = sequential(
    conv2d(1, first, 3, { padding: 'same', dtype }),
    relu,
    maxPool2d(2),
    conv2d(first, second, 3, { padding: 'same', dtype }),
    relu,
    maxPool2d(2),
    flatten(),
    linear(second * (size / 4) ** 2, hidden, { dtype }),
    relu,
    linear(hidden, classes, { dtype }),
  )
  const x: Value = input('x', [batch, 1, size, size], { dtype })
  const labels: Value<Shape, 'i32'> = input('labels', [batch], { dtype: 'i32' })
  const logits = network(x)
  const J: Value = crossEntropy(logits, labels)
  const { parameters, torch } = network
  return { J, logits, inputs: { x, labels }, parameters, torch }
}

export interface TransformerSizes {
  readonly batch?: number
  readonly vocabulary?: number
  readonly context?: number
  readonly width?: number
  readonly heads?: number
  readonly layers?: number
  readonly dtype?: Floating
}

/**
 * A decoder: embeddings of tokens and places, pre-norm blocks of causal attention and a gelu network
 * four times as wide, a last norm and a dense layer. Fed with `tokens` and `targets`, both i32
 * [batch, context].
 */
export function smallTransformer(sizes: TransformerSizes = {}): Model {
  const { batch = 16, vocabulary = 65, context = 64, width = 128, heads = 4, layers = 4 } = sizes
  const { dtype = 'f32' } = sizes
  const tokens: Value<Shape, 'i32'> = input('tokens', [batch, context], { dtype: 'i32' })
  const targets: Value<Shape, 'i32'> = input('targets', [batch, context], { dtype: 'i32' })
  const weightInit = init.normal(0, 0.02)
  const table = embedding(vocabulary, width, { weightInit, dtype }).at('tokens')
  const places: Value = parameter('P', [context, width], { key: 'places', init: weightInit, dtype })
  const block = () =>
    sequential(
      residual(
        layerNorm(width, { dtype }),
        multiheadAttention(width, heads, { isCausal: true, dtype }),
      ),
      residual(
        layerNorm(width, { dtype }),
        linear(width, 4 * width, { dtype }),
        gelu,
        linear(4 * width, width, { dtype }),
      ),
    )
  const decoder = sequential(
    ...Array.from({ length: layers }, block),
    layerNorm(width, { dtype }),
    linear(width, vocabulary, { bias: false, dtype }),
  ).at('decoder')
  const logits = decoder(table(tokens).add(places))
  const rows = logits.reshape([batch * context, vocabulary])
  const J: Value = crossEntropy(rows, targets.reshape([batch * context]))
  const { parameters, torch } = ownedBy({ tokens: table, decoder })
  return {
    J,
    logits,
    inputs: { tokens, targets },
    parameters: { places, ...parameters },
    torch: { places: { name: 'places' }, ...torch },
  }
}

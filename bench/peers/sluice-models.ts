/** The models of the table as graphs of Sluice, each with its loss and its updates. */
import { floats } from '../works/fill.ts'
import type { Cnn, Mlp, TrainingWork, Transformer } from '../works/work.ts'
import type { Sluice } from './sluice.ts'

type Value = ReturnType<Sluice['reshape']>
type Update = ReturnType<Sluice['sgd']>[number]

interface TrainedLoss {
  readonly J: Value
  readonly updates: readonly Update[]
}

export function lossOf(built: Sluice, work: TrainingWork): TrainedLoss {
  const J = errorOf(built, work)
  const { name, learningRate, weightDecay } = work.optimizer
  switch (name) {
    case 'sgd':
      return { J, updates: built.sgd(J, { learningRate }) }
    case 'adam':
      return { J, updates: built.adam(J, { learningRate }) }
    case 'adamW':
      return { J, updates: built.adamW(J, { learningRate, weightDecay }) }
  }
}

/** What a network makes of its input x, before any loss. */
export function networkOf(built: Sluice, work: Mlp): Value {
  return outputOf(built, work, built.input('x', work.inputs[0].shape))
}

function errorOf(built: Sluice, work: TrainingWork): Value {
  const [features, targets] = work.inputs
  const x = built.input('x', features.shape, {
    dtype: features.fill.kind === 'labels' ? 'i32' : 'f32',
  })
  const output = outputOf(built, work, x)
  if (work.kind === 'mlp' && work.loss === 'mse') {
    return built.mse(output, built.input('y', targets.shape))
  }
  return built.crossEntropy(output, built.input('y', targets.shape, { dtype: 'i32' }))
}

function outputOf(built: Sluice, work: TrainingWork, x: Value): Value {
  const parameters = work.parameters.map((array) =>
    built.parameter(array.name, array.shape, { init: floats(array) }),
  )
  const next = (): Value => {
    const parameter = parameters.shift()
    if (!parameter) throw new Error('the model uses more parameters than the work lists')
    return parameter
  }
  const dense = (input: Value) => built.add(built.matmul(input, next()), next())
  switch (work.kind) {
    case 'mlp':
      return mlp(built, work, { x, dense })
    case 'cnn':
      return cnn(built, work, { x, dense, next })
    case 'transformer':
      return transformer(built, work, { x, dense, next })
  }
}

interface Parts {
  readonly x: Value
  readonly dense: (input: Value) => Value
  readonly next: () => Value
}

function mlp(built: Sluice, work: Mlp, { x, dense }: Pick<Parts, 'x' | 'dense'>): Value {
  const last = work.widths.length - 2
  let output = x
  for (let layer = 0; layer <= last; layer++) {
    output = dense(output)
    if (layer < last || work.loss === 'mse') output = built[work.activation](output)
  }
  return output
}

/** A convolution keeps the size, a maximum halves it. */
function cnn(built: Sluice, work: Cnn, { x, dense, next }: Parts): Value {
  const { batch, channels, size } = work
  let output = x
  for (const count of channels) {
    const convolved = built.conv2d(output, next(), { padding: 'same' })
    const biased = built.add(convolved, built.reshape(next(), [count, 1, 1]))
    output = built.maxPool2d(built.relu(biased), 2)
  }
  const flat = built.reshape(output, [batch, channels[1] * (size / 4) ** 2])
  return dense(built.relu(dense(flat)))
}

function transformer(built: Sluice, work: Transformer, { x, dense, next }: Parts): Value {
  const { add, gelu, layerNorm, matmul, reshape, scaledDotProductAttention, split, take } = built
  const { batch, context, width, heads, layers } = work
  const rows = batch * context
  const headsOf = (part: Value) =>
    built.transpose(reshape(part, [batch, context, heads, width / heads]), [0, 2, 1, 3])
  const norm = (input: Value) => layerNorm(input, next(), next())
  const attention = (input: Value) => {
    const [q, k, v] = split(dense(input), width, 1).map(headsOf)
    if (!q || !k || !v) throw new Error('attention has three parts')
    const mixed = scaledDotProductAttention(q, k, v, { isCausal: true })
    return dense(reshape(built.transpose(mixed, [0, 2, 1, 3]), [rows, width]))
  }
  let stream: Value = reshape(add(take(next(), x), next()), [rows, width])
  for (let layer = 0; layer < layers; layer++) {
    stream = add(stream, attention(norm(stream)))
    stream = add(stream, dense(gelu(dense(norm(stream)), { approximate: 'tanh' })))
  }
  return matmul(norm(stream), next())
}

/** Training steps for TensorFlow.js, with its own optimizers. */
import { floats, labels } from '../works/fill.ts'
import {
  type Cnn,
  type Filled,
  type Mlp,
  sampleOf,
  type TrainingWork,
  type Transformer,
} from '../works/work.ts'
import type { Prepared } from './peer.ts'
import type { Tensor, TensorFlow, Variable } from './tensorflow-types.ts'

type Model = (x: Tensor) => Tensor

export function trainingOf(tf: TensorFlow, work: TrainingWork): Prepared {
  const variables = work.parameters.map((array) => tf.variable(parameterOf(tf, array)))
  const [x, y] = work.inputs.map((array) => inputOf(tf, work, array)) as [Tensor, Tensor]
  const model = modelOf(tf, work, variables)
  const isSquared = work.kind === 'mlp' && work.loss === 'mse'
  const loss = () =>
    isSquared ? tf.losses.meanSquaredError(y, model(x)) : tf.losses.softmaxCrossEntropy(y, model(x))
  const { name, learningRate, weightDecay } = work.optimizer
  const optimizer =
    name === 'sgd' ? tf.train.sgd(learningRate) : tf.train.adam(learningRate, 0.9, 0.999, 1e-8)
  // It has no adamW. Decayed after the move instead of before: that is 1e-5 of the move.
  const kept = 1 - learningRate * weightDecay
  const decay = () => {
    for (const variable of variables) variable.assign(tf.tidy(() => variable.mul(kept)))
  }
  return {
    run: (count) => {
      let number = 0
      for (let turn = 0; turn < count; turn++) {
        const cost = optimizer.minimize(loss, true, variables)
        if (name === 'adamW') decay()
        number = cost.dataSync()[0] ?? 0
        cost.dispose()
      }
      return number
    },
  }
}

export function forwardOf(tf: TensorFlow, work: Mlp): Prepared {
  const variables = work.parameters.map((array) => tf.variable(parameterOf(tf, array)))
  const model = mlp(tf, work, variables)
  const [features] = work.inputs
  const data = floats(features)
  const read = () => {
    const output = tf.tidy(() => model(tf.tensor(data, [...features.shape])))
    const numbers = output.dataSync()
    output.dispose()
    return numbers
  }
  return {
    run: (count) => {
      for (let turn = 0; turn < count; turn++) read()
      return 0
    },
    sample: () => sampleOf(read()),
  }
}

/** It has no gelu. */
export function gelu(tf: TensorFlow, x: Tensor): Tensor {
  const curve = x
    .mul(x)
    .mul(0.044715)
    .add(1)
    .mul(x)
    .mul(Math.sqrt(2 / Math.PI))
  return x.mul(0.5).mul(tf.tanh(curve).add(1))
}

/** Kernels are [height, width, in, out] here. */
function parameterOf(tf: TensorFlow, array: Filled): Tensor {
  const tensor = tf.tensor(floats(array), [...array.shape])
  return array.shape.length === 4 ? tensor.transpose([2, 3, 1, 0]) : tensor
}

/** Images are [n, height, width, channels], with one channel; labels and tokens rows of one 1. */
function inputOf(tf: TensorFlow, work: TrainingWork, array: Filled): Tensor {
  const { fill, shape } = array
  if (fill.kind === 'labels') {
    const places = labels(array)
    const rows = new Float32Array(places.length * fill.classes)
    places.forEach((place, row) => {
      rows[row * fill.classes + place] = 1
    })
    return tf.tensor(rows, [places.length, fill.classes])
  }
  if (work.kind !== 'cnn') return tf.tensor(floats(array), [...shape])
  return tf.tensor(floats(array), [work.batch, work.size, work.size, 1])
}

function modelOf(tf: TensorFlow, work: TrainingWork, variables: readonly Variable[]): Model {
  switch (work.kind) {
    case 'mlp':
      return mlp(tf, work, variables)
    case 'cnn':
      return cnn(tf, work, variables)
    case 'transformer':
      return transformer(tf, work, variables)
  }
}

function mlp(tf: TensorFlow, work: Mlp, variables: readonly Variable[]): Model {
  const last = work.widths.length - 2
  return (x) => {
    let output = x
    for (let layer = 0; layer <= last; layer++) {
      const [weight, bias] = variables.slice(2 * layer) as [Variable, Variable] // two a layer
      output = tf.matMul(output, weight).add(bias)
      if (layer < last || work.loss === 'mse') output = output[work.activation]()
    }
    return output
  }
}

function cnn(
  tf: TensorFlow,
  { batch, channels, size }: Cnn,
  variables: readonly Variable[],
): Model {
  return (x) => {
    let output = x
    for (const layer of [0, 1]) {
      const [kernel, bias] = variables.slice(2 * layer) as [Variable, Variable] // two a layer
      const active = tf.conv2d(output, kernel, 1, 'same').add(bias).relu()
      output = tf.maxPool(active, 2, 2, 'valid')
    }
    const side = size / 4
    // The dense layer's rows are in the order of [channels, height, width].
    const flat = output.transpose([0, 3, 1, 2]).reshape([batch, channels[1] * side * side])
    const [w3, b3, w4, b4] = variables.slice(4) as [Variable, Variable, Variable, Variable]
    return tf.matMul(tf.matMul(flat, w3).add(b3).relu(), w4).add(b4)
  }
}

function transformer(
  tf: TensorFlow,
  { batch, context, width, heads, layers }: Transformer,
  variables: readonly Variable[],
): Model {
  const rows = batch * context
  const later = Float32Array.from({ length: context * context }, (_, place) =>
    place % context > Math.floor(place / context) ? -1e9 : 0,
  )
  const mask = tf.tensor(later, [1, 1, context, context])
  const headsOf = (x: Tensor) =>
    x.reshape([batch, context, heads, width / heads]).transpose([0, 2, 1, 3])
  return (x) => {
    const rest = [...variables]
    const next = () => rest.shift() as Variable // as many as the work lists
    const dense = (input: Tensor) => tf.matMul(input, next()).add(next())
    const norm = (input: Tensor) => {
      const centred = input.sub(input.mean(-1, true))
      const variance = centred.square().mean(-1, true)
      return centred
        .mul(tf.rsqrt(variance.add(1e-5)))
        .mul(next())
        .add(next())
    }
    const tokens = tf.matMul(x, next()).reshape([batch, context, width])
    let stream = tokens.add(next()).reshape([rows, width])
    for (let layer = 0; layer < layers; layer++) {
      const parts = tf.split(dense(norm(stream)), 3, 1).map(headsOf)
      const [q, k, v] = parts as [Tensor, Tensor, Tensor] // three parts
      const scores = tf.matMul(q, k, false, true).mul(1 / Math.sqrt(width / heads))
      const mixed = tf.matMul(tf.softmax(scores.add(mask)), v)
      stream = stream.add(dense(mixed.transpose([0, 2, 1, 3]).reshape([rows, width])))
      stream = stream.add(dense(gelu(tf, dense(norm(stream)))))
    }
    return tf.matMul(norm(stream), next())
  }
}

/** Layers forward and backward for TensorFlow.js, by its tape; its own batchNorm takes channels last and is slower. */
import { floats } from '../works/fill.ts'
import { type GradientWork, sampleOf } from '../works/work.ts'
import type { Prepared } from './peer.ts'
import type { Tensor, TensorFlow } from './tensorflow-types.ts'

type Layer = (...operands: readonly Tensor[]) => Tensor

export function gradientOf(tf: TensorFlow, work: GradientWork): Prepared {
  const layers: Record<GradientWork['of'], Layer> = {
    batchNorm: batchNorm(tf),
    lstm: lstm(tf),
    attention: attention(tf),
    depthwise: depthwise(tf),
  }
  const [upstream, ...wrt] = work.inputs.map(({ shape, ...array }) =>
    tf.tensor(floats({ shape, ...array }), shape.length === 1 ? [1, ...shape, 1, 1] : [...shape]),
  )
  if (!upstream) throw new Error('a gradient has an upstream')
  const solve = tf.grads(layers[work.of])
  const call = () => solve(wrt, upstream)
  return {
    run: (count) => {
      for (let turn = 0; turn < count; turn++) tf.dispose(call())
      return 0
    },
    sample: () => {
      const gradients = call()
      const numbers = sampleOf(gradients[0]?.dataSync() ?? [])
      tf.dispose(gradients)
      return numbers
    },
  }
}

function batchNorm(tf: TensorFlow): Layer {
  return (x, weight, bias) => {
    if (!x || !weight || !bias) throw new Error('a batch norm has three operands')
    const { mean, variance } = tf.moments(x, [0, 2, 3], true)
    return x
      .sub(mean)
      .mul(tf.rsqrt(variance.add(1e-5)))
      .mul(weight)
      .add(bias)
  }
}

function lstm(tf: TensorFlow): Layer {
  return (x, inputWeight, hiddenWeight, bias) => {
    if (!x || !inputWeight || !hiddenWeight || !bias) throw new Error('an lstm has four operands')
    const [steps = 0, batch = 0, width = 0] = x.shape
    const rows = tf.matMul(x.reshape([steps * batch, width]), inputWeight).add(bias)
    let h = tf.zeros([batch, width])
    let c = tf.zeros([batch, width])
    const outputs = tf.split(rows, steps, 0).map((element) => {
      const parts = tf.split(element.add(tf.matMul(h, hiddenWeight)), 4, 1)
      const [i, f, g, o] = parts as [Tensor, Tensor, Tensor, Tensor] // four parts
      c = f
        .sigmoid()
        .mul(c)
        .add(i.sigmoid().mul(tf.tanh(g)))
      h = o.sigmoid().mul(tf.tanh(c))
      return h
    })
    return tf.concat(outputs, 0).reshape([steps, batch, width])
  }
}

function attention(tf: TensorFlow): Layer {
  return (query, key, value) => {
    if (!query || !key || !value) throw new Error('attention has three operands')
    const scores = tf.matMul(query, key, false, true).mul(1 / Math.sqrt(query.shape.at(-1) ?? 1))
    return tf.matMul(tf.softmax(scores), value)
  }
}

/** It takes channels last, and turns them within a small part of the time that it takes. */
function depthwise(tf: TensorFlow): Layer {
  return (x, kernel) => {
    if (!x || !kernel) throw new Error('a convolution has two operands')
    const last = x.transpose([0, 2, 3, 1])
    const maps = tf.depthwiseConv2d(last, kernel.transpose([2, 3, 0, 1]), 1, 'same')
    return maps.transpose([0, 3, 1, 2])
  }
}

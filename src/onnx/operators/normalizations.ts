/** Norms, and dropout, which passes everything in inference. */
import {
  batchNorm,
  groupNorm,
  instanceNorm,
  localResponseNorm,
  normalize,
} from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import { sameShape } from '../../ir/shape.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import type { Family } from '../operator.ts'

export const normalizations: Family = {
  BatchNormalization: { from: 13, make: batchNormalization },
  Dropout: {
    make: dropout,
    limits: 'inference: everything passes; training_mode with a ratio above 0 is refused',
  },
  GroupNormalization: { from: 18, make: groupNormalization },
  InstanceNormalization: {
    make: (node) => {
      const epsilon = node.attributes.float('epsilon', 1e-5)
      return instanceNorm(node.value(0), node.value(1), node.value(2), { epsilon })
    },
    limits: 'more than one number for each channel',
  },
  LRN: { make: lrn },
  LayerNormalization: { from: 17, make: layerNormalization },
  LpNormalization: {
    make: (node) => {
      const axis = node.attributes.int('axis', -1)
      return normalize(node.value(0), { p: node.attributes.int('p', 2), axis, epsilon: 0 })
    },
  },
  MeanVarianceNormalization: {
    make: (node) => {
      const x = node.value(0)
      const axes = node.axes(node.attributes.ints('axes', [0, 2, 3]), x.shape.length)
      const distance = gates.subtract(x, gates.mean(x, axes, { keepDims: true }))
      const variance = gates.mean(gates.square(distance), axes, { keepDims: true })
      return gates.divide(distance, gates.add(gates.sqrt(variance), 1e-9))
    },
  },
}

function batchNormalization(node: Node): Value | readonly Value[] {
  const [x, scale, bias] = [node.value(0), node.value(1), node.value(2)]
  const epsilon = node.attributes.float('epsilon', 1e-5)
  const [mean, variance] = [node.statistic(3), node.statistic(4)]
  if (node.opset < 14 || node.attributes.int('training_mode', 0) === 0) {
    return batchNorm(x, mean, variance, scale, bias, { epsilon })
  }
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1)
  const own = gates.mean(x, axes)
  const distance = gates.subtract(x, gates.mean(x, axes, { keepDims: true }))
  const spread = gates.mean(gates.square(distance), axes)
  const momentum = node.attributes.float('momentum', 0.9)
  const running = (old: Value, now: Value) =>
    gates.add(gates.multiply(old, momentum), gates.multiply(now, 1 - momentum))
  const output = batchNorm(x, own, spread, scale, bias, { epsilon })
  return [output, running(mean, own), running(variance, spread)]
}

function dropout(node: Node): readonly Value[] {
  const x = node.value(0)
  const isTraining = node.has(2) && node.number(2) !== 0
  const ratio = node.has(1) ? node.number(1) : 0.5
  if (isTraining && ratio > 0) {
    throw node.mistake(
      'training_mode is on',
      'a model for inference',
      `ratio ${ratio}`,
      'export it for inference: model.eval() in PyTorch',
    )
  }
  return [x, gates.full(x.shape, 1, { dtype: 'bool' })]
}

/** Up to opset 20 scale and bias have a number for each group, from 21 on for each channel. */
function groupNormalization(node: Node): Value {
  const x = node.value(0)
  const groups = node.attributes.int('num_groups')
  const channels = x.shape[1] ?? 0
  const perChannel = (value: Value) =>
    node.opset >= 21 ? value : gates.repeatInterleave(value, channels / groups, 0)
  const options = { groups, epsilon: node.attributes.float('epsilon', 1e-5) }
  return groupNorm(x, perChannel(node.value(1)), perChannel(node.value(2)), options)
}

/** Of an even number of channels one more stands behind; PyTorch's gate has it in front. */
function lrn(node: Node): Value {
  const { attributes } = node
  const size = node.count(attributes.int('size'), 'size')
  const options = {
    alpha: attributes.float('alpha', 1e-4),
    beta: attributes.float('beta', 0.75),
    k: attributes.float('bias', 1),
  }
  const x = node.value(0)
  if (size % 2 === 1) return localResponseNorm(x, size, options)
  return gates.flip(localResponseNorm(gates.flip(x, 1), size, options), 1)
}

function layerNormalization(node: Node): Value | readonly Value[] {
  const [x, scale, bias] = [node.value(0), node.value(1), node.optional(2)]
  const axis = node.axis(node.attributes.int('axis', -1), x.shape.length)
  const epsilon = node.attributes.float('epsilon', 1e-5)
  const row = x.shape.slice(axis)
  const isWhole = sameShape(scale.shape, row) && (!bias || sameShape(bias.shape, row))
  if (isWhole && node.outputCount === 1) {
    return gates.layerNorm(x, scale, bias ?? gates.zerosLike(scale), { epsilon })
  }
  const axes = row.map((_, at) => axis + at)
  const mean = gates.mean(x, axes, { keepDims: true })
  const distance = gates.subtract(x, mean)
  const variance = gates.mean(gates.square(distance), axes, { keepDims: true })
  const inverse = gates.rsqrt(gates.add(variance, epsilon))
  const scaled = gates.multiply(gates.multiply(distance, inverse), scale)
  return [bias ? gates.add(scaled, bias) : scaled, mean, inverse]
}

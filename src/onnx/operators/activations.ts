/** Activations and what turns rows into shares. */
import {
  celu,
  hardsigmoid,
  hardswish,
  mish,
  prelu,
  selu,
  softsign,
} from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import type { Family } from '../operator.ts'

export const activations: Family = {
  Celu: { make: (node) => celu(node.value(0), { alpha: node.attributes.float('alpha', 1) }) },
  Clip: { make: clip },
  Elu: { make: (node) => gates.elu(node.value(0), { alpha: node.attributes.float('alpha', 1) }) },
  Gelu: {
    from: 20,
    make: (node) => {
      const approximate = node.attributes.string('approximate', 'none')
      return gates.gelu(node.value(0), { approximate: approximate === 'tanh' ? 'tanh' : 'none' })
    },
  },
  HardSigmoid: { make: hardSigmoid },
  HardSwish: { from: 14, make: (node) => hardswish(node.value(0)) },
  Hardmax: {
    make: (node) => {
      const x = node.value(0)
      const axis = node.axis(node.attributes.int('axis', -1), x.shape.length)
      const place = gates.argmax(x, axis, { keepDims: true })
      const hot = gates.equal(gates.iota(x.shape, axis), place)
      return gates.cast(hot, x.dtype === 'f64' ? 'f64' : 'f32')
    },
  },
  LeakyRelu: {
    make: (node) =>
      gates.leakyRelu(node.value(0), { negativeSlope: node.attributes.float('alpha', 0.01) }),
  },
  LogSoftmax: {
    make: (node) => gates.logSoftmax(node.value(0), node.attributes.int('axis', -1)),
  },
  Mish: { from: 18, make: (node) => mish(node.value(0)) },
  PRelu: { make: preluOf },
  Relu: {
    make: (node) => {
      const x = node.value(0)
      return x.dtype === 'i32' ? gates.maximum(x, 0) : gates.relu(x)
    },
  },
  Selu: { make: seluOf },
  Shrink: {
    make: (node) => {
      const x = node.value(0)
      const [bias, edge] = [node.attributes.float('bias', 0), node.attributes.float('lambd', 0.5)]
      const below = gates.where(gates.less(x, -edge), gates.add(x, bias), 0)
      return gates.where(gates.greater(x, edge), gates.subtract(x, bias), below)
    },
    limits: 'floating point only',
  },
  Softmax: { make: (node) => gates.softmax(node.value(0), node.attributes.int('axis', -1)) },
  Softplus: { make: (node) => gates.softplus(node.value(0)) },
  Softsign: { make: (node) => softsign(node.value(0)) },
  ThresholdedRelu: {
    make: (node) => {
      const x = node.value(0)
      return gates.where(gates.greater(x, node.attributes.float('alpha', 1)), x, 0)
    },
  },
}

function clip(node: Node): Value {
  const x = node.value(0)
  const bounds = [1, 2].map((index) => {
    if (!node.has(index)) return undefined
    const host = node.operand(index).host()
    return host ? Number(host.data[0]) : node.value(index)
  })
  const [low, high] = bounds
  const isKnown = typeof low !== 'object' && typeof high !== 'object'
  if (isKnown && (low ?? -Infinity) <= (high ?? Infinity)) return gates.clamp(x, low, high)
  const raised = low === undefined ? x : gates.maximum(x, low)
  return high === undefined ? raised : gates.minimum(raised, high)
}

function hardSigmoid(node: Node): Value {
  const x = node.value(0)
  const [alpha, beta] = [node.attributes.float('alpha', 0.2), node.attributes.float('beta', 0.5)]
  if (Math.fround(alpha) === Math.fround(1 / 6) && beta === 0.5) return hardsigmoid(x)
  return gates.clamp(gates.add(gates.multiply(x, alpha), beta), 0, 1)
}

/** One slope, or one for each channel, is PyTorch's; any other that broadcasts is written out. */
function preluOf(node: Node): Value {
  const [x, slope] = [node.value(0), node.value(1)]
  const [count = 1] = slope.shape
  const isOne = slope.shape.every((size) => size === 1)
  const isOfChannels =
    slope.shape.length === x.shape.length - 1 &&
    slope.shape.slice(1).every((size) => size === 1) &&
    count === x.shape[1]
  if (isOne || isOfChannels) return prelu(x, gates.reshape(slope, [count]))
  return gates.where(gates.greater(x, 0), x, gates.multiply(x, slope))
}

function seluOf(node: Node): Value {
  const x = node.value(0)
  const alpha = node.attributes.float('alpha', 1.6732631921768188)
  const gamma = node.attributes.float('gamma', 1.0507010221481323)
  const isUsual = Math.abs(alpha - 1.6732632) < 1e-6 && Math.abs(gamma - 1.050701) < 1e-6
  return isUsual ? selu(x) : gates.multiply(gates.elu(x, { alpha }), gamma)
}

/** The graphs of the gallery, with the numbers that their first pictures show. */
import { add, constant, input, maximum, mse, multiply, parameter, type Value } from 'sluice'
import { buildNetwork } from 'sluice/nn'

import type { GalleryId } from '../gallery.ts'
import { matrixProduct, sigmoidAlone, usedTwice } from './models/alone.ts'
import type { BuiltModel } from './models/built-model.ts'

/** What has a file of its own is loaded when it is first asked for. */
export const builders: Readonly<Record<GalleryId, () => BuiltModel | Promise<BuiltModel>>> = {
  network: () => network([2, 3, 1]),
  add: () => oneGate((a, b) => add(a, b), 3, -4),
  multiply: () => oneGate((a, b) => multiply(a, b), 3, -4),
  maximum: () => oneGate((a, b) => maximum(a, b), 3, -4),
  sigmoid: sigmoidAlone,
  matmul: matrixProduct,
  fanout: usedTwice,
  softmax: async () => (await import('./models/softmax.ts')).softmax(),
  digits: async () => (await import('./models/digits.ts')).digits(),
  cnn: async () => (await import('./models/cnn.ts')).cnn(),
  attention: async () => (await import('./models/attention.ts')).attention(),
  deep: async () => (await import('./models/deep.ts')).deep(),
}

/** The four rows of exclusive or. */
const rows = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [[0], [1], [1], [0]],
} as const

function network(widths: readonly number[]): BuiltModel {
  const layer = buildNetwork({ layers: widths, activation: 'sigmoid' })
  const x = input('x', [4, 2], { dtype: 'f32' })
  const y = input('y', [4, 1], { dtype: 'f32' })
  const J = mse(layer(x).named('ŷ'), y).named('J')
  return { J, feeds: rows }
}

/** One gate of two numbers, with a weight on its output so that its upstream is not 1. */
function oneGate(combine: (a: Value, b: Value) => Value, a: number, b: number): BuiltModel {
  const z = combine(parameter('a', [], { init: a }), parameter('b', [], { init: b })).named('z')
  return { J: multiply(z, constant(2)).named('J'), feeds: {} }
}

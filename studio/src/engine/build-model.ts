/** The graphs of the gallery, with the numbers that their first pictures show. */
import {
  add,
  constant,
  input,
  maximum,
  mse,
  multiply,
  type NestedArray,
  parameter,
  type Value,
} from 'sluice'
import { buildNetwork } from 'sluice/nn'

import type { GalleryId } from '../gallery.ts'

export interface BuiltModel {
  readonly J: Value
  readonly feeds: Readonly<Record<string, NestedArray>>
}

export const builders: Readonly<Record<GalleryId, () => BuiltModel>> = {
  network: () => network([2, 3, 1]),
  add: () => oneGate((a, b) => add(a, b), 3, -4),
  multiply: () => oneGate((a, b) => multiply(a, b), 3, -4),
  maximum: () => oneGate((a, b) => maximum(a, b), 3, -4),
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

/** Values that hold one number everywhere. */
import { broadcastTo } from '../gates/broadcast-to.ts'
import { constant } from '../gates/constant.ts'
import { reshape } from '../gates/reshape.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import { isTensor, numberAt } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import type { Build } from './rules.ts'

/**
 * The number that a value is known to hold in every place: that of a constant of one element,
 * spread out or not. A number that f32 rounds comes unrounded.
 */
export function uniformNumber(value: Value): number | undefined {
  const spread = spreadOf(value)
  // One step is enough: what moves a spread scalar about has become a spread of it.
  const { gate, attributes } = spread ?? value
  if (gate.meaning.kind !== 'generate' || gate.meaning.form !== 'constant') return undefined
  const { value: held } = attributes
  if (typeof held === 'number') return held
  return isTensor(held) && held.data.length === 1 ? numberAt(held, 0) : undefined
}

/** The single element that a value repeats; undefined for any other value. */
export function spreadOf(value: Value): Value | undefined {
  if (value.gate !== broadcastTo.definition) return undefined
  const source = value.input(0)
  return sizeOf(source.shape) === 1 ? source : undefined
}

/** A single element, spread over `shape`. */
export function spread(build: Build, element: Value, shape: Shape): Value {
  const scalar =
    element.shape.length === 0 ? element : build(reshape.definition, [element], { shape: [] })
  return shape.length === 0 ? scalar : build(broadcastTo.definition, [scalar], { shape })
}

/** `number`, in a compute dtype, spread over `shape`. */
export function full(build: Build, number: number, { shape, dtype }: Value): Value {
  // Only what computes has rules that need a number.
  return spread(build, constant(number, { dtype: dtype as ComputeDType }), shape)
}

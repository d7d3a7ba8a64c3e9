/** Rules for moves. */
import { broadcastTo } from '../gates/broadcast-to.ts'
import { reshape } from '../gates/reshape.ts'
import { transpose } from '../gates/transpose.ts'
import type { Move } from '../ir/gate.ts'
import { type Shape, sameShape, sizeOf, stridesOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Build, Rule } from './rules.ts'
import { spread, spreadOf } from './simplify-uniform.ts'

/**
 * Moves that leave every element in its place vanish: aliases and stopped gradients among them.
 * What only renames places becomes a reshape, and two moves of one kind become one.
 */
export const moves: Rule = (application, inputs, build) => {
  const { gate, attributes, shape } = application
  const [x] = inputs
  if (gate.meaning.kind !== 'move' || !x) return undefined
  const move = gate.meaning.move(inputs, attributes)
  switch (move.kind) {
    case 'concat':
      return inputs.length === 1 ? x : undefined
    case 'pad':
      return sameShape(x.shape, shape) && isStill(move) ? x : undefined
    case 'reshape':
    case 'strided': {
      const isInOrder = move.kind === 'reshape' || keepsOrder(move.strides, move.offset, x, shape)
      if (isInOrder && sameShape(x.shape, shape)) return x
      const element = spreadOf(x)
      if (element) return spread(build, element, shape)
      return isInOrder ? reshaped(application, x, build) : joined(application, x, build)
    }
  }
}

function isStill({ low, interior }: Extract<Move, { kind: 'pad' }>): boolean {
  return low.every((count) => count === 0) && interior.every((count) => count === 0)
}

/** Whether the elements come out in the order in which they went in, none left out or repeated. */
function keepsOrder(
  strides: readonly number[],
  offset: number,
  { shape: before }: Value,
  shape: Shape,
): boolean {
  if (offset !== 0 || sizeOf(before) !== sizeOf(shape)) return false
  const own = stridesOf(shape)
  return shape.every((size, axis) => size === 1 || strides[axis] === own[axis])
}

/** A reshape of what is under the reshapes of `x`. */
function reshaped(application: Value, x: Value, build: Build): Value | undefined {
  const { shape } = application
  const { meaning } = x.gate
  const isReshaped =
    meaning.kind === 'move' && meaning.move(x.inputs, x.attributes).kind === 'reshape'
  if (isReshaped) return build(reshape.definition, [x.input(0)], { shape })
  const isThere = application.gate === reshape.definition
  return isThere ? undefined : build(reshape.definition, [x], { shape })
}

/** One move for two of a kind. */
function joined({ gate, attributes, shape }: Value, x: Value, build: Build): Value | undefined {
  if (x.gate !== gate) return undefined
  if (gate === broadcastTo.definition) return build(gate, [x.input(0)], { shape })
  if (gate !== transpose.definition) return undefined
  const before = x.attributes.axes as readonly number[] // as transpose declares them
  const after = attributes.axes as readonly number[] // likewise
  return build(gate, [x.input(0)], { axes: after.map((axis) => before[axis] ?? axis) })
}

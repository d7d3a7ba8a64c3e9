import { applyGate } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import {
  broadcastShapes,
  checkShape,
  formatShape,
  type Shape,
  type ShapeArgument,
  sameShape,
  stridesOf,
} from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Gates } from './define.ts'

export interface BroadcastTo {
  <const T extends ShapeArgument, D extends DType>(x: Value<Shape, D>, shape: T): Value<T, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    broadcastTo<const T extends ShapeArgument>(shape: T): Value<T, D>
  }
}

interface BroadcastAttributes {
  readonly [name: string]: Shape
  readonly shape: Shape
}

/**
 * Copies `x` along the axes where it has size 1 or no axis.
 *
 * Shapes: x [...] → `shape`, which x broadcasts to.
 * Throws: SHAPE where a size of x is neither 1 nor the size asked for.
 * Source: NumPy `broadcast_to`.
 */
export const broadcastTo: Gate<BroadcastTo> = createGate<
  BroadcastTo,
  ['x'],
  BroadcastAttributes,
  Gates
>(
  {
    name: 'broadcastTo',
    operands: ['x'],
    role: 'adder',
    takes: 'any',
    constraints: {
      C1: {
        rule: 'every size of x, counted from the last axis, is 1 or the size asked for',
        holds: ({ x, attributes }) => {
          const met = broadcastShapes(x.shape, attributes.shape)
          if (!('clash' in met) && sameShape(met, attributes.shape)) return true
          return `${formatShape(x.shape)} does not broadcast to ${formatShape(attributes.shape)}`
        },
        fix: 'reshape x so that its axes line up from the right',
        broken: { x: 'f32[3]', with: [[2, 4]] },
      },
    },
    shape: ({ attributes }) => attributes.shape,
    move: ({ x, attributes }) => {
      const own = stridesOf(x.shape)
      const missing = attributes.shape.length - x.shape.length
      const strides = attributes.shape.map((_, axis) =>
        x.shape[axis - missing] === 1 ? 0 : (own[axis - missing] ?? 0),
      )
      return { kind: 'strided', offset: 0, strides }
    },
    backward: ({ gates, x, attributes, upstream }) => {
      const missing = attributes.shape.length - x.shape.length
      const axes = attributes.shape.flatMap((size, axis) =>
        axis < missing || (x.shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
      )
      return { x: gates.reshape(gates.sum(upstream, axes), x.shape) }
    },
    equation: ({ x, attributes }) =>
      String.raw`\operatorname{broadcast}(${x}, ${formatShape(attributes.shape)})`,
    downstream: ({ upstream }) => String.raw`\operatorname{sum}(${upstream})`,
    samples: [
      {
        x: [1, 2],
        with: [[2, 2]],
        output: [
          [1, 2],
          [1, 2],
        ],
      },
      { x: 3, with: [[2]], output: [3, 3] },
    ],
  },
  (definition) =>
    ((x: Value, shape: Shape) => {
      checkShape(shape, 'broadcastTo')
      return applyGate(definition, [x], { shape: Object.freeze([...shape]) })
    }) as BroadcastTo, // the constraint proves the output's shape
)

import { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { checkShape, formatShape, type Shape, type ShapeArgument, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface Reshape {
  <const T extends ShapeArgument, D extends DType>(
    x: Value<Shape, D>,
    shape: T,
  ): Value<Inferred<T>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    reshape<const T extends ShapeArgument>(shape: T): Value<Inferred<T>, D>
  }
}

interface ReshapeAttributes {
  readonly [name: string]: Shape
  readonly shape: Shape
}

/** A size of -1 is found out when the graph is built. */
export type Inferred<T extends Shape> = { [K in keyof T]: T[K] extends -1 ? number : T[K] }

/**
 * The same elements in row-major order under another shape; one size may be -1.
 *
 * Shapes: x [...] → `shape`, of as many elements.
 * Throws: SHAPE where the counts differ.
 * Source: NumPy `reshape`.
 */
export const reshape: Gate<Reshape> = defineGate<Reshape, ['x'], ReshapeAttributes>({
  name: 'reshape',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, shape: Shape) => ({
    inputs: [x],
    attributes: { shape: Object.freeze(completeShape(x.shape, shape)) },
  }),
  constraints: {
    C1: {
      rule: 'x and the new shape have the same number of elements',
      holds: ({ x, attributes }) =>
        sizeOf(x.shape) === sizeOf(attributes.shape) ||
        `${formatShape(x.shape)} has ${sizeOf(x.shape)} elements, ${formatShape(attributes.shape)} holds ${sizeOf(attributes.shape)}`,
      fix: 'choose sizes whose product is the number of elements, or let one be -1',
      broken: { x: 'f32[2, 3]', with: [[4, 2]] },
    },
  },
  shape: ({ attributes }) => attributes.shape,
  move: () => ({ kind: 'reshape' }),
  backward: ({ gates, x, upstream }) => ({ x: gates.reshape(upstream, x.shape) }),
  equation: ({ x, attributes }) =>
    String.raw`\operatorname{reshape}(${x}, ${formatShape(attributes.shape)})`,
  downstream: ({ upstream, shapes }) =>
    String.raw`\operatorname{reshape}(${upstream}, ${formatShape(shapes.x)})`,
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [[3, 2]],
      output: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    {
      x: [1, 2, 3, 4],
      with: [[2, -1]],
      output: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
})

function completeShape(from: Shape, shape: Shape): number[] {
  const unknown = shape.indexOf(-1)
  if (unknown < 0) {
    checkShape(shape, 'reshape')
    return [...shape]
  }
  const known = shape.reduce(
    (product, size, axis) => (axis === unknown ? product : product * size),
    1,
  )
  const size = sizeOf(from) / known
  if (known > 0 && Number.isInteger(size))
    return shape.map((n, axis) => (axis === unknown ? size : n))
  throw new SluiceError({
    code: 'SHAPE',
    what: 'reshape: the size -1 cannot be found out',
    expected: `known sizes whose product divides ${sizeOf(from)}`,
    got: `${formatShape(from)} into ${formatShape(shape)}`,
    fix: 'give every size, or known sizes that divide the number of elements',
  })
}

import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type TriangleAttributes, triangleCall } from './triangle.ts'

export interface Diag {
  <D extends DType>(x: Value<Shape, D>, diagonal?: number): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    diag(diagonal?: number): Value<Shape, D>
  }
}

/**
 * Of a vector the square matrix with it on a diagonal; of a matrix the vector on that diagonal. 0,
 * the default, is the main one, 1 the one above it, −1 the one below.
 *
 * Shapes: [n] → [m, m] with m = n + |diagonal|; [m, n] → [k].
 * Throws: SHAPE for another rank; ATTRIBUTE for a diagonal that is no whole number.
 * Source: PyTorch `diag`.
 */
export const diag: Gate<Diag> = defineGate<Diag, ['x'], TriangleAttributes>({
  name: 'diag',
  operands: ['x'],
  role: 'mover',
  takes: 'numeric',
  call: triangleCall('diag'),
  constraints: {
    C1: {
      rule: 'x is a vector or a matrix',
      holds: ({ x: { shape } }) =>
        shape.length === 1 ||
        shape.length === 2 ||
        `x ${formatShape(shape)} has ${shape.length} axes`,
      fix: 'use diagonal or diagEmbed, which take several matrices at once',
      broken: { x: 'f32[2, 2, 2]' },
    },
  },
  shape: ({ x: [rows = 0, columns], attributes: { diagonal } }) => {
    if (columns === undefined) return [rows + Math.abs(diagonal), rows + Math.abs(diagonal)]
    const height = rows - Math.max(0 - diagonal, 0)
    return [Math.max(0, Math.min(height, columns - Math.max(diagonal, 0)))]
  },
  expand: ({ gates, x, attributes: { diagonal: offset } }) =>
    x.shape.length === 1 ? gates.diagEmbed(x, { offset }) : gates.diagonal(x, { offset }),
  equation: ({ x, attributes: { diagonal } }) =>
    String.raw`\operatorname{diag}(${x}${diagonal === 0 ? '' : `, ${diagonal}`})`,
  downstream: ({ upstream, attributes: { diagonal } }) =>
    String.raw`\operatorname{diag}(${upstream}${diagonal === 0 ? '' : `, ${diagonal}`})`,
  // Expected values: torch 1.13, torch.diag.
  samples: [
    {
      x: [1, 2],
      with: [-1],
      output: [
        [0, 0, 0],
        [1, 0, 0],
        [0, 2, 0],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [1],
      output: [2, 6],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      output: [1, 5],
    },
  ],
})

import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export interface TraceOf {
  <D extends DType>(x: Value<Shape, D>): Value<[], D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    trace(): Value<[], D>
  }
}

/**
 * The sum of the main diagonal of a matrix. A method of values: the function `trace` of the package
 * gives every value of a graph.
 *
 * Throws: SHAPE for what is no matrix.
 * Source: PyTorch `trace`.
 */
export const trace: Gate<TraceOf> = defineGate<TraceOf, ['x']>({
  name: 'trace',
  operands: ['x'],
  role: 'mover',
  takes: 'numeric',
  constraints: {
    C1: {
      rule: 'x is a matrix',
      holds: ({ x: { shape } }) => shape.length === 2 || `x ${formatShape(shape)} is none`,
      fix: 'take the diagonal of the two axes that are meant, and sum it',
      broken: { x: 'f32[2, 2, 2]' },
    },
  },
  shape: () => [],
  expand: ({ gates, x }) => gates.sum(gates.diagonal(x)),
  equation: ({ x }) => String.raw`\operatorname{trace}(${x})`,
  local: () => 'I',
  // Expected values: torch 1.13, torch.trace.
  samples: [
    {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      output: 5,
    },
    { x: [[]], output: 0 },
  ],
})

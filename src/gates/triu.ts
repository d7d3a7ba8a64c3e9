import type { Gate } from '../ir/gate.ts'
import { defineGate } from './define.ts'
import {
  matrixHasTwoAxes,
  type Triangle,
  type TriangleAttributes,
  triangleCall,
  trianglePart,
} from './triangle.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    triu(diagonal?: number): Value<S, D>
  }
}

/**
 * The matrices of the last two axes with 0 below a diagonal: 0, the default, is the main one, 1 the
 * one above it, −1 the one below.
 *
 * Throws: SHAPE for fewer than two axes; ATTRIBUTE for a diagonal that is no whole number.
 * Source: PyTorch `triu`.
 */
export const triu: Gate<Triangle> = defineGate<Triangle, ['x'], TriangleAttributes>({
  name: 'triu',
  operands: ['x'],
  role: 'mover',
  takes: 'numeric',
  call: triangleCall('triu'),
  constraints: { C1: matrixHasTwoAxes },
  expand: ({ gates, x, attributes }) => trianglePart(gates, x, attributes, gates.greaterEqual),
  backward: ({ gates, attributes: { diagonal }, upstream }) => ({
    x: gates.triu(upstream, diagonal),
  }),
  equation: ({ x, attributes: { diagonal } }) =>
    String.raw`\operatorname{triu}(${x}${diagonal === 0 ? '' : `, ${diagonal}`})`,
  downstream: ({ upstream, attributes: { diagonal } }) =>
    String.raw`\operatorname{triu}(${upstream}${diagonal === 0 ? '' : `, ${diagonal}`})`,
  // Expected values: torch 1.13, torch.triu.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      output: [
        [1, 2, 3],
        [0, 5, 6],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [1],
      output: [
        [0, 2, 3],
        [0, 0, 6],
      ],
    },
    {
      x: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      with: [-1],
      output: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
    {
      x: [
        [Number.NaN, Infinity],
        [Infinity, 1],
      ],
      output: [
        [Number.NaN, Infinity],
        [0, 1],
      ],
    },
  ],
})

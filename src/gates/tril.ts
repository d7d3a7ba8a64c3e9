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
    tril(diagonal?: number): Value<S, D>
  }
}

/**
 * The matrices of the last two axes with 0 above a diagonal: 0, the default, is the main one, 1 the
 * one above it, −1 the one below.
 *
 * Throws: SHAPE for fewer than two axes; ATTRIBUTE for a diagonal that is no whole number.
 * Source: PyTorch `tril`.
 */
export const tril: Gate<Triangle> = defineGate<Triangle, ['x'], TriangleAttributes>({
  name: 'tril',
  operands: ['x'],
  role: 'mover',
  takes: 'numeric',
  call: triangleCall('tril'),
  constraints: { C1: matrixHasTwoAxes },
  expand: ({ gates, x, attributes }) => trianglePart(gates, x, attributes, gates.lessEqual),
  backward: ({ gates, attributes: { diagonal }, upstream }) => ({
    x: gates.tril(upstream, diagonal),
  }),
  equation: ({ x, attributes: { diagonal } }) =>
    String.raw`\operatorname{tril}(${x}${diagonal === 0 ? '' : `, ${diagonal}`})`,
  downstream: ({ upstream, attributes: { diagonal } }) =>
    String.raw`\operatorname{tril}(${upstream}${diagonal === 0 ? '' : `, ${diagonal}`})`,
  // Expected values: torch 1.13, torch.tril.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      output: [
        [1, 0, 0],
        [4, 5, 0],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [1],
      output: [
        [1, 2, 0],
        [4, 5, 6],
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
          [0, 0],
          [3, 0],
        ],
      ],
    },
    {
      x: [
        [Number.NaN, Infinity],
        [Infinity, 1],
      ],
      output: [
        [Number.NaN, 0],
        [Infinity, 1],
      ],
    },
  ],
})

import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface NormalizeOptions {
  /** Which norm becomes 1. Default 2. */
  readonly p?: number
  /** Along which axis. Default 1. */
  readonly axis?: number
  /** The least that is divided by, so that rows of zeros stay. Default 1e-12. */
  readonly epsilon?: number
}

export interface Normalize {
  <S extends Shape, D extends DType>(x: Value<S, D>, options?: NormalizeOptions): Value<S, D>
}

interface NormalizeAttributes {
  readonly [name: string]: number
  readonly p: number
  /** Counted from the front. */
  readonly axis: number
  readonly epsilon: number
}

/**
 * Each row of x along an axis, divided by its norm.
 *
 * Shapes: x's.
 * Throws: ATTRIBUTE for an axis that is not there, a p that is NaN or a negative epsilon.
 * Source: PyTorch `normalize`.
 *
 * @example
 * normalize(embeddings) // [n, width], rows of length 1
 */
export const normalize: Gate<Normalize> = defineGate<Normalize, ['x'], NormalizeAttributes>({
  name: 'normalize',
  operands: ['x'],
  role: 'mixer',
  call: (x: Value, { p = 2, axis = 1, epsilon = 1e-12 }: NormalizeOptions = {}) => ({
    inputs: [x],
    attributes: { p, axis: normalizeAxis(axis, x.shape.length, 'normalize'), epsilon },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'p is a number',
      holds: ({ attributes: { p } }) => !Number.isNaN(p) || 'p is NaN',
      fix: 'leave it out for 2',
      broken: { x: 'f32[2, 3]', with: [{ p: Number.NaN }] },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'epsilon is 0 or more',
      holds: ({ attributes: { epsilon } }) => epsilon >= 0 || `epsilon cannot be ${epsilon}`,
      fix: 'give a small number, such as 1e-12',
      broken: { x: 'f32[2, 3]', with: [{ epsilon: -1 }] },
    },
  },
  expand: ({ gates, x, attributes: { p, axis, epsilon } }) => {
    const length = gates.norm(x, p, axis, { keepDims: true })
    return gates.divide(x, gates.maximum(length, epsilon))
  },
  equation: ({ x, attributes: { p } }) =>
    String.raw`\frac{${x}}{\lVert ${x} \rVert_{${Number.isFinite(p) ? p : String.raw`\infty`}}}`,
  // Expected values: torch 1.13, torch.nn.functional.normalize.
  samples: [
    {
      x: [
        [3, -4],
        [0, 0],
        [1, 1],
      ],
      output: [
        [0.6, -0.8],
        [0, 0],
        [0.7071067811865475, 0.7071067811865475],
      ],
    },
    {
      x: [
        [3, -4],
        [0, 5],
        [1, 1],
      ],
      with: [{ p: 1, axis: 0 }],
      output: [
        [0.75, -0.4],
        [0, 0.5],
        [0.25, 0.1],
      ],
    },
    { x: [[3, -4]], with: [{ p: Infinity, axis: -1 }], output: [[0.75, -1]] },
    { x: [[1, Number.NaN]], output: [[Number.NaN, Number.NaN]] },
  ],
})

import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type DiagonalAttributes, type DiagonalOptions, diagonalAttributes } from './diagonals.ts'

export interface DiagEmbed {
  <D extends DType>(x: Value<Shape, D>, options?: DiagonalOptions): Value<Shape, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    diagEmbed(options?: DiagonalOptions): Value<Shape, D>
  }
}

/**
 * Square matrices, 0 but for the diagonal, on which the last axis of x stands. Their two axes are
 * the last two of the result where nothing else is said.
 *
 * Shapes: x [..., n] → [..., m, m] with m = n + |offset|.
 * Throws: SHAPE for a scalar; ATTRIBUTE for an axis that the result does not have or that is named
 * twice, or an offset that is no whole number.
 * Source: PyTorch `diag_embed`.
 */
export const diagEmbed: Gate<DiagEmbed> = defineGate<DiagEmbed, ['x'], DiagonalAttributes>({
  name: 'diagEmbed',
  operands: ['x'],
  role: 'mover',
  takes: 'numeric',
  call: (x: Value, options: DiagonalOptions = {}) => ({
    inputs: [x],
    attributes: diagonalAttributes('diagEmbed', Math.max(2, x.shape.length + 1), {
      axis1: -2,
      axis2: -1,
      ...options,
    }),
  }),
  constraints: {
    C1: {
      rule: 'x has an axis',
      holds: ({ x }) => x.shape.length > 0 || 'x is a scalar',
      fix: 'reshape x to [1]',
      broken: { x: 'f32[]' },
    },
  },
  shape: ({ x, attributes: { offset, axis1, axis2 } }) => {
    const size = (x.at(-1) ?? 0) + Math.abs(offset)
    const [first, second] = [Math.min(axis1, axis2), Math.max(axis1, axis2)]
    return x.slice(0, -1).toSpliced(first, 0, size).toSpliced(second, 0, size)
  },
  expand: ({ gates, x, attributes: { offset, axis1, axis2 } }) => {
    const others = x.shape.slice(0, -1)
    const size = (x.shape.at(-1) ?? 0) + Math.abs(offset)
    const matrix = [size, size]
    // Column j of a row above the main diagonal holds x[j − offset]; of one below, x[j].
    const low = others.map(() => 0)
    const row = gates.pad(x, [...low, Math.max(offset, 0)], [...low, Math.max(0 - offset, 0)])
    const spread = gates.broadcastTo(gates.reshape(row, [...others, 1, size]), [
      ...others,
      ...matrix,
    ])
    const isOn = gates.equal(gates.iota(matrix, 1), gates.add(gates.iota(matrix, 0), offset))
    const built = gates.where(isOn, spread, 0)
    const order = others.map((_, axis) => axis)
    const [first, second] = [Math.min(axis1, axis2), Math.max(axis1, axis2)]
    const [down, along] = [others.length, others.length + 1]
    const turned = axis1 < axis2 ? [down, along] : [along, down]
    order.splice(first, 0, turned[0] ?? 0)
    order.splice(second, 0, turned[1] ?? 0)
    return gates.transpose(built, order)
  },
  backward: ({ gates, attributes, upstream }) => ({ x: gates.diagonal(upstream, attributes) }),
  equation: ({ x, attributes: { offset } }) =>
    String.raw`\operatorname{diagEmbed}(${x}${offset === 0 ? '' : `, ${offset}`})`,
  downstream: ({ upstream, attributes: { offset } }) =>
    String.raw`\operatorname{diagonal}(${upstream}${offset === 0 ? '' : `, ${offset}`})`,
  // Expected values: torch 1.13, torch.diag_embed.
  samples: [
    {
      x: [1, 2],
      output: [
        [1, 0],
        [0, 2],
      ],
    },
    {
      x: [1, 2],
      with: [{ offset: 1 }],
      output: [
        [0, 1, 0],
        [0, 0, 2],
        [0, 0, 0],
      ],
    },
    {
      x: [[1], [2]],
      with: [{ offset: -1 }],
      output: [
        [
          [0, 0],
          [1, 0],
        ],
        [
          [0, 0],
          [2, 0],
        ],
      ],
    },
    {
      x: [[1, 2]],
      with: [{ offset: 1, axis1: 2, axis2: 0 }],
      output: [[[0, 0, 0]], [[1, 0, 0]], [[0, 2, 0]]],
    },
  ],
})

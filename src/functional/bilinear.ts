import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface Bilinear {
  <D extends DType, E extends DType, F extends DType>(
    a: Value<Shape, D>,
    b: IfSameDType<'bilinear', D, E, Value<Shape, E>>,
    weight: IfSameDType<'bilinear', D, F, Value<Shape, F>>,
  ): Value<Shape, D>
}

/**
 * For each output a sum over the products of all pairs of inputs: yₒ = Σᵢⱼ aᵢ · weightₒᵢⱼ · bⱼ.
 *
 * Shapes: a [..., m], b [..., n], weight [out, m, n] → [..., out].
 * Throws: SHAPE where they do not fit; DTYPE where dtypes differ.
 * Source: PyTorch `bilinear`, without its bias: add it.
 *
 * @example
 * bilinear(a, b, weight) // [32, 4], [32, 5] and [3, 4, 5] → [32, 3]
 */
export const bilinear: Gate<Bilinear> = defineGate<Bilinear, ['a', 'b', 'weight']>({
  name: 'bilinear',
  operands: ['a', 'b', 'weight'],
  role: 'switch',
  constraints: {
    C1: {
      rule: 'a [..., m], b [..., n] and weight [out, m, n]',
      holds: ({ a, b, weight }) => {
        const [, m, n] = weight.shape
        const fits =
          a.shape.length > 0 &&
          sameShape(a.shape.slice(0, -1), b.shape.slice(0, -1)) &&
          weight.shape.length === 3 &&
          a.shape.at(-1) === m &&
          b.shape.at(-1) === n
        return (
          fits ||
          `${formatShape(a.shape)}, ${formatShape(b.shape)} and ${formatShape(weight.shape)}`
        )
      },
      fix: 'give a and b the same batch axes, and weight the widths of both',
      broken: { a: 'f32[2, 3]', b: 'f32[2, 4]', weight: 'f32[5, 4, 3]' },
    },
    C2: {
      code: 'DTYPE',
      rule: 'a, b and weight have the same dtype',
      holds: ({ a, b, weight }) =>
        (a.dtype === b.dtype && b.dtype === weight.dtype) ||
        `dtypes ${a.dtype}, ${b.dtype} and ${weight.dtype} do not mix`,
      fix: 'cast them to one dtype',
      broken: { a: 'f32[2, 3]', b: 'f64[2, 4]', weight: 'f32[5, 3, 4]' },
    },
  },
  shape: ({ a, weight }) => [...a.slice(0, -1), weight[0] ?? 0],
  expand: ({ gates, a, b, weight }) => {
    const [out = 0, m = 0, n = 0] = weight.shape
    const rows = sizeOf(a.shape.slice(0, -1))
    const wide = gates.reshape(gates.transpose(weight, [1, 0, 2]), [m, out * n])
    const byPair = gates.reshape(gates.matmul(gates.reshape(a, [rows, m]), wide), [rows, out, n])
    const met = gates.sum(gates.multiply(byPair, gates.reshape(b, [rows, 1, n])), -1)
    return gates.reshape(met, [...a.shape.slice(0, -1), out])
  },
  equation: ({ a, b, weight }) => String.raw`${a}^\top \cdot ${weight} \cdot ${b}`,
  // Expected values: torch 1.13, torch.nn.functional.bilinear.
  samples: [
    {
      a: [
        [1, 2],
        [-1, 0.5],
      ],
      b: [
        [3, 0, 1],
        [1, 1, -2],
      ],
      weight: [
        [
          [1, 0, 2],
          [0, 1, -1],
        ],
        [
          [0.5, 0.5, 0],
          [2, 0, 1],
        ],
      ],
      output: [
        [3, 15.5],
        [4.5, -1],
      ],
    },
    { a: [2], b: [3], weight: [[[5]]], output: [30] },
  ],
})

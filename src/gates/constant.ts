import { applyGate } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import {
  formatNumber,
  isTensor,
  ownTensor,
  type Tensor,
  type TensorLike,
  tensor,
} from '../ir/tensor.ts'
import { Value } from '../ir/value.ts'

export interface Constant {
  <const D extends ComputeDType = 'f32'>(
    value: number,
    options?: { readonly dtype?: D },
  ): Value<[], NoInfer<D>>
  (from: TensorLike, options?: { readonly dtype?: ComputeDType; readonly shape?: Shape }): Value
}

/**
 * A value that is given, not computed: a number, a nested array, a typed array or a tensor.
 *
 * Booleans give bool, numbers f32 and a typed array its own dtype, unless `dtype` says otherwise.
 * Throws SHAPE when rows differ in length; DTYPE when a number does not fit the dtype.
 *
 * @example
 * constant([[1, 2], [3, 4]]) // f32[2, 2]
 */
export const constant: Gate<Constant> = createGate(
  {
    name: 'constant',
    operands: [],
    role: 'source',
    generate: 'constant',
    shape: ({ attributes }: { attributes: ConstantAttributes }) =>
      isTensor(attributes.value) ? attributes.value.shape : [],
    dtype: ({ attributes }: { attributes: ConstantAttributes }) => attributes.dtype,
    equation: ({ attributes }: { attributes: ConstantAttributes }) =>
      isTensor(attributes.value)
        ? String.raw`\operatorname{constant}`
        : formatNumber(attributes.value, 6),
    samples: [
      { with: [2.5], output: 2.5 },
      {
        with: [
          [
            [1, 2],
            [3, 4],
          ],
        ],
        output: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
  },
  (definition) =>
    ((from: TensorLike, options: { dtype?: ComputeDType; shape?: Shape } = {}) => {
      // A literal keeps its full precision: the evaluator rounds it to the dtype it works in.
      if (typeof from === 'number' && options.shape === undefined) {
        const { dtype = 'f32' } = options
        const value = dtype === 'f32' || dtype === 'f64' ? from : tensor(from, { dtype })
        return literals.apply(dtype, value, () => applyGate(definition, [], { value, dtype }))
      }
      const value = ownTensor(from, options)
      return applyGate(definition, [], { value, dtype: value.dtype })
    }) as Constant, // its overloads say which shapes and dtypes come out
)

/**
 * Numbers that are written again and again, such as the 1 of 1 − x²: each time a new value, which
 * shares everything but its identity with the first.
 */
class Literals {
  readonly #patterns = new Map<ComputeDType, Map<number, Value>>()

  apply(dtype: ComputeDType, value: number | Tensor, make: () => Value): Value {
    // 0 and -0 are one key of a map.
    if (typeof value !== 'number' || !(Math.abs(value) <= 16) || !Number.isInteger(2 * value)) {
      return make()
    }
    if (value === 0) return make()
    const patterns = this.#patterns.get(dtype) ?? new Map<number, Value>()
    this.#patterns.set(dtype, patterns)
    const pattern = patterns.get(value) ?? make()
    patterns.set(value, pattern)
    return Value.like(pattern)
  }
}

const literals = new Literals()

interface ConstantAttributes {
  readonly [name: string]: number | Tensor | ComputeDType
  /** A floating-point scalar in f64, or a tensor of the dtype. */
  readonly value: number | Tensor
  readonly dtype: ComputeDType
}

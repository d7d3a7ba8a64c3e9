import { type ComputeDType, type DType, dtypes, isFloating, parseDType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

export type Cast = <S extends Shape, const E extends DType>(x: Value<S>, dtype: E) => Value<S, E>

declare module '../ir/value.ts' {
  interface Value<S, D> {
    cast<const E extends DType>(dtype: E): Value<S, E>
  }
}

interface CastAttributes {
  readonly [name: string]: DType
  readonly dtype: DType
}

/**
 * x in another dtype, the storage dtypes included. Integers are cut towards zero and kept within
 * range, NaN becomes 0; bool is whether an element differs from 0.
 *
 * The gradient is cast back where both dtypes are f32 or f64; else none passes.
 * Throws: DTYPE where `dtype` names none.
 * Source: StableHLO `convert`; PyTorch leaves open what becomes of numbers out of range.
 *
 * @example
 * cast(pixels, 'f32') // u8[28, 28] → f32[28, 28]
 */
export const cast: Gate<Cast> = defineGate<Cast, ['x'], CastAttributes>({
  name: 'cast',
  operands: ['x'],
  role: 'distributor',
  takes: 'stored',
  call: (x: Value, dtype: DType) => ({ inputs: [x], attributes: { dtype: parseDType(dtype) } }),
  dtype: ({ attributes }) => attributes.dtype,
  // A storage dtype is no dtype of expressions: what takes the elements in stores them.
  element: ({ x, attributes: { dtype } }) => (isCompute(dtype) ? x.cast(dtype) : x),
  backward: ({ gates, x, attributes, upstream }) => ({
    x:
      isFloating(x.dtype) && isFloating(attributes.dtype)
        ? gates.cast(upstream, x.dtype)
        : undefined,
  }),
  equation: ({ x, attributes }) =>
    String.raw`\operatorname{cast}(${x}, \text{${attributes.dtype}})`,
  local: () => '1',
  samples: [
    { x: [1.5, -2.25, 0], with: ['f64'], output: [1.5, -2.25, 0] },
    { x: [1.5, -2.25, 0], with: ['f32'], output: [1.5, -2.25, 0] },
    {
      x: [3.9, -3.9, 1e10, -Infinity, Number.NaN],
      with: ['i32'],
      output: [3, -3, 2147483647, -2147483648, 0],
    },
    { x: [3.9, -3.9, 1e10], with: ['u32'], output: [3, 0, 4294967295] },
    { x: [0, -0.5, Number.NaN], with: ['bool'], output: [false, true, true] },
    { x: [1.0009765625, 1.00048828125, 65520], with: ['f16'], output: [1.0009765625, 1, Infinity] },
    { x: [300, -1, 7.5], with: ['u8'], output: [255, 0, 7] },
  ],
})

function isCompute(dtype: DType): dtype is ComputeDType {
  return dtypes[dtype].use === 'compute'
}

import { SluiceError } from '../errors.ts'
import { applyGate } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import { type ComputeDType, domains } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import {
  checkShape,
  formatShape,
  normalizeAxis,
  type Shape,
  type ShapeArgument,
} from '../ir/shape.ts'

import type { Value } from '../ir/value.ts'

export type NumericDType = Exclude<ComputeDType, 'bool'>

export interface Iota {
  <const S extends ShapeArgument, const D extends NumericDType = 'i32'>(
    shape: S,
    axis?: number,
    options?: { readonly dtype?: D },
  ): Value<S, NoInfer<D>>
}

interface IotaAttributes {
  readonly [name: string]: Shape | number | NumericDType
  readonly shape: Shape
  /** Counted from the front. */
  readonly axis: number
  readonly dtype: NumericDType
}

/**
 * Each element's own index along `axis`: 0, 1, 2 … The default is the last axis.
 *
 * Throws: ATTRIBUTE for an axis that is not there, so for every scalar; DTYPE for bool.
 * Source: StableHLO `iota`.
 *
 * @example
 * iota([2, 3]) // [[0, 1, 2], [0, 1, 2]]
 * iota([2, 3], 0) // [[0, 0, 0], [1, 1, 1]]
 */
export const iota: Gate<Iota> = createGate(
  {
    name: 'iota',
    operands: [],
    role: 'source',
    generate: 'iota',
    shape: ({ attributes }: { attributes: IotaAttributes }) => attributes.shape,
    dtype: ({ attributes }: { attributes: IotaAttributes }) => attributes.dtype,
    equation: ({ attributes }: { attributes: IotaAttributes }) =>
      String.raw`\operatorname{iota}(${formatShape(attributes.shape)}, ${attributes.axis})`,
    samples: [
      { with: [[4]], output: [0, 1, 2, 3] },
      {
        with: [[2, 3]],
        output: [
          [0, 1, 2],
          [0, 1, 2],
        ],
      },
      {
        with: [[2, 3], 0, { dtype: 'u32' }],
        output: [
          [0, 0, 0],
          [1, 1, 1],
        ],
      },
      {
        with: [[2, 2, 2], -2, { dtype: 'f32' }],
        output: [
          [
            [0, 0],
            [1, 1],
          ],
          [
            [0, 0],
            [1, 1],
          ],
        ],
      },
    ],
  },
  (definition) =>
    ((shape: Shape, axis = -1, { dtype = 'i32' }: { dtype?: NumericDType } = {}) => {
      checkShape(shape, 'iota')
      if (!domains.numeric.holds(dtype)) throw notNumeric(dtype)
      return applyGate(definition, [], {
        shape: Object.freeze([...shape]),
        axis: normalizeAxis(axis, shape.length, 'iota'),
        dtype,
      })
    }) as Iota, // shape and dtype come out as they went in
)

function notNumeric(dtype: string): SluiceError {
  return new SluiceError({
    code: 'DTYPE',
    what: `iota: it cannot be ${dtype}`,
    expected: domains.numeric.phrase,
    got: dtype,
    fix: "make it 'i32' and cast or compare it",
  })
}

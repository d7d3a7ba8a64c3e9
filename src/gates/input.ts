import { applyGate } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { checkShape, type Shape, type ShapeArgument } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface Input {
  <const S extends ShapeArgument, const D extends DType = 'f32'>(
    name: string,
    shape: S,
    options?: { readonly dtype?: D },
  ): Value<S, NoInfer<D>>
}

interface InputAttributes {
  readonly [name: string]: string | Shape | DType
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
}

/**
 * A value that is fed at each run, under its name.
 *
 * @example
 * const x = input('x', [4, 2]) // Value<[4, 2], 'f32'>
 */
export const input: Gate<Input> = createGate(
  {
    name: 'input',
    operands: [],
    role: 'source',
    source: 'input',
    shape: ({ attributes }: { attributes: InputAttributes }) => attributes.shape,
    dtype: ({ attributes }: { attributes: InputAttributes }) => attributes.dtype,
    equation: ({ attributes }: { attributes: InputAttributes }) => attributes.name,
    samples: [],
  },
  (definition) =>
    ((name: string, shape: Shape, { dtype = 'f32' }: { dtype?: DType } = {}) => {
      checkShape(shape, 'input')
      const attributes = { name, shape: Object.freeze([...shape]), dtype }
      return applyGate(definition, [], attributes).labelled({ name })
    }) as Input, // shape and dtype come out as they went in
)

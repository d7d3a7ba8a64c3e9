import { SluiceError } from '../errors.ts'
import { applyGate } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { Graph } from '../ir/graph.ts'
import { checkShape, formatShape, type Shape, type ShapeArgument, sameShape } from '../ir/shape.ts'
import type { State } from '../ir/state.ts'
import { ownTensor, type TensorLike, tensor } from '../ir/tensor.ts'
import { formatType, type Value } from '../ir/value.ts'
import { full } from './creation.ts'
import { input } from './input.ts'

/** Builds what a state holds first, from a random key u32[2] of its own. */
export type Initializer = (key: Value<[2], 'u32'>, shape: Shape, dtype: ComputeDType) => Value

/** What a state holds first: a number for all elements, data, or values made from a random key. */
export type Init = number | TensorLike | Initializer

export interface StateOptions<D extends ComputeDType> {
  readonly dtype?: D
  /** What explain and draw call it. Default: its key. */
  readonly symbol?: string
  readonly trainable?: boolean
}

export interface StateCall {
  <const S extends ShapeArgument, const D extends ComputeDType = 'f32'>(
    key: string,
    shape: S,
    init: Init,
    options?: StateOptions<D>,
  ): Value<S, NoInfer<D>>
}

/**
 * Storage that lasts between runs, read as a value; `updates` of a program say what it becomes.
 *
 * Shapes: `shape`. Keys are unique in a graph and name the state in its store.
 * Throws: STATE where `init` does not fit the shape.
 *
 * @example
 * const steps = state('steps', [], 0, { dtype: 'i32' })
 */
export const state: Gate<StateCall> = createGate(
  {
    name: 'state',
    operands: [],
    role: 'source',
    source: 'state',
    shape: ({ attributes }: { attributes: { readonly state: State } }) => attributes.state.shape,
    dtype: ({ attributes }: { attributes: { readonly state: State } }) => attributes.state.dtype,
    equation: ({ attributes }: { attributes: { readonly state: State } }) =>
      attributes.state.symbol,
    samples: [],
  },
  (definition) =>
    ((key: string, shape: Shape, init: Init, options: StateOptions<ComputeDType> = {}) => {
      checkShape(shape, 'state')
      const { dtype = 'f32', symbol = key, trainable = false } = options
      const declaration: State = Object.freeze({
        key,
        symbol,
        shape: Object.freeze([...shape]),
        dtype,
        trainable,
        init: firstContents(init, key, shape, dtype),
      })
      return applyGate(definition, [], { state: declaration }).labelled({ name: symbol })
    }) as StateCall, // shape and dtype come out as they went in
)

function firstContents(init: Init, key: string, shape: Shape, dtype: ComputeDType): State['init'] {
  if (typeof init === 'function') {
    const made = init(input('key', [2], { dtype: 'u32' }), shape, dtype)
    if (!sameShape(made.shape, shape) || made.dtype !== dtype) {
      throw doesNotFit(key, formatType({ shape, dtype }), formatType(made.type))
    }
    return new Graph({ init: made })
  }
  if (typeof init === 'number') {
    // One number for many elements stays one number: Adam's moments are as long as the weights.
    return shape.length === 0
      ? tensor(init, { dtype })
      : new Graph({ init: full(shape, init, { dtype }) })
  }
  const given = ownTensor(init, { dtype, ...(ArrayBuffer.isView(init) && { shape }) })
  if (!sameShape(given.shape, shape))
    throw doesNotFit(key, formatShape(shape), formatShape(given.shape))
  return given
}

function doesNotFit(key: string, expected: string, got: string): SluiceError {
  return new SluiceError({
    code: 'STATE',
    what: `state: what "${key}" holds first does not fit`,
    where: `state "${key}"`,
    expected,
    got,
    fix: 'give init the shape and dtype of the state',
  })
}

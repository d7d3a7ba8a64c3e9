/** What a run returns for each output. */
import { SluiceError } from '../errors.ts'
import type { DType, TypedArray, TypedArrayOf } from '../ir/dtype.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import { type NestedArray, numberAt, type Tensor, toNested } from '../ir/tensor.ts'

/** An output that is computed or on its way. */
export interface Handle<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: S
  readonly dtype: D
  /** The elements, row-major, in an array of the reader's own. */
  data(): Promise<TypedArrayOf<D>>
  /** Nested arrays, or a number for a scalar. */
  array(): Promise<NestedArray>
  /** The one element of a value that has one. Throws SHAPE where there are more. */
  item(): Promise<number>
  /** The elements at once; only where the engine's `capabilities.sync` says so. */
  dataSync(): TypedArrayOf<D>
}

/** A handle on elements that are there already, and that nobody changes any more. */
export class TensorHandle implements Handle {
  readonly shape: Shape
  readonly dtype: DType
  readonly #elements: TypedArray

  constructor(shape: Shape, dtype: DType, elements: TypedArray) {
    this.shape = shape
    this.dtype = dtype
    this.#elements = elements
  }

  // Copies: the same elements may be a state's contents or a constant's.
  dataSync(): TypedArray {
    return this.#elements.slice()
  }

  data(): Promise<TypedArray> {
    return Promise.resolve(this.#elements.slice())
  }

  array(): Promise<NestedArray> {
    return Promise.resolve(toNested(this.#tensor))
  }

  item(): Promise<number> {
    return new Promise((resolve) => resolve(itemOf(this.#tensor)))
  }

  get #tensor(): Tensor {
    return { shape: this.shape, dtype: this.dtype, data: this.#elements }
  }
}

/** A handle on a tensor that is there already. */
export function handleOf({ shape, dtype, data }: Tensor): Handle {
  return new TensorHandle(shape, dtype, data)
}

function itemOf(source: Tensor): number {
  if (source.data.length === 1) return numberAt(source, 0)
  throw new SluiceError({
    code: 'SHAPE',
    what: 'item: the value is not one element',
    expected: 'one element',
    got: `${source.data.length} of shape ${formatShape(source.shape)}`,
    fix: 'use array() or data(), or reduce the value first',
  })
}

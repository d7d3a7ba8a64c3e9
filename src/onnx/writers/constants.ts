/** Tensors that stand in the file: numbers of expressions, sizes, weights. Equal small ones stand once. */
import type { TypedArray } from '../../ir/dtype.ts'
import type { Tensor } from '../../ir/tensor.ts'
import { formatType } from '../../ir/value.ts'
import type { Wire } from './graph-writer.ts'

/** Beyond so many elements only the very same array is known again. */
const mostCompared = 64

export interface Constant {
  readonly wire: Wire
  readonly tensor: Tensor
}

export class Constants {
  readonly all: Constant[] = []
  readonly #tensors = new Map<Wire, Tensor>()
  readonly #small = new Map<string, Wire>()
  readonly #large = new Map<TypedArray, Wire>()

  of(tensor: Tensor): Wire {
    const { data } = tensor
    if (data.length > mostCompared) {
      const known = this.#large.get(data)
      const isSame = known && formatType(known) === formatType(tensor)
      const wire = isSame ? known : this.#add(tensor)
      this.#large.set(data, wire)
      return wire
    }
    // -0 is another number than 0.
    const text = Array.from<number | bigint, string>(data, (x) =>
      Object.is(x, -0) ? '-0' : `${x}`,
    )
    const key = `${formatType(tensor)} ${text.join(' ')}`
    const known = this.#small.get(key) ?? this.#add(tensor)
    this.#small.set(key, known)
    return known
  }

  /** What stands in the file for a wire; undefined for what is fed or computed, and for states. */
  tensorOf(wire: Wire): Tensor | undefined {
    return this.#tensors.get(wire)
  }

  /** A tensor of its own, whatever else is equal to it. */
  #add(tensor: Tensor): Wire {
    const wire: Wire = { shape: tensor.shape, dtype: tensor.dtype }
    this.#tensors.set(wire, tensor)
    this.all.push({ wire, tensor })
    return wire
  }
}

/**
 * Nodes of an ONNX graph while it is written. Tensors are known by what they are, not by name: names
 * are chosen when all of them are there (`names.ts`).
 */
import { type DType, dtypes } from '../../ir/dtype.ts'
import { type Shape, sameShape, sizeOf } from '../../ir/shape.ts'
import { fromNumbers, type Tensor } from '../../ir/tensor.ts'
import type { TensorType } from '../../ir/value.ts'
import { carriers } from './carriers.ts'
import type { Constants } from './constants.ts'
import { elementTypeFor } from './element-type-for.ts'

/** A tensor of the file: itself, not another of the same type. */
export type Wire = TensorType

/** An attribute of a node. */
export type Setting =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly graph: GraphDraft }
export type Settings = Readonly<Record<string, Setting>>

export interface NodeDraft {
  readonly operator: string
  /** Undefined where an input is left out. */
  readonly inputs: readonly (Wire | undefined)[]
  readonly outputs: readonly Wire[]
  readonly settings: Settings
}

export interface GraphDraft {
  readonly nodes: readonly NodeDraft[]
  readonly inputs: readonly Wire[]
  readonly outputs: readonly Wire[]
}

export class GraphWriter {
  readonly nodes: NodeDraft[] = []
  /** Those of the whole file: a loop's body reads them from outside. */
  readonly constants: Constants

  constructor(constants: Constants) {
    this.constants = constants
  }

  /** The output of a new node. Where no kernel takes the dtype, another one carries the numbers. */
  add(
    operator: string,
    inputs: readonly (Wire | undefined)[],
    output: TensorType,
    settings: Settings = {},
  ): Wire {
    const data = inputs.find((wire) => wire && wire.dtype !== 'bool')?.dtype ?? output.dtype
    const carrier = carriers[operator]?.[data]
    if (!carrier) return this.addAll(operator, inputs, [output], settings)[0] as Wire // one output
    const carried = inputs.map((wire) => (wire?.dtype === data ? this.cast(wire, carrier) : wire))
    const type = output.dtype === data ? { shape: output.shape, dtype: carrier } : output
    const made = this.addAll(operator, carried, [type], settings)[0] as Wire // as above
    return this.cast(made, output.dtype)
  }

  /** The outputs of a new node, of these types. */
  addAll(
    operator: string,
    inputs: readonly (Wire | undefined)[],
    outputs: readonly TensorType[],
    settings: Settings = {},
  ): readonly Wire[] {
    const made = outputs.map(({ shape, dtype }): Wire => ({ shape, dtype }))
    this.nodes.push({ operator, inputs, outputs: made, settings })
    return made
  }

  constant(tensor: Tensor): Wire {
    return this.constants.of(tensor)
  }

  /** One number, without axes unless a shape of one element says otherwise. */
  number(value: number, dtype: DType, shape: Shape = []): Wire {
    return this.constant({ shape, dtype, data: fromNumbers([value], dtype) })
  }

  /** Sizes, axes and places, as ONNX takes them. */
  ints(numbers: readonly number[]): Wire {
    const data = BigInt64Array.from(numbers, BigInt)
    return this.constant({ shape: [numbers.length], dtype: 'i64', data })
  }

  /** As ONNX casts: what is out of range is undefined; see `converted`. */
  cast(wire: Wire, dtype: DType): Wire {
    if (wire.dtype === dtype) return wire
    const { number } = elementTypeFor(dtype)
    return this.addAll('Cast', [wire], [{ shape: wire.shape, dtype }], {
      to: { int: number },
    })[0] as Wire // one output
  }

  reshape(wire: Wire, shape: Shape): Wire {
    if (sameShape(wire.shape, shape)) return wire
    // A size of 0 would mean the size that was there before.
    const settings = shape.includes(0) ? { allowzero: { int: 1 } } : {}
    return this.add('Reshape', [wire, this.ints(shape)], { shape, dtype: wire.dtype }, settings)
  }

  /** A wire that broadcasts to `shape`, at that shape. */
  expand(wire: Wire, shape: Shape): Wire {
    if (sizeOf(wire.shape) === sizeOf(shape)) return this.reshape(wire, shape)
    return this.add('Expand', [wire, this.ints(shape)], { shape, dtype: wire.dtype })
  }

  transpose(wire: Wire, order: readonly number[]): Wire {
    if (order.every((axis, at) => axis === at)) return wire
    const shape = order.map((axis) => wire.shape[axis] ?? 1)
    return this.add('Transpose', [wire], { shape, dtype: wire.dtype }, { perm: { ints: order } })
  }

  /** Elements `start`, `start + step` … of some axes, as many as `count` says. */
  slice(wire: Wire, cuts: readonly Cut[]): Wire {
    const needed = cuts.filter(
      ({ axis, start, step, count }) =>
        start !== 0 || step !== 1 || count !== (wire.shape[axis] ?? 1),
    )
    if (needed.length === 0) return wire
    const shape = wire.shape.map(
      (size, axis) => cuts.find((cut) => cut.axis === axis)?.count ?? size,
    )
    const ends = needed.map(({ axis, start, step, count }) => {
      const end = start + step * (count - 1) + Math.sign(step)
      // What is before the first element counts from the end, unless it is far before.
      return end < 0 ? -(wire.shape[axis] ?? 1) - 1 : end
    })
    const lists = [needed.map(({ start }) => start), ends, needed.map(({ axis }) => axis)]
    const steps = needed.map(({ step }) => step)
    if (steps.some((step) => step !== 1)) lists.push(steps)
    const inputs = [wire, ...lists.map((list) => this.ints(list))]
    return this.add('Slice', inputs, { shape, dtype: wire.dtype })
  }

  /** Numbers from 0 up to `length`, along one axis. */
  range(length: number, dtype: DType): Wire {
    const counted = dtypes[dtype].kind === 'float' ? dtype : 'i64'
    const [start, end, step] = [0, length, 1].map((value) => this.number(value, counted))
    const made = this.add('Range', [start, end, step], { shape: [length], dtype: counted })
    return this.cast(made, dtype)
  }
}

export interface Cut {
  readonly axis: number
  readonly start: number
  readonly step: number
  readonly count: number
}

/** What flows between the operators of an ONNX graph while it becomes a graph of gates. */
import { SluiceError } from '../errors.ts'
import { constant } from '../gates/constant.ts'
import { evaluate } from '../interpret/interpret.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import { fromNumbers, type Tensor, toNumbers } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { type ElementType, elementTypes, usualType } from './element-type.ts'

export interface TensorOperand {
  readonly kind: 'tensor'
  /** ONNX's element type; several share a dtype. */
  readonly type: ElementType
  readonly value: () => Value
  /** Whether it hangs on nothing but constants, so that results of it are folded. */
  readonly isConstant: boolean
  /** Its elements where they are known: those of a constant, and the first ones of a weight. */
  readonly host: () => Tensor | undefined
}

/** A list of tensors, whose length is known. */
export interface SequenceOperand {
  readonly kind: 'sequence'
  readonly items: readonly TensorOperand[]
}

/** What is optional, and absent. */
export interface AbsentOperand {
  readonly kind: 'absent'
}

export type Operand = TensorOperand | SequenceOperand | AbsentOperand

/** Results of constants with more elements than this stay gates until somebody asks for numbers. */
const foldedElements = 4096
/** Nobody is given numbers that take more elements than this to find: they would be shapes and places. */
const knownElements = 2 ** 24

/** A value that is computed. */
export function computed(value: Value, type: ElementType = usualType(value.dtype)): TensorOperand {
  return { kind: 'tensor', type, value: () => value, isConstant: false, host: () => undefined }
}

/** A value that hangs on constants alone: its elements where it is small, else gates. */
export function folded(value: Value, type: ElementType): TensorOperand {
  const small = sizeOf(value.shape) <= foldedElements ? elementsOf(value) : undefined
  if (small) return given(small, type)
  let host: Tensor | undefined
  return {
    kind: 'tensor',
    type,
    value: () => value,
    isConstant: true,
    host: () => {
      host ??= elementsOf(value)
      return host
    },
  }
}

/** A weight of the file: a state that is read, and what it holds first. */
export function weight(tensor: Tensor, type: ElementType, read: () => Value): TensorOperand {
  return { kind: 'tensor', type, value: read, isConstant: false, host: () => tensor }
}

/** A constant of known elements, in a dtype that gates compute in. */
export function given(tensor: Tensor, type: ElementType): TensorOperand {
  let value: Value | undefined
  return {
    kind: 'tensor',
    type,
    value: () => {
      value ??= constantOf(tensor)
      return value
    },
    isConstant: true,
    host: () => tensor,
  }
}

/** What the file holds, in the dtype that gates compute in. Throws FILE for numbers beyond 32 bits. */
export function workingTensor(stored: Tensor, type: ElementType, where: string): Tensor {
  const dtype = elementTypes[type].computed ?? 'f32'
  if (stored.dtype === dtype) return stored
  const numbers = type === 'int64' ? withoutEnds(stored) : toNumbers(stored)
  try {
    return { shape: stored.shape, dtype, data: fromNumbers(numbers, dtype) }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    throw new SluiceError({
      code: 'FILE',
      what: `onnx: a number of ${where} does not fit 32 bits`,
      where,
      expected: `${type} within the range of ${dtype}, in which it is computed`,
      got: error.got,
      fix: 'keep such numbers out of the model, or give them as float',
    })
  }
}

/** int64 as numbers: those of more than 62 bits, which say "to the end", as the ends of i32. */
function withoutEnds({ data }: Tensor): number[] {
  return Array.from(data as ArrayLike<number | bigint>, (element) => {
    const number = Number(element)
    if (number >= 2 ** 62) return 2 ** 31 - 1
    return number <= -(2 ** 62) ? -(2 ** 31) : number
  })
}

function constantOf(tensor: Tensor): Value {
  // A number alone reads better than a tensor of one element.
  if (tensor.shape.length > 0) return constant(tensor)
  const dtype = tensor.dtype as ComputeDType // operands are in a dtype that gates compute in
  return constant(Number(tensor.data[0]), { dtype })
}

function elementsOf(value: Value): Tensor | undefined {
  const graph = new Graph({ value }, [], { isPiece: true })
  const total = graph.applications.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  return total > knownElements ? undefined : evaluate(graph).outputs.value
}

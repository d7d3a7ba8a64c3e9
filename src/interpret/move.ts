/** Moves: elements are copied to another place, never changed. */
import { type DType, dtypes, type TypedArray } from '../ir/dtype.ts'
import type { Move } from '../ir/gate.ts'
import { type Shape, sizeOf, stridesOf } from '../ir/shape.ts'

export interface MoveOperand {
  readonly data: TypedArray
  readonly shape: Shape
}

/** The elements of `move`'s output, of `shape` and `dtype`. */
export function moveArray(
  move: Move,
  operands: readonly MoveOperand[],
  shape: Shape,
  dtype: DType,
): TypedArray {
  const first = operands[0]?.data ?? dtypes[dtype].allocate(0)
  switch (move.kind) {
    case 'reshape':
      return first
    case 'strided': {
      const out = dtypes[dtype].allocate(sizeOf(shape))
      walk(shape, move.offset, move.strides, (from, to) => {
        out[to] = first[from] as never // one dtype on both sides
      })
      return out
    }
    case 'pad': {
      const out = dtypes[dtype].allocate(sizeOf(shape)).fill(move.fill as never)
      const [operand] = operands
      if (operand) padInto(out, operand, shape, move)
      return out
    }
    case 'concat': {
      const out = dtypes[dtype].allocate(sizeOf(shape))
      const strides = stridesOf(shape)
      let start = 0
      for (const operand of operands) {
        walk(operand.shape, start * (strides[move.axis] ?? 1), strides, (to, from) => {
          out[to] = operand.data[from] as never // one dtype on both sides
        })
        start += operand.shape[move.axis] ?? 0
      }
      return out
    }
  }
}

type Pad = Extract<Move, { kind: 'pad' }>

/** Negative low or high padding cuts: what falls outside is dropped. */
function padInto(
  out: TypedArray,
  operand: MoveOperand,
  shape: Shape,
  { low, interior }: Pad,
): void {
  const strides = stridesOf(shape)
  const own = stridesOf(operand.shape)
  for (let from = 0; from < operand.data.length; from++) {
    let to = 0
    let isInside = true
    for (let axis = 0; axis < shape.length && isInside; axis++) {
      const index = Math.floor(from / (own[axis] ?? 1)) % (operand.shape[axis] ?? 1)
      const at = (low[axis] ?? 0) + index * (1 + (interior[axis] ?? 0))
      isInside = at >= 0 && at < (shape[axis] ?? 0)
      to += at * (strides[axis] ?? 1)
    }
    if (isInside) out[to] = operand.data[from] as never // one dtype on both sides
  }
}

/** Visits every index of `shape` with its strided offset and its row-major position. */
function walk(
  shape: Shape,
  offset: number,
  strides: readonly number[],
  visit: (strided: number, position: number) => void,
): void {
  const size = sizeOf(shape)
  const index = new Int32Array(shape.length)
  let at = offset
  for (let position = 0; position < size; position++) {
    visit(at, position)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0
      const length = shape[axis] ?? 1
      index[axis] = (index[axis] ?? 0) + 1
      at += stride
      if ((index[axis] ?? 0) < length) break
      at -= stride * length
      index[axis] = 0
    }
  }
}

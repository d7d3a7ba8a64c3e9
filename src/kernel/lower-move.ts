import { internalError } from '../errors.ts'
import type { Move } from '../ir/gate.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import { tensor } from '../ir/tensor.ts'
import type { TensorType, Value } from '../ir/value.ts'
import { composeView, reshapeView, type View } from './access.ts'
import type { Lowering, Operand } from './lowering.ts'

/** A move: another view of the same elements where there is one, else a copy. */
export function lowerMove(
  lowering: Lowering,
  { gate, attributes, type, inputs: values }: Value,
  inputs: readonly Operand[],
  name: string | undefined,
): Operand {
  const [x] = inputs
  if (gate.meaning.kind !== 'move') throw internalError(`lower: ${gate.name} is no move`)
  const move = gate.meaning.move(values, attributes)
  if (move.kind === 'concat') return concatenate(lowering, move.axis, inputs, type)
  if (!x) throw internalError(`lower: ${gate.name} has no operand`)
  switch (move.kind) {
    case 'reshape': {
      const seen = reshapeView(x, type.shape)
      if (seen) return { ...x, ...seen }
      return lowering.whole(lowering.contiguous(x).buffer, type.shape)
    }
    case 'strided':
      return stridedView(lowering, x, move, type.shape)
    case 'pad': {
      const pad = { low: move.low, interior: move.interior, fill: move.fill }
      return padded(lowering, x, pad, type, name)
    }
  }
}

function stridedView(
  lowering: Lowering,
  x: Operand,
  move: Extract<Move, { kind: 'strided' }>,
  shape: Shape,
): Operand {
  const seen = composeView(x, move, shape)
  if (seen) return { ...x, ...seen }
  const whole = lowering.contiguous(x)
  return { ...whole, offset: whole.offset + move.offset, shape, strides: move.strides }
}

export interface Pad {
  readonly low: readonly number[]
  readonly interior: readonly number[]
  readonly fill: number
}

/** A buffer filled once, with the elements put where they belong; what falls outside is dropped. */
export function padded(
  lowering: Lowering,
  x: Operand,
  pad: Pad,
  type: TensorType,
  name?: string,
): Operand {
  const { shape } = type
  const out = lowering.temporary(type, name)
  const { source, target } = keptParts(x, out, pad)
  const isCovered = sizeOf(source.shape) === sizeOf(shape)
  if (!isCovered) {
    const filling = lowering.constant(tensor(pad.fill, { dtype: x.dtype }))
    const spread = { ...lowering.here(filling), shape, strides: shape.map(() => 0) }
    lowering.copy(spread, out)
  }
  if (sizeOf(source.shape) > 0) lowering.copy(source, target)
  return out
}

/** The elements of x that a pad keeps, and where they lie in what it gives. */
export function keptParts<V extends View>(
  x: Operand,
  out: V,
  { low, interior }: Pad,
): { readonly source: Operand; readonly target: V } {
  let offset = x.offset
  let start = out.offset
  const lengths: number[] = []
  const strides = out.shape.map((size, axis) => {
    const spread = 1 + (interior[axis] ?? 0)
    const before = low[axis] ?? 0
    const first = Math.max(0, Math.ceil(-before / spread))
    const last = Math.min((x.shape[axis] ?? 0) - 1, Math.floor((size - 1 - before) / spread))
    const stride = out.strides[axis] ?? 0
    lengths.push(Math.max(0, last - first + 1))
    offset += first * (x.strides[axis] ?? 0)
    start += stride * (before + first * spread)
    return stride * spread
  })
  return {
    source: { ...x, offset, shape: lengths },
    target: { ...out, offset: start, shape: lengths, strides },
  }
}

function concatenate(
  lowering: Lowering,
  axis: number,
  inputs: readonly Operand[],
  type: TensorType,
): Operand {
  const out = lowering.temporary(type)
  let start = 0
  for (const input of inputs) {
    const offset = start * (out.strides[axis] ?? 1)
    if (sizeOf(input.shape) > 0) lowering.copy(input, { ...out, offset, shape: input.shape })
    start += input.shape[axis] ?? 0
  }
  return out
}

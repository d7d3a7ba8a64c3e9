/** Addresses of accesses, and of the blocks that a contraction is cut into. */
import type { Access } from '../../../kernel/routine.ts'
import type { Expression, Operand } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, select } from '../instructions.ts'
import type { KernelContext } from '../kernel-context.ts'
import type { Blocks, Step } from './blocks.ts'
import type { Axis } from './product.ts'

/** A number known when the code is written, or a variable: either may be used many times. */
export type Index = number | Local<'i32'>

/** Where the access is while all indices are 0. */
export function addressOf(
  context: KernelContext,
  access: Access,
  bytes: number,
  thread: Local<'i32'>,
): Expression<'i32'> {
  const { address, perThread, base } = context.placeOf(access.buffer)
  const start = plus(base ?? address, access.offset * bytes)
  let place = plus(start, times(thread, perThread))
  for (const [depth, stride] of access.turns.entries()) {
    if (stride !== 0) place = plus(place, i32.mul(context.turn(depth), stride * bytes))
  }
  return typeof place === 'number' ? i32.constant(place) : place
}

export function plus(a: Operand<'i32'>, b: Operand<'i32'>): Operand<'i32'> {
  if (a === 0) return b
  if (b === 0) return a
  return typeof a === 'number' && typeof b === 'number' ? a + b : i32.add(a, b)
}

export function times(a: Operand<'i32'>, b: number): Operand<'i32'> {
  if (typeof a === 'number') return a * b
  if (b === 0) return 0
  return b === 1 ? a : i32.mul(a, b)
}

export function keep(f: FunctionBuilder, value: Operand<'i32'>): Index {
  return typeof value === 'number' ? value : f.let(value)
}

/** The smaller of two, signed. */
export function smaller(a: Local<'i32'>, b: Index): Expression<'i32'> {
  return select(i32.ltS(a, b), a, typeof b === 'number' ? i32.constant(b) : b)
}

/** Where a block begins. */
export interface Origin {
  /** The first index along each axis. */
  readonly starts: readonly Index[]
  /** Indices of the split axis in the block, and points of all axes. */
  readonly length: Index
  readonly points: Index
}

export function originOf(f: FunctionBuilder, block: Index, blocks: Blocks): Origin {
  const { axes, split, size, inner, cuts, count } = blocks
  if (count === 1) return { starts: axes.map(() => 0), length: size, points: blocks.extent }
  const extent = axes[split]?.extent ?? 1
  const starts = new Array<Index>(axes.length).fill(0)
  let rest = block
  if (cuts > 1) {
    starts[split] = keep(f, times(split === 0 ? rest : modulo(rest, cuts), size))
    if (split > 0) rest = keep(f, over(rest, cuts))
  }
  for (let axis = split - 1; axis >= 0; axis--) {
    const length = axes[axis]?.extent ?? 1
    starts[axis] = axis === 0 ? rest : keep(f, modulo(rest, length))
    if (axis > 0) rest = keep(f, over(rest, length))
  }
  if (extent % size === 0) return { starts, length: size, points: blocks.extent }
  const left = f.let(i32.sub(extent, starts[split] ?? 0))
  const length = f.let(smaller(left, size))
  return { starts, length, points: keep(f, times(length, inner)) }
}

/** How far the block's first point lies from the first of all, in bytes. */
export function offsetOf(
  { starts }: Origin,
  { axes }: Blocks,
  strideOf: (axis: Axis) => number,
  bytes: number,
): Operand<'i32'> {
  return axes.reduce<Operand<'i32'>>(
    (offset, axis, i) => plus(offset, times(starts[i] ?? 0, strideOf(axis) * bytes)),
    0,
  )
}

/** The offset in bytes of a point by its number along steps, which are walked row-major. */
export function offsetAt(
  f: FunctionBuilder,
  point: Index,
  steps: readonly Step[],
  bytes: number,
): Operand<'i32'> {
  let rest = point
  let offset: Operand<'i32'> = 0
  for (let i = steps.length - 1; i >= 0; i--) {
    const { extent, stride } = steps[i] ?? { extent: 1, stride: 0 }
    offset = plus(offset, times(i === 0 ? rest : modulo(rest, extent), stride * bytes))
    if (i > 0) rest = keep(f, over(rest, extent))
  }
  return offset
}

function modulo(a: Index, b: number): Operand<'i32'> {
  return typeof a === 'number' ? a % b : i32.remU(a, b)
}

function over(a: Index, b: number): Operand<'i32'> {
  return typeof a === 'number' ? Math.floor(a / b) : i32.divU(a, b)
}

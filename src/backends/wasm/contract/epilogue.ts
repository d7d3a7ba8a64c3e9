/** Runs the epilogue over the sums of a block. */
import { dtypes } from '../../../ir/dtype.ts'
import type { Operation } from '../../../kernel/routine.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import type { KernelContext } from '../kernel-context.ts'
import { type BoxAxis as Range, writeBox } from '../nest/write-box.ts'
import { type Index, keep, type Origin, plus, times } from './addresses.ts'
import type { Blocks } from './blocks.ts'
import { type Axis, type Product, stridesOf, withStrides } from './product.ts'

/** An axis of the box: its indices from … to from + length − 1. */
export interface BoxAxis {
  readonly from: Index
  readonly length: Index
  /** Of all its boxes, the most indices. */
  readonly extent: number
  /** Strides of the epilogue's operations, in elements. */
  readonly c: readonly number[]
  /** Stride of the sums, in bytes, counted from the box's first point. */
  readonly sums: number
}

interface Writing {
  readonly f: FunctionBuilder
  readonly context: KernelContext
  readonly product: Product
  readonly thread: Local<'i32'>
}

/** Writes the loops over the box; the sum of its first point lies at `sums`. */
export function writeEpilogue(
  { f, context, product, thread }: Writing,
  box: readonly BoxAxis[],
  sums: Local<'i32'>,
): void {
  const axes = mergedBox(f, box)
  const { sizeBytes } = dtypes[product.dtype]
  writeBox(context, f, {
    operations: overAxes(product.epilogue, axes),
    axes: axes.map((axis) => rangeOf(f, axis)),
    product: { address: sums, strides: axes.map((axis) => axis.sums / sizeBytes) },
    thread,
  })
}

/** All indices of the axes, the sums row-major, `stride` bytes from one to the next. */
export function boxOf(axes: readonly Axis[], stride: number): readonly BoxAxis[] {
  const box: BoxAxis[] = []
  let sums = stride
  for (const { extent, c } of axes.toReversed()) {
    box.unshift({ from: 0, length: extent, extent, c, sums })
    sums *= extent
  }
  return box
}

function rangeOf(f: FunctionBuilder, { from, length, extent }: BoxAxis): Range {
  return { from, to: keep(f, plus(from, length)), most: extent }
}

/** The indices of a block, the sums `stride` bytes from one of its points to the next. */
export function blockBox(blocks: Blocks, { starts, length }: Origin, stride: number): BoxAxis[] {
  const { axes, split, size } = blocks
  const box: BoxAxis[] = []
  let sums = stride
  for (let i = axes.length - 1; i >= 0; i--) {
    const { extent, c } = axes[i] ?? { extent: 1, c: [] }
    const from = starts[i] ?? 0
    if (i < split) box.unshift({ from, length: 1, extent: 1, c, sums: 0 })
    else if (i === split) box.unshift({ from, length, extent: size, c, sums })
    else box.unshift({ from, length: extent, extent, c, sums })
    sums *= extent
  }
  return box
}

/** Merges what every access walks as one; drops axes that never move. */
function mergedBox(f: FunctionBuilder, box: readonly BoxAxis[]): readonly BoxAxis[] {
  const result: BoxAxis[] = []
  for (const axis of box) {
    if (axis.from === 0 && axis.length === 1) continue
    const last = result.at(-1)
    const { length, extent } = axis
    if (last && axis.from === 0 && typeof length === 'number' && continues(last, axis, length)) {
      result[result.length - 1] = {
        from: keep(f, times(last.from, length)),
        length: keep(f, times(last.length, length)),
        extent: last.extent * extent,
        ...{ c: axis.c, sums: axis.sums },
      }
    } else result.push(axis)
  }
  return result
}

function continues(outer: BoxAxis, inner: BoxAxis, length: number): boolean {
  return (
    (outer.length === 1 || outer.sums === inner.sums * length) &&
    outer.c.every((stride, i) => stride === (inner.c[i] ?? 0) * length)
  )
}

/** The body with the strides of the box's axes. */
function overAxes(body: readonly Operation[], axes: readonly BoxAxis[]): readonly Operation[] {
  let place = 0
  return body.map((operation) => {
    if (stridesOf(operation) === undefined) return operation
    const position = place++
    return withStrides(
      operation,
      axes.map(({ c }) => c[position] ?? 0),
    )
  })
}

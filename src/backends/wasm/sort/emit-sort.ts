/** Code for sorts: see `Sort` of the kernel IR. */
import { dtypes } from '../../../ir/dtype.ts'
import { sizeOf } from '../../../ir/shape.ts'
import type { Access, Sort } from '../../../kernel/routine.ts'
import type { Operand } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, select } from '../instructions.ts'
import type { EmittedKernel, KernelContext } from '../kernel-context.ts'
import { type KernelSite, kernelFunction } from '../kernel-function.ts'
import { startOf } from '../nest/places.ts'
import { countBytes, needsSpare } from './order-records.ts'
import { isWide, recordBytes } from './records.ts'
import { type Row, writeRow } from './row.ts'

/** The rows are shared among threads, some at a time; each is sorted by one. */
export function emitSort(context: KernelContext, kernel: Sort): EmittedKernel {
  const { points, length, count } = kernel
  const rows = sizeOf(points)
  const perChunk = Math.max(1, Math.ceil(chunkElements / length))
  const run = kernelFunction(context, 'sort', (site) => {
    const { f, from, to } = site
    const end = f.let(i32.mul(to, perChunk))
    const last = f.let(select(i32.ltS(end, rows), end, i32.constant(rows)))
    const writeAt = rowWriter(site, kernel)
    f.for({ from: i32.mul(from, perChunk), to: last }, writeAt)
  })
  const perElement = isSelected(kernel) ? 4 : isWide(kernel.dtype) ? 30 : 15
  const chunks = count === 0 ? 0 : Math.ceil(rows / perChunk)
  return { run, chunks, cost: rows * length * perElement }
}

const chunkElements = 8192

/** What one thread needs in `KernelContext.workspace`, in bytes. */
export function sortWorkspaceBytes(kernel: Sort): number {
  const { length, count } = kernel
  if (isSelected(kernel)) return count * recordBytes
  return length * recordBytes * (needsSpare(length) ? 2 : 1) + countBytes
}

/** Whether the first elements are picked from the others, which stay unsorted. */
function isSelected({ dtype, length, count }: Sort): boolean {
  const isFew = count <= mostPicked && count * leastShare <= length
  return isFew && !isWide(dtype) && needsSpare(length)
}

/** Of so many elements one may be asked for, or else sorting all of them is sooner done. */
const leastShare = 16
/** Of more, rows that go down take much longer than sorting: each element enters the heap. */
const mostPicked = 256

/** What writes the code for a row, given its number. */
function rowWriter({ f, context, thread }: KernelSite, kernel: Sort): (row: Local<'i32'>) => void {
  const { workspace, module } = context
  const { length, source, values, indices } = kernel
  const start = (access: Access, sizeBytes: number): Start => {
    const sharing = { sizeBytes, shared: new Map() }
    const at = startOf({ context, f, thread }, access, sharing)
    return { pointer: f.let(i32.add(at.pointer, at.offset)), access, sizeBytes }
  }
  const { sizeBytes } = dtypes[kernel.dtype]
  const starts = {
    source: start(source, sizeBytes),
    values: values && start(values, sizeBytes),
    indices: indices && start(indices, 4),
  }
  const own = i32.mul(thread, workspace.perThread)
  const records = f.let(i32.add(i32.constant(workspace.address), own))
  const spare = f.let(i32.add(records, length * recordBytes))
  const counts = f.let(i32.add(spare, length * recordBytes))
  const stretch = (from: Start, pointer: Local<'i32'>) => {
    return { pointer, stride: (from.access.strides.at(-1) ?? 0) * from.sizeBytes }
  }
  return (number) => {
    const point = pointOf(f, kernel.points, number)
    const at = (from: Start) => stretch(from, f.let(placeOf(from, point)))
    const row: Row = {
      kernel,
      isSelected: isSelected(kernel),
      source: at(starts.source),
      values: starts.values && at(starts.values),
      indices: starts.indices && at(starts.indices),
      room: { records, spare, counts },
    }
    writeRow(f, module, row)
  }
}

interface Start {
  readonly pointer: Local<'i32'>
  readonly access: Access
  readonly sizeBytes: number
}

/** The indices of a row, by its number among all; undefined on axes of one. */
function pointOf(
  f: FunctionBuilder,
  points: readonly number[],
  row: Local<'i32'>,
): readonly (Operand<'i32'> | undefined)[] {
  const indices = new Array<Operand<'i32'> | undefined>(points.length)
  let rest = row
  for (let axis = points.length - 1; axis >= 0; axis--) {
    const extent = points[axis] ?? 1
    if (extent === 1) continue
    const isOutermost = points.slice(0, axis).every((outer) => outer === 1)
    indices[axis] = isOutermost ? rest : f.let(i32.remU(rest, extent))
    if (!isOutermost) rest = f.let(i32.divU(rest, extent))
  }
  return indices
}

function placeOf(
  { pointer, access, sizeBytes }: Start,
  point: readonly (Operand<'i32'> | undefined)[],
) {
  return point.reduce<ReturnType<typeof i32.add>>((sum, index, axis) => {
    const stride = (access.strides[axis] ?? 0) * sizeBytes
    return index === undefined || stride === 0 ? sum : i32.add(sum, i32.mul(index, stride))
  }, pointer)
}

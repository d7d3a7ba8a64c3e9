/**
 * A contraction in its simplest form: axes of one element dropped, neighbours merged wherever all
 * accesses allow it, and turned so that its columns are what the epilogue stores side by side.
 */
import type { ComputeDType } from '../../../ir/dtype.ts'
import type { Access, Contract, Operation } from '../../../kernel/routine.ts'

/** An axis, with how far a step along it moves each access, in elements. */
export interface Axis {
  readonly extent: number
  readonly a: number
  readonly b: number
  /** One for each operation of the epilogue that has strides: see `stridesOf`. */
  readonly c: readonly number[]
}

export interface Product {
  readonly dtype: ComputeDType
  readonly batch: readonly Axis[]
  readonly rows: readonly Axis[]
  readonly columns: readonly Axis[]
  readonly depth: readonly Axis[]
  /** The operand with rows; only its offset, buffer and turns count. */
  readonly a: Access
  /** The operand with columns. */
  readonly b: Access
  readonly epilogue: readonly Operation[]
}

/** How many points the axes span. */
export function sizeOfAxes(axes: readonly Pick<Axis, 'extent'>[]): number {
  return axes.reduce((size, { extent }) => size * extent, 1)
}

/** The strides of an operation's access or position; undefined where it has none. */
export function stridesOf(operation: Operation): readonly number[] | undefined {
  switch (operation.op) {
    case 'load':
    case 'store':
      return operation.access.strides
    case 'position':
      return operation.strides
    default:
      return undefined
  }
}

/** The operation over other axes. */
export function withStrides(operation: Operation, strides: readonly number[]): Operation {
  switch (operation.op) {
    case 'load':
    case 'store':
      return { ...operation, access: { ...operation.access, strides } }
    case 'position':
      return { ...operation, strides }
    default:
      return operation
  }
}

export function simplify(kernel: Contract): Product {
  const product = broadcastAway(axesOf(kernel))
  return isBetterTurned(product) ? turned(product) : product
}

function axesOf(kernel: Contract): Product {
  const { batch, rows, columns, depth, a, b, epilogue, dtype } = kernel
  const places = epilogue.flatMap((operation) => {
    const strides = stridesOf(operation)
    return strides ? [strides] : []
  })
  const [atRows, atColumns] = [batch.length, batch.length + rows.length]
  const atDepth = { a: atColumns, b: batch.length }
  const inC = (axis: number) => places.map((strides) => strides[axis] ?? 0)
  const none = places.map(() => 0)
  const inA = (axis: number) => a.strides[axis] ?? 0
  const inB = (axis: number) => b.strides[axis] ?? 0
  return {
    ...{ dtype, a, b, epilogue },
    batch: merged(batch.map((extent, i) => ({ extent, a: inA(i), b: inB(i), c: inC(i) }))),
    rows: merged(
      rows.map((extent, i) => ({ extent, a: inA(atRows + i), b: 0, c: inC(atRows + i) })),
    ),
    columns: merged(
      columns.map((extent, i) => ({
        extent,
        a: 0,
        b: inB(atDepth.b + depth.length + i),
        c: inC(atColumns + i),
      })),
    ),
    depth: merged(
      depth.map((extent, i) => ({
        extent,
        a: inA(atDepth.a + i),
        b: inB(atDepth.b + i),
        c: none,
      })),
    ),
  }
}

/** Without axes of one element, and with neighbours that all accesses walk as one merged. */
function merged(axes: readonly Axis[]): readonly Axis[] {
  const result: Axis[] = []
  for (const axis of axes) {
    if (axis.extent === 1) continue
    const last = result.at(-1)
    if (last && continues(last, axis)) {
      result[result.length - 1] = { ...axis, extent: last.extent * axis.extent }
    } else result.push(axis)
  }
  return result
}

function continues(outer: Axis, inner: Axis): boolean {
  const { extent } = inner
  return (
    outer.a === inner.a * extent &&
    outer.b === inner.b * extent &&
    outer.c.every((stride, i) => stride === (inner.c[i] ?? 0) * extent)
  )
}

/** A batch axis that an operand does not see is one of rows, or of columns, where it merges. */
function broadcastAway(product: Product): Product {
  const batch = [...product.batch]
  let { rows, columns } = product
  for (let last = batch.at(-1); last !== undefined; last = batch.at(-1)) {
    const [row, column] = [rows[0], columns[0]]
    if (last.b === 0 && (row === undefined || continues(last, row))) rows = merged([last, ...rows])
    else if (last.a === 0 && (column === undefined || continues(last, column))) {
      columns = merged([last, ...columns])
    } else break
    batch.pop()
  }
  return { ...product, batch, rows, columns }
}

function isBetterTurned({ rows, columns, epilogue }: Product): boolean {
  if (columns.length === 0 || rows.length === 0) return rows.length > 0
  const places = epilogue.filter((operation) => stridesOf(operation) !== undefined)
  const store = places.findLastIndex(({ op }) => op === 'store')
  return columns.at(-1)?.c[store] !== 1 && rows.at(-1)?.c[store] === 1
}

function turned(product: Product): Product {
  const swap = (axes: readonly Axis[]) => axes.map((axis) => ({ ...axis, a: axis.b, b: axis.a }))
  const { batch, rows, columns, depth, a, b } = product
  return {
    ...product,
    batch: swap(batch),
    rows: swap(columns),
    columns: swap(rows),
    depth: swap(depth),
    ...{ a: b, b: a },
  }
}

/** Code for one row of a sort: records are made of its elements, ordered, and read back. */
import type { Sort } from '../../../kernel/routine.ts'
import type { Expression } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, i64 } from '../instructions.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { type Heap, makeHeap, offer, unmakeHeap } from './least-records.ts'
import { orderRecords, type Room } from './order-records.ts'
import { type Half, isWide, recordAt, recordBytes } from './records.ts'

/** Elements that lie `stride` bytes apart. */
interface Stretch {
  readonly pointer: Local<'i32'>
  readonly stride: number
}

export interface Row {
  readonly kernel: Sort
  /** Whether the first elements are picked from the others, which stay unsorted. */
  readonly isSelected: boolean
  readonly source: Stretch
  readonly values: Stretch | undefined
  readonly indices: Stretch | undefined
  readonly room: Room
}

export function writeRow(f: FunctionBuilder, module: ModuleBuilder, row: Row): void {
  const { kernel, room } = row
  if (row.isSelected) {
    select(f, module, row)
    readBack(f, row, room.records)
    return
  }
  const order = (records: Local<'i32'>) => {
    // What is ordered lies in one of the two rooms; the other one is free.
    const spare = i32.sub(i32.add(room.records, room.spare), records)
    return f.let(orderRecords(module, { ...room, records, spare }, kernel.length))
  }
  fill(f, row, { from: 0, to: kernel.length })
  const ordered = order(room.records)
  if (!isWide(kernel.dtype)) {
    readBack(f, row, ordered)
    return
  }
  refill(f, row, ordered)
  readBack(f, row, order(ordered))
}

/** The records of elements from … to, exclusive; of long keys the lower half. */
function fill(
  f: FunctionBuilder,
  row: Row,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const at = f.let(i32.add(row.room.records, 0))
  overElements(f, row, { from, to }, (record) => {
    f.do(i64.store(at, record))
    f.set(at, i32.add(at, recordBytes))
  })
}

function overElements(
  f: FunctionBuilder,
  { kernel, source }: Row,
  { from, to }: { readonly from: number; readonly to: number },
  body: (record: Expression<'i64'>) => void,
): void {
  const element = f.let(i32.add(source.pointer, from * source.stride))
  f.for({ from, to }, (place) => {
    body(recordAt(f, element, place, { ...kernel, half: 'low' }))
    f.set(element, i32.add(element, source.stride))
  })
}

/** The upper halves of long keys, of records that are in the order of the lower ones. */
function refill(f: FunctionBuilder, { kernel, source }: Row, records: Local<'i32'>): void {
  const half: Half = 'high'
  const at = f.let(i32.add(records, 0))
  f.for({ from: 0, to: kernel.length }, () => {
    const place = f.let(i32.load(at))
    const element = f.let(i32.add(source.pointer, i32.mul(place, source.stride)))
    f.do(i64.store(at, recordAt(f, element, place, { ...kernel, half })))
    f.set(at, i32.add(at, recordBytes))
  })
}

/** The first `count` records of the row's order. */
function select(f: FunctionBuilder, module: ModuleBuilder, row: Row): void {
  const { count, length } = row.kernel
  const heap: Heap = { module, heap: row.room.records, count }
  fill(f, row, { from: 0, to: count })
  const top = makeHeap(f, heap)
  overElements(f, row, { from: count, to: length }, (record) => offer(f, heap, { record, top }))
  unmakeHeap(f, heap, top)
}

/** Stores what records stand for: elements, bit by bit, and their places. */
function readBack(
  f: FunctionBuilder,
  { kernel, source, values, indices }: Row,
  records: Local<'i32'>,
): void {
  const record = f.let(i32.add(records, 0))
  const value = values && f.let(i32.add(values.pointer, 0))
  const index = indices && f.let(i32.add(indices.pointer, 0))
  f.for({ from: 0, to: kernel.count }, () => {
    const place = f.let(i32.load(record))
    if (indices && index) {
      f.do(i32.store(index, place))
      f.set(index, i32.add(index, indices.stride))
    }
    if (values && value) {
      const from = i32.add(source.pointer, i32.mul(place, source.stride))
      f.do(copyElement(kernel.dtype, from, value))
      f.set(value, i32.add(value, values.stride))
    }
    f.set(record, i32.add(record, recordBytes))
  })
}

function copyElement(dtype: Sort['dtype'], from: Expression<'i32'>, to: Local<'i32'>): Expression {
  if (dtype === 'f64') return i64.store(to, i64.load(from))
  if (dtype === 'bool') return i32.store8(to, i32.load8U(from))
  return i32.store(to, i32.load(from))
}

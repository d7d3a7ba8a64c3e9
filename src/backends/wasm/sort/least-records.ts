/**
 * The least of many records, in their order, without sorting the others: a heap holds those that
 * are the least so far, the greatest of them on top.
 */
import type { Expression } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, i64 } from '../instructions.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { type SharedFunction, sharedFunction } from '../nest/shared-function.ts'
import { recordBytes } from './records.ts'

export interface Heap {
  readonly module: ModuleBuilder
  /** Where it lies: filled with the first records, `count` of them. */
  readonly heap: Local<'i32'>
  readonly count: number
}

/** Makes a heap of records; gives the greatest. */
export function makeHeap(f: FunctionBuilder, { module, heap, count }: Heap): Local<'i64'> {
  const sift = sharedFunction(module, siftDown)
  const at = f.let(i32.constant(count >> 1))
  f.block((exit) => {
    f.loop((again) => {
      f.branch(exit, i32.eqz(at))
      f.set(at, i32.sub(at, 1))
      const record = i64.load(i32.add(heap, i32.mul(at, recordBytes)))
      f.do(sift.call(heap, count, at, record))
      f.branch(again)
    })
  })
  return f.let(i64.load(heap))
}

/** Puts a record in the place of the greatest where it is less; `top` is the greatest. */
export function offer(
  f: FunctionBuilder,
  { module, heap, count }: Heap,
  { record, top }: { readonly record: Expression<'i64'>; readonly top: Local<'i64'> },
): void {
  const given = f.let(record)
  f.if(i64.ltU(given, top), () => {
    f.set(top, sharedFunction(module, siftDown).call(heap, count, 0, given))
  })
}

/** Puts the records of a heap in their order, the least first. */
export function unmakeHeap(
  f: FunctionBuilder,
  { module, heap, count }: Heap,
  top: Local<'i64'>,
): void {
  const sift = sharedFunction(module, siftDown)
  const left = f.let(i32.constant(count))
  const end = f.local('i32')
  const last = f.local('i64')
  f.block((exit) => {
    f.loop((again) => {
      f.set(left, i32.sub(left, 1))
      f.branch(exit, i32.eqz(left))
      f.set(end, i32.add(heap, i32.mul(left, recordBytes)))
      f.set(last, i64.load(end))
      f.do(i64.store(end, top))
      f.set(top, sift.call(heap, left, 0, last))
      f.branch(again)
    })
  })
}

/** Heap, count, a place in it, a record for there or below; gives the record on top. */
const siftDown: SharedFunction<readonly ['i32', 'i32', 'i32', 'i64'], 'i64'> = {
  name: 'sift down',
  takes: ['i32', 'i32', 'i32', 'i64'],
  gives: 'i64',
  body: (f, heap, count, start, record) => {
    const at = f.let(i32.add(start, 0))
    const child = f.local('i32')
    const pointer = f.local('i32')
    const greater = f.local('i64')
    const other = f.local('i64')
    const place = (index: Local<'i32'>) => i32.add(heap, i32.mul(index, recordBytes))
    f.block((exit) => {
      f.loop((again) => {
        f.set(child, i32.add(i32.mul(at, 2), 1))
        f.branch(exit, i32.geU(child, count))
        f.set(pointer, place(child))
        f.set(greater, i64.load(pointer))
        f.if(i32.ltU(i32.add(child, 1), count), () => {
          f.set(other, i64.load(pointer, recordBytes))
          f.if(i64.gtU(other, greater), () => {
            f.set(greater, other)
            f.set(child, i32.add(child, 1))
          })
        })
        f.branch(exit, i64.leU(greater, record))
        f.do(i64.store(place(at), greater))
        f.set(at, child)
        f.branch(again)
      })
    })
    f.do(i64.store(place(at), record))
    f.return(i64.load(heap))
  },
}

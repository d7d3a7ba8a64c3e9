/**
 * Puts records in the order of their upper halves; equal ones keep theirs. None of the ways has a
 * row that it is slow on, nor takes more room than the workspace.
 */
import type { Expression, Operand } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, i64, memory } from '../instructions.ts'
import type { ModuleBuilder } from '../module-builder.ts'
import { type SharedFunction, sharedFunction } from '../nest/shared-function.ts'
import { recordBytes } from './records.ts'

export interface Room {
  readonly records: Local<'i32'>
  /** As much as the records take, and `countBytes`; not used for short rows. */
  readonly spare: Operand<'i32'>
  readonly counts: Operand<'i32'>
}

/** Longer rows are sorted digit by digit, which takes some time for each value of a digit. */
const longestInserted = 48

/** What the digits' counters take. */
export const countBytes = 4096

/** Whether rows of that length need room for a second copy of their records, and for counters. */
export function needsSpare(length: number): boolean {
  return length > longestInserted
}

/** Orders so many records; gives where they are then: where they were, or in the spare room. */
export function orderRecords(
  module: ModuleBuilder,
  { records, spare, counts }: Room,
  length: number,
): Expression<'i32'> {
  return needsSpare(length)
    ? sharedFunction(module, digitByDigit).call(records, spare, counts, length)
    : sharedFunction(module, byInsertion).call(records, length)
}

const byInsertion: SharedFunction<readonly ['i32', 'i32'], 'i32'> = {
  name: 'insertion sort',
  takes: ['i32', 'i32'],
  gives: 'i32',
  body: (f, records, length) => {
    f.for({ from: 1, to: length }, (i) => {
      const at = f.let(i32.add(records, i32.mul(i, recordBytes)))
      const record = f.let(i64.load(at))
      // The greatest record of the same key: those up to it stay where they are.
      const most = f.let(i64.or(record, lowerHalf))
      const before = f.local('i64')
      f.block((exit) => {
        f.loop((again) => {
          f.set(before, i64.load(i32.sub(at, recordBytes)))
          f.branch(exit, i64.leU(before, most))
          f.do(i64.store(at, before))
          f.branch(again, i32.ne(f.tee(at, i32.sub(at, recordBytes)), records))
        })
      })
      f.do(i64.store(at, record))
    })
    f.return(records)
  },
}

const lowerHalf = i64.constant(0xffff_ffffn)

const digits = [0, 1, 2, 3] as const
const digitValues = 256

/** Counting sort by each byte of the key, the lowest first; a byte that all share is passed over. */
const digitByDigit: SharedFunction<readonly ['i32', 'i32', 'i32', 'i32'], 'i32'> = {
  name: 'radix sort',
  takes: ['i32', 'i32', 'i32', 'i32'],
  gives: 'i32',
  body: (f, records, spare, counts, length) => {
    const from = f.let(i32.add(records, 0))
    const to = f.let(i32.add(spare, 0))
    f.do(memory.fill(counts, 0, countBytes))
    countDigits(f, { from, counts, length })
    for (const digit of digits) {
      const first = i32.load(counterOf(i32.load(from, keyOffset), counts, digit), offsetOf(digit))
      f.if(i32.ne(first, length), () => {
        countersToPlaces(f, { counts, to, digit })
        deal(f, { from, counts, length, digit })
        const last = f.let(i32.add(from, 0))
        f.set(from, to)
        f.set(to, last)
      })
    }
    f.return(from)
  },
}

const keyOffset = 4

interface Pass {
  readonly from: Local<'i32'>
  readonly counts: Local<'i32'>
  readonly length: Local<'i32'>
}

function offsetOf(digit: number): number {
  return digit * digitValues * 4
}

/** The address, less `offsetOf` the digit, of the counter for the value that a key's digit has. */
function counterOf(key: Expression<'i32'>, counts: Local<'i32'>, digit: number): Expression<'i32'> {
  const shifted = digit === 0 ? i32.shl(key, 2) : i32.shrU(key, 8 * digit - 2)
  return i32.add(counts, i32.and(shifted, (digitValues - 1) * 4))
}

function countDigits(f: FunctionBuilder, { from, counts, length }: Pass): void {
  const at = f.let(i32.add(from, 0))
  const left = f.let(i32.add(length, 0))
  f.loop((again) => {
    const key = f.let(i32.load(at, keyOffset))
    for (const digit of digits) {
      const counter = f.let(counterOf(key, counts, digit))
      const offset = offsetOf(digit)
      f.do(i32.store(counter, i32.add(i32.load(counter, offset), 1), offset))
    }
    f.set(at, i32.add(at, recordBytes))
    f.branch(again, f.tee(left, i32.sub(left, 1)))
  })
}

/** Each counter becomes the address of its first record. */
function countersToPlaces(
  f: FunctionBuilder,
  given: { readonly counts: Local<'i32'>; readonly to: Local<'i32'>; readonly digit: number },
): void {
  const { counts, to, digit } = given
  const place = f.let(i32.add(to, 0))
  const counter = f.let(i32.add(counts, offsetOf(digit)))
  const left = f.let(i32.constant(digitValues))
  const here = f.local('i32')
  f.loop((again) => {
    f.set(here, i32.load(counter))
    f.do(i32.store(counter, place))
    f.set(place, i32.add(place, i32.mul(here, recordBytes)))
    f.set(counter, i32.add(counter, 4))
    f.branch(again, f.tee(left, i32.sub(left, 1)))
  })
}

/** Each record goes to the place that its counter says. */
function deal(
  f: FunctionBuilder,
  { from, counts, length, digit }: Pass & { readonly digit: number },
): void {
  const at = f.let(i32.add(from, 0))
  const left = f.let(i32.add(length, 0))
  const offset = offsetOf(digit)
  f.loop((again) => {
    const counter = f.let(counterOf(i32.load(at, keyOffset), counts, digit))
    const place = f.let(i32.load(counter, offset))
    f.do(i64.store(place, i64.load(at)))
    f.do(i32.store(counter, i32.add(place, recordBytes), offset))
    f.set(at, i32.add(at, recordBytes))
    f.branch(again, f.tee(left, i32.sub(left, 1)))
  })
}

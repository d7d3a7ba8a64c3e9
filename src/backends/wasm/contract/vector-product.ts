/**
 * Contractions of one row, at the speed of memory: sums of scaled rows where columns lie side by
 * side, dot products where the depth does.
 */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, v128 } from '../instructions.ts'
import type { ModuleBuilder, WasmFunction } from '../module-builder.ts'
import { type Arithmetic, loadLanes, storeLanes } from './arithmetic.ts'
import { memo } from './memo.ts'
import { transposed } from './pack.ts'

/** Takes a, b, c, columns and depth, both at least one. */
export type RowFunction = WasmFunction<readonly ['i32', 'i32', 'i32', 'i32', 'i32'], 'nothing'>

const takes = ['i32', 'i32', 'i32', 'i32', 'i32'] as const
const functions = memo<RowFunction>()

/** In bytes, none negative but that of a in `scaledRows`. */
export interface RowShape {
  readonly aStride: number
  /** From row to row, or for dot products from column to column. */
  readonly bStride: number
}

/** Rows of b that are added at a time. */
const group = 8

/** c[j] = Σ a[k] · b[k][j], the columns of b and c side by side. */
export function scaledRows(
  module: ModuleBuilder,
  arithmetic: Arithmetic,
  { aStride, bStride }: RowShape,
): RowFunction {
  const name = `rows_${arithmetic.name}_${aStride}_${bStride}`
  return functions(module, name, () =>
    module.function(name, { takes, gives: 'nothing' }, (f, a, b, c, columns, depth) => {
      const isFirst = f.let(i32.constant(1))
      const addRows = (count: number) => {
        const factors = Array.from({ length: count }, () => {
          const factor = f.let(arithmetic.splat(a, 0))
          f.set(a, i32.add(a, aStride))
          return factor
        })
        const [bt, ct] = [f.let(b), f.let(c)]
        const addLanes = (lanes: number) => {
          const sum = f.let(arithmetic.zero)
          f.if(i32.eqz(isFirst), () => f.set(sum, loadLanes(arithmetic, ct, 0, lanes)))
          for (const [i, factor] of factors.entries()) {
            const row = loadLanes(arithmetic, bt, i * bStride, lanes)
            f.set(sum, arithmetic.multiplyAdd(factor, row, sum))
          }
          for (const store of storeLanes(arithmetic, ct, sum, 0, lanes)) f.do(store)
        }
        eachVector({ f, arithmetic, count: columns, pointers: [bt, ct] }, addLanes)
        f.set(b, i32.add(b, count * bStride))
        f.set(isFirst, 0)
      }
      f.block((done) => {
        f.loop((again) => {
          f.branch(done, i32.ltS(depth, group))
          addRows(group)
          f.set(depth, i32.sub(depth, group))
          f.branch(again)
        })
      })
      f.block((done) => {
        f.loop((again) => {
          f.branch(done, i32.eqz(depth))
          addRows(1)
          f.set(depth, i32.sub(depth, 1))
          f.branch(again)
        })
      })
    }),
  )
}

interface Walk {
  readonly f: FunctionBuilder
  readonly arithmetic: Arithmetic
  readonly count: Local<'i32'>
  /** Moved as it goes. */
  readonly pointers: readonly Local<'i32'>[]
}

/** Whole vectors of `count` elements, then what is left. */
function eachVector({ f, arithmetic, count, pointers }: Walk, body: (lanes: number) => void): void {
  const { lanes } = arithmetic
  const left = f.let(i32.sub(count, lanes))
  f.if(i32.geS(left, 0), () => {
    f.loop((again) => {
      body(lanes)
      for (const pointer of pointers) f.set(pointer, i32.add(pointer, 16))
      f.branch(again, i32.geS(f.tee(left, i32.sub(left, lanes)), 0))
    })
  })
  for (let rest = 1; rest < lanes; rest++) f.if(i32.eq(left, rest - lanes), () => body(rest))
}

/** c[j] = Σ a[k] · b[j][k], the depth side by side in a and b, the columns in c. */
export function dotProducts(
  module: ModuleBuilder,
  arithmetic: Arithmetic,
  { bStride }: RowShape,
): RowFunction {
  const name = `dots_${arithmetic.name}_${bStride}`
  const { bytes, lanes } = arithmetic
  return functions(module, name, () =>
    module.function(name, { takes, gives: 'nothing' }, (f, a, b, c, columns, depth) => {
      const left = f.let(i32.sub(columns, lanes))
      f.if(i32.geS(left, 0), () => {
        f.loop((again) => {
          const sums = Array.from({ length: lanes }, () => f.let(arithmetic.zero))
          addProducts({ f, arithmetic, a, b, depth, bStride }, sums)
          f.do(v128.store(c, across(f, arithmetic, sums)))
          f.set(b, i32.add(b, lanes * bStride))
          f.set(c, i32.add(c, 16))
          f.branch(again, i32.geS(f.tee(left, i32.sub(left, lanes)), 0))
        })
      })
      f.block((done) => {
        f.loop((again) => {
          f.branch(done, i32.eq(left, -lanes))
          const sum = addLongProducts({ f, arithmetic, a, b, depth, bStride })
          for (const store of storeLanes(arithmetic, c, sum, 0, 1)) f.do(store)
          f.set(b, i32.add(b, bStride))
          f.set(c, i32.add(c, bytes))
          f.set(left, i32.sub(left, 1))
          f.branch(again)
        })
      })
    }),
  )
}

interface Dots {
  readonly f: FunctionBuilder
  readonly arithmetic: Arithmetic
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly depth: Local<'i32'>
  readonly bStride: number
}

/** Adds to each sum the products of a with one column of b, lane by lane. */
function addProducts(
  { f, arithmetic, a, b, depth, bStride }: Dots,
  sums: readonly Local<'v128'>[],
): void {
  const [at, bt] = [f.let(a), f.let(b)]
  const element = f.local('v128')
  eachVector({ f, arithmetic, count: depth, pointers: [at, bt] }, (count) => {
    f.set(element, loadLanes(arithmetic, at, 0, count))
    for (const [j, sum] of sums.entries()) {
      const column = loadLanes(arithmetic, bt, j * bStride, count)
      f.set(sum, arithmetic.multiplyAdd(element, column, sum))
    }
  })
}

/** The sum of the products of a with one column, in all lanes; eight vectors at a time. */
function addLongProducts({ f, arithmetic, a, b, depth }: Dots): Local<'v128'> {
  const { lanes } = arithmetic
  const sums = Array.from({ length: 8 }, () => f.let(arithmetic.zero))
  const [at, bt, left] = [f.let(a), f.let(b), f.let(depth)]
  f.block((done) => {
    f.loop((again) => {
      f.branch(done, i32.ltS(left, 8 * lanes))
      for (const [i, sum] of sums.entries()) {
        f.set(sum, arithmetic.multiplyAdd(v128.load(at, 16 * i), v128.load(bt, 16 * i), sum))
      }
      f.set(at, i32.add(at, 128))
      f.set(bt, i32.add(bt, 128))
      f.set(left, i32.sub(left, 8 * lanes))
      f.branch(again)
    })
  })
  const [first = f.let(arithmetic.zero), ...others] = sums
  addProducts({ f, arithmetic, a: at, b: bt, depth: left, bStride: 0 }, [first])
  for (const other of others) f.set(first, arithmetic.add(first, other))
  const zero = f.let(arithmetic.zero)
  const columns = Array.from({ length: lanes }, (_, i) => (i === 0 ? first : zero))
  return f.let(across(f, arithmetic, columns))
}

/** In lane i the sum of all lanes of vector i. */
function across(f: FunctionBuilder, arithmetic: Arithmetic, vectors: readonly Local<'v128'>[]) {
  return transposed(f, vectors).reduce((sum, vector) => arithmetic.add(sum, vector))
}

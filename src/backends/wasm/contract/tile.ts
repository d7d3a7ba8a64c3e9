/**
 * The innermost loops: a tile of sums in registers, 4 rows by 2 vectors, of which each turn over the
 * depth takes one element of every row, in all lanes of a vector, and two vectors of columns. One
 * turn of the depth at a time: V8 spills the sums to the stack where the loop is unrolled or the
 * tile larger.
 */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32 } from '../instructions.ts'
import type { ModuleBuilder, WasmFunction } from '../module-builder.ts'
import { type Arithmetic, loadLanes, storeLanes } from './arithmetic.ts'
import { memo } from './memo.ts'
import { tileRows } from './tile-size.ts'

/** Columns of a panel. */
export function panelColumns({ lanes }: Arithmetic): number {
  return 2 * lanes
}

/** What a panel's code is made for. Strides are in bytes. */
export interface PanelShape {
  readonly rowStride: number
  readonly depthStride: number
  /** From tile to tile. */
  readonly tileStride: number
  /** How many there are: all of a panel, or what is left at the end. */
  readonly columns: number
  /** Whether b has whole vectors even where the columns are fewer. */
  readonly isPadded: boolean
  /** Whether the sums may be stored in whole vectors. */
  readonly isRoomy: boolean
  /** How many rows may be left after the last whole tile, 1 to 3. */
  readonly remainders: readonly number[]
  readonly hasWholeTiles: boolean
}

const panelTakes = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/**
 * Sums `depth` products (at least one) for `rows` rows by one panel of columns:
 * a, b, stride of b over the depth, c, stride of c over rows, depth, rows, whether c is added to.
 */
export type PanelFunction = WasmFunction<typeof panelTakes, 'nothing'>

const panels = memo<PanelFunction>()

export function panelFunction(
  module: ModuleBuilder,
  arithmetic: Arithmetic,
  shape: PanelShape,
): PanelFunction {
  const {
    rowStride,
    depthStride,
    tileStride,
    columns,
    isPadded,
    isRoomy,
    remainders,
    hasWholeTiles,
  } = shape
  const flags = `${isPadded ? 'p' : ''}${isRoomy ? 'r' : ''}`
  const strides = `${rowStride}_${depthStride}_${tileStride}`
  const name = `panel_${arithmetic.name}_${strides}_${columns}${flags}_${hasWholeTiles ? 4 : ''}${remainders.join('')}`
  return panels(module, name, () =>
    module.function(
      name,
      { takes: panelTakes, gives: 'nothing' },
      (f, a, b, bStride, c, cStride, depth, rows, isAdded) => {
        const tile = { f, arithmetic, shape, a, b, bStride, c, cStride, depth, isAdded }
        const left = f.let(i32.sub(rows, tileRows))
        const writeWholeTiles = () =>
          f.loop((again) => {
            writeTile(tile, tileRows)
            f.set(a, i32.add(a, tileStride))
            f.set(c, i32.add(c, i32.shl(cStride, 2)))
            f.branch(again, i32.geS(f.tee(left, i32.sub(left, tileRows)), 0))
          })
        if (hasWholeTiles) f.if(i32.geS(left, 0), writeWholeTiles)
        for (const rows of remainders) {
          f.if(i32.eq(left, rows - tileRows), () => writeTile(tile, rows))
        }
      },
    ),
  )
}

interface Tile {
  readonly f: FunctionBuilder
  readonly arithmetic: Arithmetic
  readonly shape: PanelShape
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly bStride: Local<'i32'>
  readonly c: Local<'i32'>
  readonly cStride: Local<'i32'>
  readonly depth: Local<'i32'>
  readonly isAdded: Local<'i32'>
}

/** Two vectors or one, with the count of elements in each. */
function vectorsOf({ lanes }: Arithmetic, columns: number): readonly number[] {
  return columns > lanes ? [lanes, columns - lanes] : [columns]
}

function writeTile(tile: Tile, rows: number): void {
  const { f, arithmetic, shape, a, b, bStride, depth } = tile
  const counts = vectorsOf(arithmetic, shape.columns)
  const sums = Array.from({ length: rows }, () => counts.map(() => f.local('v128')))
  for (const sum of sums.flat()) f.set(sum, arithmetic.zero)
  const [at, bt, left] = [f.let(a), f.let(b), f.let(depth)]
  const splat = f.local('v128')
  f.loop((again) => {
    const vectors = counts.map((count, i) =>
      f.let(loadLanes(arithmetic, bt, 16 * i, shape.isPadded ? arithmetic.lanes : count)),
    )
    for (const [row, ofRow] of sums.entries()) {
      f.set(splat, arithmetic.splat(at, row * shape.rowStride))
      for (const [i, sum] of ofRow.entries()) {
        f.set(sum, arithmetic.multiplyAdd(splat, vectors[i] ?? splat, sum))
      }
    }
    f.set(at, i32.add(at, shape.depthStride))
    f.set(bt, i32.add(bt, bStride))
    f.branch(again, f.tee(left, i32.sub(left, 1)))
  })
  storeTile(tile, sums, counts)
}

function storeTile(tile: Tile, sums: readonly Local<'v128'>[][], counts: readonly number[]): void {
  const { f, arithmetic, shape, c, isAdded } = tile
  const places = placesOf(tile, sums.length)
  const countOf = (i: number) => (shape.isRoomy ? arithmetic.lanes : (counts[i] ?? 1))
  f.if(isAdded, () => {
    for (const [row, ofRow] of sums.entries()) {
      for (const [i, sum] of ofRow.entries()) {
        const before = loadLanes(arithmetic, places[row] ?? c, 16 * i, countOf(i))
        f.set(sum, arithmetic.add(before, sum))
      }
    }
  })
  for (const [row, ofRow] of sums.entries()) {
    for (const [i, sum] of ofRow.entries()) {
      const stores = storeLanes(arithmetic, places[row] ?? c, sum, 16 * i, countOf(i))
      for (const store of stores) f.do(store)
    }
  }
}

/** The addresses of c's rows. */
function placesOf({ f, c, cStride }: Tile, rows: number): readonly Local<'i32'>[] {
  const places = [c]
  for (let row = 1; row < rows; row++) places.push(f.let(i32.add(places[row - 1] ?? c, cStride)))
  return places
}

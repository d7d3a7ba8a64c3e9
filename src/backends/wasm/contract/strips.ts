/** Packs a block of an operand, strip by strip, and the tables of offsets that this may take. */
import type { Operand } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32 } from '../instructions.ts'
import type { KernelContext } from '../kernel-context.ts'
import { type Index, keep, offsetAt, plus, smaller, times } from './addresses.ts'
import type { Arithmetic } from './arithmetic.ts'
import type { Step } from './blocks.ts'
import { copyFunction, packFunction, pairFunction } from './pack.ts'

export interface Packing {
  readonly f: FunctionBuilder
  readonly context: KernelContext
  readonly arithmetic: Arithmetic
  readonly across: readonly Step[]
  readonly along: readonly Step[]
  /** Rows of a tile, or columns of a panel; and the bytes from one to the next. */
  readonly width: number
  readonly panelStride: number
  /** Tables, where there is more than one step. */
  readonly acrossTable: Operand<'i32'>
  readonly alongTable: Operand<'i32'>
}

/** Copies `points` of the block at `source`, for each step of the depth, to `target`. */
export function packBlock(
  packing: Packing,
  source: Local<'i32'>,
  target: Local<'i32'>,
  points: Index,
  depth: Index,
): void {
  const { f, context, arithmetic, across, along, width, panelStride } = packing
  const { lanes, bytes } = arithmetic
  const hasTable = along.length > 1
  const shape = { hasTable, targetStride: width * bytes }
  const pack = packFunction(context.module, arithmetic, shape)
  const last = keep(f, plus(points, -1))
  const steps = hasTable ? keep(f, packing.alongTable) : (along[0]?.stride ?? 0) * bytes
  const acrossTable = across.length > 1 ? keep(f, packing.acrossTable) : 0
  const placeOf = (point: Local<'i32'>, lane: number) => {
    const at = f.let(i32.add(point, lane))
    f.set(at, smaller(at, last))
    const offset =
      across.length > 1
        ? i32.load(i32.add(acrossTable, i32.shl(at, 2)))
        : times(at, (across[0]?.stride ?? 0) * bytes)
    return f.let(i32.add(source, offset))
  }
  const isCopied = across.length === 1 && across[0]?.stride === 1 && !hasTable
  if (isCopied) {
    const panels = keep(
      f,
      typeof points === 'number' ? Math.floor(points / width) : i32.divU(points, width),
    )
    const copy = copyFunction(context.module, width * bytes)
    f.if(panels, () => f.do(copy.call(source, steps, target, depth, panels, panelStride)))
  }
  const start = isCopied
    ? keep(f, typeof points === 'number' ? points - (points % width) : i32.and(points, -width))
    : 0
  const panel = f.let(target)
  if (start !== 0) f.set(panel, i32.add(panel, i32.mul(i32.divU(start, width), panelStride)))
  f.for({ from: start, to: points, step: width }, (point) => {
    const places = Array.from({ length: width }, (_, lane) => placeOf(point, lane))
    const packStrips = () => {
      for (let lane = 0; lane < width; lane += lanes) {
        const [p0 = source, p1 = source, p2 = p1, p3 = p1] = places.slice(lane, lane + lanes)
        const to = i32.add(panel, lane * bytes)
        if (lanes === 4) f.do(pack.call(p0, p1, p2, p3, to, depth, steps))
        else f.do(pack.call(p0, p0, p1, p1, to, depth, steps))
      }
    }
    const [first = source, second = source] = [places[0], places[lanes]]
    if (width !== 2 * lanes) packStrips()
    else {
      const pair = pairFunction(context.module, hasTable)
      f.if(
        areNeighbours(places, lanes, bytes),
        () => f.do(pair.call(first, second, panel, depth, steps)),
        packStrips,
      )
    }
    f.set(panel, i32.add(panel, panelStride))
  })
}

/** Whether the places lie side by side, in each strip. */
function areNeighbours(places: readonly Local<'i32'>[], lanes: number, bytes: number) {
  const gaps = places.flatMap((place, i) => {
    const before = places[i - 1]
    return before === undefined || i % lanes === 0 ? [] : [i32.eq(i32.sub(place, before), bytes)]
  })
  return gaps.reduce((all, gap) => i32.and(all, gap))
}

/** Writes the offsets in bytes of `count` points from `start` on, four bytes each. */
export function fillTable(
  f: FunctionBuilder,
  table: Index,
  steps: readonly Step[],
  { start, count, bytes }: { start: Index; count: Index; bytes: number },
): void {
  f.for({ from: 0, to: count }, (i) => {
    const point = f.let(i32.add(i, start))
    const offset = offsetAt(f, point, steps, bytes)
    f.do(i32.store(i32.add(table, i32.shl(i, 2)), offset))
  })
}

/** Marks, in the lowest bit, the entries that the next ones follow side by side: whole vectors. */
export function markRuns(
  f: FunctionBuilder,
  table: Index,
  count: Index,
  { lanes, bytes }: Arithmetic,
): void {
  f.for({ from: 0, to: keep(f, plus(count, 1 - lanes)) }, (i) => {
    const at = f.let(i32.add(table, i32.shl(i, 2)))
    // Later entries bear no mark yet.
    const [first, ...others] = Array.from({ length: lanes }, (_, lane) =>
      f.let(i32.load(at, 4 * lane)),
    )
    if (first === undefined) return
    const isRun = others
      .map((entry, lane) => i32.eq(i32.sub(entry, first), (lane + 1) * bytes))
      .reduce((all, each) => i32.and(all, each))
    f.do(i32.store(at, i32.or(first, isRun)))
  })
}

/**
 * One block of the depth of a unit: what it takes of b is packed, then its rows go by in strips, each
 * of which stays in the second cache for all panels of columns.
 */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32 } from '../instructions.ts'
import type { KernelContext } from '../kernel-context.ts'
import { type Index, type Origin, offsetOf, originOf, plus, smaller, times } from './addresses.ts'
import type { Arithmetic } from './arithmetic.ts'
import { type Blocks, lastExtent } from './blocks.ts'
import { type Plan, panelBytes } from './plan.ts'
import type { Axis } from './product.ts'
import { packBlock } from './strips.ts'
import { panelColumns, panelFunction } from './tile.ts'
import { tileRows } from './tile-size.ts'

export interface Emission {
  readonly f: FunctionBuilder
  readonly context: KernelContext
  readonly plan: Plan
  readonly arithmetic: Arithmetic
  readonly thread: Local<'i32'>
  readonly workspace: Local<'i32'>
  /** Which block of rows, and of columns, is packed: for what stays from unit to unit. */
  readonly packed: Readonly<Record<'a' | 'b', Local<'i32'>>>
}

export interface Unit {
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly c: Local<'i32'>
  readonly keys: Readonly<Record<'a' | 'b', Index>>
  readonly rows: Origin
  readonly columns: Origin
}

/** Adds the products of one block of the depth to the sums; those of the first one make them. */
export function writePart(emission: Emission, unit: Unit, depth: Blocks, block: Index): void {
  const { f, plan } = emission
  const origin = originOf(f, block, depth)
  const count = origin.points
  const partOf = (at: Local<'i32'>, strideOf: (axis: Axis) => number) =>
    f.let(i32.add(at, offsetOf(origin, depth, strideOf, plan.bytes)))
  const aPart = partOf(unit.a, (axis) => axis.a)
  const bPart = partOf(unit.b, (axis) => axis.b)
  const b = pack(emission, 'b', { at: bPart, points: unit.columns.points, key: unit.keys.b, count })
  if (plan.strip >= plan.a.blocks.extent) {
    const rows = unit.rows.points
    const a = pack(emission, 'a', { at: aPart, points: rows, key: unit.keys.a, count })
    writePanels(emission, unit, { a, b, c: unit.c, rows, block, count })
  } else writeStrips(emission, unit, { a: aPart, b, block, count })
}

/** Strip by strip; no strip stays packed, as there are several. */
function writeStrips(
  emission: Emission,
  unit: Unit,
  { a, b, block, count }: Pick<Part, 'a' | 'b' | 'block' | 'count'>,
): void {
  const { f, plan } = emission
  const { across } = plan.a
  const rowStride = (across[0]?.stride ?? 0) * plan.bytes
  f.for({ from: 0, to: unit.rows.points, step: plan.strip }, (first) => {
    const left = f.let(i32.sub(unit.rows.points, first))
    const rows = f.let(smaller(left, plan.strip))
    const c = f.let(i32.add(unit.c, times(first, sumsStride(plan))))
    const at = across.length === 1 ? f.let(i32.add(a, times(first, rowStride))) : a
    const packed = pack(emission, 'a', { at, points: rows, count, first })
    writePanels(emission, unit, { a: packed, b, c, rows, block, count })
  })
}

/** What is packed of a block. */
interface Packed {
  readonly at: Local<'i32'>
  readonly points: Index
  readonly count: Index
  /** Which point `points` are counted from: `at` is moved there already where that is one step. */
  readonly first?: Local<'i32'>
  /** What stays packed where the depth is one block. */
  readonly key?: Index
}

function pack(
  emission: Emission,
  which: 'a' | 'b',
  { at, points, count, first, key }: Packed,
): Local<'i32'> {
  const { f, context, plan, arithmetic, workspace, packed } = emission
  const { across, along, isPacked } = plan[which]
  if (!isPacked) return at
  const layout = plan.workspace
  const target = f.let(i32.add(workspace, layout[which]))
  const width = which === 'a' ? tileRows : panelColumns(arithmetic)
  const [acrossAt, alongAt] =
    which === 'a' ? [layout.aAcross, layout.aAlong] : [layout.bAcross, layout.bAlong]
  const packing = {
    ...{ f, context, arithmetic, across, along, width },
    panelStride: panelBytes(plan, width),
    acrossTable: i32.add(workspace, plus(acrossAt, first ? i32.shl(first, 2) : 0)),
    alongTable: i32.add(workspace, alongAt),
  }
  const write = () => packBlock(packing, at, target, points, count)
  if (plan.depth?.count !== 1 || key === undefined) write()
  else {
    f.if(i32.ne(packed[which], key), () => {
      f.set(packed[which], key)
      write()
    })
  }
  return target
}

interface Part {
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly c: Local<'i32'>
  readonly rows: Index
  /** The number of the block of the depth, and its steps. */
  readonly block: Index
  readonly count: Index
}

/** From a row of sums to the next, in bytes. */
function sumsStride({ target, workspace }: Plan): number {
  return target ? target.rowStride : workspace.rowStride
}

function writePanels(emission: Emission, { columns }: Unit, part: Part): void {
  const { f, context, plan, arithmetic } = emission
  const { a, b, target, bytes } = plan
  const width = panelColumns(arithmetic)
  const rowStride = (a.across[0]?.stride ?? 0) * bytes
  const shape = {
    rowStride: a.isPacked ? bytes : rowStride,
    depthStride: a.isPacked ? tileRows * bytes : (a.along[0]?.stride ?? 0) * bytes,
    tileStride: a.isPacked ? panelBytes(plan, tileRows) : tileRows * rowStride,
    isPadded: b.isPacked,
    isRoomy: target === undefined,
    remainders: restsOf(a.blocks, tileRows),
    hasWholeTiles: a.blocks.extent >= tileRows,
  }
  const panelStep = b.isPacked ? panelBytes(plan, width) : width * bytes
  const bStride = b.isPacked ? width * bytes : (b.along[0]?.stride ?? 0) * bytes
  const cStride = sumsStride(plan)
  const bt = f.let(part.b)
  const ct = f.let(part.c)
  const call = (count: number) => {
    const panel = panelFunction(context.module, arithmetic, { ...shape, columns: count })
    f.do(panel.call(part.a, bt, bStride, ct, cStride, part.count, part.rows, part.block))
  }
  const left = f.let(i32.add(columns.points, -width))
  if (b.blocks.extent >= width) {
    f.block((done) => {
      f.loop((again) => {
        f.branch(done, i32.ltS(left, 0))
        call(width)
        f.set(bt, i32.add(bt, panelStep))
        f.set(ct, i32.add(ct, width * bytes))
        f.set(left, i32.sub(left, width))
        f.branch(again)
      })
    })
  }
  for (const rest of restsOf(b.blocks, width)) f.if(i32.eq(left, rest - width), () => call(rest))
}

/** What is left of a block, the largest or the last, after whole units. */
function restsOf(blocks: Blocks, unit: number): readonly number[] {
  const rests = [blocks.extent % unit, lastExtent(blocks) % unit]
  return [...new Set(rests)].filter((rest) => rest > 0)
}

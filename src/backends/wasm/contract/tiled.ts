/**
 * A contraction in blocks: each is packed where that pays, and its sums are built up by tiles, one
 * part of the depth after another, while what they take is in the caches.
 */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, memory } from '../instructions.ts'
import type { KernelContext } from '../kernel-context.ts'
import {
  addressOf,
  type Index,
  keep,
  type Origin,
  offsetOf,
  originOf,
  plus,
  times,
} from './addresses.ts'
import { type Arithmetic, arithmeticOf } from './arithmetic.ts'
import { type Blocks, lastExtent, points } from './blocks.ts'
import { blockBox, writeEpilogue } from './epilogue.ts'
import { type Plan, panelBytes, type RowForm } from './plan.ts'
import type { Axis } from './product.ts'
import { fillTable, markRuns, packBlock } from './strips.ts'
import { panelColumns, panelFunction } from './tile.ts'
import { tileRows } from './tile-size.ts'
import { dotProducts, scaledRows } from './vector-product.ts'

interface Emission {
  readonly f: FunctionBuilder
  readonly context: KernelContext
  readonly plan: Plan
  readonly arithmetic: Arithmetic
  readonly thread: Local<'i32'>
  readonly workspace: Local<'i32'>
  /** Which block of rows, and of columns, is packed: for what stays from unit to unit. */
  readonly packed: Readonly<Record<'a' | 'b', Local<'i32'>>>
}

/** Writes the units from … to − 1 into the function. */
export function writeTiled(
  f: FunctionBuilder,
  context: KernelContext,
  plan: Plan,
  { from, to, thread }: Readonly<Record<'from' | 'to' | 'thread', Local<'i32'>>>,
): void {
  const { address, perThread } = context.workspace
  const workspace = f.let(i32.add(i32.mul(thread, perThread), address))
  const arithmetic = arithmeticOf(plan.product.dtype, context.isRelaxed)
  const packed = { a: f.let(i32.constant(-1)), b: f.let(i32.constant(-1)) }
  const emission = { f, context, plan, arithmetic, thread, workspace, packed }
  fillAcross(emission)
  fillAlong(emission)
  const { product } = plan
  const aBase = f.let(addressOf(context, product.a, plan.bytes, thread))
  const bBase = f.let(addressOf(context, product.b, plan.bytes, thread))
  f.for({ from, to }, (unit) => writeUnit(emission, unit, aBase, bBase))
}

function writeUnit(
  emission: Emission,
  unit: Local<'i32'>,
  aBase: Local<'i32'>,
  bBase: Local<'i32'>,
): void {
  const { f, plan } = emission
  const [rowBlocks, columnBlocks] = [plan.a.blocks, plan.b.blocks]
  // Rows change fastest: the packed columns stay.
  const rowBlock = keep(f, rowBlocks.count === 1 ? 0 : i32.remU(unit, rowBlocks.count))
  const beyondRows = keep(f, rowBlocks.count === 1 ? unit : i32.divU(unit, rowBlocks.count))
  const columnBlock = keep(
    f,
    columnBlocks.count === 1 ? 0 : i32.remU(beyondRows, columnBlocks.count),
  )
  const batch = keep(
    f,
    columnBlocks.count === 1 ? beyondRows : i32.divU(beyondRows, columnBlocks.count),
  )
  const batches = points(plan.product.batch)
  const origins = {
    batch: originOf(f, batches.count === 1 ? 0 : batch, batches),
    rows: originOf(f, rowBlock, rowBlocks),
    columns: originOf(f, columnBlock, columnBlocks),
  }
  const { bytes } = plan
  const a = f.let(
    i32.add(
      i32.add(
        aBase,
        offsetOf(origins.batch, batches, (axis) => axis.a, bytes),
      ),
      offsetOf(origins.rows, rowBlocks, (axis) => axis.a, bytes),
    ),
  )
  const b = f.let(
    i32.add(
      i32.add(
        bBase,
        offsetOf(origins.batch, batches, (axis) => axis.b, bytes),
      ),
      offsetOf(origins.columns, columnBlocks, (axis) => axis.b, bytes),
    ),
  )
  const keys = {
    a: keep(f, plus(times(batch, rowBlocks.count), rowBlock)),
    b: beyondRows,
  }
  const c = f.let(sumsAt(emission, origins, batches))
  writeSums(emission, { a, b, c, keys, ...origins })
  if (plan.target) return
  const { workspace } = emission
  const box = [
    ...blockBox(batches, origins.batch, 0),
    ...blockBox(rowBlocks, origins.rows, plan.workspace.rowStride),
    ...blockBox(columnBlocks, origins.columns, bytes),
  ]
  const { context, thread } = emission
  const sums = f.let(i32.add(workspace, plan.workspace.sums))
  writeEpilogue({ f, context, product: plan.product, thread }, box, sums)
}

interface Unit {
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  readonly c: Local<'i32'>
  readonly keys: Readonly<Record<'a' | 'b', Index>>
  readonly rows: Origin
  readonly columns: Origin
}

function sumsAt(
  { f, context, plan, thread, workspace }: Emission,
  origins: Readonly<Record<'batch' | 'rows' | 'columns', Origin>>,
  batches: Blocks,
) {
  const { target, bytes } = plan
  if (!target) return i32.add(workspace, plan.workspace.sums)
  const base = f.let(addressOf(context, target.store.access, bytes, thread))
  const sides = [
    [origins.batch, batches],
    [origins.rows, plan.a.blocks],
    [origins.columns, plan.b.blocks],
  ] as const
  return sides.reduce(
    (place, [origin, blocks]) =>
      f.let(
        i32.add(
          place,
          offsetOf(origin, blocks, (axis) => axis.c[0] ?? 0, bytes),
        ),
      ),
    base,
  )
}

function writeSums(emission: Emission, unit: Unit): void {
  const { f, plan, workspace } = emission
  const { depth } = plan
  if (depth === undefined) {
    const size = plan.a.blocks.extent * plan.workspace.rowStride
    f.do(memory.fill(i32.add(workspace, plan.workspace.sums), 0, size))
  } else if (plan.form !== 'tiles') writeRow(emission, unit, plan.form)
  else if (depth.count === 1) writePart(emission, unit, depth, 0)
  else {
    f.for({ from: 0, to: depth.count }, (block) => writePart(emission, unit, depth, block))
  }
}

function writeRow({ f, context, plan, arithmetic }: Emission, unit: Unit, form: RowForm): void {
  const { a, b, bytes, depth } = plan
  const aStride = (a.along[0]?.stride ?? 0) * bytes
  const shape = {
    aStride,
    bStride: ((form === 'rows' ? b.along : b.across)[0]?.stride ?? 0) * bytes,
  }
  const make = form === 'rows' ? scaledRows : dotProducts
  const row = make(context.module, arithmetic, shape)
  f.do(row.call(unit.a, unit.b, unit.c, unit.columns.points, depth?.extent ?? 0))
}

/** Adds the products of one block of the depth to the sums; those of the first one make them. */
function writePart(emission: Emission, unit: Unit, depth: Blocks, block: Index): void {
  const { f, plan } = emission
  const origin = originOf(f, block, depth)
  const count = origin.points
  const partOf = (at: Local<'i32'>, strideOf: (axis: Axis) => number) =>
    f.let(i32.add(at, offsetOf(origin, depth, strideOf, plan.bytes)))
  const aPart = partOf(unit.a, (axis) => axis.a)
  const bPart = partOf(unit.b, (axis) => axis.b)
  const a = pack(emission, 'a', { at: aPart, unit, count })
  const b = pack(emission, 'b', { at: bPart, unit, count })
  writePanels(emission, unit, { a, b, block, count })
}

function pack(
  emission: Emission,
  which: 'a' | 'b',
  { at, unit, count }: { at: Local<'i32'>; unit: Unit; count: Index },
): Local<'i32'> {
  const { f, context, plan, arithmetic, workspace, packed } = emission
  const { across, along, isPacked } = plan[which]
  if (!isPacked) return at
  const layout = plan.workspace
  const target = f.let(i32.add(workspace, layout[which]))
  const width = which === 'a' ? tileRows : panelColumns(arithmetic)
  const [acrossAt, alongAt] =
    which === 'a' ? [layout.aAcross, layout.aAlong] : [layout.bAcross, layout.bAlong]
  const origin = which === 'a' ? unit.rows : unit.columns
  const packing = {
    ...{ f, context, arithmetic, across, along, width },
    panelStride: panelBytes(plan, width),
    acrossTable: i32.add(workspace, acrossAt),
    alongTable: i32.add(workspace, alongAt),
  }
  const write = () => packBlock(packing, at, target, origin.points, count)
  if (plan.depth?.count !== 1) write()
  else {
    f.if(i32.ne(packed[which], unit.keys[which]), () => {
      f.set(packed[which], unit.keys[which])
      write()
    })
  }
  return target
}

interface Part {
  readonly a: Local<'i32'>
  readonly b: Local<'i32'>
  /** The number of the block of the depth, and its steps. */
  readonly block: Index
  readonly count: Index
}

function writePanels(emission: Emission, { rows, columns, c }: Unit, part: Part): void {
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
  const cStride = target ? target.rowStride : plan.workspace.rowStride
  const bt = f.let(part.b)
  const ct = f.let(c)
  const call = (count: number) => {
    const panel = panelFunction(context.module, arithmetic, { ...shape, columns: count })
    f.do(panel.call(part.a, bt, bStride, ct, cStride, part.count, rows.points, part.block))
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

function fillAcross({ f, plan, workspace }: Emission): void {
  for (const [side, at] of [
    [plan.a, plan.workspace.aAcross],
    [plan.b, plan.workspace.bAcross],
  ] as const) {
    if (side.across.length === 1) continue
    const table = f.let(i32.add(workspace, at))
    const { extent } = side.blocks
    fillTable(f, table, side.across, { start: 0, count: extent, bytes: plan.bytes })
  }
}

function fillAlong({ f, plan, workspace, arithmetic }: Emission): void {
  for (const [side, at] of [
    [plan.a, plan.workspace.aAlong],
    [plan.b, plan.workspace.bAlong],
  ] as const) {
    if (side.along.length === 1) continue
    const table = f.let(i32.add(workspace, at))
    const count = plan.depth?.extent ?? 0
    fillTable(f, table, side.along, { start: 0, count, bytes: plan.bytes })
    markRuns(f, table, count, arithmetic)
  }
}

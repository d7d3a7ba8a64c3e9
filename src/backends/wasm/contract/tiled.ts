/**
 * A contraction in blocks: each is packed where that pays, and its sums are built up by tiles, one
 * part of the depth after another, while what they take is in the caches.
 */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { i32, memory } from '../instructions.ts'
import type { KernelContext } from '../kernel-context.ts'
import { addressOf, keep, type Origin, offsetOf, originOf, plus, times } from './addresses.ts'
import { arithmeticOf } from './arithmetic.ts'
import { type Blocks, points } from './blocks.ts'
import { blockBox, writeEpilogue } from './epilogue.ts'
import { type Emission, type Unit, writePart } from './part.ts'
import type { Plan, RowForm } from './plan.ts'
import { fillTable, markRuns } from './strips.ts'
import { dotProducts, scaledRows } from './vector-product.ts'

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

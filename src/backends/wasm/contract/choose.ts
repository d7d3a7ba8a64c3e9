/**
 * Which blocks a contraction is cut into, by an estimate of what each way of cutting it takes: times
 * are those of one core of 3.5 GHz with 32 KiB and 512 KiB of cache of its own.
 */
import { internalError } from '../../../errors.ts'
import type { StoreOperation } from '../../../kernel/routine.ts'
import { type Blocks, type Step, stepsWithin, waysToCut } from './blocks.ts'
import type { Form, Side, Target } from './plan.ts'
import { type Axis, type Product, sizeOfAxes } from './product.ts'
import { tileRows } from './tile-size.ts'

/** What threads would not share, in nanoseconds. */
export const smallWork = 25_000

const rowLimit = 1024
const columnLimit = 512
const depthLimit = 288
/** What the sums of a block, and what the panels of b may take. */
const sumsLimit = 128 * 1024
const panelsLimit = 512 * 1024
const secondCache = 512 * 1024
/** What the rows of a strip take where they lie, and what they take packed. */
const stripLimit = 192 * 1024
const packedStripLimit = 96 * 1024

export interface Contraction {
  readonly product: Product
  readonly form: Form
  /** Of an element; and elements in a vector. */
  readonly bytes: number
  readonly lanes: number
  /** Set where storing the sums is all the epilogue does. */
  readonly store: StoreOperation | undefined
}

export interface Choice {
  readonly a: Side
  readonly b: Side
  /** Rows that go by at a time. */
  readonly strip: number
  readonly depth: Blocks | undefined
  readonly target: Target | undefined
  /** In nanoseconds. */
  readonly cost: number
}

/** The best way to cut a contraction; layers of one shape are weighed once. */
export function chooseBlocks(contraction: Contraction): Choice {
  const { product, form, bytes, store } = contraction
  const { batch, rows, columns, depth } = product
  const key = JSON.stringify([batch, rows, columns, depth, form, bytes, store === undefined])
  const known = chosen.get(key)
  if (known) {
    const cut = { ...known.cut, contraction }
    return choiceOf(cut, known.cost)
  }
  const { cut, cost } = weigh(contraction)
  if (chosen.size >= 256) chosen.clear()
  chosen.set(key, { cut, cost })
  return choiceOf(cut, cost)
}

function choiceOf(cut: Cut, cost: number): Choice {
  const { a, b } = sidesOf(cut)
  const { blocks } = cut.depth ?? {}
  return { a, b, strip: stripOf(cut, a), depth: blocks, target: targetOf(cut), cost }
}

/** Rows that go by at a time: their part of the depth stays in the second cache. */
function stripOf({ contraction, depth }: Cut, { blocks, across, isPacked }: Side): number {
  const { extent } = blocks
  if (contraction.form !== 'tiles' || depth === undefined) return extent
  const rowBytes = depth.blocks.extent * contraction.bytes
  const apart = isPacked ? 0 : evenPart(bytesApart(across, contraction.bytes))
  const most = isPacked ? packedStripLimit : stripLimit
  const limit = Math.min(most / rowBytes, (0.75 * secondCache) / Math.max(apart, 1))
  const strips = Math.ceil(extent / Math.max(limit, tileRows))
  return strips === 1 ? extent : Math.ceil(extent / strips / tileRows) * tileRows
}

function bytesApart(steps: readonly Step[], bytes: number): number {
  return Math.abs(steps[0]?.stride ?? 0) * bytes
}

// A cache of what follows from sizes and strides alone.
const chosen = new Map<string, { readonly cut: Cut; readonly cost: number }>()

function weigh(contraction: Contraction): { readonly cut: Cut; readonly cost: number } {
  const { product, lanes } = contraction
  const sizes = sizesOf(product)
  const allRows = waysToCut(product.rows, rowLimit, tileRows).map((blocks) =>
    wayOf(blocks, (axis) => axis.a),
  )
  const allColumns = waysToCut(product.columns, columnLimit, 2 * lanes).map((blocks) =>
    wayOf(blocks, (axis) => axis.b),
  )
  let best: { cut: Cut; score: number; cost: number } | undefined
  for (const depth of depthsOf(contraction)) {
    for (const rows of allRows) {
      for (const columns of allColumns) {
        const cut = { contraction, sizes, rows, columns, depth }
        const { cost, work } = estimate(cut)
        const units = sizes.batch * rows.blocks.count * columns.blocks.count
        const score = cost * unevenness(units, work) + (isTooLarge(cut) ? 1e12 : 0)
        if (best === undefined || score < best.score) best = { cut, score, cost }
      }
    }
  }
  if (best === undefined) throw internalError('contract: there is no way to cut it')
  return best
}

/** A way to cut a side, as its operand and the epilogue's first access walk a block. */
interface Way {
  readonly blocks: Blocks
  readonly across: readonly Step[]
  readonly stored: readonly Step[]
}

interface DepthWay {
  readonly blocks: Blocks
  readonly a: readonly Step[]
  readonly b: readonly Step[]
  readonly fitsA: boolean
  readonly fitsB: boolean
}

interface Sizes {
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
}

function sizesOf({ batch, rows, columns, depth }: Product): Sizes {
  const [m, n, k] = [sizeOfAxes(rows), sizeOfAxes(columns), sizeOfAxes(depth)]
  return { batch: sizeOfAxes(batch), m, n, k }
}

interface Cut {
  readonly contraction: Contraction
  readonly sizes: Sizes
  readonly rows: Way
  readonly columns: Way
  readonly depth: DepthWay | undefined
}

function wayOf(blocks: Blocks, strideOf: (axis: Axis) => number): Way {
  const stored = stepsWithin(blocks, (axis) => axis.c[0] ?? 0)
  return { blocks, across: stepsWithin(blocks, strideOf), stored }
}

/** The fewest blocks of the depth at each axis, as even as they can be. */
function depthsOf({ product, form, bytes }: Contraction): readonly (DepthWay | undefined)[] {
  const size = sizeOfAxes(product.depth)
  if (size === 0) return [undefined]
  const limit = form === 'tiles' ? depthLimit : size
  const ways = new Map<number, Blocks>()
  for (const way of waysToCut(product.depth, limit, 1)) {
    const known = ways.get(way.split)
    const isFewer = known === undefined || way.count < known.count
    if (isFewer || (way.count === known.count && way.extent < known.extent)) {
      ways.set(way.split, way)
    }
  }
  return [...ways.values()].map((blocks) => {
    const a = stepsWithin(blocks, (axis) => axis.a)
    const b = stepsWithin(blocks, (axis) => axis.b)
    const fits = (steps: readonly Step[]) => fitsFirstCache(steps, blocks.extent, bytes)
    return { blocks, a, b, fitsA: fits(a), fitsB: fits(b) }
  })
}

/** How much longer two to four threads take than their even share, weighed against one thread. */
function unevenness(units: number, work: number): number {
  if (work < smallWork) return 1
  const late = (threads: number) => (Math.ceil(units / threads) * threads) / units - 1
  return 1 + 0.2 * late(2) + 0.1 * (late(3) + late(4))
}

function isTooLarge(cut: Cut): boolean {
  const { rows, columns, depth, contraction } = cut
  if (contraction.form !== 'tiles') return false
  const width = columns.blocks.extent * contraction.bytes
  if ((depth?.blocks.extent ?? 0) * width > panelsLimit) return true
  return rows.blocks.extent * width > sumsLimit && !targetOf(cut)
}

/** In nanoseconds: all of it, and the products alone, which do not depend on the blocks. */
function estimate(cut: Cut): { cost: number; work: number } {
  const { lanes, form, bytes } = cut.contraction
  if (form !== 'tiles') return estimateRow(cut)
  const [rows, columns] = [cut.rows.blocks, cut.columns.blocks]
  const { batch, m, n, k } = cut.sizes
  const tiles = rows.count * Math.ceil(rows.extent / tileRows)
  const panels = columns.count * Math.ceil(columns.extent / (2 * lanes))
  // A tile takes 8 multiply-adds a step, of which the processor does one in 0.15 ns.
  const perTile = 1.25 * k + 8 * (cut.depth?.blocks.count ?? 0) + 4
  const work = batch * (m / tileRows) * (n / (2 * lanes)) * 1.25 * k
  const { a, b } = sidesOf(cut)
  const packed =
    m * columns.count * (a.isPacked ? packingCost(a) : readingCost(m * k * bytes)) +
    n * rows.count * (b.isPacked ? packingCost(b) : readingCost(n * k * bytes))
  const waits = tiles * panels * waitOf(cut, a, b)
  const panelsBytes = (cut.depth?.blocks.extent ?? 0) * columns.extent * bytes
  const again = panelsBytes > secondCache / 2 ? 0.2 : 0.02
  const strips = rows.count * (Math.ceil(rows.extent / stripOf(cut, a)) - 1)
  const stored = batch * m * n * (targetOf(cut) === undefined ? 0.7 : 0.2)
  const units = batch * rows.count * columns.count
  const cost =
    batch * (tiles * panels * perTile + k * (packed + waits + n * strips * again)) +
    stored +
    30 * units
  return { cost, work }
}

/** One row reads each element of b once, about 16 bytes in a nanosecond. */
function estimateRow({ contraction, sizes, columns }: Cut): { cost: number; work: number } {
  const { batch, n, k } = sizes
  const work = (batch * n * k * contraction.bytes) / 16
  const begun = (4 * k + 20) * batch * columns.blocks.count
  return { cost: work + begun, work }
}

/** Nanoseconds for one element that a block reads where it lies; behind the second cache, more. */
function readingCost(operandBytes: number): number {
  return operandBytes > secondCache / 2 ? 0.15 : 0.02
}

/** Nanoseconds for one element. */
function packingCost({ across, along }: Side): number {
  if (across.at(-1)?.stride === 1) return across.length + along.length === 2 ? 0.25 : 0.4
  return along.at(-1)?.stride === 1 ? 0.45 : 1
}

/** What a turn of the innermost loop waits for the second cache. */
function waitOf({ depth }: Cut, a: Side, b: Side): number {
  return (a.isPacked || depth?.fitsA ? 0 : 0.7) + (b.isPacked || depth?.fitsB ? 0 : 0.7)
}

/** Whether one line for each step of the depth stays in a first cache of 64 sets by 8 lines. */
function fitsFirstCache(along: readonly Step[], steps: number, bytes: number): boolean {
  const stride = bytesApart(along, bytes)
  const sets = 4096 / Math.min(4096, Math.max(64, evenPart(stride)))
  return steps * Math.min(1, stride / 64) <= 6 * sets
}

/** The greatest power of two that divides it. */
function evenPart(stride: number): number {
  return stride === 0 ? 1 : stride & -stride
}

function sidesOf({ contraction, rows, columns, depth }: Cut): { a: Side; b: Side } {
  const none = [{ extent: 0, stride: 0 }]
  const a = { blocks: rows.blocks, across: rows.across, along: depth?.a ?? none }
  const b = { blocks: columns.blocks, across: columns.across, along: depth?.b ?? none }
  if (contraction.form !== 'tiles') {
    return { a: { ...a, isPacked: false }, b: { ...b, isPacked: false } }
  }
  const panels = Math.ceil(b.blocks.extent / (2 * contraction.lanes))
  const tiles = Math.ceil(a.blocks.extent / tileRows)
  const isSplit = ({ across, along }: typeof a) => across.length > 1 || along.length > 1
  // Offsets from row to row stand in the instructions, which have no negative ones.
  const isDownwards = (a.across[0]?.stride ?? 0) < 0
  const isUneven = b.across[0]?.stride !== 1 && b.blocks.extent > 1
  // Rows that lie a power of two apart share few sets of the caches.
  const isCrowded = tiles >= 8 && evenPart(bytesApart(a.across, contraction.bytes)) >= 4096
  const isFarA = panels >= 3 && (depth?.fitsA === false || (isCrowded && panels >= 8))
  const isFarB = tiles >= 3 && depth?.fitsB === false
  return {
    a: { ...a, isPacked: isSplit(a) || isDownwards || isFarA },
    b: { ...b, isPacked: isSplit(b) || isUneven || isFarB },
  }
}

/** The epilogue's store, where it takes the sums as they are, side by side in each row. */
function targetOf({ contraction, rows, columns, depth }: Cut): Target | undefined {
  const { store, bytes } = contraction
  if (depth === undefined || store === undefined) return undefined
  const [across] = columns.stored
  const isSideBySide = across?.stride === 1 || columns.blocks.extent === 1
  if (columns.stored.length > 1 || !isSideBySide || rows.stored.length > 1) return undefined
  return { store, rowStride: (rows.stored[0]?.stride ?? 0) * bytes }
}

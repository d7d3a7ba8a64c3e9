/** How a contraction is cut into blocks and chunks, and what of it is packed. By size alone. */
import { dtypes } from '../../../ir/dtype.ts'
import type { StoreOperation } from '../../../kernel/routine.ts'
import type { Blocks, Step } from './blocks.ts'
import { type Choice, chooseBlocks, smallWork } from './choose.ts'
import { type Product, sizeOfAxes } from './product.ts'
import { tileRows } from './tile-size.ts'

/** An operand as its side of the contraction walks it. */
export interface Side {
  readonly blocks: Blocks
  /** Over the points of a block, and over those of a block of the depth. */
  readonly across: readonly Step[]
  readonly along: readonly Step[]
  readonly isPacked: boolean
}

/** Products of one row: of rows of b, scaled, or dot products. */
export type RowForm = 'rows' | 'dots'
export type Form = 'tiles' | RowForm

export interface Plan {
  readonly product: Product
  readonly form: Form
  readonly bytes: number
  /** Elements in a vector. */
  readonly lanes: number
  readonly a: Side
  readonly b: Side
  /** How many rows of a block go by at a time, whole tiles but for the last strip. */
  readonly strip: number
  /** Which part of the depth is summed at a time; undefined where there is none. */
  readonly depth: Blocks | undefined
  /** Blocks of rows by blocks of columns, in all batches: what chunks are made of. */
  readonly units: number
  readonly chunks: number
  /** In nanoseconds. */
  readonly cost: number
  /** Where sums go straight into what the epilogue stores. */
  readonly target: Target | undefined
  readonly workspace: Workspace
}

export interface Target {
  readonly store: StoreOperation
  /** In bytes. */
  readonly rowStride: number
}

/** Offsets in bytes. */
export interface Workspace {
  readonly a: number
  readonly b: number
  readonly sums: number
  /** Of the sums, in bytes. */
  readonly rowStride: number
  /** Tables of offsets. */
  readonly aAcross: number
  readonly bAcross: number
  readonly aAlong: number
  readonly bAlong: number
  readonly bytes: number
}

export function planOf(product: Product): Plan {
  const bytes = dtypes[product.dtype].sizeBytes
  const lanes = 16 / bytes
  const form = formOf(product)
  const store = plainStore(product)
  const choice = chooseBlocks({ product, form, bytes, lanes, store })
  const { a, b, strip, depth, target, cost } = choice
  const units = sizeOfAxes(product.batch) * a.blocks.count * b.blocks.count
  const chunks = Math.max(1, Math.min(units, wantedChunks(cost)))
  const workspace = workspaceOf(choice, bytes)
  return { product, form, bytes, lanes, a, b, strip, depth, units, chunks, cost, target, workspace }
}

/** As many as can be shared evenly among 2, 3 and 4 threads: those of one thread run as one. */
function wantedChunks(cost: number): number {
  return cost < smallWork ? 1 : 48
}

/** Which form of code: rows need their neighbours side by side, and offsets that are not negative. */
function formOf({ rows, columns, depth }: Product): Form {
  const [column, step] = [columns[0], depth[0]]
  if (rows.length > 0 || columns.length > 1 || depth.length > 1 || !step) return 'tiles'
  if (column?.b === 1) return step.b >= 0 && step.extent >= tileRows ? 'rows' : 'tiles'
  return step.a === 1 && step.b === 1 && (column?.b ?? 0) >= 0 ? 'dots' : 'tiles'
}

/** The only thing the epilogue does, where that is to store the sums as they are. */
export function plainStore({ dtype, epilogue }: Product): StoreOperation | undefined {
  const [first, store, ...others] = epilogue
  if (first?.op !== 'product' || store?.op !== 'store' || others.length > 0) return undefined
  return store.x === first.id && store.stored === dtype ? store : undefined
}

/** Each part starts at a line of the cache. */
function workspaceOf({ a, b, strip, depth, target }: Choice, bytes: number): Workspace {
  const panel = panelColumnsOf(bytes)
  const count = depth?.extent ?? 0
  let end = 0
  const take = (size: number): number => {
    const start = end
    end += roundUp(size, 64)
    return start
  }
  const panelsOf = ({ isPacked }: Side, points: number, width: number): number =>
    isPacked ? Math.ceil(points / width) * panelBytes({ depth, bytes }, width) : 0
  const table = (steps: readonly Step[], entries: number): number =>
    steps.length > 1 ? 4 * entries : 0
  const rowStride = roundUp(b.blocks.extent, panel) * bytes
  return {
    a: take(panelsOf(a, strip, tileRows)),
    b: take(panelsOf(b, b.blocks.extent, panel)),
    sums: take(target ? 0 : a.blocks.extent * rowStride),
    rowStride,
    aAcross: take(table(a.across, a.blocks.extent)),
    bAcross: take(table(b.across, b.blocks.extent)),
    aAlong: take(table(a.along, count)),
    bAlong: take(table(b.along, count)),
    bytes: end,
  }
}

function panelColumnsOf(bytes: number): number {
  return 32 / bytes
}

/** From one packed panel to the next: a line more than whole lines, so that sets of the cache vary. */
export function panelBytes({ depth, bytes }: Pick<Plan, 'depth' | 'bytes'>, width: number): number {
  return roundUp((depth?.extent ?? 0) * width * bytes, 64) + 64
}

function roundUp(size: number, unit: number): number {
  return Math.ceil(size / unit) * unit
}

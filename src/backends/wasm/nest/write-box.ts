/** The loops of an epilogue over a part of what a contraction gives. */
import type { Operation } from '../../../kernel/routine.ts'
import type { Operand } from '../expression.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import type { KernelContext } from '../kernel-context.ts'
import type { AxisRange } from './axis-writer.ts'
import type { Places } from './body-writer.ts'
import { canVectorise, type Vectorisation } from './cost.ts'
import { writeNest } from './nest-writer.ts'
import { startingPlaces } from './places.ts'
import { planSteps } from './step.ts'
import { moved } from './storage.ts'

export interface Box {
  /** Their accesses and positions have a stride for each axis. */
  readonly operations: readonly Operation[]
  /** Outermost first; the last one runs in lanes. */
  readonly axes: readonly BoxAxis[]
  /** What `product` operations give: the element of the box's first index lies at `address`. */
  readonly product: {
    readonly address: Local<'i32'>
    /** In elements. */
    readonly strides: readonly number[]
  }
  /** The number of the thread. */
  readonly thread: Operand<'i32'>
}

/** Indices from … to − 1. */
export interface BoxAxis extends AxisRange {
  /** How many there are at most, where that is known. */
  readonly most?: number
}

/** Writes into f the loops over a box of the index space that run the operations at each index. */
export function writeBox(context: KernelContext, f: FunctionBuilder, box: Box): void {
  const { operations, axes, product, thread } = box
  const points = axes.map(({ from, to, most = unknownExtent }) =>
    typeof from === 'number' && typeof to === 'number' ? to - from : most,
  )
  const ranges = axes.map((range) => (isFixed(range) ? undefined : range))
  const stored = new Set<number>()
  for (const operation of operations) {
    if (operation.op === 'store') stored.add(context.placeOf(operation.access.buffer).address)
  }
  const isStored = (buffer: number): boolean => stored.has(context.placeOf(buffer).address)
  const shape = {
    points,
    stages: [{ extents: [], body: operations }],
    productStrides: product.strides,
  }
  const nest = planSteps(shape, isStored)
  const start = startingPlaces({ context, f, thread, product: product.address }, nest)
  const places = movedInto(start, axes)
  const vectorisation = lanesOf(nest)
  writeNest({ context, f, nest, vectorisation, ranges, places })
}

/** For what is decided by how long a loop is. */
const unknownExtent = 1 << 16

/** Loops whose ends are known may be unrolled. */
function isFixed({ from, to }: AxisRange): boolean {
  return typeof from === 'number' && typeof to === 'number'
}

/** The places at the first index of the axes whose ends are known: their loops start at 0. */
function movedInto(places: Places, axes: readonly BoxAxis[]): Places {
  const result = new Map(places)
  for (const [step, place] of places) {
    // The sums of a box start at its first index anyway.
    if (step.operation.op === 'product') continue
    let bytes = 0
    for (const [axis, range] of axes.entries()) {
      if (isFixed(range)) bytes += Number(range.from) * (step.strides[axis] ?? 0)
    }
    result.set(step, moved(place, bytes))
  }
  return result
}

function lanesOf(nest: ReturnType<typeof planSteps>): Vectorisation {
  const axis = nest.points.length - 1
  const [stage] = nest.stages
  for (const lanes of [4, 2] as const) {
    if (axis < 0 || !stage || (nest.points[axis] ?? 0) < lanes) continue
    if (canVectorise(stage, nest, { lanes, axis })) return { lanes, axes: [axis] }
  }
  return { lanes: 1, axes: [undefined] }
}

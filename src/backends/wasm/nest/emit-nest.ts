/** A nest as a function of the module. */
import { sizeOf } from '../../../ir/shape.ts'
import type { Nest } from '../../../kernel/routine.ts'
import type { Operand } from '../expression.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import { i32, select } from '../instructions.ts'
import type { EmittedKernel, KernelContext } from '../kernel-context.ts'
import { kernelFunction } from '../kernel-function.ts'
import type { AxisRange } from './axis-writer.ts'
import { type Choice, choose } from './choose.ts'
import { copiesOf } from './grouping.ts'
import { writeNest } from './nest-writer.ts'
import { startingPlaces } from './places.ts'
import { isStraight, writeStraight } from './straight.ts'

export function emitNest(context: KernelContext, kernel: Nest): EmittedKernel {
  if (isStraight(kernel)) return emitStraight(context, kernel)
  const choice = choose(kernel, storedBuffers(context, kernel))
  const cut = cutOf(choice, context.given?.hasLength ?? false)
  const run = kernelFunction(context, nameOf(kernel), (site) => {
    const { f, context: inside, from, to, thread, length } = site
    const { nest, vectorisation } = choice
    if (nest.points.includes(0)) return
    const ranges = nest.points.map((extent, axis) =>
      cut?.axis === axis ? rangeOf(f, { ...cut, extent: length ?? extent }, from, to) : undefined,
    )
    const places = startingPlaces({ context: inside, f, thread }, nest)
    writeNest({ context: inside, f, nest, vectorisation, ranges, places })
  })
  const { chunks = 1, size } = cut ?? {}
  return { run, chunks, cost: choice.cost, ...(size !== undefined && { chunkLength: size }) }
}

/** Seen in stacks and profiles. */
function nameOf({ gates }: Nest): string {
  const names = gates.slice(0, 8).map(({ gate }) => gate.name)
  return `nest ${names.join(' ')}`.slice(0, 60)
}

function emitStraight(context: KernelContext, kernel: Nest): EmittedKernel {
  const run = kernelFunction(context, nameOf(kernel), ({ f, context: inside, thread }) => {
    writeStraight({ context: inside, f, thread }, kernel)
  })
  // About what an operation on one number takes, in nanoseconds.
  return { run, chunks: 1, cost: 2 * (kernel.stages[0]?.body.length ?? 0) }
}

/** Whether a nest stores to where a buffer lies: buffers may share a place. */
function storedBuffers(context: KernelContext, { stages }: Nest): (buffer: number) => boolean {
  const stored = new Set<number>()
  for (const { body } of stages) {
    for (const operation of body) if (operation.op === 'store') stored.add(operation.access.buffer)
  }
  const places = new Set([...stored].map((buffer) => context.placeOf(buffer).address))
  return (buffer) => stored.has(buffer) || places.has(context.placeOf(buffer).address)
}

interface Cut {
  readonly axis: number
  /** Of one chunk. */
  readonly size: number
  readonly chunks: number
}

/** About how many elements a chunk goes over: those of one thread run as one. */
const chunkElements = 8192

/** Cuts one axis of the points into chunks; undefined where there is only one, and always is. */
function cutOf({ nest, vectorisation }: Choice, isOpen: boolean): Cut | undefined {
  const { points, stages } = nest
  const perPoint = stages.reduce((sum, { extents }) => sum + sizeOf(extents), 0)
  const axis = cutAxis(points)
  const extent = points[axis] ?? 1
  const perIndex = (sizeOf(points) / Math.max(extent, 1)) * perPoint
  const isLanes = vectorisation.axes[0] === axis
  const unit = isLanes ? vectorisation.lanes * copiesOf(nest, vectorisation) : 1
  const wanted = Math.ceil(chunkElements / Math.max(perIndex, 1))
  const length = Math.ceil(wanted / unit) * unit
  const chunks = Math.ceil(extent / length)
  return chunks > 1 || isOpen ? { axis, size: length, chunks } : undefined
}

/** The outermost axis, unless it is short. */
function cutAxis(points: readonly number[]): number {
  if ((points[0] ?? 0) >= 16) return 0
  return points.indexOf(Math.max(0, ...points))
}

function rangeOf(
  f: FunctionBuilder,
  { size, extent }: Cut & { readonly extent: Operand<'i32'> },
  from: Operand<'i32'>,
  to: Operand<'i32'>,
): AxisRange {
  const start = f.let(i32.mul(from, size))
  const end = f.let(i32.mul(to, size))
  const most = typeof extent === 'number' ? i32.constant(extent) : extent
  return { from: start, to: f.let(select(i32.ltS(end, extent), end, most)) }
}

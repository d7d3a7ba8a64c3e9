/** Writes the loops of a nest: over its points, then of each stage over its own axes. */
import { internalError } from '../../../errors.ts'
import type { FunctionBuilder } from '../function-builder.ts'
import type { KernelContext } from '../kernel-context.ts'
import { type Axis, type AxisRange, writeAxis } from './axis-writer.ts'
import { BodyWriter, type Lanes, type Mode, type Places } from './body-writer.ts'
import type { Vectorisation } from './cost.ts'
import { copiesOf, isInlined, mathsIn } from './grouping.ts'
import {
  type Accumulator,
  joinLanes,
  openAccumulator,
  type Reduction,
  resultOf,
} from './reduction.ts'
import { openSegments, type Segment, segmentsOf } from './segment.ts'
import type { PlannedNest, PlannedStage, Step } from './step.ts'

export interface Writing {
  readonly context: KernelContext
  readonly f: FunctionBuilder
  readonly nest: PlannedNest
  readonly vectorisation: Vectorisation
  /** By axis of the points: which part of it; undefined: all. */
  readonly ranges: readonly (AxisRange | undefined)[]
  /** Where each step with strides starts. */
  readonly places: Places
}

export function writeNest(writing: Writing): void {
  new NestWriter(writing).write()
}

const noAccumulators: ReadonlyMap<Step, readonly Accumulator[]> = new Map()

class NestWriter {
  readonly #f: FunctionBuilder
  readonly #writing: Writing
  readonly #body: BodyWriter
  readonly #steps: readonly Step[]
  /** The axis of the points whose turns are lanes. */
  readonly #axis: number | undefined
  readonly #lanes: Lanes

  constructor(writing: Writing) {
    const { f, context, nest, vectorisation } = writing
    this.#f = f
    this.#writing = writing
    this.#body = new BodyWriter(f, context, nest, vectorisation)
    this.#steps = nest.stages.flatMap(({ steps }) => steps)
    const [axis] = vectorisation.axes
    const isAcross = axis !== undefined && axis < nest.points.length
    this.#axis = isAcross ? axis : undefined
    this.#lanes = vectorisation.lanes
  }

  write(): void {
    const { places, context } = this.#writing
    const mode: Mode = {
      axis: this.#axis,
      lanes: this.#lanes,
      copies: 1,
      isInline: isInlined(this.#steps, this.#axis),
      accumulators: noAccumulators,
    }
    this.#points(0, places, mode)
    this.#body.finish(context.faultAddress)
  }

  #points(level: number, places: Places, mode: Mode): void {
    const { nest, ranges } = this.#writing
    const extent = nest.points[level]
    if (extent === undefined) {
      for (const [index, stage] of nest.stages.entries()) this.#stage(stage, index, places, mode)
      return
    }
    this.#body.write(
      this.#steps.filter(({ depth }) => depth === level),
      places,
      mode,
    )
    const range = ranges[level]
    const isLanes = level === this.#axis
    const grouping = isLanes
      ? { lanes: this.#lanes, copies: copiesOf(nest, this.#writing.vectorisation) }
      : { lanes: 1 as const, copies: 1 }
    const segments = range ? openSegments(grouping) : segmentsOf(extent, grouping)
    const weight = weightOf(nest, level)
    const axis: Axis = { index: level, range, segments, steps: this.#steps, weight }
    writeAxis(this.#f, axis, places, (inner, { lanes, copies }) => {
      this.#points(level + 1, inner, isLanes ? { ...mode, lanes, copies } : mode)
    })
  }

  #stage(stage: PlannedStage, index: number, places: Places, mode: Mode): void {
    const { nest, vectorisation } = this.#writing
    const points = nest.points.length
    const axis = vectorisation.axes[index]
    const isWithin = axis !== undefined && axis >= points
    const last = stage.extents.at(-1) ?? 1
    const grouping = isWithin
      ? { lanes: this.#lanes, copies: copiesOf(nest, vectorisation, stage) }
      : { lanes: 1 as const, copies: 1 }
    const segments = segmentsOf(last, grouping)
    const alone = [{ lanes: 1 as const, copies: 1 }]
    const kept = isWithin ? segments : mode.axis === undefined ? alone : [mode]
    const sums = this.#open(stage, { kept, isWithin, mode })
    const own: Mode = isWithin
      ? { ...mode, axis, isInline: isInlined(stage.steps, axis), lanes: this.#lanes }
      : mode
    const inStage = (level: number, at: Places, current: Mode): void => {
      const writing = { ...current, accumulators: sums.for(current) }
      this.#body.write(
        stage.steps.filter(({ depth }) => depth === points + level),
        at,
        writing,
      )
      const extent = stage.extents[level]
      if (extent === undefined) return
      const isLast = level === stage.extents.length - 1
      const loop: Axis = {
        index: points + level,
        range: undefined,
        segments: isLast ? segments : segmentsOf(extent, { lanes: 1, copies: 1 }),
        steps: stage.steps,
        weight: stageWeight(stage, level, points) * current.copies,
      }
      writeAxis(this.#f, loop, at, (inner, { lanes, copies }) => {
        const isLanes = isWithin && isLast
        inStage(level + 1, inner, isLanes ? { ...current, lanes, copies } : current)
      })
    }
    inStage(0, places, own)
    sums.close()
  }

  /** Accumulators for the reductions of a stage, one for each element or vector of a turn. */
  #open(stage: PlannedStage, { kept, isWithin, mode }: Opening): Sums {
    const reductions = stage.steps.filter(({ operation }) => operation.op === 'reduce')
    const wide = new Map<Step, readonly Accumulator[]>()
    const alone = new Map<Step, readonly Accumulator[]>()
    const vectors = Math.max(0, ...kept.map(({ lanes, copies }) => (lanes > 1 ? copies : 0)))
    for (const step of reductions) {
      const kind = this.#kindOf(step)
      const open = (length: number, lanes: Lanes): Accumulator[] => {
        const code = this.#body.codeOf({ lanes, isInline: false })
        return Array.from({ length }, () => openAccumulator(this.#f, kind, code))
      }
      // Loops with maths have no registers to spare: what all copies give is added up first.
      const isOne = isWithin && isAdded(kind) && mathsIn(stage.steps) > 0
      wide.set(step, open(isOne ? Math.min(vectors, 1) : vectors, this.#lanes))
      alone.set(step, open(isWithin || vectors === 0 ? 1 : 0, 1))
    }
    const close = (): void => {
      for (const step of reductions) {
        const kind = this.#kindOf(step)
        const [vector, [rest]] = [wide.get(step) ?? [], alone.get(step) ?? []]
        if (isWithin && rest) {
          this.#body.define(step, joinLanes(this.#f, kind, vector, rest))
        } else if (mode.axis === undefined && rest)
          this.#body.define(step, resultOf(this.#f, kind, rest))
        else
          this.#body.define(
            step,
            (rest ? [rest] : vector).map((one) => resultOf(this.#f, kind, one)),
          )
      }
    }
    return { for: ({ lanes }) => (vectors > 0 && lanes > 1 ? wide : alone), close }
  }

  #kindOf({ operation }: Step): Reduction {
    if (operation.op !== 'reduce') throw internalError('nest: no reduction')
    const dtype = this.#writing.nest.dtypes.get(operation.x) ?? operation.dtype
    const isHeedless = this.#writing.nest.heedless.has(operation.id)
    return { combine: operation.combine, dtype, isHeedless }
  }
}

function isAdded({ combine }: Reduction): boolean {
  return combine === 'sum' || combine === 'prod'
}

interface Opening {
  readonly kept: readonly Pick<Segment, 'lanes' | 'copies'>[]
  readonly isWithin: boolean
  readonly mode: Mode
}

interface Sums {
  for(mode: Mode): ReadonlyMap<Step, readonly Accumulator[]>
  /** Makes the results known. */
  close(): void
}

/** How many operations one turn of a loop over points writes, inner loops in full. */
function weightOf({ points, stages }: PlannedNest, level: number): number {
  let weight = 0
  for (const stage of stages) weight += stageWeight(stage, -1, points.length)
  return points.slice(level + 1).reduce((product, extent) => product * extent, weight)
}

function stageWeight({ extents, steps }: PlannedStage, level: number, points: number): number {
  const inner = extents.slice(level + 1).reduce((product, extent) => product * extent, 1)
  let within = 0
  for (const { depth, operation } of steps) {
    if (depth > points + level && operation.op !== 'literal') within++
  }
  return within * inner
}

/** The operations of a nest, each with the loops that it needs around it. */
import { type ComputeDType, dtypes } from '../../../ir/dtype.ts'
import { refsOf } from '../../../kernel/operations.ts'
import type { LoadOperation, Operation, Ref, Stage } from '../../../kernel/routine.ts'
import { negligibleNaNs } from './certain-nan.ts'
import { findSpecials, type Replacements, type Special } from './special.ts'

/** How far `index` moves a load, in bytes; a fault where not 0 ≤ index < length. */
export interface Locate {
  readonly op: 'locate'
  readonly id: Ref
  readonly dtype: 'i32'
  readonly index: Ref
  readonly bytes: number
  readonly length: number
}

export type StepOperation = Operation | Locate | Special

export interface Step {
  readonly operation: StepOperation
  readonly takes: readonly Ref[]
  /** What it goes along each of the points' and its stage's axes; bytes, or for a position, 1. */
  readonly strides: readonly number[]
  /** The axes on which its result depends, as bits. */
  readonly axes: number
  /** How many loops are around it. */
  readonly depth: number
  /** Of a load: what has moved it. Of an argmax: the position. */
  readonly by: Ref | undefined
}

export interface PlannedStage {
  readonly extents: readonly number[]
  readonly steps: readonly Step[]
}

export interface PlannedNest {
  readonly points: readonly number[]
  readonly stages: readonly PlannedStage[]
  readonly dtypes: ReadonlyMap<Ref, ComputeDType>
  /** Reductions that may pass over a NaN. */
  readonly heedless: ReadonlySet<Ref>
}

export interface NestShape {
  readonly points: readonly number[]
  readonly stages: readonly Stage[]
  /** Of the elements that a `product` operation gives, along the points' axes. */
  readonly productStrides?: readonly number[]
}

/**
 * Orders nothing, but says how far out of the loops each operation may move: as far as the axes on
 * which it depends. `isStored` tells the buffers that the nest stores to: loads from them stay.
 */
export function planSteps(nest: NestShape, isStored: (buffer: number) => boolean): PlannedNest {
  const planner = new Planner(nest, isStored)
  const stages = nest.stages.map((stage) => planner.stage(stage))
  const heedless = negligibleNaNs(nest.stages, nest.points)
  return { points: nest.points, stages, dtypes: planner.dtypes, heedless }
}

class Planner {
  readonly dtypes = new Map<Ref, ComputeDType>()
  readonly #points: number
  readonly #isStored: (buffer: number) => boolean
  readonly #productStrides: readonly number[]
  readonly #replacements: Replacements
  /** On which axes each ref depends; of stages before, only on those of the points. */
  readonly #axes = new Map<Ref, number>()
  #fresh = -1

  constructor(
    { points, stages, productStrides = [] }: NestShape,
    isStored: (buffer: number) => boolean,
  ) {
    this.#points = points.length
    this.#isStored = isStored
    this.#productStrides = productStrides
    this.#replacements = findSpecials(stages, () => this.#fresh--)
  }

  stage({ extents, body }: Stage): PlannedStage {
    const steps: Step[] = []
    for (const operation of body) {
      let by: Ref | undefined
      if (operation.op === 'load' && operation.at) {
        by = this.#add(steps, locate(operation, operation.at, this.#fresh--), extents)
      } else if (operation.op === 'reduce' && operation.combine === 'argmax') {
        by = this.#add(steps, this.#count(extents), extents)
      }
      const others = 'id' in operation ? this.#replacements.get(operation.id) : undefined
      for (const one of others ?? [operation]) this.#add(steps, one, extents, by)
    }
    return { extents, steps }
  }

  #add(steps: Step[], operation: StepOperation, extents: readonly number[], by?: Ref): Ref {
    const inner = this.#points + extents.length
    const takes = operandsOf(operation, by)
    const strides = stridesInBytes(operation, this.#productStrides)
    let axes = 0
    for (const [axis, stride] of strides.entries()) if (stride !== 0) axes |= 1 << axis
    for (const ref of takes) axes |= this.#axes.get(ref) ?? 0
    if (this.#stays(operation)) axes = 2 ** inner - 1
    // clz32 counts from the highest bit: what is left is the innermost axis.
    const depth = 32 - Math.clz32(axes)
    steps.push({ operation, takes, strides, axes, depth, by })
    if (!('id' in operation)) return -1
    this.dtypes.set(operation.id, operation.dtype)
    const isReduction = operation.op === 'reduce'
    this.#axes.set(operation.id, isReduction ? 2 ** this.#points - 1 : axes)
    return operation.id
  }

  #stays(operation: StepOperation): boolean {
    switch (operation.op) {
      case 'load':
        return this.#isStored(operation.access.buffer)
      case 'store':
      case 'reduce':
      case 'product':
        return true
      default:
        return false
    }
  }

  /** The row-major position within the stage. */
  #count(extents: readonly number[]): Operation {
    const strides = extents.map((_, axis) => extents.slice(axis + 1).reduce((a, b) => a * b, 1))
    const none = new Array<number>(this.#points).fill(0)
    const all = [...none, ...strides]
    return { op: 'position', id: this.#fresh--, dtype: 'i32', offset: 0, strides: all }
  }
}

function operandsOf(operation: StepOperation, by: Ref | undefined): readonly Ref[] {
  if (operation.op === 'locate') return [operation.index]
  if (operation.op === 'special') return operation.operands
  if (by === undefined) return refsOf(operation)
  return operation.op === 'load' ? [by] : [...refsOf(operation), by]
}

function locate(
  { stored }: LoadOperation,
  { index, stride, length }: { index: Ref; stride: number; length: number },
  id: Ref,
): Locate {
  return { op: 'locate', id, dtype: 'i32', index, bytes: stride * dtypes[stored].sizeBytes, length }
}

function stridesInBytes(
  operation: StepOperation,
  productStrides: readonly number[],
): readonly number[] {
  if (operation.op === 'position') return operation.strides
  if (operation.op === 'product') {
    return productStrides.map((stride) => stride * dtypes[operation.dtype].sizeBytes)
  }
  if (operation.op !== 'load' && operation.op !== 'store') return []
  const { sizeBytes } = dtypes[operation.stored]
  return operation.access.strides.map((stride) => stride * sizeBytes)
}

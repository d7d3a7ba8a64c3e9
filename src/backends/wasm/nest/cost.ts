/** About how many nanoseconds bodies take, and which loop is best run in vectors. */
import { type ComputeDType, dtypes } from '../../../ir/dtype.ts'
import { loadedDType } from '../../../kernel/routine.ts'
import { isTranscendental } from './scalar-code.ts'
import type { PlannedNest, PlannedStage, Step } from './step.ts'

/** How a nest runs: in lanes along one axis of its points, or along the last axis of some stages. */
export interface Vectorisation {
  readonly lanes: 1 | 2 | 4
  /** By stage: the axis whose turns are lanes, counted over the points' axes, then the stage's. */
  readonly axes: readonly (number | undefined)[]
}

/** Whether the step's result differs between lanes. */
export function isVarying({ axes }: Step, lanesAxis: number | undefined): boolean {
  return lanesAxis !== undefined && ((axes >>> lanesAxis) & 1) === 1
}

/** In ns, on one thread. */
export function costOf(nest: PlannedNest, { lanes, axes }: Vectorisation): number {
  let total = 0
  for (const [index, stage] of nest.stages.entries()) {
    const axis = axes[index]
    const extents = [...nest.points, ...stage.extents]
    for (const step of stage.steps) {
      const isVector = isVarying(step, axis)
      let turns = 1
      for (let loop = 0; loop < step.depth; loop++) {
        const extent = extents[loop] ?? 1
        turns *= loop === axis ? Math.floor(extent / lanes) + (extent % lanes) : extent
      }
      total += turns * (isVector ? vectorCost(step, axis ?? 0, lanes) : scalarCost(step))
    }
  }
  return total
}

function scalarCost({ operation }: Step): number {
  if (operation.op === 'literal') return 0
  if (operation.op === 'unary' || operation.op === 'binary') {
    return operationCost(operation.operation)
  }
  if (operation.op === 'special') return 4
  return operation.op === 'randomBits' ? 25 : 0.3
}

function vectorCost(step: Step, axis: number, lanes: number): number {
  const { operation } = step
  if (operation.op === 'load' || operation.op === 'store') {
    const { sizeBytes } = dtypes[operation.stored]
    const stride = (step.strides[axis] ?? 0) / sizeBytes
    return stride === 1 || stride === 0 ? 0.3 : 0.5 * lanes
  }
  return scalarCost(step)
}

function operationCost(name: string): number {
  if (name === 'power' || name === 'remainder') return 25
  if (isTranscendental(name)) return 8
  return name === 'divide' || name === 'sqrt' ? 1.5 : 0.3
}

/**
 * Whether a stage can run in lanes along an axis: all that differs between them is of dtypes that
 * as many lanes hold, and no two lanes store to one place.
 */
export function canVectorise(
  stage: PlannedStage,
  nest: Pick<PlannedNest, 'dtypes'>,
  { lanes, axis }: { readonly lanes: 2 | 4; readonly axis: number },
): boolean {
  const fits = (dtype: ComputeDType | undefined): boolean =>
    lanes === 2 ? dtype === 'f64' || dtype === 'bool' : dtype !== 'f64'
  return stage.steps.every((step) => {
    const { operation, takes, strides } = step
    if (operation.op === 'store' && (strides[axis] ?? 0) === 0) return false
    if (!isVarying(step, axis)) return true
    if ('dtype' in operation && !fits(operation.dtype)) return false
    if (operation.op === 'load') return fits(loadedDType(operation.stored))
    return takes.every((ref) => fits(nest.dtypes.get(ref)))
  })
}

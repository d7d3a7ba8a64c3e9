/** How many vectors a turn of a loop takes, and whether the maths in it is written in place. */
import { sizeOf } from '../../../ir/shape.ts'
import { isVarying, type Vectorisation } from './cost.ts'
import { isTranscendental } from './scalar-code.ts'
import type { PlannedNest, PlannedStage, Step } from './step.ts'

/** Of the loop over points, or of a stage's last one. */
export function copiesOf(
  { points, stages }: PlannedNest,
  { lanes }: Vectorisation,
  stage?: PlannedStage,
): number {
  if (elementsOf({ points, stages }) < shortWork) return 1
  const within = stage ? [stage] : stages
  const steps = within.flatMap((one) => one.steps)
  const extent = (stage ? stage.extents : points).at(-1) ?? 1
  const room = Math.max(1, Math.floor(extent / lanes))
  return Math.min(room, wantedCopies(steps, stage === undefined))
}

/** With fewer elements than this, shorter code is worth more than the nanoseconds it takes. */
const shortWork = 2048

function elementsOf({ points, stages }: Pick<PlannedNest, 'points' | 'stages'>): number {
  return sizeOf(points) * Math.max(1, ...stages.map(({ extents }) => sizeOf(extents)))
}

/** Sums wait for the one before: several at a time hide that. */
function wantedCopies(steps: readonly Step[], isAcross: boolean): number {
  const reductions = steps.filter(({ operation }) => operation.op === 'reduce').length
  const work = steps.filter(({ operation }) => operation.op !== 'literal').length
  const maths = mathsIn(steps)
  // Their chains are long: side by side they keep the processor busy. Along a row that is added up
  // five are faster by a twentieth than four: one accumulator takes them all.
  if (maths === 1) return reductions > 0 && !isAcross ? 5 : 4
  if (maths > 0) return maths === 2 ? 2 : 1
  if (work > 16) return 2
  if (reductions === 0) return work > 8 ? 2 : 4
  if (reductions > 2) return 2
  return isAcross ? 8 : 4
}

/** A few functions are worth their length in a loop. */
export function isInlined(steps: readonly Step[], axis: number | undefined): boolean {
  const count = mathsIn(steps.filter((step) => isVarying(step, axis)))
  return count > 0 && count <= 4
}

/** How many functions of the vector maths they call. */
export function mathsIn(steps: readonly Step[]): number {
  return steps.filter(
    ({ operation: { op, ...rest } }) =>
      op === 'special' ||
      ((op === 'unary' || op === 'binary') &&
        'operation' in rest &&
        isTranscendental(String(rest.operation))),
  ).length
}

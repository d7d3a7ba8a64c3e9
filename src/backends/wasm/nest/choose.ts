/** Chooses the loop whose turns run in lanes: the cheapest by the table of costs. */
import { blocked, canonical, withPointOrder } from './canonical.ts'
import { canVectorise, costOf, type Vectorisation } from './cost.ts'
import { type NestShape, type PlannedNest, planSteps } from './step.ts'

export interface Choice {
  readonly nest: PlannedNest
  readonly vectorisation: Vectorisation
  /** In ns. */
  readonly cost: number
}

export function choose(nest: NestShape, isStored: (buffer: number) => boolean): Choice {
  const plain = canonical(nest)
  const parted = blocked(plain)
  const simple = parted ?? plain
  const plan = planSteps(simple, isStored)
  const choices = [choiceOf(plan, { lanes: 1, axes: plan.stages.map(() => undefined) })]
  for (const lanes of widthsOf(plan)) {
    const within = alongStages(plan, lanes)
    if (within) choices.push(choiceOf(plan, within))
    const last = plan.points.length - 1
    for (const axis of parted ? [last] : plan.points.keys()) {
      const inside = turnedInside(simple, axis)
      const turned = inside === simple ? plan : planSteps(inside, isStored)
      const across = alongPoints(turned, lanes)
      if (across) choices.push(choiceOf(turned, across))
    }
  }
  return choices.reduce((best, other) => (other.cost < best.cost ? other : best))
}

function choiceOf(nest: PlannedNest, vectorisation: Vectorisation): Choice {
  return { nest, vectorisation, cost: costOf(nest, vectorisation) }
}

/** Nests without loops need no lanes. */
function widthsOf({ points, stages, dtypes }: PlannedNest): readonly (2 | 4)[] {
  if (points.length === 0 && stages.every(({ extents }) => extents.length === 0)) return []
  return [...dtypes.values()].includes('f64') ? [2, 4] : [4]
}

function turnedInside(nest: NestShape, axis: number): NestShape {
  const others = [...nest.points.keys()].filter((other) => other !== axis)
  return axis === nest.points.length - 1 ? nest : withPointOrder(nest, [...others, axis])
}

/** Along the last axis of the points, in all stages. */
function alongPoints(plan: PlannedNest, lanes: 2 | 4): Vectorisation | undefined {
  const axis = plan.points.length - 1
  if ((plan.points[axis] ?? 0) < lanes) return undefined
  const isPossible = plan.stages.every((stage) => canVectorise(stage, plan, { lanes, axis }))
  return isPossible ? { lanes, axes: plan.stages.map(() => axis) } : undefined
}

/** Along the last axis of each stage that can. */
function alongStages(plan: PlannedNest, lanes: 2 | 4): Vectorisation | undefined {
  const axes = plan.stages.map((stage) => {
    const axis = plan.points.length + stage.extents.length - 1
    const isLong = (stage.extents.at(-1) ?? 0) >= lanes
    const isCounted = stage.steps.some(
      ({ operation }) => operation.op === 'reduce' && operation.combine === 'argmax',
    )
    const isPossible = isLong && !isCounted && canVectorise(stage, plan, { lanes, axis })
    return isPossible ? axis : undefined
  })
  return axes.some((axis) => axis !== undefined) ? { lanes, axes } : undefined
}

/** A nest in its simplest form: no axes of one element, neighbours merged, long strides outside. */
import { withStrides } from '../../../kernel/operations.ts'
import type { Operation, Stage } from '../../../kernel/routine.ts'
import type { NestShape } from './step.ts'

export function canonical(nest: NestShape): NestShape {
  const kept = withoutUnits(nest)
  const sorted = sortPoints(sortStages(kept))
  return mergePoints(mergeStages(sorted))
}

/** The nest with its points' axes in that order. */
export function withPointOrder(nest: NestShape, order: readonly number[]): NestShape {
  if (order.every((axis, place) => axis === place)) return nest
  const count = nest.points.length
  const stages = nest.stages.map((stage) =>
    mapStage(stage, stage.extents, (strides) => [...pick(strides, order), ...strides.slice(count)]),
  )
  return { points: pick(nest.points, order), stages }
}

/** How many neighbours a transposition takes along: more would fall on the same lines of a cache. */
const blockLength = 8

/**
 * A nest that walks some buffers along one axis and others along another, with a short part of the
 * one inside the other: so that both use what a line of the cache brings. Undefined for other nests.
 */
export function blocked(nest: NestShape): NestShape | undefined {
  const { points, stages } = nest
  if (points.length < 2 || stages.some(({ extents }) => extents.length > 0)) return undefined
  const accesses = stages.flatMap(({ body }) => stridesIn(body))
  const isRun = (axis: number): boolean =>
    (points[axis] ?? 0) >= 2 * blockLength && accesses.some((own) => own[axis] === 1)
  const runs = [...points.keys()].filter(isRun)
  const cut = runs.find((axis) => (points[axis] ?? 0) % blockLength === 0)
  const other = runs.findLast((axis) => axis !== cut)
  if (cut === undefined || other === undefined) return undefined
  const outer = [...points.keys()].filter((axis) => axis !== cut && axis !== other)
  const order = (of: readonly number[], scale: number, last: number): readonly number[] => [
    ...pick(of, outer),
    (of[cut] ?? 0) * scale,
    of[other] ?? 0,
    last,
  ]
  return {
    points: order(points, 1 / blockLength, blockLength),
    stages: stages.map((stage) =>
      mapStage(stage, [], (own) => order(own, blockLength, own[cut] ?? 0)),
    ),
  }
}

function withoutUnits({ points, stages }: NestShape): NestShape {
  const kept = longer(points)
  return {
    points: pick(points, kept),
    stages: stages.map((stage) => {
      const own = longer(stage.extents)
      const all = [...kept, ...own.map((axis) => axis + points.length)]
      if (all.length === points.length + stage.extents.length) return stage
      return mapStage(stage, pick(stage.extents, own), (strides) => pick(strides, all))
    }),
  }
}

function longer(extents: readonly number[]): readonly number[] {
  const kept: number[] = []
  for (const [axis, extent] of extents.entries()) if (extent !== 1) kept.push(axis)
  return kept
}

/** Points are independent: the axes with the longest strides go outside. */
function sortPoints(nest: NestShape): NestShape {
  if (nest.points.length < 2) return nest
  const reach = reachOf(
    nest.stages.flatMap(({ body }) => body),
    nest.points.length,
  )
  return withPointOrder(nest, byReach(reach))
}

/** The turns of a stage are independent too, but positions are counted in their order. */
function sortStages({ points, stages }: NestShape): NestShape {
  const sorted = stages.map((stage) => {
    const { extents, body } = stage
    const isCounted = body.some(({ op, ...rest }) => {
      return op === 'reduce' && 'combine' in rest && rest.combine === 'argmax'
    })
    if (isCounted || extents.length < 2) return stage
    const reach = reachOf(body, points.length + extents.length).slice(points.length)
    const order = byReach(reach)
    return mapStage(stage, pick(extents, order), (strides) => {
      return [...strides.slice(0, points.length), ...pick(strides.slice(points.length), order)]
    })
  })
  return { points, stages: sorted }
}

/** By axis: how far a step along it moves the accesses, all together. */
function reachOf(body: readonly Operation[], count: number): readonly number[] {
  const reach = new Array<number>(count).fill(0)
  for (const strides of stridesIn(body)) {
    for (let axis = 0; axis < count; axis++) {
      reach[axis] = (reach[axis] ?? 0) + Math.abs(strides[axis] ?? 0)
    }
  }
  return reach
}

function byReach(reach: readonly number[]): readonly number[] {
  return [...reach.keys()].sort((a, b) => (reach[b] ?? 0) - (reach[a] ?? 0) || a - b)
}

function mergePoints(nest: NestShape): NestShape {
  const { points, stages } = nest
  const strides = stages.flatMap(({ body }) => stridesIn(body))
  const groups = groupsOf(points, strides, 0)
  if (groups.length === points.length) return nest
  return {
    points: groups.map((group) => sizeOf(pick(points, group))),
    stages: stages.map((stage) =>
      mapStage(stage, stage.extents, (own) => [
        ...groups.map((group) => own[group.at(-1) ?? 0] ?? 0),
        ...own.slice(points.length),
      ]),
    ),
  }
}

function mergeStages({ points, stages }: NestShape): NestShape {
  const merged = stages.map((stage) => {
    const { extents, body } = stage
    const groups = groupsOf(extents, stridesIn(body), points.length)
    if (groups.length === extents.length) return stage
    const sizes = groups.map((group) => sizeOf(pick(extents, group)))
    return mapStage(stage, sizes, (own) => [
      ...own.slice(0, points.length),
      ...groups.map((group) => own[points.length + (group.at(-1) ?? 0)] ?? 0),
    ])
  })
  return { points, stages: merged }
}

/** Runs of neighbouring axes that every access walks like one axis. */
function groupsOf(
  extents: readonly number[],
  accesses: readonly (readonly number[])[],
  first: number,
): readonly (readonly number[])[] {
  const groups: number[][] = []
  for (const [axis, extent] of extents.entries()) {
    const isNext = (strides: readonly number[]): boolean =>
      strides[first + axis - 1] === (strides[first + axis] ?? 0) * extent
    const last = groups.at(-1)
    if (last && accesses.every(isNext)) last.push(axis)
    else groups.push([axis])
  }
  return groups
}

function stridesIn(body: readonly Operation[]): readonly (readonly number[])[] {
  const found: (readonly number[])[] = []
  for (const operation of body) {
    if (operation.op === 'position') found.push(operation.strides)
    if (operation.op === 'load' || operation.op === 'store') found.push(operation.access.strides)
  }
  return found
}

type Change = (strides: readonly number[]) => readonly number[]

function mapStage(stage: Stage, extents: readonly number[], change: Change): Stage {
  const body = stage.body.map((operation) =>
    withStrides(operation, ({ offset, strides }) => ({ offset, strides: change(strides) })),
  )
  return { extents, body }
}

function pick(items: readonly number[], places: readonly number[]): readonly number[] {
  return places.map((place) => items[place] ?? 0)
}

function sizeOf(extents: readonly number[]): number {
  return extents.reduce((size, extent) => size * extent, 1)
}

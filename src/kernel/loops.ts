/** Changing the loops of a kernel without changing what it does. */
import { sizeOf } from '../ir/shape.ts'
import { type Affine, withStrides } from './operations.ts'
import type { Access, Contract, Nest, Operation } from './routine.ts'

/** Into which extents each axis is cut, outermost first; an axis that stays has its own alone. */
export type Cuts = readonly (readonly number[])[]

/** Strides of the cut axes. */
function cutStrides(strides: readonly number[], cuts: Cuts): readonly number[] {
  return cuts.flatMap((sizes, axis) => {
    const stride = strides[axis] ?? 0
    return sizes.map((_, part) => stride * sizeOf(sizes.slice(part + 1)))
  })
}

function isUncut(cuts: Cuts): boolean {
  return cuts.every((sizes) => sizes.length === 1)
}

/** The nest with the axes of its points cut. */
export function cutPoints(nest: Nest, cuts: Cuts): Nest {
  if (isUncut(cuts)) return nest
  const count = nest.points.length
  const change = (form: Affine): Affine => ({
    offset: form.offset,
    strides: [...cutStrides(form.strides.slice(0, count), cuts), ...form.strides.slice(count)],
  })
  return { ...nest, points: cuts.flat(), stages: mapStages(nest, change) }
}

/** The nest with the axes of one of its stages cut. */
export function cutStage(nest: Nest, index: number, cuts: Cuts): Nest {
  if (isUncut(cuts)) return nest
  const count = nest.points.length
  const change = (form: Affine): Affine => ({
    offset: form.offset,
    strides: [...form.strides.slice(0, count), ...cutStrides(form.strides.slice(count), cuts)],
  })
  const stages = nest.stages.map((stage, at) =>
    at === index ? { extents: cuts.flat(), body: mapBody(stage.body, change) } : stage,
  )
  return { ...nest, stages }
}

/** The contraction with the axes of its product, [...batch, ...rows, ...columns], cut. */
export function cutProduct(contract: Contract, cuts: Cuts): Contract {
  if (isUncut(cuts)) return contract
  const { batch, rows, depth, a, b } = contract
  const batchCuts = cuts.slice(0, batch.length)
  const rowCuts = cuts.slice(batch.length, batch.length + rows.length)
  const columnCuts = cuts.slice(batch.length + rows.length)
  const whole = depth.map((extent) => [extent])
  const cut = (access: Access, parts: Cuts): Access => ({
    ...access,
    strides: cutStrides(access.strides, parts),
  })
  return {
    ...contract,
    batch: batchCuts.flat(),
    rows: rowCuts.flat(),
    columns: columnCuts.flat(),
    a: cut(a, [...batchCuts, ...rowCuts, ...whole]),
    b: cut(b, [...batchCuts, ...whole, ...columnCuts]),
    epilogue: mapBody(contract.epilogue, (form) => ({
      offset: form.offset,
      strides: cutStrides(form.strides, cuts),
    })),
  }
}

/** A nest of one body, at points alone, with some of its axes walked within a stage instead. */
export function recut(nest: Nest, points: readonly number[], walked: readonly number[]): Nest {
  const order = [...points, ...walked]
  if (walked.length === 0 && isSame(points, nest.points.length)) return nest
  const pick = (list: readonly number[], axes: readonly number[]) =>
    axes.map((axis) => list[axis] ?? 0)
  const change = ({ offset, strides }: Affine): Affine => ({
    offset,
    strides: pick(strides, order),
  })
  const body = nest.stages.flatMap((stage) => mapBody(stage.body, change))
  return {
    ...nest,
    points: pick(nest.points, points),
    stages: [{ extents: pick(nest.points, walked), body }],
  }
}

/** The nest with its points in another order. */
export function permutePoints(nest: Nest, order: readonly number[]): Nest {
  if (isSame(order, nest.points.length)) return nest
  const count = nest.points.length
  const change = ({ offset, strides }: Affine): Affine => ({
    offset,
    strides: [...order.map((axis) => strides[axis] ?? 0), ...strides.slice(count)],
  })
  return {
    ...nest,
    points: order.map((axis) => nest.points[axis] ?? 1),
    stages: mapStages(nest, change),
  }
}

/** The nest with the axes of one of its stages in another order. */
export function permuteStage(nest: Nest, index: number, order: readonly number[]): Nest {
  if (order.every((axis, at) => axis === at)) return nest
  const count = nest.points.length
  const change = ({ offset, strides }: Affine): Affine => ({
    offset,
    strides: [...strides.slice(0, count), ...order.map((axis) => strides[count + axis] ?? 0)],
  })
  const stages = nest.stages.map((stage, at) =>
    at === index
      ? {
          extents: order.map((axis) => stage.extents[axis] ?? 1),
          body: mapBody(stage.body, change),
        }
      : stage,
  )
  return { ...nest, stages }
}

/** Whether an order leaves all of so many axes where they are. */
function isSame(order: readonly number[], count: number): boolean {
  return order.length === count && order.every((axis, index) => axis === index)
}

export function mapBody(
  body: readonly Operation[],
  change: (form: Affine) => Affine,
): readonly Operation[] {
  return body.map((operation) => withStrides(operation, change))
}

function mapStages({ stages }: Nest, change: (form: Affine) => Affine): Nest['stages'] {
  return stages.map(({ extents, body }) => ({ extents, body: mapBody(body, change) }))
}

/** The nest without the axes of points and stages that have one element. */
export function withoutUnitAxes(nest: Nest): Nest {
  const hasUnit = [nest.points, ...nest.stages.map(({ extents }) => extents)].some((extents) =>
    extents.includes(1),
  )
  if (!hasUnit) return nest
  const keep = (extents: readonly number[], list: readonly number[]) =>
    list.filter((_, axis) => extents[axis] !== 1)
  const { points } = nest
  const stages = nest.stages.map(({ extents, body }) => ({
    // A stage keeps one axis: without any it would no longer be a loop, and reductions need one.
    extents: isAllUnit(extents) ? extents.slice(0, 1) : keep(extents, extents),
    body: mapBody(body, ({ offset, strides }) => {
      const own = strides.slice(points.length)
      return {
        offset,
        strides: [
          ...keep(points, strides.slice(0, points.length)),
          ...(isAllUnit(extents) ? own.slice(0, 1) : keep(extents, own)),
        ],
      }
    }),
  }))
  return { ...nest, points: keep(points, points), stages }
}

function isAllUnit(extents: readonly number[]): boolean {
  return extents.every((extent) => extent === 1)
}

/** The contraction without the axes that have one element. */
export function withoutUnitProductAxes(contract: Contract): Contract {
  const { batch, rows, columns, depth, a, b } = contract
  if (![batch, rows, columns, depth].some((extents) => extents.includes(1))) return contract
  const keep = (extents: readonly number[], list: readonly number[]) =>
    list.filter((_, axis) => extents[axis] !== 1)
  const cut = (access: Access, extents: readonly number[]): Access => ({
    ...access,
    strides: keep(extents, access.strides),
  })
  const product = [...batch, ...rows, ...columns]
  return {
    ...contract,
    batch: keep(batch, batch),
    rows: keep(rows, rows),
    columns: keep(columns, columns),
    depth: keep(depth, depth),
    a: cut(a, [...batch, ...rows, ...depth]),
    b: cut(b, [...batch, ...depth, ...columns]),
    epilogue: mapBody(contract.epilogue, ({ offset, strides }) => ({
      offset,
      strides: keep(product, strides),
    })),
  }
}

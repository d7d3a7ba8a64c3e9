/** Turning two nests that share a buffer until their loops are the same. */
import { cutPoints, cutStage, permutePoints, permuteStage, recut } from './loops.ts'
import { matchAxes } from './match-axes.ts'
import type { Access, Nest, Operation, StoreOperation } from './routine.ts'

/** A nest with one body at its points: nothing is walked within a point. */
export function isMap({ stages }: Nest): boolean {
  return stages.length === 1 && stages[0]?.extents.length === 0
}

/** What is asked of a merger beside being possible. */
export interface MergeLimits {
  readonly lengthOf: (buffer: number) => number
  /** Whether rows, walked within points, pay: few points leave little to share among threads. */
  readonly paysAsRows: (points: readonly number[], walked: readonly number[]) => boolean
}
export interface Aligned {
  readonly producer: Nest
  readonly consumer: Nest
}

/** Cuts and turns both until their points are the same, and stages that share walk alike. */
export function align(first: Nest, second: Nest, limits: MergeLimits): Aligned | undefined {
  const stores = first.stages.flatMap(({ body }, stage) =>
    storesIn(body).map((store) => ({ ...store, stage })),
  )
  const shared = firstShared(stores, second)
  if (!shared) return undefined
  const from = shared.store.stage
  const to = shared.stage
  const match = matchAxes(
    {
      access: shared.store.access,
      extents: [...first.points, ...(first.stages[from]?.extents ?? [])],
    },
    { access: shared.access, extents: [...second.points, ...(second.stages[to]?.extents ?? [])] },
    limits.lengthOf(shared.access.buffer),
  )
  if (!match) return undefined
  const a = cutStage(first, from, match.producer.slice(first.points.length))
  const b = cutStage(second, to, match.consumer.slice(second.points.length))
  const producer = cutPoints(a, match.producer.slice(0, first.points.length))
  const consumer = cutPoints(b, match.consumer.slice(0, second.points.length))
  const pairs = { pairs: match.pairs, from, to }
  if (isMap(producer)) {
    return isMap(consumer)
      ? alignMaps(producer, consumer, pairs, limits)
      : alignMapToRows(producer, consumer, pairs, limits)
  }
  return isMap(consumer)
    ? alignRowsToMap(producer, consumer, pairs, limits)
    : alignRows(producer, consumer, pairs)
}

interface Pairs {
  readonly pairs: readonly (readonly [producer: number, consumer: number])[]
  /** Stages of the two that share a buffer. */
  readonly from: number
  readonly to: number
}

/** What a consumer walks beyond the producer's elements becomes a stage. */
function alignMaps(
  producer: Nest,
  consumer: Nest,
  { pairs }: Pairs,
  limits: MergeLimits,
): Aligned | undefined {
  if (pairs.length !== producer.points.length) return undefined
  const twins = producer.points.map((_, axis) => pairs.find(([from]) => from === axis)?.[1] ?? -1)
  const walked = others(consumer.points.length, twins)
  const cut = recut(consumer, twins, walked)
  if (walked.length > 0 && !limits.paysAsRows(cut.points, cut.stages[0]?.extents ?? [])) {
    return undefined
  }
  if (walked.length > 0 && !walksInOrder(cut)) return undefined
  return { producer, consumer: cut }
}

function alignMapToRows(
  producer: Nest,
  consumer: Nest,
  { pairs, to }: Pairs,
  limits: MergeLimits,
): Aligned | undefined {
  const count = consumer.points.length
  const twinOf = (axis: number) => pairs.find(([, other]) => other === axis)?.[0] ?? -1
  const points = consumer.points.map((_, axis) => twinOf(axis))
  if (points.includes(-1) || pairs.length !== producer.points.length) return undefined
  const extents = consumer.stages[to]?.extents ?? []
  const walked = extents.map((_, axis) => twinOf(count + axis))
  const isAtPoint = walked.every((axis) => axis < 0)
  if (!isAtPoint && walked.includes(-1)) return undefined
  const cut = recut(producer, points, isAtPoint ? [] : walked)
  if (!isAtPoint && !(limits.paysAsRows(cut.points, extents) && walksInOrder(cut))) return undefined
  return { producer: cut, consumer }
}

function alignRowsToMap(
  producer: Nest,
  consumer: Nest,
  { pairs, from }: Pairs,
  limits: MergeLimits,
): Aligned | undefined {
  const count = producer.points.length
  const twinOf = (axis: number) => pairs.find(([one]) => one === axis)?.[1] ?? -1
  const points = producer.points.map((_, axis) => twinOf(axis))
  if (points.includes(-1)) return undefined
  const extents = producer.stages[from]?.extents ?? []
  const twins = extents.map((_, axis) => twinOf(count + axis))
  if (twins.includes(-1)) return undefined
  const rest = others(consumer.points.length, [...points, ...twins])
  if (twins.length > 0 && rest.length > 0) return undefined
  const walked = twins.length > 0 ? twins : rest
  const cut = recut(consumer, points, walked)
  const walkedExtents = cut.stages[0]?.extents ?? []
  if (rest.length > 0 && !(limits.paysAsRows(cut.points, walkedExtents) && walksInOrder(cut))) {
    return undefined
  }
  return { producer, consumer: cut }
}

function alignRows(
  producer: Nest,
  consumer: Nest,
  { pairs, from, to }: Pairs,
): Aligned | undefined {
  const count = producer.points.length
  if (consumer.points.length !== count) return undefined
  const twinOf = (axis: number) => pairs.find(([one]) => one === axis)?.[1] ?? -1
  const points = producer.points.map((_, axis) => twinOf(axis))
  if (points.some((axis) => axis < 0 || axis >= count)) return undefined
  const extents = producer.stages[from]?.extents ?? []
  const twins = extents.map((_, axis) => twinOf(count + axis) - count)
  if (twins.some((axis) => axis < 0)) return undefined
  const other = consumer.stages[to]?.extents.length ?? 0
  if (twins.length > 0 && twins.length !== other) return undefined
  const turned = permutePoints(consumer, points)
  return { producer, consumer: twins.length > 0 ? permuteStage(turned, to, twins) : turned }
}

/**
 * Whether rows lie one after another in what the nest stores, or else loads: what is walked within a
 * point is nearer together than points are.
 */
function walksInOrder({ points, stages }: Nest): boolean {
  const operations = stages.flatMap(({ body }) => body)
  const stored = operations.filter((operation) => operation.op === 'store')
  const loaded = operations.filter((operation) => operation.op === 'load')
  return (stored.length > 0 ? stored : loaded).some(({ access: { strides } }) => {
    const rows = strides.slice(0, points.length).filter((stride) => stride !== 0)
    const walked = strides.slice(points.length).filter((stride) => stride !== 0)
    return walked.includes(1) && Math.max(...walked) < Math.min(Infinity, ...rows)
  })
}

function others(count: number, taken: readonly number[]): number[] {
  return Array.from({ length: count }, (_, axis) => axis).filter((axis) => !taken.includes(axis))
}

export function storesIn(body: readonly Operation[]): StoreOperation[] {
  return body.filter((operation) => operation.op === 'store')
}

/** The first load of a nest from a buffer that is stored, and where the two are. */
export function firstShared<S extends StoreOperation>(
  stores: readonly S[],
  nest: Nest,
): { readonly store: S; readonly access: Access; readonly stage: number } | undefined {
  // Walked buffers say more about axes than those that hold one element for each point.
  const found: { store: S; access: Access; stage: number; axes: number }[] = []
  nest.stages.forEach(({ body }, stage) => {
    for (const operation of body) {
      if (operation.op !== 'load') continue
      const store = stores.find(({ access }) => access.buffer === operation.access.buffer)
      if (!store) continue
      const axes = operation.access.strides.filter((stride) => stride !== 0).length
      found.push({ store, access: operation.access, stage, axes })
    }
  })
  return found.sort((a, b) => b.axes - a.axes)[0]
}

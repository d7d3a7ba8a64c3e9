/** Putting one nest after another into the same loops. */

import { dtypes } from '../ir/dtype.ts'
import {
  cutPoints,
  cutProduct,
  cutStage,
  mapBody,
  permutePoints,
  permuteStage,
  recut,
  withoutUnitAxes,
  withoutUnitProductAxes,
} from './loops.ts'
import { matchAxes } from './match-axes.ts'
import { isSameAccess, isSameList, nextRef, refsOf, withoutUnused, withRefs } from './operations.ts'
import type { Access, Contract, Nest, Operation, Ref, Stage, StoreOperation } from './routine.ts'

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

/** The epilogue of the contraction with the nest after it. Undefined where it walks otherwise. */
export function mergeIntoContract(
  given: Contract,
  consumer: Nest,
  { lengthOf }: MergeLimits,
): Contract | undefined {
  if (!isMap(consumer)) return undefined
  const producer = withoutUnitProductAxes(given)
  const nest = withoutUnitAxes(consumer)
  const load = firstShared(storesIn(producer.epilogue), nest)
  if (!load) return undefined
  const extents = productOf(producer)
  const match = matchAxes(
    { access: load.store.access, extents },
    { access: load.access, extents: nest.points },
    lengthOf(load.access.buffer),
  )
  if (!match) return undefined
  const contract = cutProduct(producer, match.producer)
  const cut = cutPoints(nest, match.consumer)
  const order = productOf(contract).map((): number | undefined => undefined)
  for (const [from, to] of match.pairs) order[from] = to
  if (match.pairs.length !== cut.points.length) return undefined
  const body = ontoAxes(cut, order)
  const merged = appendBody(contract.epilogue, nextRef([contract.epilogue]), body, () => true)
  if (!merged) return undefined
  return { ...contract, epilogue: merged, gates: [...producer.gates, ...consumer.gates] }
}

/** [...batch, ...rows, ...columns]. */
function productOf({ batch, rows, columns }: Contract): readonly number[] {
  return [...batch, ...rows, ...columns]
}

/** The body of a map on other axes: each is one of its own, or one that it does not walk. */
function ontoAxes(nest: Nest, order: readonly (number | undefined)[]): readonly Operation[] {
  const known = order.flatMap((axis) => (axis === undefined ? [] : [axis]))
  const [stage] = recut(nest, known, []).stages
  let next = 0
  const places = order.map((axis) => (axis === undefined ? undefined : next++))
  return mapBody(stage?.body ?? [], ({ offset, strides }) => ({
    offset,
    strides: places.map((place) => (place === undefined ? 0 : (strides[place] ?? 0))),
  }))
}

/** Both nests as one. Undefined where they do not walk what they share alike. */
export function mergeNests(first: Nest, second: Nest, limits: MergeLimits): Nest | undefined {
  const aligned = align(withoutUnitAxes(first), withoutUnitAxes(second), limits)
  if (!aligned) return undefined
  const { producer, consumer } = aligned
  const stages = mergeStages(producer, consumer)
  if (!stages) return undefined
  return { ...producer, stages, gates: [...first.gates, ...second.gates] }
}

interface Aligned {
  readonly producer: Nest
  readonly consumer: Nest
}

/** Cuts and turns both until their points are the same, and stages that share walk alike. */
function align(first: Nest, second: Nest, limits: MergeLimits): Aligned | undefined {
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

function storesIn(body: readonly Operation[]): StoreOperation[] {
  return body.filter((operation) => operation.op === 'store')
}

/** The first load of a nest from a buffer that is stored, and where the two are. */
function firstShared<S extends StoreOperation>(
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

/** The stages of both; those of the second go into one of the first where they walk alike. */
function mergeStages(producer: Nest, consumer: Nest): readonly Stage[] | undefined {
  const stages = producer.stages.map(({ extents, body }) => ({ extents, body: [...body] }))
  const firstRef = nextRef(stages.map(({ body }) => body))
  const stored = new Map<number, { stage: number; store: StoreOperation }>()
  stages.forEach(({ body }, stage) => {
    for (const store of storesIn(body)) stored.set(store.access.buffer, { stage, store })
  })
  const placeOf = new Map<Ref, number>()
  for (const { extents, body } of consumer.stages) {
    let earliest = 0
    for (const operation of body) {
      for (const ref of refsOf(operation)) {
        const place = placeOf.get(ref)
        if (place !== undefined) earliest = Math.max(earliest, place)
      }
      if (operation.op !== 'load') continue
      const known = stored.get(operation.access.buffer)
      if (!known) continue
      const walked = stages[known.stage]?.extents ?? []
      const isAlike = walked.length === 0 || isSameList(walked, extents)
      if (!isAlike || !isSamePlace(known.store.access, operation.access, producer.points.length)) {
        return undefined
      }
      earliest = Math.max(earliest, known.stage)
    }
    let place = earliest
    while (place < stages.length && !isSameList(stages[place]?.extents ?? [], extents)) place++
    if (place === stages.length) stages.push({ extents, body: [] })
    const stage = stages[place]
    if (!stage) return undefined
    const merged = appendBody(
      stage.body,
      firstRef,
      body,
      (buffer) => {
        const known = stored.get(buffer)
        return known?.stage === place || stages[known?.stage ?? -1]?.extents.length === 0
      },
      (buffer) => stored.get(buffer)?.store,
    )
    if (!merged) return undefined
    stage.body = merged
    for (const operation of body) {
      if (!('id' in operation)) continue
      // A reduction is there only once its stage is over.
      placeOf.set(operation.id, operation.op === 'reduce' && extents.length > 0 ? place + 1 : place)
    }
  }
  return stages
}

/** Whether a load reads what the same point has stored; further axes do not move it. */
function isSamePlace(store: Access, load: Access, points: number): boolean {
  const rest = load.strides.slice(store.strides.length)
  const own = load.strides.slice(0, store.strides.length)
  return (
    store.offset === load.offset &&
    isSameList(store.turns, load.turns) &&
    isSameList(store.strides, own) &&
    (rest.every((stride) => stride === 0) || store.strides.length > points)
  )
}

/**
 * A body after another, its refs counted from `firstRef`. A load of what is stored at the same
 * element takes what was stored, where `isAtHand` says that it is in scope.
 */
function appendBody(
  before: readonly Operation[],
  firstRef: Ref,
  body: readonly Operation[],
  isAtHand: (buffer: number) => boolean,
  storeOf: (buffer: number) => StoreOperation | undefined = (buffer) =>
    storesIn(before).find(({ access }) => access.buffer === buffer),
): Operation[] | undefined {
  const renamed = new Map<Ref, Ref>()
  const rename = (ref: Ref): Ref => renamed.get(ref) ?? ref + firstRef
  const result = [...before]
  for (const operation of body) {
    if (operation.op === 'load') {
      const { access } = operation
      const store = storeOf(access.buffer)
      if (store && operation.at) return undefined
      if (store && isAtHand(access.buffer)) {
        const count = store.access.strides.length
        const isSame = isSameAccess(store.access, {
          ...access,
          strides: access.strides.slice(0, count),
        })
        // A storage dtype rounds on its way to memory and back: what was stored is not what is read.
        const isRounded = dtypes[store.stored].use === 'storage'
        if (!isSame || isRounded || store.stored !== operation.stored) return undefined
        renamed.set(operation.id, store.x)
        continue
      }
    }
    result.push(withRefs(operation, rename))
  }
  return result
}

/** The nest without stores to some buffers, and without what only they needed. */
export function withoutStores<K extends Nest | Contract>(kernel: K, dead: ReadonlySet<number>): K {
  if (dead.size === 0) return kernel
  const strip = (body: readonly Operation[]) =>
    body.filter((operation) => operation.op !== 'store' || !dead.has(operation.access.buffer))
  if (kernel.kind === 'contract') {
    const [epilogue = []] = withoutUnused([strip(kernel.epilogue)])
    return { ...kernel, epilogue }
  }
  const { stages } = kernel as Nest // not the other kind
  const bodies = withoutUnused(stages.map(({ body }) => strip(body)))
  const kept = stages
    .map(({ extents }, index) => ({ extents, body: bodies[index] ?? [] }))
    .filter(({ body }) => body.length > 0)
  return { ...kernel, stages: kept }
}

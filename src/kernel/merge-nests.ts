/** Putting one nest after another into the same loops. */

import { dtypes } from '../ir/dtype.ts'
import { align, firstShared, isMap, type MergeLimits, storesIn } from './align-nests.ts'
import {
  cutPoints,
  cutProduct,
  mapBody,
  recut,
  withoutUnitAxes,
  withoutUnitProductAxes,
} from './loops.ts'
import { matchAxes } from './match-axes.ts'
import { isSameAccess, isSameList, nextRef, refsOf, withoutUnused, withRefs } from './operations.ts'
import type { Access, Contract, Nest, Operation, Ref, Stage, StoreOperation } from './routine.ts'

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

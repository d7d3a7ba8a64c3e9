/** Computing a value where it is read, instead of storing it and reading it back. */
import { sizeOf } from '../ir/shape.ts'
import { type IndexForm, indicesOf, throughForms } from '../kernel/access.ts'
import { largestBody } from '../kernel/limits.ts'
import { cutPoints, cutProduct, cutStage } from '../kernel/loops.ts'
import { matchAxes } from '../kernel/match-axes.ts'
import {
  bodiesOf,
  isSameList,
  loadsOf,
  nextRef,
  sizeOfBodies,
  withRefs,
  withStrides,
} from '../kernel/operations.ts'
import type {
  Access,
  Contract,
  Kernel,
  LoadOperation,
  Nest,
  Operation,
  Ref,
  StoreOperation,
} from '../kernel/routine.ts'
import { readsInPlace, type Schedule, staysTheSame } from '../kernel/schedule.ts'

/**
 * Writes elementwise kernels into the kernels that read what they store: where there is one reader
 * that reads no element twice, or where computing is no dearer than reading.
 */
export function inlineNests(schedule: Schedule): void {
  for (let position = 0; position < schedule.length; position++) {
    const producer = producerAt(schedule, position)
    if (producer) inlineEverywhere(schedule, producer)
  }
}

interface Producer {
  readonly position: number
  readonly nest: Nest
  readonly body: readonly Operation[]
  readonly store: StoreOperation
  /** Reading one element and changing it a little takes no more time than reading the result. */
  readonly isTrivial: boolean
}

/** The nest there, where it stores one temporary, all of it, element by element. */
function producerAt(schedule: Schedule, position: number): Producer | undefined {
  const nest = schedule.at(position)
  if (nest?.kind !== 'nest' || nest.stages.length !== 1) return undefined
  const [stage] = nest.stages
  if (!stage || stage.extents.length > 0 || stage.body.length > largestBody) return undefined
  const stores = stage.body.filter((operation) => operation.op === 'store')
  const [store] = stores
  if (!store || stores.length > 1) return undefined
  const { buffer } = store.access
  const { role, length, dtype } = schedule.bufferAt(buffer)
  const isOwn =
    role.kind === 'temporary' && !schedule.isKept(buffer) && schedule.writers(buffer).length === 1
  if (!isOwn || sizeOf(nest.points) !== length || length === 0) return undefined
  if (dtype !== store.stored || store.access.offset !== 0) return undefined
  if (!isRowMajor(nest.points, store.access)) return undefined
  const body = stage.body.filter((operation) => operation !== store)
  // What is rounded on its way to memory must go there.
  const given = body.find((operation) => 'id' in operation && operation.id === store.x)
  if (!given || !('dtype' in given) || given.dtype !== dtype) return undefined
  return { position, nest, body, store, isTrivial: isTrivial(schedule, body, length) }
}

function isRowMajor(points: readonly number[], { strides }: Access): boolean {
  let expected = 1
  for (let axis = points.length - 1; axis >= 0; axis--) {
    if (points[axis] !== 1 && strides[axis] !== expected) return false
    expected *= points[axis] ?? 1
  }
  return true
}

const dear = new Set(['divide', 'power', 'remainder', 'sqrt'])

/** What is so many times smaller than the result stays in cache: to load it takes no time. */
const smallness = 16
/** So many cheap operations take less time than to write a result and to read it back. */
const fewOperations = 3

function isTrivial(schedule: Schedule, body: readonly Operation[], length: number): boolean {
  const isLarge = (operation: Operation) =>
    operation.op === 'load' &&
    schedule.bufferAt(operation.access.buffer).length * smallness > length
  const loads = body.filter(isLarge).length
  const work = body.filter(({ op }) => op !== 'load' && op !== 'literal' && op !== 'position')
  const isCheap = work.every(
    (operation) =>
      operation.op === 'cast' ||
      operation.op === 'compare' ||
      operation.op === 'select' ||
      (operation.op === 'binary' && !dear.has(operation.operation)) ||
      (operation.op === 'unary' && operation.operation === 'negate'),
  )
  return isCheap && loads <= 1 && work.length <= fewOperations
}

interface Site {
  readonly position: number
  readonly kernel: Nest | Contract
  readonly accesses: readonly Access[]
}

function inlineEverywhere(schedule: Schedule, producer: Producer): void {
  const { buffer } = producer.store.access
  const readers = schedule.readers(buffer)
  const sites: Site[] = []
  for (const position of readers) {
    const kernel = schedule.at(position)
    const accesses = kernel && bodyAccesses(kernel, buffer)
    if (!kernel || !accesses) return
    if (kernel.kind === 'nest' || kernel.kind === 'contract') {
      sites.push({ position, kernel, accesses })
    }
  }
  if (sites.length === 0) return
  const [first] = sites
  const isReadOnce = sites.length === 1 && first?.accesses.length === 1
  if (!isReadOnce && !producer.isTrivial) return
  if (sites.some(({ kernel }) => sizeOfBodies(kernel) + producer.body.length > largestBody)) return
  const results: { position: number; kernel: Kernel }[] = []
  for (const site of sites) {
    if (!staysTheSame(schedule, producer.nest, producer.position, site.position)) return
    const kernel = substitute(site.kernel, producer, schedule)
    if (!kernel || !readsInPlace(kernel)) return
    results.push({ position: site.position, kernel })
  }
  for (const { position, kernel } of results) schedule.replace(position, kernel)
  schedule.replace(producer.position, undefined)
}

/** The different accesses with which bodies load a buffer; undefined where it is read otherwise. */
function bodyAccesses(kernel: Kernel, buffer: number): readonly Access[] | undefined {
  const inBodies = bodiesOf(kernel).flatMap((body) =>
    body.filter((operation) => operation.op === 'load' && operation.access.buffer === buffer),
  ) as LoadOperation[] // by the filter
  const all = loadsOf(kernel).filter((access) => access.buffer === buffer)
  if (all.length !== inBodies.length) return undefined
  if (inBodies.some(({ at }) => at !== undefined)) return undefined
  const different: Access[] = []
  for (const { access } of inBodies) {
    const isKnown = different.some(
      (one) => one.offset === access.offset && isSameList(one.strides, access.strides),
    )
    if (!isKnown) different.push(access)
  }
  return different
}

/** The reader with the producer's operations in the place of its loads. */
function substitute(
  kernel: Nest | Contract,
  producer: Producer,
  schedule: Schedule,
): Kernel | undefined {
  const { buffer } = producer.store.access
  const gates = [...producer.nest.gates, ...kernel.gates]
  const stages = kernel.kind === 'nest' ? kernel.stages : [{ extents: [], body: kernel.epilogue }]
  const points =
    kernel.kind === 'nest' ? kernel.points : [...kernel.batch, ...kernel.rows, ...kernel.columns]
  let next = nextRef(stages.map(({ body }) => body))
  const bodies: (readonly Operation[])[] = []
  // Later stages too take what is loaded at a point.
  const renamed = new Map<Ref, Ref>()
  const rename = (ref: Ref) => renamed.get(ref) ?? ref
  for (const [index, { extents, body }] of stages.entries()) {
    const loops = [...points, ...extents]
    const made: { access: Access; ref: Ref }[] = []
    const result: Operation[] = []
    for (const operation of body) {
      if (operation.op !== 'load' || operation.access.buffer !== buffer) {
        result.push(renamed.size === 0 ? operation : withRefs(operation, rename))
        continue
      }
      const { access } = operation
      const known = made.find(({ access: one }) => isSamePlace(one, access))
      if (known) {
        renamed.set(operation.id, known.ref)
        continue
      }
      if (sizeOf(loops) > sizeOf(producer.nest.points) && !producer.isTrivial) return undefined
      const forms = indicesOf(access, loops, producer.nest.points)
      if (!forms) {
        const cut = cutToFit(kernel, index, { access, extents: loops }, producer, schedule)
        return cut && substitute(cut, producer, schedule)
      }
      const written = rewritten(producer, forms, loops.length, next)
      next = written.next
      result.push(...written.operations)
      renamed.set(operation.id, written.ref)
      made.push({ access, ref: written.ref })
    }
    bodies.push(result)
  }
  if (kernel.kind === 'contract') return { ...kernel, gates, epilogue: bodies[0] ?? [] }
  const newStages = stages.map(({ extents }, index) => ({ extents, body: bodies[index] ?? [] }))
  return { ...kernel, gates, stages: newStages }
}

function isSamePlace(a: Access, b: Access): boolean {
  return a.offset === b.offset && isSameList(a.strides, b.strides)
}

/** The producer's operations on the reader's loops, under numbers of their own. */
function rewritten(
  { body, store }: Producer,
  forms: readonly IndexForm[],
  loops: number,
  firstRef: Ref,
): { readonly operations: readonly Operation[]; readonly ref: Ref; readonly next: Ref } {
  const renamed = new Map<Ref, Ref>()
  let next = firstRef
  const rename = (ref: Ref): Ref => {
    const known = renamed.get(ref)
    if (known !== undefined) return known
    renamed.set(ref, next)
    return next++
  }
  const operations = body.map((operation) =>
    withRefs(
      withStrides(operation, (form) => throughForms(form, forms, loops)),
      rename,
    ),
  )
  return { operations, ref: rename(store.x), next }
}

/** The reader with its loops cut so that none runs across the border of a producer's axis. */
function cutToFit(
  kernel: Nest | Contract,
  stage: number,
  consumer: { readonly access: Access; readonly extents: readonly number[] },
  { nest, store }: Producer,
  schedule: Schedule,
): Nest | Contract | undefined {
  const { length } = schedule.bufferAt(store.access.buffer)
  const match = matchAxes({ access: store.access, extents: nest.points }, consumer, length)
  if (!match || match.consumer.every((sizes) => sizes.length === 1)) return undefined
  if (kernel.kind === 'contract') return cutProduct(kernel, match.consumer)
  const count = kernel.points.length
  const inner = cutStage(kernel, stage, match.consumer.slice(count))
  return cutPoints(inner, match.consumer.slice(0, count))
}

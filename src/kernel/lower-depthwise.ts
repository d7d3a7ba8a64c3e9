/**
 * Convolutions whose outputs see one channel each, and the gradients of their kernels: as contractions
 * they would have a single row, so a register tile would be empty but for that. They are nests instead,
 * in which what a tile would hold side by side is written out, and each plane of x is padded where it
 * is read, in a near cache.
 */
import { internalError } from '../errors.ts'
import { type Shape, sizeOf, stridesOf } from '../ir/shape.ts'
import { accessOf, BodyBuilder, type Term } from './body.ts'
import { keptParts, type Pad, padded } from './lower-move.ts'
import type { Lowering, Operand } from './lowering.ts'
import type { Access, Stage } from './routine.ts'

/** How many taps, or places, are written out one after the other. */
export const mostTaps = 32

/** Planes of at most this many elements are padded where they are read. */
const largestPlane = 65536

/** What padding and input dilation make of x. */
export interface Padding {
  readonly pad: Pad
  readonly shape: Shape
}

/** A convolution of few features, or few places, for each group. */
export interface NarrowConvolution {
  readonly x: Operand
  readonly padding: Padding | undefined
  readonly kernel: Operand
  readonly out: Operand
  /** How many features a group has. */
  readonly perGroup: number
  readonly strides: readonly number[]
  readonly kernelDilation: readonly number[]
}

/** At each image and channel all places of the output, all taps at once; the kernel has one channel. */
export function lowerDepthwise(lowering: Lowering, convolution: NarrowConvolution): void {
  const { kernel, out, perGroup } = convolution
  const body = new BodyBuilder()
  const { x, stages } = planesOf(lowering, convolution, body)
  const { moves, tapSteps } = stepsOf(x, convolution)
  const [images = 0, features = 0, ...places] = out.shape
  const [image = 0, channel = 0] = x.strides
  const [feature = 0, , ...taps] = kernel.strides
  const [outImage = 0, outFeature = 0, ...outPlaces] = out.strides
  const rows = rowsAtOnce(places)
  const seenStrides = [image, channel, ...rows.steps(moves)]
  const outStrides = [outImage, outFeature * perGroup, ...rows.steps(outPlaces)]
  const weightStrides = [0, feature * perGroup, ...places.map(() => 0)]
  const loaded = new Map<number, Term>()
  const seenAt = (start: number) => {
    const known = loaded.get(start) ?? body.load(accessAt(x, start, seenStrides), x.dtype)
    loaded.set(start, known)
    return known
  }
  const window = placesOf(kernel.shape.slice(2))
  for (let own = 0; own < perGroup; own++) {
    const weights = window.map((tap) => {
      const start = own * feature + along(tap, taps)
      return body.load(accessAt(kernel, start, weightStrides), kernel.dtype)
    })
    for (let row = 0; row < rows.count; row++) {
      const first = row * (moves[rows.axis] ?? 0)
      const products = weights.map((weight, index) =>
        multiplied(body, seenAt(first + along(window[index] ?? [], tapSteps)), weight),
      )
      const start = own * outFeature + row * (outPlaces[rows.axis] ?? 0)
      body.store(accessAt(out, start, outStrides), totalOf(body, products), out.dtype)
    }
  }
  lowering.push({
    kind: 'nest',
    points: [images, features / perGroup],
    stages: [...stages, { extents: rows.extents, body: body.operations }],
    gates: lowering.gates,
  })
}

/** Two rows of the output where they pair up: neighbours see most elements in common. */
function rowsAtOnce(places: Shape) {
  const axis = places.length - 2
  const isPaired = axis >= 0 && (places[axis] ?? 0) % 2 === 0
  const count = isPaired ? 2 : 1
  return {
    axis,
    count,
    extents: places.map((size, at) => (at === axis ? size / count : size)),
    steps: (strides: readonly number[]) =>
      strides.map((stride, at) => (at === axis ? stride * count : stride)),
  }
}

/**
 * At each group and channel the sums of products for all places of the output at once, then the sum
 * over channels: the gradient of a depthwise kernel, whose places are that kernel's taps and whose
 * channels are the images of a batch. There is one image here, and one feature to a group.
 */
export function lowerFewPlaces(lowering: Lowering, convolution: NarrowConvolution): void {
  const { kernel, out } = convolution
  const [groups = 0, channels = 0, ...window] = kernel.shape
  const walked = new BodyBuilder()
  const byGroup = splitGroups(convolution, [groups, channels])
  const { x, stages } = planesOf(lowering, byGroup, walked)
  const { moves, tapSteps } = stepsOf(x, convolution)
  const [group = 0, channel = 0] = x.strides
  const weight = walked.load(accessOf(kernel), kernel.dtype)
  const places = placesOf(out.shape.slice(2))
  const totals = places.map((place) => {
    const seen = accessAt(x, along(place, moves), [group, channel, ...tapSteps])
    const product = multiplied(walked, walked.load(seen, x.dtype), weight)
    return sumOf(walked, product)
  })
  const parts = lowering.temporary({
    shape: [groups, channels, places.length],
    dtype: out.dtype,
  })
  const given = new BodyBuilder(walked)
  totals.forEach((total, index) => {
    given.store(accessAt(parts, index, parts.strides.slice(0, 2)), total, out.dtype)
  })
  lowering.push({
    kind: 'nest',
    points: [groups, channels],
    stages: [
      ...stages,
      { extents: window, body: walked.operations },
      { extents: [], body: given.operations },
    ],
    gates: lowering.gates,
  })
  sumParts(lowering, parts, out)
}

/** x [1, groups · channels, …] as [groups, channels, …]. */
function splitGroups(
  { x, padding, ...rest }: NarrowConvolution,
  [groups, channels]: readonly [number, number],
): NarrowConvolution {
  const [, channel = 0, ...steps] = x.strides
  const split = (shape: Shape) => [groups, channels, ...shape.slice(2)]
  return {
    ...rest,
    x: { ...x, shape: split(x.shape), strides: [channel * channels, channel, ...steps] },
    padding: padding && { ...padding, shape: split(padding.shape) },
  }
}

/** out [1, groups, ...places] of parts [groups, channels, places]. */
function sumParts(lowering: Lowering, parts: Operand, out: Operand): void {
  const [groups = 0, channels = 0, places = 0] = parts.shape
  const [group = 0, part = 0] = parts.strides
  const body = new BodyBuilder()
  const element = body.load(accessAt(parts, 0, [group, 1, part]), parts.dtype)
  const total = sumOf(body, element)
  const given = new BodyBuilder(body)
  given.store(accessAt(out, 0, [out.strides[1] ?? 0, 1]), total, out.dtype)
  lowering.push({
    kind: 'nest',
    points: [groups, places],
    stages: [
      { extents: [channels], body: body.operations },
      { extents: [], body: given.operations },
    ],
    gates: lowering.gates,
  })
}

/** x as it is convolved, and the stages that write a plane of it where it has to be padded. */
function planesOf(
  lowering: Lowering,
  { x, padding }: NarrowConvolution,
  sameKernel: BodyBuilder,
): { readonly x: Operand; readonly stages: readonly Stage[] } {
  if (!padding) return { x, stages: [] }
  const { pad, shape } = padding
  const plane = shape.slice(2)
  if (sizeOf(plane) > largestPlane) {
    return { x: padded(lowering, x, pad, { shape, dtype: x.dtype }), stages: [] }
  }
  const buffer = lowering.buffer({ kind: 'scratch' }, x.dtype, sizeOf(plane))
  const own = { ...lowering.whole(buffer, shape), strides: [0, 0, ...stridesOf(plane)] }
  const { source, target } = keptParts(x, own, pad)
  const filled = new BodyBuilder(sameKernel)
  filled.store(accessOf(own), filled.literal(pad.fill, filledDType(x)), x.dtype)
  const kept = source.shape.slice(2)
  const copied = new BodyBuilder(sameKernel)
  copied.store(accessOf(target), copied.load(accessOf(source), x.dtype), x.dtype)
  const stages = [{ extents: plane, body: filled.operations }]
  if (sizeOf(kept) > 0) stages.push({ extents: kept, body: copied.operations })
  return { x: own, stages: sizeOf(kept) === sizeOf(plane) ? stages.slice(1) : stages }
}

function filledDType({ dtype }: Operand): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}

/** How far in x a step of the output, and one of the window, moves along each spatial axis. */
function stepsOf(x: Operand, { strides, kernelDilation }: NarrowConvolution) {
  const [, , ...steps] = x.strides
  return {
    moves: steps.map((step, axis) => step * (strides[axis] ?? 1)),
    tapSteps: steps.map((step, axis) => step * (kernelDilation[axis] ?? 1)),
  }
}

function accessAt(operand: Operand, start: number, strides: readonly number[]): Access {
  return { ...accessOf(operand), offset: operand.offset + start, strides }
}

function along(place: readonly number[], steps: readonly number[]): number {
  return place.reduce((sum, index, axis) => sum + index * (steps[axis] ?? 0), 0)
}

function multiplied(body: BodyBuilder, { dtype, id: a }: Term, { id: b }: Term): Term {
  return body.add({ op: 'binary', id: body.next(), dtype, operation: 'multiply', a, b })
}

function sumOf(body: BodyBuilder, { dtype, id: x }: Term): Term {
  return body.add({ op: 'reduce', id: body.next(), dtype, combine: 'sum', x })
}

/** Neighbours first, then neighbours of those, so that no addition waits for all before it. */
function totalOf(body: BodyBuilder, terms: readonly Term[]): Term {
  let left = [...terms]
  while (left.length > 1) {
    left = Array.from({ length: Math.ceil(left.length / 2) }, (_, pair) =>
      added(body, left.slice(2 * pair, 2 * pair + 2)),
    )
  }
  const [total] = left
  if (!total) throw internalError('lower: a window has no taps')
  return total
}

/** One term, or the sum of two. */
function added(body: BodyBuilder, [first, second]: readonly Term[]): Term {
  if (!first) throw internalError('lower: there is nothing to add')
  if (!second) return first
  const { dtype, id: a } = first
  return body.add({ op: 'binary', id: body.next(), dtype, operation: 'add', a, b: second.id })
}

/** The places of a window, in row-major order. */
function placesOf(window: Shape): readonly (readonly number[])[] {
  return window.reduce<readonly (readonly number[])[]>(
    (starts, size) =>
      starts.flatMap((start) => Array.from({ length: size }, (_, place) => [...start, place])),
    [[]],
  )
}

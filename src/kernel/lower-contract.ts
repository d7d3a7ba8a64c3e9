import { internalError } from '../errors.ts'
import type { ComputeDType } from '../ir/dtype.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { accessOf, BodyBuilder } from './body.ts'
import { lowerDepthwise, lowerFewPlaces, mostTaps, type Padding } from './lower-depthwise.ts'
import { padded } from './lower-move.ts'
import type { Lowering, Operand } from './lowering.ts'
import type { Access } from './routine.ts'

/** a [...batch, m, k] · b [...batch, k, n]. */
export function lowerMatmul(
  lowering: Lowering,
  { type }: Value,
  [a, b]: readonly Operand[],
  name: string | undefined,
): Operand {
  if (!a || !b) throw internalError('lower: matmul takes two operands')
  const rank = a.shape.length
  const out = lowering.temporary(type, name)
  const { body, dtype } = storeProduct(type.dtype as ComputeDType /* matmul's */, accessOf(out))
  lowering.push({
    kind: 'contract',
    dtype,
    batch: a.shape.slice(0, -2),
    rows: [a.shape[rank - 2] ?? 1],
    columns: [b.shape[rank - 1] ?? 1],
    depth: [a.shape[rank - 1] ?? 1],
    a: accessOf(a),
    b: accessOf(b),
    epilogue: body.operations,
    gates: lowering.gates,
  })
  return out
}

/**
 * x [n, groups · c, ...spatial] with kernel [groups · o, c, ...window]. Padding and input dilation
 * become elements; then every tap of every window is at an affine place.
 */
export function lowerConvolution(
  lowering: Lowering,
  { attributes, type }: Value,
  [x, kernel]: readonly Operand[],
  name: string | undefined,
): Operand {
  if (!x || !kernel) throw internalError('lower: conv takes two operands')
  const { groups, strides, kernelDilation } = readAttributes(attributes)
  const [features = 0, channels = 0, ...window] = kernel.shape
  const [images = 0, , ...places] = type.shape
  const perGroup = features / groups
  const out = lowering.temporary(type, name)
  const padding = paddingOf(x, attributes)
  const narrow = { x, padding, kernel, out, perGroup, strides, kernelDilation }
  if (channels === 1 && perGroup <= 2 && sizeOf(window) <= mostTaps) {
    lowerDepthwise(lowering, narrow)
    return out
  }
  if (perGroup === 1 && x.shape[0] === 1 && sizeOf(places) <= mostTaps) {
    lowerFewPlaces(lowering, narrow)
    return out
  }
  const spread = padding
    ? padded(lowering, x, padding.pad, { shape: padding.shape, dtype: x.dtype })
    : x
  const target = splitChannels(out, perGroup)
  const filter = splitFeatures(kernel, perGroup)
  const [image = 0, channel = 0, ...steps] = spread.strides
  const taps = steps.map((step, axis) => step * (kernelDilation[axis] ?? 1))
  const moves = steps.map((step, axis) => step * (strides[axis] ?? 1))
  const { body, dtype } = storeProduct(type.dtype as ComputeDType /* conv's */, target)
  lowering.push({
    kind: 'contract',
    dtype,
    batch: [groups],
    rows: [perGroup],
    columns: [images, ...places],
    depth: [channels, ...window],
    a: filter,
    b: { ...accessOf(spread), strides: [channel * channels, channel, ...taps, image, ...moves] },
    epilogue: body.operations,
    gates: lowering.gates,
  })
  return out
}

function storeProduct(dtype: ComputeDType, target: Access) {
  const body = new BodyBuilder()
  body.store(target, body.add({ id: body.next(), op: 'product', dtype }), dtype)
  return { body, dtype }
}

/** Over [group, feature in it, image, ...places]. */
function splitChannels(out: Operand, perGroup: number): Access {
  const [image = 0, feature = 0, ...places] = out.strides
  return { ...accessOf(out), strides: [feature * perGroup, feature, image, ...places] }
}

/** Over [group, feature in it, channel, ...taps]. */
function splitFeatures(kernel: Operand, perGroup: number): Access {
  const [feature = 0, ...rest] = kernel.strides
  return { ...accessOf(kernel), strides: [feature * perGroup, feature, ...rest] }
}

function readAttributes(attributes: Value['attributes']) {
  return {
    groups: Number(attributes.groups),
    strides: attributes.strides as readonly number[], // as conv declares them, here and below
    kernelDilation: attributes.kernelDilation as readonly number[],
  }
}

/** What padding and input dilation make of x; undefined where they leave it as it is. */
function paddingOf(x: Operand, attributes: Value['attributes']): Padding | undefined {
  const padding = attributes.padding as readonly (readonly number[])[]
  const dilation = attributes.inputDilation as readonly number[]
  const isPlain =
    padding.every(([low = 0, high = 0]) => low === 0 && high === 0) &&
    dilation.every((factor) => factor === 1)
  if (isPlain) return undefined
  const spatial = padding.map(([low = 0, high = 0], axis) => {
    const size = x.shape[axis + 2] ?? 0
    const spread = size === 0 ? 0 : (size - 1) * (dilation[axis] ?? 1) + 1
    return Math.max(0, low + spread + high)
  })
  const pad = {
    low: [0, 0, ...padding.map(([low = 0]) => low)],
    interior: [0, 0, ...dilation.map((factor) => factor - 1)],
    fill: 0,
  }
  return { pad, shape: [x.shape[0] ?? 0, x.shape[1] ?? 0, ...spatial] }
}

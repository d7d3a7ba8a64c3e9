/** Other shapes of the same elements, parts of them, and what shapes are. */
import { circularPad, pixelShuffle, reflectionPad, replicationPad } from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import { broadcastShapes, type Shape, sizeOf } from '../../ir/shape.ts'
import { tensor } from '../../ir/tensor.ts'
import type { Value } from '../../ir/value.ts'
import { describeType, type ElementType, elementTypeOf, elementTypes } from '../element-type.ts'
import type { Node } from '../node.ts'
import { given } from '../operand.ts'
import { type Family, type Output, type TypedValue, typed } from '../operator.ts'
import { narrowed } from './integers.ts'

const knownShape = 'a shape that is known'

export const shapes: Family = {
  Cast: {
    make: (node) => castTo(node, elementType(node, node.attributes.int('to'))),
    limits: 'no strings, no float8; int64 has 32 bits',
  },
  CastLike: { from: 15, make: (node) => castTo(node, node.type(1)), limits: 'as Cast' },
  CenterCropPad: { from: 18, make: centerCropPad, limits: knownShape },
  Concat: { make: (node) => gates.concat(node.values(), node.attributes.int('axis')) },
  DepthToSpace: { make: depthToSpace },
  Expand: { make: expand, limits: knownShape },
  Flatten: {
    make: (node) => {
      const { shape } = node.value(0)
      const axis = node.attributes.int('axis', 1)
      const cut = axis === shape.length ? axis : node.axis(axis, shape.length)
      return gates.reshape(node.value(0), [sizeOf(shape.slice(0, cut)), sizeOf(shape.slice(cut))])
    },
  },
  Pad: { make: padded, limits: 'pads and a constant that are known' },
  Reshape: { make: reshape, limits: knownShape },
  Shape: {
    make: (node) => {
      const { shape } = node.value(0)
      const { attributes } = node
      const part = shape.slice(attributes.int('start', 0), attributes.int('end', shape.length))
      return given(tensor([...part], { dtype: 'i32', shape: [part.length] }), 'int64')
    },
  },
  Size: {
    make: (node) => given(tensor(sizeOf(node.value(0).shape), { dtype: 'i32' }), 'int64'),
  },
  Slice: { make: slice, limits: 'starts, ends, axes and steps that are known' },
  SpaceToDepth: { make: spaceToDepth },
  Split: { make: split, limits: 'sizes that are known' },
  Squeeze: { make: squeeze, limits: 'axes that are known' },
  Tile: {
    make: (node) => gates.tile(node.value(0), [...node.sizes(1)]),
    limits: 'repeats that are known',
  },
  Transpose: {
    make: (node) => {
      const x = node.value(0)
      const reversed = x.shape.map((_, axis) => x.shape.length - 1 - axis)
      return gates.transpose(x, node.attributes.ints('perm', reversed))
    },
  },
  Trilu: { from: 14, make: trilu, limits: 'a k that is known' },
  Unsqueeze: { make: unsqueeze, limits: 'axes that are known' },
}

/** The element type of that number. Throws FILE for one that has no place here. */
export function elementType(node: Node, number: number): ElementType {
  const type = elementTypeOf(number)
  if (type && elementTypes[type].computed) return type
  throw node.mistake(
    'the element type has no place here',
    'float, double, float16, bfloat16, bool or integers of 8 to 64 bits',
    describeType(number),
    'cast it before exporting',
  )
}

function castTo(node: Node, type: ElementType): Output {
  const x = node.value(0)
  const { computed = 'f32', stored } = elementTypes[type]
  if (type === node.type(0)) return node.operand(0)
  // Half floats are computed in f32, but their numbers are rounded as the file says.
  const isHalf = type === 'float16' || type === 'bfloat16'
  const own = isHalf && stored ? gates.cast(x, stored) : x
  const cast = own.dtype === computed ? own : gates.cast(own, computed)
  return typed(narrowed(cast, type), type)
}

function reshape(node: Node): Value {
  const x = node.value(0)
  const isLiteral = node.opset >= 14 && node.attributes.int('allowzero', 0) !== 0
  const shape = node.sizes(1).map((size, axis) => {
    if (size !== 0 || isLiteral) return size
    return x.shape[axis] ?? 0
  })
  return gates.reshape(x, shape)
}

function squeeze(node: Node): Value {
  const x = node.value(0)
  const axes = node.ints('axes', 1)
  const dropped = axes ? node.axes(axes, x.shape.length) : undefined
  const wrong = dropped?.find((axis) => x.shape[axis] !== 1)
  if (wrong !== undefined) {
    throw node.mistake('an axis to drop is longer than 1', 'size 1', `size ${x.shape[wrong]}`)
  }
  const isKept = (size: number, axis: number) => (dropped ? !dropped.includes(axis) : size !== 1)
  return gates.reshape(x, x.shape.filter(isKept))
}

function unsqueeze(node: Node): Value {
  const x = node.value(0)
  const axes = node.ints('axes', 1) ?? []
  const rank = x.shape.length + axes.length
  const added = node.axes(axes, rank)
  const sizes = [...x.shape]
  const shape = Array.from({ length: rank }, (_, axis) =>
    added.includes(axis) ? 1 : (sizes.shift() ?? 1),
  )
  return gates.reshape(x, shape)
}

function split(node: Node): readonly Value[] {
  const x = node.value(0)
  const axis = node.axis(node.attributes.int('axis', 0), x.shape.length)
  const size = x.shape[axis] ?? 0
  const count = node.count(
    node.attributes.int('num_outputs', node.outputCount),
    'the number of parts',
  )
  const each = Math.ceil(size / count)
  // Only the last part may be shorter; up to opset 17 all are alike.
  const even = Array.from({ length: count }, (_, part) =>
    Math.max(0, Math.min(each, size - part * each)),
  )
  return gates.split(x, node.ints('split', 1) ?? even, axis)
}

function slice(node: Node): Value {
  const x = node.value(0)
  const [starts, ends] = [node.numbers(1), node.numbers(2)]
  const axes = node.has(3) ? node.axes(node.numbers(3), x.shape.length) : starts.map((_, i) => i)
  const steps = node.has(4) ? node.numbers(4) : starts.map(() => 1)
  const ranges: (readonly [number?, number?, number?])[] = x.shape.map(() => [])
  const turned: number[] = []
  axes.forEach((axis, at) => {
    const [start = 0, end = 0, step = 1] = [starts[at], ends[at], steps[at]]
    const size = x.shape[axis] ?? 0
    const inside = (place: number, low: number, high: number) =>
      Math.min(Math.max(place < 0 ? place + size : place, low), high)
    if (step > 0) {
      const from = inside(start, 0, size)
      ranges[axis] = [from, Math.max(from, inside(end, 0, size)), step]
      return
    }
    if (step === 0) throw node.mistake('a step is 0', 'any other', '0')
    // What is read backwards is read forwards in x turned round.
    turned.push(axis)
    const from = size - 1 - inside(start, -1, size - 1)
    ranges[axis] = [from, Math.max(from, size - 1 - inside(end, -1, size - 1)), -step]
  })
  return gates.slice(turned.length > 0 ? gates.flip(x, turned) : x, ranges)
}

function expand(node: Node): Value {
  const x = node.value(0)
  const shape = broadcastShapes(x.shape, node.sizes(1))
  if (!('clash' in shape)) return gates.broadcastTo(x, shape)
  throw node.mistake('the shapes do not meet', `sizes that fit ${x}`, `[${node.numbers(1)}]`)
}

function padded(node: Node): Value {
  const x = node.value(0)
  const rank = x.shape.length
  const pads = node.numbers(1)
  const axes = node.has(3) ? node.axes(node.numbers(3), rank) : x.shape.map((_, axis) => axis)
  if (pads.length !== 2 * axes.length) {
    throw node.mistake('pads do not fit the axes', `${2 * axes.length} numbers`, `${pads.length}`)
  }
  const sides = (offset: number) =>
    x.shape.map((_, axis) => (axes.includes(axis) ? (pads[offset + axes.indexOf(axis)] ?? 0) : 0))
  const [low, high] = [sides(0), sides(axes.length)]
  const mode = node.attributes.string('mode', 'constant')
  // What repeats x is made of lists of places.
  if (mode !== 'constant')
    for (const count of [...low, ...high]) node.count(Math.abs(count), 'a pad')
  switch (mode) {
    case 'reflect':
      return reflectionPad(x, low, high)
    case 'edge':
      return replicationPad(x, low, high)
    case 'wrap':
      return circularPad(x, low, high)
    default:
      return gates.pad(x, low, high, { value: node.has(2) ? node.number(2) : 0 })
  }
}

function centerCropPad(node: Node): Value {
  const x = node.value(0)
  const wanted = node.sizes(1)
  const given = node.attributes.ints(
    'axes',
    x.shape.map((_, axis) => axis),
  )
  const axes = node.axes(given, x.shape.length)
  const differences = x.shape.map((size, axis) => {
    const at = axes.indexOf(axis)
    return at < 0 ? 0 : (wanted[at] ?? size) - size
  })
  // The smaller half of what is added stands in front, as does that of what is cut off.
  const low = differences.map((difference) => Math.trunc(difference / 2))
  return gates.pad(
    x,
    low,
    differences.map((difference, axis) => difference - (low[axis] ?? 0)),
  )
}

function blocksOf(node: Node): { readonly block: number; readonly shape: Shape } {
  const { shape } = node.value(0)
  if (shape.length !== 4) throw node.mistake('x is no image', 'four axes', `${shape.length}`)
  return { block: node.attributes.int('blocksize'), shape }
}

function depthToSpace(node: Node): Value {
  const { block, shape } = blocksOf(node)
  const x = node.value(0)
  if (node.attributes.string('mode', 'DCR') === 'CRD') return pixelShuffle(x, block)
  const [batch = 0, channels = 0, height = 0, width = 0] = shape
  const own = channels / block ** 2
  const split = gates.reshape(x, [batch, block, block, own, height, width])
  const moved = gates.transpose(split, [0, 3, 4, 1, 5, 2])
  return gates.reshape(moved, [batch, own, height * block, width * block])
}

function spaceToDepth(node: Node): Value {
  const { block, shape } = blocksOf(node)
  const [batch = 0, channels = 0, height = 0, width = 0] = shape
  const [rows, columns] = [height / block, width / block]
  const split = gates.reshape(node.value(0), [batch, channels, rows, block, columns, block])
  const moved = gates.transpose(split, [0, 3, 5, 1, 2, 4])
  return gates.reshape(moved, [batch, channels * block ** 2, rows, columns])
}

function trilu(node: Node): TypedValue {
  const x = node.value(0)
  const k = node.has(1) ? node.number(1) : 0
  const isUpper = node.attributes.int('upper', 1) !== 0
  const numbers = x.dtype === 'bool' ? gates.cast(x, 'i32') : x
  const part = isUpper ? gates.triu(numbers, k) : gates.tril(numbers, k)
  return typed(x.dtype === 'bool' ? gates.notEqual(part, 0) : part, node.type(0))
}

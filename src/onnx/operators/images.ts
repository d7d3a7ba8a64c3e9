/** Images in other sizes, and columns of their windows. */
import { fold2d, interpolate } from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import { sizeOf, stridesOf } from '../../ir/shape.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import type { Family } from '../operator.ts'
import { type Sampling, sampledAxis } from './resize-taps.ts'

export const images: Family = {
  AffineGrid: { from: 20, make: affineGrid, limits: 'a size that is known' },
  Col2Im: {
    from: 18,
    make: col2im,
    limits: 'images; sizes that are known; pads alike on both sides',
  },
  MaxUnpool: { make: maxUnpool, limits: 'an output shape that is known' },
  Resize: {
    make: resize,
    limits: 'scales or sizes that are known; no tf_crop_and_resize',
  },
}

function col2im(node: Node): Value {
  const [height, width, ...more] = node.sizes(1)
  const [rows = 1, columns = 1] = node.sizes(2)
  node.count(rows * columns, 'the places of a window')
  if (height === undefined || width === undefined || more.length > 0) {
    throw node.mistake('x holds no columns of images', 'two sizes', `${node.numbers(1)}`)
  }
  const { attributes } = node
  const [top = 0, left = 0, bottom = 0, right = 0] = attributes.ints('pads', [0, 0, 0, 0])
  if (top !== bottom || left !== right) {
    throw node.mistake('pads differ', 'pads alike on both sides', `${attributes.ints('pads')}`)
  }
  const pair = (list: readonly number[]): [number, number] => [list[0] ?? 1, list[1] ?? 1]
  return fold2d(node.value(0), [height, width], [rows, columns], {
    dilation: pair(attributes.ints('dilations', [1, 1])),
    stride: pair(attributes.ints('strides', [1, 1])),
    padding: [top, left],
  })
}

interface Sizes {
  readonly sizes: readonly number[]
  readonly scales: readonly number[]
}

function resize(node: Node): Value {
  const x = node.value(0)
  const { attributes } = node
  const mode = attributes.string('mode', 'nearest')
  const transformation = attributes.string('coordinate_transformation_mode', 'half_pixel')
  if (transformation === 'tf_crop_and_resize') {
    throw node.mistake('the coordinates have no place here', 'another mode', transformation)
  }
  const { sizes, scales } = sizesOf(node, x.shape)
  for (const size of sizes) node.count(size, 'a size')
  const nearest = attributes.string('nearest_mode', 'round_prefer_floor')
  const isExact = attributes.int('antialias', 0) === 0 && attributes.int('exclude_outside', 0) === 0
  const gateMode = modeOf(node, { mode, transformation, nearest, rank: x.shape.length - 2 })
  const isImage = sizes.slice(0, 2).every((size, axis) => size === x.shape[axis])
  if (gateMode && isExact && isImage && sizes.length > 2) {
    const alignCorners = transformation === 'align_corners'
    const isByScale = node.has(2) && node.numbers(2).length > 0 && !alignCorners
    const size = isByScale ? { scaleFactor: scales.slice(2) } : { size: sizes.slice(2) }
    return interpolate(x, { ...size, mode: gateMode, ...(alignCorners && { alignCorners }) })
  }
  const sampling: Omit<Sampling, 'size' | 'count' | 'scale'> = {
    mode,
    transformation,
    nearest,
    cubic: attributes.float('cubic_coeff_a', -0.75),
    isInside: attributes.int('exclude_outside', 0) !== 0,
    isSmooth: attributes.int('antialias', 0) !== 0,
  }
  return sizes.reduce((value: Value, count, axis) => {
    const [size = 0, scale = 1] = [x.shape[axis], scales[axis]]
    if (count === size && scale === 1) return value
    // An antialiased element is made of more, the smaller the image becomes.
    const taps = sampling.isSmooth ? count * Math.max(1, 4 / scale) : count
    node.count(Math.ceil(taps), 'the number of places that are read')
    return sampledAxis(value, axis, { ...sampling, size, count, scale })
  }, x)
}

interface Mode {
  readonly mode: string
  readonly transformation: string
  readonly nearest: string
  readonly rank: number
}

type GateMode = 'nearest' | 'linear' | 'bilinear' | 'trilinear' | 'bicubic'

/** The mode of PyTorch's interpolation that is the same, if there is one. */
function modeOf(node: Node, { mode, transformation, nearest, rank }: Mode): GateMode | undefined {
  const isHalf = transformation === 'half_pixel' || transformation === 'align_corners'
  switch (mode) {
    case 'nearest':
      return transformation === 'asymmetric' && nearest === 'floor' ? 'nearest' : undefined
    case 'linear':
      return isHalf ? (['linear', 'bilinear', 'trilinear'] as const)[rank - 1] : undefined
    default: {
      const isUsual = node.attributes.float('cubic_coeff_a', -0.75) === -0.75
      return isHalf && isUsual && rank === 2 ? 'bicubic' : undefined
    }
  }
}

/** How long each axis becomes, and by how much places are multiplied for it. */
function sizesOf(node: Node, shape: readonly number[]): Sizes {
  const { attributes } = node
  const axes = node.axes(
    attributes.ints(
      'axes',
      shape.map((_, axis) => axis),
    ),
    shape.length,
  )
  const spread = (list: readonly number[], others: (axis: number) => number) =>
    shape.map((_, axis) => (axes.includes(axis) ? (list[axes.indexOf(axis)] ?? 1) : others(axis)))
  const hasScales = node.has(2) && node.numbers(2).length > 0
  if (hasScales) {
    const scales = spread(node.numbers(2), () => 1)
    return { scales, sizes: shape.map((size, axis) => Math.floor(size * (scales[axis] ?? 1))) }
  }
  const wanted = spread(node.numbers(3), (axis) => shape[axis] ?? 1)
  const own = wanted.map((size, axis) => size / (shape[axis] ?? 1))
  const policy = attributes.string('keep_aspect_ratio_policy', 'stretch')
  if (policy === 'stretch') return { sizes: wanted, scales: own }
  const among = axes.map((axis) => own[axis] ?? 1)
  const scale = policy === 'not_larger' ? Math.min(...among) : Math.max(...among)
  const scales = shape.map((_, axis) => (axes.includes(axis) ? scale : 1))
  return { scales, sizes: shape.map((size, axis) => Math.round(size * (scales[axis] ?? 1))) }
}

/** The places of a grid of corners −1 and 1, moved by a matrix for each image. */
function affineGrid(node: Node): Value {
  const theta = node.value(0)
  const [batch = 0, , ...spatial] = node.sizes(1)
  const isAligned = node.attributes.int('align_corners', 0) !== 0
  const count = node.count(sizeOf(spatial), 'the number of places')
  const strides = stridesOf(spatial)
  // The last axis comes first: x, y, then z; and a 1 that the translation is multiplied by.
  const base = Array.from({ length: count }, (_, at) => [
    ...spatial
      .map((size, axis) => {
        const step = Math.floor(at / (strides[axis] ?? 1)) % size
        return isAligned ? (size > 1 ? (2 * step) / (size - 1) - 1 : 0) : (2 * step + 1) / size - 1
      })
      .reverse(),
    1,
  ])
  const dtype = theta.dtype === 'f64' ? 'f64' : 'f32'
  const grid = gates.matmul(gates.constant(base, { dtype }), gates.swapAxes(theta, 1, 2))
  return gates.reshape(grid, [batch, ...spatial, spatial.length])
}

/** Elements back where a max pool found them; places count through the whole output. */
function maxUnpool(node: Node): Value {
  const { attributes } = node
  const [x, places] = [node.value(0), node.value(1)]
  const window = attributes.ints('kernel_shape')
  const ones = window.map(() => 1)
  const strides = attributes.ints('strides', ones)
  const pads = attributes.ints(
    'pads',
    [...ones, ...ones].map(() => 0),
  )
  const own = window.map((size, axis) => {
    const reach = ((x.shape[axis + 2] ?? 0) - 1) * (strides[axis] ?? 1) + size
    return reach - (pads[axis] ?? 0) - (pads[axis + window.length] ?? 0)
  })
  const inner = [...x.shape.slice(0, 2), ...own]
  const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
  const put = (shape: readonly number[]) => {
    const empty = gates.zeros([sizeOf(shape)], { dtype })
    const index = gates.cast(gates.reshape(places, [-1]), 'i32')
    return gates.reshape(gates.scatter(empty, index, gates.reshape(x, [-1]), 0), shape)
  }
  if (!node.has(2)) return put(inner)
  // Places count through the smaller output; what is larger has zeros behind it.
  const wanted = node.numbers(2)
  const none = wanted.map(() => 0)
  return gates.pad(
    put(inner),
    none,
    wanted.map((size, axis) => size - (inner[axis] ?? 0)),
  )
}

/** Pools over windows, and over all of an image. */
import { avgPool1d, avgPool3d, maxPool1d, maxPool3d } from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import { sizeOf } from '../../ir/shape.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import type { Family } from '../operator.ts'
import { reachOf, type Windows, windowsOf } from './windows.ts'

export const pools: Family = {
  AveragePool: { make: averagePool },
  GlobalAveragePool: {
    make: (node) => gates.mean(node.value(0), spatialAxes(node.value(0)), { keepDims: true }),
  },
  GlobalLpPool: {
    make: (node) => {
      const x = node.value(0)
      return gates.norm(x, node.attributes.int('p', 2), spatialAxes(x), { keepDims: true })
    },
  },
  GlobalMaxPool: {
    make: (node) => gates.max(node.value(0), spatialAxes(node.value(0)), { keepDims: true }),
  },
  LpPool: { from: 18, make: lpPool },
  MaxPool: {
    make: maxPool,
    limits: 'one to three spatial axes; the output Indices is not given',
  },
}

/** A pool as a gate of one rank; all are called alike. */
type PoolGate = (x: Value, window: readonly number[], options: object) => Value

function poolGate(list: readonly unknown[], rank: number): PoolGate | undefined {
  return list[rank - 1] as PoolGate | undefined // windows and options have an entry for each axis
}

const maxPools = [maxPool1d, gates.maxPool2d, maxPool3d]
const averagePools = [avgPool1d, gates.avgPool2d, avgPool3d]

interface Pooling extends Windows {
  readonly x: Value
  readonly window: readonly number[]
  /** Which windows there are: low and high padding with what ceil_mode adds. */
  readonly extents: readonly (readonly [number, number])[]
}

function poolingOf(node: Node): Pooling {
  const x = node.value(0)
  const window = node.attributes.ints('kernel_shape')
  node.count(sizeOf(window), 'the places of a window')
  const spatial = x.shape.slice(2)
  const windows = windowsOf(node, spatial, window)
  const isCeil = node.attributes.int('ceil_mode', 0) !== 0
  const extents = windows.pads.map(([low, high], axis): readonly [number, number] => {
    const [size = 0, stride = 1] = [spatial[axis], windows.strides[axis]]
    const room = size + low + high - reachOf(window[axis], windows.dilations[axis])
    if (!isCeil) return [low, high]
    const steps = Math.ceil(room / stride)
    // A window that begins behind x and its first padding does not count.
    const last = steps * stride >= size + low ? steps - 1 : steps
    return [low, high + Math.max(0, last * stride - room)]
  })
  return { ...windows, x, window, extents }
}

/** Whether windows lie as PyTorch's pools take them: padded alike on both sides, by half at most. */
function isSymmetric({ pads, extents, window }: Pooling): boolean {
  return pads.every(([low, high], axis) => {
    const isAsked = high === extents[axis]?.[1]
    return low === high && isAsked && low >= 0 && low <= (window[axis] ?? 0) / 2
  })
}

function padded(x: Value, extents: Pooling['extents'], value: number): Value {
  if (extents.every(([low, high]) => low === 0 && high === 0)) return x
  const sides = (side: 0 | 1) => [0, 0, ...extents.map((pair) => pair[side])]
  return gates.pad(x, sides(0), sides(1), { value })
}

function maxPool(node: Node): Value {
  const pooling = poolingOf(node)
  const { x, window, strides: stride, dilations: dilation, pads, extents } = pooling
  const gate = poolGate(maxPools, window.length)
  if (!gate) throw node.mistake('too many axes', 'one to three', `${window.length}`)
  if (node.outputCount > 1) {
    throw node.mistake('the output Indices is not given', 'one output', `${node.outputCount}`)
  }
  if (x.dtype !== 'f32' && x.dtype !== 'f64') {
    // Bytes are exact in f32.
    const lowest = padded(gates.cast(x, 'f32'), extents, -Infinity)
    return gates.cast(gate(lowest, window, { stride, dilation }), x.dtype === 'u32' ? 'u32' : 'i32')
  }
  if (isSymmetric(pooling)) {
    return gate(x, window, { stride, dilation, padding: pads.map(([low]) => low) })
  }
  return gate(padded(x, extents, -Infinity), window, { stride, dilation })
}

function averagePool(node: Node): Value {
  const pooling = poolingOf(node)
  const { x, window, strides: stride, dilations, pads } = pooling
  const countIncludePad = node.attributes.int('count_include_pad', 0) !== 0
  const gate = poolGate(averagePools, window.length)
  const isPlain = dilations.every((n) => n === 1) && isSymmetric(pooling)
  if (gate && isPlain) {
    return gate(x, window, { stride, padding: pads.map(([low]) => low), countIncludePad })
  }
  const total = windowSums(x, pooling)
  // What counts: x alone, or x and the padding that is asked for; what ceil_mode adds never does.
  const ones = gates.ones(x.shape, { dtype: x.dtype === 'f64' ? 'f64' : 'f32' })
  const counted = countIncludePad ? padded(ones, pads, 1) : ones
  const rest = pooling.extents.map(([low, high], axis): readonly [number, number] => {
    const [ownLow, ownHigh] = pads[axis] ?? [0, 0]
    return countIncludePad ? [low - ownLow, high - ownHigh] : [low, high]
  })
  return gates.divide(total, windowSums(counted, { ...pooling, extents: rest }))
}

function lpPool(node: Node): Value {
  const p = node.attributes.int('p', 2)
  const pooling = poolingOf(node)
  const powers = gates.power(gates.abs(pooling.x), p)
  return gates.power(windowSums(powers, pooling), 1 / p)
}

/** The sum of each window: a convolution with ones, channel by channel. */
function windowSums(x: Value, { window, strides, dilations, extents }: Omit<Pooling, 'x'>): Value {
  const [batch = 0, channels = 0, ...spatial] = x.shape
  const images = gates.reshape(x, [batch * channels, 1, ...spatial])
  const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
  const kernel = gates.ones([1, 1, ...window], { dtype })
  const options = { strides, padding: extents, kernelDilation: dilations }
  const sums = gates.conv(images, kernel, options)
  return gates.reshape(sums, [batch, channels, ...sums.shape.slice(2)])
}

function spatialAxes(x: Value): readonly number[] {
  return x.shape.map((_, axis) => axis).slice(2)
}

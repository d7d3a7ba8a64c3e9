/** Pools into a wanted number of windows, whose sizes follow from x. */
import { defineGate, type Gates } from '../gates/define.ts'
import { type AxesOf, exampleType, onEachAxis, type PerAxis, type Rank } from '../gates/per-axis.ts'
import { isBatchOf, type PoolShape } from '../gates/pool-call.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate, Sample } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { avgPoolOf, maxPoolOf } from './pools-by-rank.ts'

/** One size for all axes, or one for each; null keeps x's. */
export type AdaptiveSize<R extends Rank> = PerAxis<R> | OrNull<AxesOf<R>>

type OrNull<T extends readonly number[]> = { readonly [K in keyof T]: number | null }

/** An adaptive pool as a function. */
export interface AdaptivePool<R extends Rank> {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    outputSize: AdaptiveSize<R>,
  ): Value<PoolShape<S, R>, D>
}

interface AdaptiveAttributes {
  readonly [name: string]: readonly number[]
  readonly outputSize: readonly number[]
}

interface Parts {
  readonly rank: Rank
  readonly role: 'router' | 'distributor'
  readonly symbol: string
  readonly expand: (gates: Gates, x: Value, outputSize: readonly number[]) => Value
  readonly local: (x: string) => string
}

/** A pool into `outputSize` windows; a gate is this and its samples. */
export function adaptiveGate<R extends Rank>(
  name: string,
  { rank, role, symbol, expand, local }: Parts & { readonly rank: R },
  samples: readonly Sample[],
): Gate<AdaptivePool<R>> {
  return defineGate<AdaptivePool<R>, ['x'], AdaptiveAttributes>({
    name,
    operands: ['x'],
    role,
    call: (x: Value, outputSize: AdaptiveSize<R>) => ({
      inputs: [x],
      attributes: { outputSize: sizesOf(x.shape, outputSize as OutputSize, rank) }, // wider
    }),
    constraints: {
      C1: isBatchOf(rank, [1]),
      C2: {
        code: 'ATTRIBUTE',
        rule: 'outputSize is a whole number, 1 or more, for each spatial axis',
        holds: ({ attributes: { outputSize } }) =>
          (outputSize.length === rank &&
            outputSize.every((n) => Number.isSafeInteger(n) && n > 0)) ||
          `outputSize is ${formatShape(outputSize)}`,
        fix: 'give how many windows there are to be; null keeps the size of x',
        broken: { x: exampleType(rank, [1, 1, 8]), with: [0] },
      },
      C3: {
        rule: 'x has one element or more along each spatial axis',
        holds: ({ x }) =>
          x.shape.slice(2).every((size) => size > 0) || `x ${formatShape(x.shape)} has none`,
        fix: 'leave the pool out where there is nothing to pool',
        broken: { x: exampleType(rank, [1, 1, 0]), with: [1] },
      },
    },
    shape: ({ x, attributes }) => [x[0] ?? 0, x[1] ?? 0, ...attributes.outputSize],
    expand: ({ gates, x, attributes }) => expand(gates, x, attributes.outputSize),
    equation: ({ x, attributes: { outputSize } }) =>
      String.raw`\operatorname{${symbol}}_{\to ${outputSize.join(String.raw` \times `)}}(${x})`,
    local: ({ x }) => local(x),
    samples,
  })
}

type OutputSize = number | readonly (number | null)[]

function sizesOf(shape: Shape, given: OutputSize, rank: number): readonly number[] {
  if (typeof given === 'number') return onEachAxis(given, rank)
  return Object.freeze(given.map((size, axis) => size ?? shape[axis + 2] ?? 0))
}

/** From where to where each window reaches: ⌊i · in / out⌋ to ⌈(i + 1) · in / out⌉. */
function windowsAlong(size: number, count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, index) => [
    Math.floor((index * size) / count),
    Math.ceil(((index + 1) * size) / count),
  ])
}

/**
 * x with windows of one size side by side on each axis: windows that are shorter, or that overlap,
 * are written out one after the other, with `fill` where they have nothing.
 */
function sideBySide(
  gates: Gates,
  x: Value,
  { outputSize, fill }: { readonly outputSize: readonly number[]; readonly fill: number },
): { readonly laid: Value; readonly window: readonly number[] } {
  let laid = x
  const window = outputSize.map((count, own) => {
    const axis = own + 2
    const size = x.shape[axis] ?? 0
    const windows = windowsAlong(size, count)
    const longest = Math.max(...windows.map(([start, end]) => end - start))
    if (size === longest * count) return longest
    const places = windows.flatMap(([start, end]) =>
      Array.from({ length: longest }, (_, place) => ({
        index: Math.min(start + place, end - 1),
        isOwn: start + place < end,
      })),
    )
    const indices = gates.constant(
      Int32Array.from(places, ({ index }) => index),
      { dtype: 'i32' },
    )
    laid = gates.take(laid, indices, axis)
    if (places.some(({ isOwn }) => !isOwn)) {
      const own = gates.constant(
        Uint8Array.from(places, ({ isOwn }) => Number(isOwn)),
        {
          dtype: 'bool',
          shape: laid.shape.slice(2).map((_, at) => (at + 2 === axis ? places.length : 1)),
        },
      )
      laid = gates.where(own, laid, fill)
    }
    return longest
  })
  return { laid, window }
}

function largest(rank: Rank): Parts['expand'] {
  return (gates, x, outputSize) => {
    const { laid, window } = sideBySide(gates, x, { outputSize, fill: Number.NEGATIVE_INFINITY })
    return maxPoolOf(gates, rank)(laid, window)
  }
}

function mean(rank: Rank): Parts['expand'] {
  return (gates, x, outputSize) => {
    const { laid, window } = sideBySide(gates, x, { outputSize, fill: 0 })
    if (laid === x) return avgPoolOf(gates, rank)(x, window)
    const total = avgPoolOf(gates, rank)(laid, window, { divisorOverride: 1 })
    return outputSize.reduce((value, count, axis) => {
      const counts = windowsAlong(x.shape[axis + 2] ?? 0, count).map(([start, end]) => end - start)
      const shape = outputSize.map((_, at) => (at === axis ? count : 1))
      const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
      const divisor = gates.constant(Float64Array.from(counts), { shape, dtype })
      return gates.divide(value, dtype === x.dtype ? divisor : gates.cast(divisor, x.dtype))
    }, total)
  }
}

/** The parts of a gate that takes the largest element of each window. */
export function adaptiveMax<R extends Rank>(rank: R): Parts & { readonly rank: R } {
  return {
    rank,
    role: 'router',
    symbol: 'maxPool',
    expand: largest(rank),
    local: (x) => String.raw`[${x} = \max \text{ of its window}]`,
  }
}

/** The parts of a gate that takes the mean of each window. */
export function adaptiveAvg<R extends Rank>(rank: R): Parts & { readonly rank: R } {
  return {
    rank,
    role: 'distributor',
    symbol: 'avgPool',
    expand: mean(rank),
    local: () => String.raw`\frac{1}{\text{elements of the window}}`,
  }
}

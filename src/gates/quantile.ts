import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates } from './define.ts'
import { asRows, elementOfRows, unlessNaN } from './ordering.ts'
import {
  type ReduceAttributes,
  type ReduceAxis,
  reduceCall,
  reducedCount,
  reducedShape,
  somethingToReduce,
} from './reduce.ts'

/** What is given where a quantile falls between two elements. */
type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest'

interface QuantileOptions<K extends boolean> {
  /** Whether the axes stay, with size 1. Default false. */
  readonly keepDims?: K
  /** Default linear. */
  readonly interpolation?: Interpolation
}

/** One quantile, or several along a new first axis. */
type Quantiles<Q extends number | readonly number[], S extends Shape> = Q extends readonly number[]
  ? readonly [Q['length'], ...S]
  : S

export interface Quantile {
  <
    S extends Shape,
    D extends DType,
    const Q extends number | readonly number[],
    const A extends ReduceAxis = undefined,
    K extends boolean = false,
  >(
    x: Value<S, D>,
    q: Q,
    axis?: A,
    options?: QuantileOptions<K>,
  ): Value<Quantiles<Q, ReduceShape<S, A, K>>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    quantile<
      V extends Value,
      const Q extends number | readonly number[],
      const A extends ReduceAxis = undefined,
      K extends boolean = false,
    >(
      this: V,
      q: Q,
      axis?: A,
      options?: QuantileOptions<K>,
    ): Value<Quantiles<Q, ReduceShape<V['shape'], A, K>>, V['dtype']>
  }
}

type QuantileAttributes = ReduceAttributes & {
  readonly q: number | readonly number[]
  readonly interpolation: Interpolation
}

const interpolations: readonly string[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest']

/**
 * The elements of `x` at the fractions `q` of their order, over some axes or over all of them: the
 * least at 0, the largest at 1, and between two elements a mixture, or what `interpolation` says.
 * A row with a NaN gives NaN.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`; for a list of fractions
 * with their number as a new first axis.
 * Throws: ATTRIBUTE for an axis that is not there, a fraction outside 0 … 1 and an interpolation that
 * there is not; SHAPE where there is nothing to choose from.
 * Source: PyTorch `quantile`.
 *
 * @example
 * const [low, high] = quantile(losses, [0.05, 0.95]).split(1)
 */
export const quantile: Gate<Quantile> = defineGate<Quantile, ['x'], QuantileAttributes>({
  name: 'quantile',
  operands: ['x'],
  role: 'mixer',
  call: (
    x: Value,
    q: number | readonly number[],
    axis?: ReduceAxis,
    { keepDims = false, interpolation = 'linear' }: QuantileOptions<boolean> = {},
  ) => {
    const { inputs, attributes } = reduceCall('quantile')(x, axis, { keepDims })
    const own = typeof q === 'number' ? q : Object.freeze([...q])
    // The reduction's attributes are its axes and keepDims, by its own type.
    return { inputs, attributes: { ...attributes, q: own, interpolation } as QuantileAttributes }
  },
  constraints: {
    C1: somethingToReduce,
    C2: {
      code: 'ATTRIBUTE',
      rule: 'q is a fraction from 0 to 1, or a list of such',
      holds: ({ attributes: { q } }) => {
        const wrong = [q].flat().find((one) => !(one >= 0 && one <= 1))
        return wrong === undefined ? true : `q ${wrong}`
      },
      fix: 'divide percentages by 100',
      broken: { x: 'f32[3]', with: [50] },
    },
    C3: {
      code: 'ATTRIBUTE',
      rule: `interpolation is one of ${interpolations.join(', ')}`,
      holds: ({ attributes: { interpolation } }) =>
        interpolations.includes(interpolation) || `interpolation "${interpolation}"`,
      fix: 'use one of the names above',
      broken: { x: 'f32[3]', with: [0.5, 0, { interpolation: 'cubic' }] },
    },
    C4: {
      code: 'ATTRIBUTE',
      rule: 'there is one fraction or more',
      holds: ({ attributes: { q } }) => [q].flat().length > 0 || 'the list is empty',
      fix: 'name a fraction',
      broken: { x: 'f32[3]', with: [[]] },
    },
  },
  shape: ({ x, attributes }) => {
    const { q } = attributes
    const kept = reducedShape({ x, attributes })
    return typeof q === 'number' ? kept : [q.length, ...kept]
  },
  expand: ({ gates, x, attributes }) => {
    const { q, interpolation } = attributes
    const rows = asRows(gates, x, attributes)
    const [ordered] = gates.sort(rows)
    const count = reducedCount(x.shape, attributes)
    const largest = elementOfRows(gates, ordered, count - 1)
    const shape = reducedShape({ x: x.shape, attributes })
    const made = [q].flat().map((fraction) => {
      const between = betweenPlaces(gates, ordered, placeOf(fraction * (count - 1), interpolation))
      return gates.reshape(unlessNaN(gates, largest, between), shape)
    })
    const [first = ordered] = made
    return typeof q === 'number' ? first : gates.stack(made)
  },
  equation: ({ x, attributes: { q } }) =>
    String.raw`\operatorname{quantile}_{${[q].flat().join(', ')}}(${x})`,
  // Expected values: torch 1.13, torch.quantile.
  samples: [
    { x: [3, 1, 2, 6], with: [0.4], output: 2.2 },
    { x: [3, 1, 2, 6], with: [0.75, -1, { keepDims: true }], output: [3.75] },
    {
      x: [
        [1, 5, 2],
        [7, 0, 4],
      ],
      with: [[0, 0.5, 1], 1],
      output: [
        [1, 0],
        [2, 4],
        [5, 7],
      ],
    },
    {
      x: [
        [1, 5],
        [7, 0],
      ],
      with: [0.25, 0],
      output: [2.5, 1.25],
    },
    { x: [3, 1, 2, 6], with: [0.4, 0, { interpolation: 'lower' }], output: 2 },
    { x: [3, 1, 2, 6], with: [0.4, 0, { interpolation: 'higher' }], output: 3 },
    { x: [3, 1, 2, 6], with: [0.4, 0, { interpolation: 'nearest' }], output: 2 },
    { x: [3, 1, 2, 6], with: [0.4, 0, { interpolation: 'midpoint' }], output: 2.5 },
    { x: [2, 2, 2, 2, 2], with: [0.6], output: 2 },
    { x: [1, Number.NaN, 2], with: [0], output: Number.NaN },
  ],
})

/** Between two elements of an order: the share of the upper one. */
interface Place {
  readonly below: number
  readonly above: number
  readonly weight: number
}

function placeOf(rank: number, interpolation: Interpolation): Place {
  const [below, above] = [Math.floor(rank), Math.ceil(rank)]
  const exactly = (place: number): Place => ({ below: place, above: place, weight: 0 })
  switch (interpolation) {
    case 'linear':
      return { below, above, weight: rank - below }
    case 'midpoint':
      return { below, above, weight: below === above ? 0 : 0.5 }
    case 'lower':
      return exactly(below)
    case 'higher':
      return exactly(above)
    case 'nearest': {
      const isAbove = rank - below > 0.5 || (rank - below === 0.5 && below % 2 === 1)
      return exactly(isAbove ? above : below)
    }
  }
}

/** The mixture, reckoned from the nearer of the two, as PyTorch's `lerp` does. */
function betweenPlaces(gates: Gates, rows: Value, { below, above, weight }: Place): Value {
  const a = elementOfRows(gates, rows, below)
  if (weight === 0) return a
  const b = elementOfRows(gates, rows, above)
  const step = gates.subtract(b, a)
  return weight < 0.5
    ? gates.add(a, gates.multiply(step, weight))
    : gates.subtract(b, gates.multiply(step, 1 - weight))
}

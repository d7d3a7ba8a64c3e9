/** What the gates share that pool over windows: their options, attributes and constraints. */
import type { DType } from '../ir/dtype.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import {
  type AxesOf,
  axesOf,
  exampleType,
  onEachAxis,
  type PerAxis,
  pictureOf,
  type Rank,
} from './per-axis.ts'
import { stepsOf, type Windows } from './pooling.ts'

export interface PoolOptions<R extends Rank = 2> {
  /** Steps of the window. Default: its size, so that windows lie side by side. */
  readonly stride?: PerAxis<R>
  /** How far the window reaches beyond each side, at most half its size. Default: 0. */
  readonly padding?: PerAxis<R>
  /**
   * Whether a last window counts that begins within x and its padding but reaches beyond.
   * Default: false.
   */
  readonly ceilMode?: boolean
}

/** [n, channels, ...out], of which the types do not know the last ones. */
export type PoolShape<S extends Shape, R extends Rank = 2> = readonly [S[0], S[1], ...AxesOf<R>]

/** A pool as a function. */
export interface Pool<R extends Rank, Options> {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    window: PerAxis<R>,
    options?: Options,
  ): Value<PoolShape<S, R>, D>
}

export interface PoolAttributes extends Windows {
  readonly [name: string]: readonly number[] | number | boolean | null
}

export function poolAttributes<R extends Rank>(
  rank: R,
  window: PerAxis<R>,
  options: PoolOptions<R> & { readonly dilation?: PerAxis<R> },
): PoolAttributes {
  const { stride = window, padding = 0, dilation = 1, ceilMode = false } = options
  return {
    window: onEachAxis(window, rank),
    strides: onEachAxis(stride, rank),
    padding: onEachAxis(padding, rank),
    dilation: onEachAxis(dilation, rank),
    ceilMode,
  }
}

/** `3 × 2` */
export function windowText({ window }: Windows): string {
  return window.join(String.raw` \times `)
}

type PoolConstraint<A> = Constraint<readonly ['x'], A>

/** That x is a batch of what has `rank` spatial axes. */
export function isBatchOf<A>(rank: Rank, args: readonly unknown[]): PoolConstraint<A> {
  return {
    rule: `x [n, channels, ${axesOf[rank]}] has ${rank + 2} axes`,
    holds: ({ x }) =>
      x.shape.length === rank + 2 ||
      `x ${formatShape(x.shape)} is not a batch of ${pictureOf[rank]}s`,
    fix: `reshape it to ${rank + 2} axes; one ${pictureOf[rank]} is a batch of 1`,
    broken: { x: 'f32[3, 8]', with: args },
  }
}

/** The constraints of every pool over windows. */
export function poolConstraints<A extends PoolAttributes>(
  rank: Rank,
): Readonly<Record<'C1' | 'C2' | 'C3', PoolConstraint<A>>> {
  return {
    C1: isBatchOf(rank, [2]),
    C2: {
      code: 'ATTRIBUTE',
      rule: 'window, stride and dilation are whole numbers, 1 or more, for each spatial axis; padding is at most half the window',
      holds: ({ attributes }) => numbersFit(attributes, rank),
      fix: 'correct the option; pad x where more is wanted',
      broken: { x: exampleType(rank, [1, 1, 8]), with: [2, { padding: 2 }] },
    },
    C3: {
      rule: 'the window fits into the padded x at least once',
      holds: ({ x, attributes }) =>
        attributes.window.every(
          (_, axis) => stepsOf({ shape: x.shape, windows: attributes }, axis) >= 1,
        ) || `window ${formatShape(attributes.window)} does not fit into x ${formatShape(x.shape)}`,
      fix: 'pad x, or take a smaller window',
      broken: { x: exampleType(rank, [1, 1, 2]), with: [3] },
    },
  }
}

function numbersFit({ window, strides, padding, dilation }: Windows, rank: number): true | string {
  for (const [name, list] of Object.entries({ window, stride: strides, dilation })) {
    if (list.length !== rank) return `${name} has ${list.length} entries for ${rank} axes`
    const wrong = list.find((number) => !Number.isSafeInteger(number) || number < 1)
    if (wrong !== undefined) return `${name} cannot be ${wrong}`
  }
  if (padding.length !== rank) return `padding has ${padding.length} entries for ${rank} axes`
  const wrong = padding.find(
    (count, axis) => !Number.isSafeInteger(count) || count < 0 || count > (window[axis] ?? 0) / 2,
  )
  return wrong === undefined || `padding cannot be ${wrong} for window ${formatShape(window)}`
}

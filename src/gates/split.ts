import { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape } from '../ir/shape.ts'
import type { ReplaceAxis } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

/** One value for each size of a list; some values where a size is given for all of them. */
export type Parts<
  S extends Shape,
  D extends DType,
  Sizes extends number | readonly number[],
  Axis extends number,
> = Sizes extends readonly number[]
  ? { readonly [K in keyof Sizes]: Value<ReplaceAxis<S, Axis, Sizes[K] & number>, D> }
  : readonly Value<ReplaceAxis<S, Axis, number>, D>[]

export interface Split {
  <
    S extends Shape,
    D extends DType,
    const Sizes extends number | readonly number[],
    const Axis extends number = 0,
  >(
    x: Value<S, D>,
    sizes: Sizes,
    axis?: Axis,
  ): Parts<S, D, Sizes, Axis>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    split<
      V extends Value,
      const Sizes extends number | readonly number[],
      const Axis extends number = 0,
    >(this: V, sizes: Sizes, axis?: Axis): Parts<V['shape'], V['dtype'], Sizes, Axis>
  }
}

interface SplitAttributes {
  readonly [name: string]: readonly number[] | number
  readonly sizes: readonly number[]
  /** Counted from the front. */
  readonly axis: number
}

/**
 * The parts of `x` along an axis, by default the first: a gate with several outputs.
 *
 * `sizes` lists how long each part is. One number is the length of every part; the last is shorter
 * where it does not divide the axis.
 * Throws: SHAPE unless the sizes add up to the axis, ATTRIBUTE for an axis that is not there or a
 * size that is no whole number.
 * Source: PyTorch `split`.
 *
 * @example
 * const [mean, logVariance] = split(encoded, [8, 8], 1) // [4, 16] → [4, 8] and [4, 8]
 */
export const split: Gate<Split> = defineGate<Split, ['x'], SplitAttributes>({
  name: 'split',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, sizes: number | readonly number[], axis?: number) => {
    const along = normalizeAxis(axis ?? 0, x.shape.length, 'split')
    const attributes = { sizes: listSizes(sizes, x.shape[along] ?? 0), axis: along }
    return { inputs: [x], attributes }
  },
  constraints: {
    C1: {
      rule: 'there is one part or more, and the sizes add up to the size of the axis',
      holds: ({ x, attributes: { sizes, axis } }) => {
        if (sizes.length === 0) return 'there is no part'
        const total = sizes.reduce((sum, size) => sum + size, 0)
        if (total === x.shape[axis]) return true
        return `sizes ${formatShape(sizes)} add up to ${total}, axis ${axis} of ${formatShape(x.shape)} has ${x.shape[axis]}`
      },
      fix: 'list a size for every part, or give one size for all of them',
      broken: { x: 'f32[5]', with: [[2, 2]] },
    },
  },
  outputTypes: ({ x, attributes: { sizes, axis } }) =>
    sizes.map((size) =>
      Object.freeze({ shape: Object.freeze(x.shape.with(axis, size)), dtype: x.dtype }),
    ),
  expand: ({ gates, x, attributes: { sizes, axis } }) => {
    let end = 0
    return sizes.map((size) => {
      end += size
      const ranges = x.shape.map((_, at): [number?, number?] =>
        at === axis ? [end - size, end] : [],
      )
      return gates.slice(x, ranges)
    })
  },
  backward: ({ gates, attributes: { axis }, outputs, upstreams }) => ({
    x: gates.concat(
      outputs.map((output, part) => upstreams[part] ?? gates.zerosLike(output)),
      axis,
    ),
  }),
  equation: ({ x, attributes: { sizes, axis } }) =>
    String.raw`\operatorname{split}(${x}, ${formatShape(sizes)}, ${axis})`,
  downstream: ({ upstream, attributes: { axis } }) =>
    String.raw`\operatorname{concat}(${upstream}, ${axis})`,
  // Expected values: torch 1.13, torch.split.
  samples: [
    {
      x: [1, 2, 3, 4, 5],
      with: [[2, 3]],
      output: [
        [1, 2],
        [3, 4, 5],
      ],
    },
    { x: [1, 2, 3, 4, 5], with: [2], output: [[1, 2], [3, 4], [5]] },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [[1, 0, 2], 1],
      output: [
        [[1], [4]],
        [[], []],
        [
          [2, 3],
          [5, 6],
        ],
      ],
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      with: [1, -2],
      output: [[[1, 2]], [[3, 4]]],
    },
  ],
})

function listSizes(sizes: number | readonly number[], length: number): readonly number[] {
  const least = typeof sizes === 'number' ? 1 : 0
  for (const size of [sizes].flat()) {
    if (Number.isSafeInteger(size) && size >= least) continue
    throw new SluiceError({
      code: 'ATTRIBUTE',
      what: 'split: a size is not a whole number',
      expected: `whole numbers, ${least} or more`,
      got: String(size),
      fix: 'list the size of every part, or give one size for all of them',
    })
  }
  if (typeof sizes !== 'number') return Object.freeze([...sizes])
  // An axis of length 0 has one part, as in PyTorch.
  const count = Math.max(1, Math.ceil(length / sizes))
  const part = (_: unknown, at: number) => Math.min(sizes, length - at * sizes)
  return Object.freeze(Array.from({ length: count }, part))
}

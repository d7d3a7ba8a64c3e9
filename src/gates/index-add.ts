import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape, sameShape } from '../ir/shape.ts'
import { formatType, type Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { IndexDType } from './gather.ts'
import { checkTargets } from './scatter-call.ts'
import { placesOfRows } from './take.ts'

export interface IndexAddOptions {
  /** What each row of source is multiplied by. Default 1. */
  readonly alpha?: number
}

export interface IndexAdd {
  <S extends Shape, D extends DType, I extends DType>(
    x: Value<S, D>,
    index: IfDType<'indexAdd: index', I, IndexDType, Value<Shape, I>>,
    source: Value<Shape, D>,
    axis: number,
    options?: IndexAddOptions,
  ): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    indexAdd<const I extends DType>(
      index: IfDType<'indexAdd: index', I, IndexDType, Value<Shape, I>>,
      source: Value<Shape, D>,
      axis: number,
      options?: IndexAddOptions,
    ): Value<S, D>
  }
}

interface IndexAddAttributes {
  readonly [name: string]: number
  /** Counted from the front. */
  readonly axis: number
  readonly alpha: number
}

/**
 * x with the rows of `source`, times `alpha`, added to those rows along an axis whose places stand
 * in `index`. Places may repeat; their rows are summed.
 *
 * Shapes: x [..., n, ...], index [k] of i32 or u32, source [..., k, ...] → x's shape.
 * Throws: SHAPE where index or source does not fit; DTYPE where source is of another dtype than x;
 * ATTRIBUTE for an axis that is not there; INDEX, when it runs, for a place that x does not have.
 * Source: PyTorch `index_add`.
 */
export const indexAdd: Gate<IndexAdd> = defineGate<
  IndexAdd,
  ['x', 'index', 'source'],
  IndexAddAttributes
>({
  name: 'indexAdd',
  operands: ['x', 'index', 'source'],
  role: 'mover',
  takes: { x: 'numeric', index: 'integer', source: 'numeric' },
  call: (
    x: Value,
    index: Value,
    source: Value,
    axis: number,
    { alpha = 1 }: IndexAddOptions = {},
  ) => ({
    inputs: [x, index, source],
    attributes: { axis: normalizeAxis(axis, x.shape.length, 'indexAdd'), alpha },
  }),
  constraints: {
    C1: {
      rule: 'index is a vector',
      holds: ({ index: { shape } }) => shape.length === 1 || `index ${formatShape(shape)}`,
      fix: 'use scatterAdd, which has a place for each element',
      broken: { x: 'f32[2, 3]', index: 'i32[1, 1]', source: 'f32[2, 1]', with: [1] },
    },
    C2: {
      rule: 'source has the shape of x, with a row for each index along the axis',
      holds: ({ x, index, source, attributes: { axis } }) =>
        sameShape(source.shape, x.shape.with(axis, index.shape[0] ?? 0)) ||
        `source ${formatShape(source.shape)}, x ${formatShape(x.shape)}, ${index.shape[0]} indices`,
      fix: 'slice source, or broadcast it, to that shape',
      broken: { x: 'f32[2, 3]', index: 'i32[2]', source: 'f32[2, 3]', with: [1] },
    },
    C3: {
      code: 'DTYPE',
      rule: 'x and source have the same dtype',
      holds: ({ x, source }) =>
        x.dtype === source.dtype || `${formatType(x)} and ${formatType(source)} do not mix`,
      fix: 'cast source to the dtype of x',
      broken: { x: 'f32[2]', index: 'i32[1]', source: 'f64[1]', with: [0] },
    },
  },
  checkData: checkTargets('indexAdd'),
  expand: ({ gates, x, index, source, attributes: { axis, alpha } }) => {
    const added = alpha === 1 ? source : gates.multiply(source, alpha)
    return gates.scatterAdd(x, placesOfRows(gates, index, x.shape, axis), added, axis)
  },
  equation: ({ x, index, source, attributes: { axis, alpha } }) => {
    const times = alpha === 1 ? '' : `, ${alpha}`
    return String.raw`\operatorname{indexAdd}(${x}, ${index}, ${source}, ${axis}${times})`
  },
  downstream: ({ index, upstream, attributes: { axis, alpha } }) => ({
    x: upstream,
    source: String.raw`${alpha === 1 ? '' : `${alpha} `}\operatorname{indexSelect}(${upstream}, ${index}, ${axis})`,
  }),
  // Expected values: torch 1.13, torch.index_add.
  samples: [
    {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      index: [2, 0, 2],
      source: [
        [10, 20],
        [30, 40],
        [50, 60],
      ],
      with: [0],
      output: [
        [31, 42],
        [3, 4],
        [65, 86],
      ],
    },
    {
      x: [
        [1, 2],
        [3, 4],
      ],
      index: [1],
      source: [[7], [8]],
      with: [-1],
      output: [
        [1, 9],
        [3, 12],
      ],
    },
  ],
})

import type { DType } from '../ir/dtype.ts'
import type { IfDType, IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes, IndexDType } from './gather.ts'
import { checkTargets, scatterCall, scatterConstraints } from './scatter-call.ts'

export interface ScatterAdd {
  <S extends Shape, D extends DType, E extends DType, I extends DType>(
    x: Value<S, D>,
    index: IfDType<'scatterAdd: index', I, IndexDType, Value<Shape, I>>,
    source: IfSameDType<'scatterAdd', D, E, Value<Shape, E>>,
    axis: number,
  ): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    scatterAdd<V extends Value, const E extends DType, const I extends DType>(
      this: V,
      index: IfDType<'scatterAdd: index', I, IndexDType, Value<Shape, I>>,
      source: IfSameDType<'scatterAdd', V['dtype'], E, Value<Shape, E>>,
      axis: number,
    ): Value<V['shape'], V['dtype']>
  }
}

/**
 * `x` with each element of `source` added at the place along `axis` that stands in `index`:
 * out[index[i, j], j] += source[i, j] for axis 0. Places may repeat; their elements are summed.
 *
 * Shapes: x [...], index [...] of as many axes, no longer than x off `axis`, source of index's
 * shape (PyTorch also takes a longer source, of which it reads the first part) → x's shape.
 * Index is i32 or u32; its elements count from 0.
 * Throws: SHAPE where index or source does not fit; DTYPE where source is of another dtype than x;
 * INDEX, when it runs, for a place that x does not have.
 * Source: PyTorch `scatter_add`.
 */
export const scatterAdd: Gate<ScatterAdd> = defineGate<
  ScatterAdd,
  ['x', 'index', 'source'],
  AxisAttributes
>({
  name: 'scatterAdd',
  operands: ['x', 'index', 'source'],
  role: 'mover',
  takes: { x: 'numeric', index: 'integer', source: 'numeric' },
  call: scatterCall('scatterAdd'),
  constraints: scatterConstraints,
  checkData: checkTargets('scatterAdd'),
  index: 'scatterAdd',
  backward: ({ gates, index, attributes, upstream }) => ({
    x: upstream,
    source: gates.gather(upstream, index, attributes.axis),
  }),
  equation: ({ x, index, source, attributes }) =>
    String.raw`\operatorname{scatterAdd}(${x}, ${index}, ${source}, ${attributes.axis})`,
  downstream: ({ index, upstream, attributes }) => ({
    x: upstream,
    source: String.raw`\operatorname{gather}(${upstream}, ${index}, ${attributes.axis})`,
  }),
  // Expected values: torch 1.13, torch.scatter_add.
  samples: [
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      index: [
        [0, 2],
        [1, 1],
      ],
      source: [
        [10, 20],
        [30, 40],
      ],
      with: [1],
      output: [
        [11, 2, 23],
        [4, 75, 6],
      ],
    },
    {
      x: [
        [0, 0, 0],
        [0, 0, 0],
      ],
      index: [[1, 0, 1]],
      source: [[10, 20, 30]],
      with: [0],
      output: [
        [0, 20, 0],
        [10, 0, 30],
      ],
    },
    { x: [1, 2], index: [1, 1, 1], source: [0.5, -1, 4], with: [-1], output: [1, 5.5] },
  ],
})

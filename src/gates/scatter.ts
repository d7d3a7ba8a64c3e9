import type { DType } from '../ir/dtype.ts'
import type { IfDType, IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { AxisAttributes, IndexDType } from './gather.ts'
import { checkTargets, scatterCall, scatterConstraints } from './scatter-call.ts'

export interface Scatter {
  <S extends Shape, D extends DType, E extends DType, I extends DType>(
    x: Value<S, D>,
    index: IfDType<'scatter: index', I, IndexDType, Value<Shape, I>>,
    source: IfSameDType<'scatter', D, E, Value<Shape, E>>,
    axis: number,
  ): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    scatter<V extends Value, const E extends DType, const I extends DType>(
      this: V,
      index: IfDType<'scatter: index', I, IndexDType, Value<Shape, I>>,
      source: IfSameDType<'scatter', V['dtype'], E, Value<Shape, E>>,
      axis: number,
    ): Value<V['shape'], V['dtype']>
  }
}

/**
 * `x` with each element of `source` put at the place along `axis` that stands in `index`:
 * out[index[i, j], j] = source[i, j] for axis 0. Where a place is named again, the last in row-major
 * order stays, and it alone gets a gradient.
 *
 * Shapes: x [...], index [...] of as many axes, no longer than x off `axis`, source of index's
 * shape → x's shape. Index is i32 or u32; its elements count from 0.
 * Throws: SHAPE where index or source does not fit; DTYPE where source is of another dtype than x;
 * INDEX, when it runs, for a place that x does not have.
 * Source: PyTorch `scatter`, which leaves open who stays.
 */
export const scatter: Gate<Scatter> = defineGate<Scatter, ['x', 'index', 'source'], AxisAttributes>(
  {
    name: 'scatter',
    operands: ['x', 'index', 'source'],
    role: 'mover',
    takes: { x: 'any', index: 'integer', source: 'any' },
    call: scatterCall('scatter'),
    constraints: scatterConstraints,
    checkData: checkTargets('scatter'),
    index: 'scatter',
    backward: ({ gates, x, index, attributes: { axis }, upstream }) => {
      // Whose number stands at its place in the end, stays.
      const own = gates.reshape(gates.iota([sizeOf(index.shape)]), index.shape)
      const nobody = gates.zeros(x.shape, { dtype: 'i32' })
      const isLast = gates.equal(
        gates.gather(gates.scatter(nobody, index, own, axis), index, axis),
        own,
      )
      return {
        x: gates.scatter(upstream, index, gates.zeros(index.shape, { dtype: floatOf(x) }), axis),
        source: gates.where(isLast, gates.gather(upstream, index, axis), 0),
      }
    },
    equation: ({ x, index, source, attributes }) =>
      String.raw`\operatorname{scatter}(${x}, ${index}, ${source}, ${attributes.axis})`,
    downstream: ({ index, upstream, attributes }) => ({
      x: String.raw`\operatorname{scatter}(${upstream}, ${index}, 0, ${attributes.axis})`,
      source: String.raw`\operatorname{gather}(${upstream}, ${index}, ${attributes.axis})`,
    }),
    // Expected values: torch 1.13, torch.scatter; where a place is named again, by the definition.
    samples: [
      {
        x: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        index: [
          [0, 2],
          [1, 0],
        ],
        source: [
          [10, 20],
          [30, 40],
        ],
        with: [1],
        output: [
          [10, 2, 20],
          [40, 30, 6],
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
      { x: [1, 2], index: [1, 1, 1], source: [0.5, -1, 4], with: [-1], output: [1, 4] },
    ],
  },
)

function floatOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}

import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { normalizeAxis, type Shape } from '../ir/shape.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import { type Ordered, orderedTypes } from './ordering.ts'

interface KeepOptions<K extends boolean> {
  /** Whether the axis stays, with size 1. Default false. */
  readonly keepDims?: K
}

export interface Kthvalue {
  <S extends Shape, D extends DType, const A extends number = -1, K extends boolean = false>(
    x: Value<S, D>,
    k: number,
    axis?: A,
    options?: KeepOptions<K>,
  ): Ordered<ReduceShape<S, A, K>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    kthvalue<V extends Value, const A extends number = -1, K extends boolean = false>(
      this: V,
      k: number,
      axis?: A,
      options?: KeepOptions<K>,
    ): Ordered<ReduceShape<V['shape'], A, K>, V['dtype']>
  }
}

interface KthAttributes {
  readonly [name: string]: number | boolean
  /** From 1. */
  readonly k: number
  /** Counted from the front. */
  readonly axis: number
  readonly keepDims: boolean
}

/**
 * The `k`-th smallest element of `x` along an axis, by default the last, counted from 1, and where
 * it stood: a gate with two outputs. NaN is larger than any number; of equals the first comes first.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`; of x's dtype, and i32.
 * Throws: ATTRIBUTE for an axis that is not there, and for a k that is no whole number from 1 to
 * its size.
 * Source: PyTorch `kthvalue`.
 */
export const kthvalue: Gate<Kthvalue> = defineGate<Kthvalue, ['x'], KthAttributes>({
  name: 'kthvalue',
  operands: ['x'],
  role: 'router',
  takes: 'any',
  call: (x: Value, k: number, axis = -1, { keepDims = false }: KeepOptions<boolean> = {}) => ({
    inputs: [x],
    attributes: { k, axis: normalizeAxis(axis, x.shape.length, 'kthvalue'), keepDims },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'k is a whole number from 1 to the size of the axis',
      holds: ({ x, attributes: { axis, k } }) =>
        (Number.isInteger(k) && k >= 1 && k <= (x.shape[axis] ?? 0)) ||
        `k ${k}, axis ${axis} has size ${x.shape[axis]}`,
      fix: 'count from 1, up to the number of elements',
      broken: { x: 'f32[2, 3]', with: [0] },
    },
  },
  outputTypes: ({ x, attributes }) => orderedTypes(x, withoutAxis(x.shape, attributes)),
  expand: ({ gates, x, attributes }) => {
    const { k, axis } = attributes
    const shape = withoutAxis(x.shape, attributes)
    const last = x.shape.map((_, at): [number?, number?] => (at === axis ? [k - 1, k] : []))
    return gates
      .topk(x, k, axis, { largest: false })
      .map((ordered: Value) => gates.reshape(gates.slice(ordered, last), shape))
  },
  equation: ({ x, attributes: { k, axis } }) =>
    String.raw`\operatorname{kthvalue}(${x}, ${k}, ${axis})`,
  downstream: ({ x, upstream, attributes: { k, axis } }) =>
    String.raw`\operatorname{scatterAdd}(0, \operatorname{argsort}(${x})_{${k}}, ${upstream}, ${axis})`,
  // Expected values: torch 1.13, torch.kthvalue.
  samples: [
    { x: [3, 1, 4, 1.5, 5], with: [2], output: [1.5, 3] },
    {
      x: [
        [1, 5, 2],
        [7, 0, 3],
      ],
      with: [2, 0],
      output: [
        [7, 5, 3],
        [1, 0, 1],
      ],
    },
    {
      x: [
        [1, 5, 2],
        [7, 0, 3],
      ],
      with: [3, -1, { keepDims: true }],
      output: [
        [[5], [7]],
        [[1], [0]],
      ],
    },
    { x: [Number.NaN, 2, 1], with: [3], output: [Number.NaN, 0] },
  ],
})

function withoutAxis(shape: Shape, { axis, keepDims }: KthAttributes): Shape {
  return keepDims ? shape.with(axis, 1) : shape.toSpliced(axis, 1)
}

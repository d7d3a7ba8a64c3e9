/** What becomes of rows: sums, extremes, places and orders. */
import * as gates from '../../gates/index.ts'
import { sizeOf } from '../../ir/shape.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import { type Family, type Operator, type TypedValue, typed } from '../operator.ts'

type Reduction = (x: Value, axes: readonly number[], options: { keepDims: boolean }) => Value

export const reductions: Family = {
  ArgMax: { make: (node) => place(node, (x) => x) },
  ArgMin: { make: (node) => place(node, (x) => gates.negate(x)), limits: 'no unsigned integers' },
  CumSum: { make: cumulated, limits: 'an axis that is known' },
  ReduceL1: reduction((x, axes, options) => gates.sum(gates.abs(x), axes, options), 0),
  ReduceL2: reduction((x, axes, options) => {
    if (x.dtype === 'f32' || x.dtype === 'f64') return gates.norm(x, 2, axes, options)
    return gates.sqrt(gates.sum(gates.square(gates.cast(x, 'f32')), axes, options))
  }, 0),
  ReduceLogSum: reduction((x, axes, options) => gates.log(gates.sum(x, axes, options)), -Infinity),
  ReduceLogSumExp: reduction((x, axes, options) => gates.logSumExp(x, axes, options), -Infinity),
  ReduceMax: reduction(extreme(gates.max), -Infinity, true),
  ReduceMean: reduction(
    (x, axes, options) => {
      if (x.dtype === 'f32' || x.dtype === 'f64') return gates.mean(x, axes, options)
      const count = axes.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1)
      return gates.divide(gates.sum(x, axes, options), count)
    },
    Number.NaN,
    true,
  ),
  ReduceMin: reduction(extreme(gates.min), Infinity, true),
  ReduceProd: reduction((x, axes, options) => gates.prod(x, axes, options), 1, true),
  ReduceSum: reduction((x, axes, options) => gates.sum(x, axes, options), 0, true),
  ReduceSumSquare: reduction(
    (x, axes, options) => gates.sum(gates.multiply(x, x), axes, options),
    0,
  ),
  TopK: { make: topk, limits: 'a k that is known' },
}

/**
 * An operator over axes, which are an attribute or, later, an input. `empty` is what there is where
 * nothing is reduced; `canSkip` whether a single element is its own result.
 */
function reduction(reduce: Reduction, empty: number, canSkip = false): Operator {
  return {
    make: (node) => {
      const x = node.value(0)
      const given = node.ints('axes', 1) ?? []
      const isSkipped = given.length === 0 && node.attributes.int('noop_with_empty_axes', 0) !== 0
      if (isSkipped && canSkip) return x
      if (isSkipped) throw node.mistake('noop_with_empty_axes', 'axes, or all of them', 'none')
      const all = x.shape.map((_, axis) => axis)
      const axes = given.length > 0 ? node.axes(given, x.shape.length) : all
      const keepDims = node.attributes.int('keepdims', 1) !== 0
      if (sizeOf(axes.map((axis) => x.shape[axis] ?? 1)) > 0) return reduce(x, axes, { keepDims })
      const kept = x.shape.flatMap((size, axis) =>
        axes.includes(axis) ? (keepDims ? [1] : []) : [size],
      )
      // A whole number where it is one: the others are minus infinity, and no number.
      const isWhole = (x.dtype === 'i32' || x.dtype === 'u32') && Number.isInteger(empty)
      return gates.full(kept, empty, { dtype: isWhole || x.dtype === 'f64' ? x.dtype : 'f32' })
    },
    limits: 'axes that are known',
  }
}

/** Truths have no order of their own: the largest is whether there is one. */
function extreme(reduce: Reduction): Reduction {
  return (x, axes, options) => {
    if (x.dtype !== 'bool') return reduce(x, axes, options)
    return gates.notEqual(reduce(gates.cast(x, 'i32'), axes, options), 0)
  }
}

function place(node: Node, ordered: (x: Value) => Value): TypedValue {
  const x = node.value(0)
  const axis = node.axis(node.attributes.int('axis', 0), x.shape.length)
  const keepDims = node.attributes.int('keepdims', 1) !== 0
  if (node.attributes.int('select_last_index', 0) === 0) {
    return typed(gates.argmax(ordered(x), axis, { keepDims }), 'int64')
  }
  const last = (x.shape[axis] ?? 1) - 1
  const fromEnd = gates.argmax(gates.flip(ordered(x), axis), axis, { keepDims })
  return typed(gates.subtract(last, fromEnd), 'int64')
}

function cumulated(node: Node): Value {
  const x = node.value(0)
  const axis = node.axis(node.number(1), x.shape.length)
  const isReverse = node.attributes.int('reverse', 0) !== 0
  const turned = isReverse ? gates.flip(x, axis) : x
  let sums: Value = gates.cumsum(turned, axis)
  if (node.attributes.int('exclusive', 0) !== 0) {
    const low = x.shape.map((_, at) => (at === axis ? 1 : 0))
    const high = low.map((count) => 0 - count)
    sums = gates.pad(sums, low, high)
  }
  return isReverse ? gates.flip(sums, axis) : sums
}

function topk(node: Node): readonly [TypedValue, TypedValue] {
  const x = node.value(0)
  const largest = node.attributes.int('largest', 1) !== 0
  const axis = node.axis(node.attributes.int('axis', -1), x.shape.length)
  const [values, indices] = gates.topk(x, node.number(1), axis, { largest })
  return [typed(values, node.type(0)), typed(indices, 'int64')]
}

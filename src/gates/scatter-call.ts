/** What scatter and scatterAdd share: their arguments, and what they ask of them. */
import type { DataVerdict } from '../ir/gate.ts'
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, normalizeAxis, sameShape } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { type AxisAttributes, fitsOffAxis } from './gather.ts'
import { checkPlaces } from './index-range.ts'

type ScatterOperands = readonly ['x', 'index', 'source']

/** The call rule `(x, index, source, axis)`. */
export function scatterCall(gate: string): (
  x: Value,
  index: Value,
  source: Value,
  axis: number,
) => {
  readonly inputs: readonly Value[]
  readonly attributes: AxisAttributes
} {
  return (x, index, source, axis) => ({
    inputs: [x, index, source],
    attributes: { axis: normalizeAxis(axis, x.shape.length, gate) },
  })
}

export const scatterConstraints: {
  readonly [id: string]: Constraint<ScatterOperands, AxisAttributes>
} = {
  C1: {
    rule: 'index has as many axes as x',
    holds: ({ x, index }) =>
      x.shape.length === index.shape.length ||
      `index ${formatShape(index.shape)} has ${index.shape.length} axes, x ${formatShape(x.shape)} has ${x.shape.length}`,
    fix: 'reshape index and source',
    broken: { x: 'f32[2, 3]', index: 'i32[2]', source: 'f32[2]', with: [1] },
  },
  C2: {
    rule: 'off the axis, index is no longer than x',
    holds: ({ x, index, attributes }) =>
      fitsOffAxis(index.shape, x.shape, attributes.axis) ||
      `index ${formatShape(index.shape)} is longer than x ${formatShape(x.shape)} off axis ${attributes.axis}`,
    fix: 'slice index and source, or give x more room',
    broken: { x: 'f32[2, 3]', index: 'i32[4, 1]', source: 'f32[4, 1]', with: [1] },
  },
  C3: {
    rule: 'source has the shape of index',
    holds: ({ index, source }) =>
      sameShape(index.shape, source.shape) ||
      `source ${formatShape(source.shape)} is not of index's shape ${formatShape(index.shape)}`,
    fix: 'slice source, or broadcast it, to the shape of index',
    broken: { x: 'f32[2, 3]', index: 'i32[2, 1]', source: 'f32[2, 2]', with: [1] },
  },
  C4: {
    code: 'DTYPE',
    rule: 'x and source have the same dtype',
    holds: ({ x, source }) =>
      x.dtype === source.dtype || `dtypes ${x.dtype} and ${source.dtype} do not mix`,
    fix: 'cast source to the dtype of x',
    broken: { x: 'f32[2, 3]', index: 'i32[2, 1]', source: 'f64[2, 1]', with: [1] },
  },
}

/** Whether every index is a place along x's axis. */
export function checkTargets(
  gate: string,
): (context: {
  readonly x: Tensor
  readonly index: Tensor
  readonly attributes: AxisAttributes
}) => DataVerdict {
  return ({ x, index, attributes: { axis } }) =>
    checkPlaces(index, {
      gate,
      operand: 'index',
      element: 'index',
      length: x.shape[axis] ?? 1,
      of: `axis ${axis} of x ${formatShape(x.shape)} has size ${x.shape[axis]}`,
      fix: 'correct index, or give x more room along the axis',
    })
}

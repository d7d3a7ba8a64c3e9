import { defineGate } from '../gates/define.ts'
import type { DType } from '../ir/dtype.ts'
import { isFloating } from '../ir/dtype.ts'
import type { IfSameDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

interface SearchOptions {
  /** Whether a place stands behind the elements that are equal to the value. Default false. */
  readonly right?: boolean
}

export interface Searchsorted {
  <D extends DType, T extends Shape, E extends DType>(
    sequence: Value<Shape, D>,
    values: IfSameDType<'searchsorted', D, E, Value<T, E>>,
    options?: SearchOptions,
  ): Value<T, 'i32'>
}

/**
 * Where in an ascending sequence each value would go so that it stays ascending: before elements
 * equal to it, or with `right` behind them. A NaN goes to the end; in the sequence it is larger than
 * any number, as for `sort`. No gradient passes.
 *
 * Shapes: sequence [n] and values [...], or sequence [...rows, n] and values [...rows, m] → i32,
 * values' shape, from 0 to n.
 * Throws: SHAPE where the rows differ; DTYPE where the two are of different dtypes.
 * Source: PyTorch `searchsorted`.
 *
 * @example
 * searchsorted(constant([1, 3, 5]), constant([0, 3, 9])) // [0, 1, 3]
 */
export const searchsorted: Gate<Searchsorted> = defineGate<
  Searchsorted,
  ['sequence', 'values'],
  { readonly right: boolean }
>({
  name: 'searchsorted',
  operands: ['sequence', 'values'],
  role: 'stop',
  takes: 'numeric',
  call: (sequence: Value, values: Value, { right = false }: SearchOptions = {}) => ({
    inputs: [sequence, values],
    attributes: { right },
  }),
  constraints: {
    C1: {
      rule: 'the sequence has one axis, or the rows that the values have',
      holds: ({ sequence, values }) =>
        sequence.shape.length === 1 ||
        (sequence.shape.length > 0 &&
          sequence.shape.length === values.shape.length &&
          sameShape(sequence.shape.slice(0, -1), values.shape.slice(0, -1))) ||
        `sequence ${formatShape(sequence.shape)}, values ${formatShape(values.shape)}`,
      fix: 'broadcast the one to the rows of the other',
      broken: { sequence: 'f32[2, 3]', values: 'f32[3, 3]' },
    },
    C2: {
      code: 'DTYPE',
      rule: 'sequence and values have the same dtype',
      holds: ({ sequence, values }) =>
        sequence.dtype === values.dtype ||
        `dtypes ${sequence.dtype} and ${values.dtype} do not mix`,
      fix: 'cast values to the dtype of the sequence',
      broken: { sequence: 'f32[3]', values: 'f64[2]' },
    },
  },
  shape: ({ values }) => values,
  dtype: () => 'i32',
  expand: ({ gates, sequence, values, attributes: { right } }) => {
    const isFlat = sequence.shape.length === 1
    const sought = isFlat ? gates.reshape(values, [-1]) : values
    const length = sequence.shape.at(-1) ?? 0
    const axis = sequence.shape.length - 1
    const isUnordered = isFloating(values.dtype) ? gates.notEqual(sought, sought) : undefined
    // How many elements come before: bit by bit, the highest first.
    let found: Value<Shape, 'i32'> = gates.zeros(sought.shape, { dtype: 'i32' })
    let reached = 0
    for (let step = 2 ** Math.floor(Math.log2(Math.max(length, 1))); step >= 1; step /= 2) {
      if (length === 0) break
      const next = gates.add(found, step)
      const isSure = reached + step <= length
      const last = gates.subtract(isSure ? next : gates.minimum(next, length), 1)
      const element = gates.gather(sequence, last, axis)
      const isLess = right ? gates.lessEqual(element, sought) : gates.less(element, sought)
      const isBefore = isUnordered ? gates.or(isLess, isUnordered) : isLess
      const goesOn = isSure ? isBefore : gates.and(isBefore, gates.lessEqual(next, length))
      found = gates.where(goesOn, next, found)
      reached += step
    }
    return gates.reshape(found, values.shape)
  },
  equation: ({ sequence, values, attributes: { right } }) =>
    String.raw`\operatorname{searchsorted}_{${right ? String.raw`\le` : '<'}}(${sequence}, ${values})`,
  // Expected values: torch 1.13, torch.searchsorted.
  samples: [
    {
      sequence: [1, 3, 3, 5],
      values: [
        [0, 3],
        [4, 9],
      ],
      output: [
        [0, 1],
        [3, 4],
      ],
    },
    {
      sequence: [1, 3, 3, 5],
      values: [3, 5, Number.NaN],
      with: [{ right: true }],
      output: [3, 4, 4],
    },
    {
      sequence: [
        [1, 3, 5],
        [2, 4, 6],
      ],
      values: [
        [3, 6],
        [3, 6],
      ],
      output: [
        [1, 3],
        [1, 2],
      ],
    },
    { sequence: [1, 2], values: 1.5, output: 1 },
  ],
})

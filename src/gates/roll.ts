import { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxis, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates } from './define.ts'

/** One number, or one for each of the axes. */
type Several = number | readonly number[]

export interface Roll {
  <S extends Shape, D extends DType>(x: Value<S, D>, shifts: Several, axis?: Several): Value<S, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    roll(shifts: number | readonly number[], axis?: number | readonly number[]): Value<S, D>
  }
}

interface RollAttributes {
  readonly [name: string]: readonly number[]
  readonly shifts: readonly number[]
  /** Counted from the front; none: x is rolled as one row. */
  readonly axes: readonly number[]
}

/**
 * The elements moved up by so many places along an axis, those that leave the end put at the start;
 * a negative shift moves them down. Without an axis x is rolled as if it were one row.
 *
 * Throws: ATTRIBUTE for an axis that is not there, a shift that is no whole number, or where there
 * is not one shift for each axis.
 * Source: PyTorch `roll`.
 *
 * @example
 * roll(x, [1, -2], [0, 1])
 */
export const roll: Gate<Roll> = defineGate<Roll, ['x'], RollAttributes>({
  name: 'roll',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, shifts: Several, axis: Several = []) => ({
    inputs: [x],
    attributes: {
      shifts: Object.freeze([shifts].flat().map(wholeShift)),
      axes: Object.freeze([axis].flat().map((one) => normalizeAxis(one, x.shape.length, 'roll'))),
    },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'there is one shift for each axis, or one alone where no axis is named',
      holds: ({ attributes: { shifts, axes } }) =>
        shifts.length === Math.max(axes.length, 1) ||
        `shifts ${formatShape(shifts)} and axes ${formatShape(axes)}`,
      fix: 'list one shift and one axis for each way to roll',
      broken: { x: 'f32[2, 3]', with: [[1, 2], [0]] },
    },
  },
  expand: ({ gates, x, attributes: { shifts, axes } }) => {
    if (axes.length === 0) {
      return gates.reshape(rolled(gates, gates.reshape(x, [-1]), 0, shifts[0] ?? 0), x.shape)
    }
    return axes.reduce((value, axis, at) => rolled(gates, value, axis, shifts[at] ?? 0), x)
  },
  backward: ({ gates, attributes: { shifts, axes }, upstream }) => {
    const back = shifts.map((shift) => 0 - shift)
    return { x: gates.roll(upstream, back, axes) }
  },
  equation: ({ x, attributes: { shifts, axes } }) =>
    String.raw`\operatorname{roll}(${x}, ${formatShape(shifts)}, ${formatShape(axes)})`,
  downstream: ({ upstream, attributes: { shifts, axes } }) =>
    String.raw`\operatorname{roll}(${upstream}, ${formatShape(shifts.map((n) => 0 - n))}, ${formatShape(axes)})`,
  // Expected values: torch 1.13, torch.roll.
  samples: [
    { x: [1, 2, 3, 4], with: [1], output: [4, 1, 2, 3] },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [-1],
      output: [
        [2, 3, 4],
        [5, 6, 1],
      ],
    },
    {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      with: [
        [1, 5],
        [0, -1],
      ],
      output: [
        [5, 6, 4],
        [2, 3, 1],
      ],
    },
  ],
})

function rolled(gates: Gates, x: Value, axis: number, shift: number): Value {
  const length = x.shape[axis] ?? 0
  const by = length === 0 ? 0 : ((shift % length) + length) % length
  if (by === 0) return x
  const part = (start: number, end: number) =>
    gates.slice(
      x,
      x.shape.map((_, at) => (at === axis ? [start, end] : [])),
    )
  return gates.concat([part(length - by, length), part(0, length - by)], axis)
}

function wholeShift(shift: number): number {
  if (Number.isSafeInteger(shift)) return shift
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'roll: a shift is not a whole number',
    expected: 'a whole number, or a list of them',
    got: String(shift),
    fix: 'roll(x, 1, 0) moves the rows up by one',
  })
}

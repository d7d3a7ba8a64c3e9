import { type DType, isFloating } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Operand } from './broadcast.ts'
import { defineGate } from './define.ts'

export interface Clamp {
  <S extends Shape, D extends DType>(x: Value<S, D>, min?: number, max?: number): Value<S, D>
  (x: number, min?: number, max?: number): Value<[], 'f32'>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    clamp(min?: number, max?: number): Value<S, D>
  }
}

interface ClampAttributes {
  readonly [name: string]: number
  /** -Infinity where x is not bounded below. */
  readonly min: number
  /** Infinity where x is not bounded above. */
  readonly max: number
}

/**
 * x brought between `min` and `max`, element by element; without a bound, that side stays. The
 * gradient passes within the bounds and at them, as PyTorch has it.
 *
 * Throws: ATTRIBUTE unless min ≤ max, and where x is an integer and a bound is not.
 * Source: PyTorch `clamp`.
 *
 * @example
 * clamp(x, 0, 6)
 */
export const clamp: Gate<Clamp> = defineGate<Clamp, ['x'], ClampAttributes>({
  name: 'clamp',
  operands: ['x'],
  role: 'router',
  takes: 'numeric',
  call: (x: Operand, min = -Infinity, max = Infinity) => ({
    inputs: [x],
    attributes: { min, max },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'min is at most max',
      holds: ({ attributes: { min, max } }) => min <= max || `min ${min} is not at most max ${max}`,
      fix: 'give the lower bound first',
      broken: { x: 'f32[3]', with: [2, 1] },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'the bounds of an integer are whole numbers',
      holds: ({ x, attributes: { min, max } }) =>
        isFloating(x.dtype) ||
        [min, max].every((bound) => Number.isInteger(bound) || Math.abs(bound) === Infinity) ||
        `bounds ${min} and ${max} do not fit ${x.dtype}`,
      fix: "round the bounds, or convert x first: cast(x, 'f32')",
      broken: { x: 'i32[3]', with: [0.5, 2] },
    },
  },
  element: ({ x, attributes: { min, max } }) => {
    const raised = min === -Infinity ? x : x.maximum(min)
    return max === Infinity ? raised : raised.minimum(max)
  },
  backward: ({ gates, x, attributes: { min, max }, upstream }) => {
    const passed =
      min === -Infinity ? upstream : gates.where(gates.greaterEqual(x, min), upstream, 0)
    return { x: max === Infinity ? passed : gates.where(gates.lessEqual(x, max), passed, 0) }
  },
  equation: ({ x, attributes: { min, max } }) => {
    const raised = min === -Infinity ? x : String.raw`\max(${x}, ${min})`
    return max === Infinity ? raised : String.raw`\min(${raised}, ${max})`
  },
  local: ({ x, attributes: { min, max } }) => {
    const below = min === -Infinity ? '' : String.raw`${min} \le `
    const above = max === Infinity ? '' : String.raw` \le ${max}`
    return below || above ? `[${below}${x}${above}]` : '1'
  },
  samples: [
    { x: [-3, -1, 0.5, 2, 7], with: [-1, 2], output: [-1, -1, 0.5, 2, 2] },
    { x: [-3, 0, 7], with: [0], output: [0, 0, 7] },
    { x: [-3, 0, 7], with: [-Infinity, 6], output: [-3, 0, 6] },
    { x: [-Infinity, Infinity, Number.NaN], with: [-1, 2], output: [-1, 2, Number.NaN] },
  ],
})

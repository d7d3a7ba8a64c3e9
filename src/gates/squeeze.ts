import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, normalizeAxes, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'

/** `S` without its axes of size 1; without `Axis` all of them, else the rank is not followed. */
export type Squeezed<S extends Shape, Axis> = Axis extends undefined
  ? number extends S['length']
    ? Shape
    : WithoutOnes<S>
  : Shape

type WithoutOnes<S extends Shape> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? number extends First
    ? Shape
    : First extends 1
      ? WithoutOnes<Rest>
      : WithoutOnes<Rest> extends infer Others extends Shape
        ? number extends Others['length']
          ? Shape
          : [First, ...Others]
        : Shape
  : []

type SqueezeAxis = number | readonly number[] | undefined

export interface Squeeze {
  <S extends Shape, D extends DType, const A extends SqueezeAxis = undefined>(
    x: Value<S, D>,
    axis?: A,
  ): Value<Squeezed<S, A>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    squeeze<V extends Value, const A extends number | readonly number[] | undefined = undefined>(
      this: V,
      axis?: A,
    ): Value<Squeezed<V['shape'], A>, V['dtype']>
  }
}

interface SqueezeAttributes {
  readonly [name: string]: readonly number[]
  /** Those that go, counted from the front, ascending. */
  readonly axes: readonly number[]
}

/**
 * x without its axes of size 1, or without those of them that `axis` names; an axis of another size
 * stays, named or not.
 *
 * Throws: ATTRIBUTE for an axis that is not there.
 * Source: PyTorch `squeeze`.
 *
 * @example
 * squeeze(x) // [4, 1, 3, 1] → [4, 3]
 */
export const squeeze: Gate<Squeeze> = defineGate<Squeeze, ['x'], SqueezeAttributes>({
  name: 'squeeze',
  operands: ['x'],
  role: 'mover',
  takes: 'stored',
  call: (x: Value, axis?: SqueezeAxis) => {
    const axes = normalizeAxes(axis, x.shape.length, 'squeeze')
    return {
      inputs: [x],
      attributes: { axes: Object.freeze(axes.filter((one) => x.shape[one] === 1)) },
    }
  },
  shape: ({ x, attributes: { axes } }) => x.filter((_, axis) => !axes.includes(axis)),
  move: () => ({ kind: 'reshape' }),
  backward: ({ gates, x, upstream }) => ({ x: gates.reshape(upstream, x.shape) }),
  equation: ({ x, attributes: { axes } }) =>
    String.raw`\operatorname{squeeze}(${x}, ${formatShape(axes)})`,
  downstream: ({ upstream, shapes }) =>
    String.raw`\operatorname{reshape}(${upstream}, ${formatShape(shapes.x)})`,
  // Expected values: torch 1.13, torch.squeeze.
  samples: [
    { x: [[[1], [2]]], output: [1, 2] },
    { x: [[[1], [2]]], with: [0], output: [[1], [2]] },
    { x: [[[1], [2]]], with: [[0, -1]], output: [1, 2] },
    { x: [[[1], [2]]], with: [1], output: [[[1], [2]]] },
  ],
})

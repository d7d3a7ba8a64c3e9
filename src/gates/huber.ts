import type { Gate } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import {
  alikeConstraints,
  type Criterion,
  type CriterionAttributes,
  type CriterionMethod,
  type CriterionOptions,
  criterionCall,
  localNotation,
  lossShape,
  reducedNotation,
  reduceErrors,
  upstreamOfErrors,
} from './criterion.ts'
import { defineGate } from './define.ts'

export interface HuberOptions {
  /** Where the error turns from a square to a line. Default 1. */
  readonly delta?: number
}

export type Huber = Criterion<'huber', HuberOptions>

declare module '../ir/value.ts' {
  interface Value<S, D> {
    huber: CriterionMethod<'huber', HuberOptions>
  }
}

type HuberAttributes = CriterionAttributes & { readonly delta: number }

/**
 * Error of d = input − target that is d² / 2 up to |d| = delta and delta (|d| − delta / 2) beyond,
 * averaged over all elements: far outliers pull no harder than near ones.
 *
 * Shapes: input [...], target of the same shape → a scalar, or input's where `reduction` is 'none'.
 * Throws: SHAPE where the two shapes differ; ATTRIBUTE for a delta that is not above 0, or for a
 * reduction that is none of the three.
 * Source: PyTorch `huber_loss`.
 */
export const huber: Gate<Huber> = defineGate<Huber, ['input', 'target'], HuberAttributes>({
  name: 'huber',
  operands: ['input', 'target'],
  targets: ['target'],
  role: 'criterion',
  call: (
    input: Value,
    target: Value,
    { delta = 1, ...options }: CriterionOptions & HuberOptions = {},
  ) => {
    const { inputs, attributes } = criterionCall(input, target, options)
    return { inputs, attributes: { ...attributes, delta } }
  },
  constraints: {
    ...alikeConstraints,
    C4: {
      code: 'ATTRIBUTE',
      rule: 'delta is a finite number above 0',
      holds: ({ attributes: { delta } }) =>
        (delta > 0 && Number.isFinite(delta)) || `delta is ${delta}`,
      fix: 'leave delta out for 1, or give the error beyond which the cost grows as a line',
      broken: { input: 'f32[2]', target: 'f32[2]', with: [{ delta: 0 }] },
    },
  },
  shape: lossShape,
  expand: ({ gates, input, target, attributes }) => {
    const { delta } = attributes
    const difference = gates.subtract(input, target)
    const size = gates.abs(difference)
    const square = gates.multiply(gates.multiply(difference, difference), 0.5)
    const line = gates.multiply(gates.subtract(size, delta / 2), delta)
    return reduceErrors(gates, gates.where(gates.less(size, delta), square, line), attributes)
  },
  backward: ({ gates, input, target, attributes, upstream }) => {
    const { delta } = attributes
    const share = upstreamOfErrors(gates, { upstream, attributes, shape: input.shape })
    const difference = gates.subtract(input, target)
    const isNear = gates.less(gates.abs(difference), delta)
    const slope = gates.where(isNear, difference, gates.multiply(gates.sign(difference), delta))
    const gradient = gates.multiply(share, slope)
    return { input: gradient, target: gates.negate(gradient) }
  },
  equation: ({ input, target, attributes }) =>
    reducedNotation(
      String.raw`\operatorname{huber}_{${attributes.delta}}(${input} - ${target})`,
      attributes,
    ),
  local: ({ input, target, attributes }) => {
    const clamped = (difference: string) => {
      const { delta } = attributes
      return String.raw`\operatorname{clamp}(${difference}, -${delta}, ${delta})`
    }
    return {
      input: localNotation(clamped(`${input} - ${target}`), attributes),
      target: localNotation(clamped(`${target} - ${input}`), attributes),
    }
  },
  // Expected values: torch 1.13, torch.nn.functional.huber_loss.
  samples: [
    {
      input: [
        [1.5, -2, 0.5],
        [3, 0, -1],
      ],
      target: [
        [1, 1, 0.5],
        [-1, 0.25, -1.5],
      ],
      output: 1.046875,
    },
    {
      input: [
        [1.5, -2, 0.5],
        [3, 0, -1],
      ],
      target: [
        [1, 1, 0.5],
        [-1, 0.25, -1.5],
      ],
      with: [{ reduction: 'sum' }],
      output: 6.28125,
    },
    {
      input: [
        [1.5, -2, 0.5],
        [3, 0, -1],
      ],
      target: [
        [1, 1, 0.5],
        [-1, 0.25, -1.5],
      ],
      with: [{ reduction: 'none' }],
      output: [
        [0.125, 2.5, 0],
        [3.5, 0.03125, 0.125],
      ],
    },
    {
      input: [
        [1.5, -2, 0.5],
        [3, 0, -1],
      ],
      target: [
        [1, 1, 0.5],
        [-1, 0.25, -1.5],
      ],
      with: [{ delta: 2.5, reduction: 'none' }],
      output: [
        [0.125, 4.375, 0],
        [6.875, 0.03125, 0.125],
      ],
    },
    {
      input: [1, -2, Number.NaN, Number.POSITIVE_INFINITY],
      target: [0, -1, 0, 0],
      with: [{ reduction: 'none' }],
      output: [0.5, 0.5, Number.NaN, Number.POSITIVE_INFINITY],
    },
    { input: 3, target: 1, with: [{ delta: 0.5 }], output: 0.875 },
  ],
})

import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { ReduceShape } from '../ir/shape-type.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates } from './define.ts'
import {
  keptShape,
  type ReduceAttributes,
  type ReduceAxis,
  reduceCall,
  reducedCount,
  reducedShape,
} from './reduce.ts'
import { shareAmongTies } from './ties.ts'

export interface Norm {
  <
    S extends Shape,
    D extends DType,
    const A extends ReduceAxis = undefined,
    K extends boolean = false,
  >(
    x: Value<S, D>,
    p?: number,
    axis?: A,
    options?: { readonly keepDims?: K },
  ): Value<ReduceShape<S, A, K>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    norm<V extends Value, const A extends ReduceAxis = undefined, K extends boolean = false>(
      this: V,
      p?: number,
      axis?: A,
      options?: { readonly keepDims?: K },
    ): Value<ReduceShape<V['shape'], A, K>, V['dtype']>
  }
}

type NormAttributes = ReduceAttributes & { readonly p: number }

/**
 * (Σ |x|ᵖ)^(1/p) over some axes, or over all of them; `p` is 2 where nothing is said. Infinity gives
 * the largest |x|, −Infinity the smallest, 0 how many elements are not 0. The gradient of an element
 * that is 0, or of a norm that is 0, is 0; equals share that of ±Infinity.
 *
 * Shapes: x [...] → x without `axis`, or with size 1 there where `keepDims`.
 * Throws: ATTRIBUTE for an axis that is not there or a p that is NaN; SHAPE where there is nothing
 * to choose the largest or smallest from.
 * Source: PyTorch `norm`, `linalg.vector_norm`.
 *
 * @example
 * norm(x, 1, -1) // the sum of |x| of each row
 */
export const norm: Gate<Norm> = defineGate<Norm, ['x'], NormAttributes>({
  name: 'norm',
  operands: ['x'],
  role: 'mixer',
  call: (x: Value, p = 2, axis?: ReduceAxis, options?: { readonly keepDims?: boolean }) => {
    const { inputs, attributes } = reduceCall('norm')(x, axis, options)
    // The reduction's attributes are its axes and keepDims, by its own type.
    return { inputs, attributes: { ...attributes, p } as NormAttributes }
  },
  constraints: {
    C1: {
      rule: 'with p = ±Infinity the axes that are reduced have one element or more',
      holds: ({ x, attributes }) =>
        Number.isFinite(attributes.p) ||
        reducedCount(x.shape, attributes) > 0 ||
        'there is nothing to choose from',
      fix: 'leave the norm out where there is nothing to reduce',
      broken: { x: 'f32[2, 0]', with: [Number.POSITIVE_INFINITY, 1] },
    },
    C2: {
      code: 'ATTRIBUTE',
      rule: 'p is a number',
      holds: ({ attributes: { p } }) => !Number.isNaN(Number(p)) || `p is ${p}`,
      fix: 'give a number, or Infinity',
      broken: { x: 'f32[2]', with: [Number.NaN] },
    },
  },
  shape: reducedShape,
  expand: ({ gates, x, attributes }) => {
    const { p, axes, keepDims } = attributes
    const options = { keepDims }
    if (p === 2) return gates.sqrt(gates.sum(gates.multiply(x, x), axes, options))
    if (p === 0) return gates.sum(gates.cast(gates.notEqual(x, 0), x.dtype), axes, options)
    const size = gates.abs(x)
    if (p === Number.POSITIVE_INFINITY) return gates.max(size, axes, options)
    if (p === Number.NEGATIVE_INFINITY) return gates.min(size, axes, options)
    if (p === 1) return gates.sum(size, axes, options)
    return gates.power(gates.sum(gates.power(size, p), axes, options), 1 / p)
  },
  backward: ({ gates, x, attributes, output, upstream }) => {
    const { p } = attributes
    if (p === 0) return {}
    if (!Number.isFinite(p)) {
      const share = shareAmongTies({ gates, x: gates.abs(x), attributes, output, upstream })
      return { x: gates.multiply(share.x, gates.sign(x)) }
    }
    const kept = keptShape(x.shape, attributes)
    const reached = gates.reshape(upstream, kept)
    if (p === 1) return { x: gates.multiply(gates.sign(x), reached) }
    const length = gates.reshape(output, kept)
    if (p === 2) return { x: gates.multiply(x, quotient(gates, reached, length)) }
    // |x|^(p − 1) is infinite at 0 where p < 1: what is 0 is put in after.
    const size = gates.where(gates.equal(x, 0), 1, gates.abs(x))
    const slope = gates.multiply(gates.sign(x), gates.power(size, p - 1))
    const scale = quotient(gates, reached, gates.power(length, p - 1), gates.equal(length, 0))
    return { x: gates.multiply(slope, scale) }
  },
  equation: ({ x, attributes: { p } }) => String.raw`\lVert ${x} \rVert_{${symbolOf(p)}}`,
  local: ({ x, output, attributes: { p } }) => {
    if (p === 0) return '0'
    if (p === 1) return String.raw`\operatorname{sign}(${x})`
    if (p === 2) return String.raw`\frac{${x}}{${output}}`
    if (!Number.isFinite(p)) return String.raw`\operatorname{sign}(${x}) [|${x}| = ${output}]`
    return String.raw`\operatorname{sign}(${x}) (\frac{|${x}|}{${output}})^{${p - 1}}`
  },
  // Expected values: torch 1.13, torch.norm.
  samples: [
    {
      x: [
        [3, -4],
        [0, 5],
      ],
      output: Math.sqrt(50),
    },
    {
      x: [
        [3, -4],
        [0, 5],
      ],
      with: [2, 1],
      output: [5, 5],
    },
    {
      x: [
        [3, -4],
        [0, 5],
      ],
      with: [1, 0, { keepDims: true }],
      output: [[3, 9]],
    },
    {
      x: [
        [3, -4],
        [0, 5],
      ],
      with: [Number.POSITIVE_INFINITY, -1],
      output: [4, 5],
    },
    {
      x: [
        [3, -4],
        [0, 5],
      ],
      with: [Number.NEGATIVE_INFINITY, -1],
      output: [3, 0],
    },
    {
      x: [
        [3, -4],
        [0, 5],
      ],
      with: [0, 1],
      output: [2, 1],
    },
    { x: [1, -2, 2], with: [3], output: 2.571281590658235 },
    { x: [1, -4], with: [0.5], output: 9 },
    { x: [], output: 0 },
  ],
})

/** a / b, and 0 where there is nothing to divide by. */
function quotient(gates: Gates, a: Value, b: Value, isZero: Value = gates.equal(b, 0)): Value {
  return gates.where(isZero, 0, gates.divide(a, gates.where(isZero, 1, b)))
}

function symbolOf(p: number): string {
  if (Number.isFinite(p)) return String(p)
  return p > 0 ? String.raw`\infty` : String.raw`-\infty`
}

import { SluiceError } from '../errors.ts'
import { applyGateToAll } from '../ir/apply-gate.ts'
import { closeOver } from '../ir/close-over.ts'
import { createGate } from '../ir/create-gate.ts'
import type { Attribute, Gate } from '../ir/gate.ts'
import type { Graph } from '../ir/graph.ts'
import { type Shape, sameShape } from '../ir/shape.ts'
import { formatType, type TensorType, type Value } from '../ir/value.ts'
import type { Gates } from './define.ts'
import { input } from './input.ts'
import { walkBack } from './scan-backward.ts'

export interface ScanStep<O extends readonly Value[] = readonly Value[]> {
  /** What the next step begins with, of the types of the carries. */
  readonly carry: readonly Value[]
  /** What this step gives; stacked over the steps. */
  readonly outputs?: O
}

export interface ScanOptions<
  C extends readonly Value[] = readonly Value[],
  X extends readonly Value[] = readonly Value[],
> {
  /** What the first step begins with. */
  readonly carry: C
  /** Values whose first axis is walked; each step gets one element. */
  readonly sequences?: X
  /** How many steps, where there are no sequences. */
  readonly length?: number
  /** Walk from the last element to the first. */
  readonly reverse?: boolean
}

export interface Scan {
  <
    const C extends readonly Value[],
    const X extends readonly Value[] = readonly [],
    const O extends readonly Value[] = readonly [],
  >(
    step: (carry: Carried<C>, elements: Elements<X>) => ScanStep<O>,
    options: ScanOptions<C, X>,
  ): { readonly carry: Carried<C>; readonly outputs: Stacked<O> }
}

type Carried<C extends readonly Value[]> = {
  readonly [K in keyof C]: Value<C[K]['shape'], C[K]['dtype']>
}
/** What one step sees of sequences: they are without their first axis. */
type Elements<X extends readonly Value[]> = {
  readonly [K in keyof X]: Value<WithoutFirst<X[K]['shape']>, X[K]['dtype']>
}
type WithoutFirst<S extends Shape> = S extends readonly [number, ...infer R extends Shape]
  ? R
  : Shape
/** What the steps give, along a new first axis. */
type Stacked<O extends readonly Value[]> = {
  readonly [K in keyof O]: Value<readonly [number, ...O[K]['shape']], O[K]['dtype']>
}

type AnyScan = (
  step: (carry: readonly Value[], elements: readonly Value[]) => ScanStep,
  options: ScanOptions,
) => { readonly carry: readonly Value[]; readonly outputs: readonly Value[] }

export interface ScanAttributes {
  readonly [name: string]: Attribute
  /** Inputs: carries, elements, captured values. Outputs: new carries, what the step gives. */
  readonly body: Graph
  readonly carryCount: number
  readonly sequenceCount: number
  readonly length: number
  readonly reverse: boolean
}

/**
 * A loop over the first axis of some sequences with values carried from step to step.
 *
 * Shapes: carry [...] and sequences [length, ...] → the last carry [...], and outputs
 * [length, ...] stacked over the steps. The step may read any value from outside.
 * Throws: SHAPE where a carry changes its type, sequences differ in length or no length is known.
 * Source: JAX `lax.scan`.
 *
 * @example
 * scan(([h], [x]) => ({ carry: [h.matmul(W).add(x).tanh()] }), { carry: [h0], sequences: [xs] })
 */
export const scan: Gate<Scan> = createGate<Scan, ['...values'], ScanAttributes, Gates>(
  {
    name: 'scan',
    operands: ['...values'],
    role: 'loop',
    takes: 'any',
    scan: true,
    outputTypes: ({ attributes }) => {
      const types = Object.values(attributes.body.outputs).map((value) => value.type)
      const carries = types.slice(0, attributes.carryCount)
      const stacked = (type: TensorType) => stackedType(type, attributes.length)
      // The carries that each step began with are kept: the backward pass reads them.
      return [
        ...carries,
        ...types.slice(attributes.carryCount).map(stacked),
        ...carries.map(stacked),
      ]
    },
    backward: (context) => ({ values: walkBack(context) }),
    equation: ({ values, attributes }) =>
      String.raw`\operatorname{scan}_{${attributes.length}}(${values.join(', ')})`,
    downstream: ({ values, upstream }) => ({
      values: values.map(() => String.raw`\operatorname{scan}^\top(${upstream})`),
    }),
    samples: [],
  },
  (definition) => {
    const build: AnyScan = (step, { carry, sequences = [], reverse = false, ...options }) => {
      const length = lengthOf(sequences, options.length)
      const elements = sequences.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }))
      const placeholders = [...carry, ...elements].map(({ shape, dtype }, index) =>
        input(String(index), shape, { dtype }),
      )
      const result = step(placeholders.slice(0, carry.length), placeholders.slice(carry.length))
      checkCarry(carry, result.carry)
      const { body, captured } = closeOver(
        [...result.carry, ...(result.outputs ?? [])],
        placeholders,
        (name, { shape, dtype }) => input(name, shape, { dtype }),
      )
      const outputs = applyGateToAll(definition, [...carry, ...sequences, ...captured], {
        body,
        carryCount: carry.length,
        sequenceCount: sequences.length,
        length,
        reverse,
      })
      const given = result.outputs?.length ?? 0
      return {
        carry: outputs.slice(0, carry.length),
        outputs: outputs.slice(carry.length, carry.length + given),
      }
    }
    return build as Scan // the lists that come out are as long as C and O
  },
)

function stackedType({ shape, dtype }: TensorType, length: number): TensorType {
  return Object.freeze({ shape: Object.freeze([length, ...shape]), dtype })
}

function lengthOf(sequences: readonly Value[], length: number | undefined): number {
  checkLength(length)
  checkSequences(sequences)
  const lengths = new Set(sequences.map(({ shape }) => shape[0]))
  if (length !== undefined) lengths.add(length)
  const [only, other] = lengths
  if (only !== undefined && other === undefined && lengths.size === 1) return only
  throw new SluiceError({
    code: 'SHAPE',
    what:
      lengths.size === 0
        ? 'scan: the number of steps is not known'
        : 'scan: sequences differ in length',
    expected: 'sequences with a first axis of one length, or { length }',
    got:
      [
        ...sequences.map(({ type }) => formatType(type)),
        ...(length === undefined ? [] : [`length ${length}`]),
      ].join(', ') || 'no sequences and no length',
    fix: 'cut the sequences to one length, or give { length }',
  })
}

function checkLength(length: number | undefined): void {
  if (length === undefined || (Number.isInteger(length) && length >= 0)) return
  throw new SluiceError({
    code: 'SHAPE',
    what: 'scan: the length is not a number of steps',
    expected: 'a whole number, 0 or more',
    got: String(length),
    fix: 'give how many steps to walk',
  })
}

function checkSequences(sequences: readonly Value[]): void {
  const scalar = sequences.find(({ shape }) => shape.length === 0)
  if (!scalar) return
  throw new SluiceError({
    code: 'SHAPE',
    what: 'scan: a sequence has no axis to walk',
    where: `value ${scalar}`,
    expected: 'sequences with one axis or more, the first of which is walked',
    got: formatType(scalar.type),
    fix: 'let the step read it from outside: it is the same at every step',
  })
}

function checkCarry(before: readonly Value[], after: readonly Value[]): void {
  const same = before.every((value, index) => {
    const next = after[index]
    return next && sameShape(value.shape, next.shape) && value.dtype === next.dtype
  })
  if (same && before.length === after.length) return
  throw new SluiceError({
    code: 'SHAPE',
    what: 'scan: a step changes what is carried',
    expected: `carry of types ${before.map(({ type }) => formatType(type)).join(', ') || 'none'}`,
    got: after.map(({ type }) => formatType(type)).join(', ') || 'none',
    fix: 'let the step return carries of the types that it receives, in their order',
  })
}

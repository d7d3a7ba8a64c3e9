/**
 * What a gate is to the rest of the package: its operands, the types of its outputs, its meaning,
 * its backward rule and how it is written. How authors write one stands in gate-spec.ts.
 */
import type { Domain } from './dtype.ts'
import type { Expression } from './expression.ts'
import type { Graph } from './graph.ts'
import type { State } from './state.ts'
import type { NestedArray, Tensor, TensorLike } from './tensor.ts'
import type { TensorType, Value } from './value.ts'

/** Every attribute is plain data, a tensor, a state's declaration or a graph. */
export type Attribute =
  | number
  | string
  | boolean
  | null
  | readonly Attribute[]
  | Tensor
  | Graph
  | State
export type Attributes = Readonly<Record<string, Attribute>>

/** The part a gate plays in the backward pass; each is a property that the registry test checks. */
export const roles = [
  'distributor', // hands on the gradient that reaches it, the same share to every input element
  'switch', // each input gets the gradient times the other input
  'router', // the winner gets the gradient, the rest nothing
  'scaler', // the gradient times the gate's own derivative, element by element
  'adder', // the gradients of all copies are summed
  'mover', // the gradient is moved back where it came from
  'mixer', // every element of a row answers for every other
  'criterion', // gives the first gradient, from an error
  'stop', // no gradient passes
  'source', // a gate without inputs
  'loop', // what its body's gates are
] as const
export type Role = (typeof roles)[number]

/** A view of one operand, or what else moves elements without changing them. */
export type Move =
  | { readonly kind: 'reshape' }
  /** Element (i, j, …) of the output is the operand's at offset + i·strides[0] + j·strides[1] … */
  | { readonly kind: 'strided'; readonly offset: number; readonly strides: readonly number[] }
  | {
      readonly kind: 'pad'
      readonly low: readonly number[]
      readonly interior: readonly number[]
      readonly fill: number
    }
  | { readonly kind: 'concat'; readonly axis: number }

/**
 * The first element is its own result; each further one is combined with the result before it, which
 * linear multiplies by the second operand's element: y[i] = factor[i] · y[i − 1] + x[i].
 */
export type RunningCombine = 'sum' | 'prod' | 'max' | 'min' | 'linear'

/** How a gate's outputs come from its operands. Backends switch on it, never on a gate's name. */
export type Meaning =
  | {
      readonly kind: 'element'
      readonly expression: (operands: readonly Expression[], attributes: Attributes) => Expression
    }
  | { readonly kind: 'reduce'; readonly combine: 'sum' | 'prod' | 'max' | 'min' | 'argmax' }
  /** Along `attributes.axis` each element with all before it: see `RunningCombine`. */
  | { readonly kind: 'running'; readonly combine: RunningCombine }
  | { readonly kind: 'contract'; readonly form: 'matmul' | 'convolution' }
  | {
      readonly kind: 'move'
      readonly move: (inputs: readonly Value[], attributes: Attributes) => Move
    }
  | { readonly kind: 'index'; readonly form: 'gather' | 'scatterAdd' | 'scatter' }
  /** Along `attributes.axis` the first elements in order, and where each of them stood. */
  | { readonly kind: 'sort' }
  | { readonly kind: 'generate'; readonly form: 'constant' | 'iota' | 'randomBits' }
  | { readonly kind: 'source'; readonly form: 'input' | 'state' }
  | { readonly kind: 'scan' }
  | {
      readonly kind: 'composite'
      readonly expand: (
        inputs: readonly Value[],
        attributes: Attributes,
        gates: unknown,
      ) => readonly Value[]
    }

/** What rules need beside their operands: other gates, and the derivative of a graph. */
export interface RuleTools<G = unknown> {
  readonly gates: G
  readonly pullback: Pullback
}

/** Gradients of `body`, put on `inputs`, given the gradients that reach its outputs. */
export type Pullback = (
  body: Graph,
  inputs: readonly Value[],
  upstreams: readonly (Value | undefined)[],
  options?: { readonly tag?: string },
) => readonly (Value | undefined)[]

/** The erased form of a gate, which the rest of the package works with. */
export interface GateDefinition {
  readonly name: string
  /** Operand names in order; the last may be `...values`, which takes any number. */
  readonly operands: readonly string[]
  readonly role: Role
  /** What explain calls its part where the role says too little: 'activation'. */
  readonly part: string | undefined
  readonly meaning: Meaning
  readonly takes: { readonly [operand: string]: Domain }
  readonly constraints: { readonly [id: string]: ErasedConstraint }
  /** Operands that are given, not computed: explain lists no backward equation for them. */
  readonly targets: readonly string[]
  readonly samples: readonly Sample[]
  readonly hasBackward: boolean
  /** What must hold of the operands' elements, which only a run can tell; true or what is wrong. */
  readonly checkData:
    | ((inputs: readonly Tensor[], attributes: Attributes) => DataVerdict)
    | undefined
  readonly outputTypes: (inputs: readonly Value[], attributes: Attributes) => readonly TensorType[]
  /** Gradients of the inputs, in their order; absent where none passes. */
  readonly backward: (application: BackwardCall, tools: RuleTools) => readonly (Value | undefined)[]
  readonly notation: Notation
}

export type DataVerdict =
  | true
  | { readonly what: string; readonly expected: string; readonly got: string; readonly fix: string }

export interface BackwardCall {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly upstreams: readonly (Value | undefined)[]
  readonly attributes: Attributes
}

/** How a gate is written, in LaTeX over the symbols it is given. */
export interface Notation {
  readonly equation: (symbols: ErasedSymbols) => string
  readonly local: ((symbols: ErasedSymbols) => string | PerOperand) | undefined
  readonly downstream: ((symbols: ErasedSymbols) => string | PerOperand) | undefined
}
export type PerOperand = Readonly<Record<string, string | readonly string[]>>
export type ErasedSymbols = Readonly<Record<string, unknown>>

/** Operands by name, extra arguments of the call in `with`, and what must come out. */
export type Sample = Readonly<Record<string, unknown>> & {
  readonly with?: readonly unknown[]
  readonly output?: unknown
}

export interface ErasedConstraint {
  readonly code: 'SHAPE' | 'DTYPE' | 'ATTRIBUTE' | 'INDEX'
  readonly rule: string
  readonly holds: (inputs: readonly Value[], attributes: Attributes) => true | string
  readonly fix: string
  readonly broken: Sample
}

declare const signature: unique symbol
export type AnyFunction = (...args: never[]) => unknown

/** A gate: a function that builds values, and its own description. */
export type Gate<F extends AnyFunction> = F & GateMembers<F>
export interface GateMembers<F> {
  readonly definition: GateDefinition
  /**
   * The gate on plain numbers, in f64: operands by name, then further arguments of the call.
   *
   * @example
   * multiply.forward({ a: 3, b: -4 }) // -12
   */
  forward(operands: Readonly<Record<string, TensorLike>>, ...more: unknown[]): NestedArray
  /**
   * What the gate hands back to each operand for the gradient that reaches it (top_diff), which
   * is ones where it is not given: so a criterion gives the first gradient of the backward pass.
   *
   * @example
   * multiply.backward({ a: 3, b: -4 }, 2) // { a: -8, b: 6 }
   */
  backward(
    operands: Readonly<Record<string, TensorLike>>,
    upstream?: TensorLike,
    ...more: unknown[]
  ): Readonly<Record<string, NestedArray>>
  readonly [signature]?: F
}

/** What every gate function inherits from; src/methods.ts puts forward and backward on it. */
export const gatePrototype: object = Object.create(Function.prototype)

export function isGate(candidate: unknown): candidate is Gate<AnyFunction> {
  return typeof candidate === 'function' && Object.getPrototypeOf(candidate) === gatePrototype
}

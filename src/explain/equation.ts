/** What an explanation consists of, as plain data. */
import type { DType } from '../ir/dtype.ts'
import type { Role } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Tensor } from '../ir/tensor.ts'

export type EquationPhase = 'forward' | 'backward' | 'update'

/** What is given to the graph, not computed by it. */
export type GivenKind = 'input' | 'parameter' | 'state' | 'constant'

/** A value, a gradient or a state under the name that equations call it by. */
export interface Variable {
  readonly name: string
  readonly latex: string
  readonly shape: Shape
  readonly dtype: DType
}

export interface Given extends Variable {
  readonly kind: GivenKind
  /** Its contents, where a trace or the graph itself holds them. */
  readonly value?: Tensor
}

/** What stands on the right-hand side of an equation: operands forward, factors backward. */
export interface Operand extends Variable {
  readonly kind: GivenKind | 'result' | 'gradient' | 'upstream' | 'local' | 'share'
  /** Forward: which operand of the gate it is. */
  readonly operand?: string
  /** Backward: what a factor such as xᵀ is the transpose of, and that one's shape. */
  readonly transposeOf?: { readonly name: string; readonly shape: Shape }
}

/** The numbers of an equation, from a trace. */
export interface Numbers {
  /** What the left-hand side is; of a gate with several outputs the first. */
  readonly value: Tensor
  /** All outputs, where there are several. */
  readonly values?: readonly Tensor[]
  /** Backward: the gradient that reaches the gate (top_diff), one for each output that it reaches. */
  readonly upstreams?: readonly Tensor[]
  /** Backward: the gate's own derivative, where it is a single tensor. */
  readonly local?: Tensor
  /** Update: what the state held before. */
  readonly before?: Tensor
}

export interface Equation {
  /** `F1`, `B1`, `U1`; within an opened composite `F3.1`. */
  readonly id: string
  readonly phase: EquationPhase
  readonly gate: string
  /** The gate's part in the backward pass; null for an update, which has none. */
  readonly role: Role | null
  /** A sentence: `add: distributor — hands the gradient on unchanged to all its inputs`. */
  readonly part: string
  /** Backward: the forward equation that the gradient comes back through. */
  readonly of?: string
  /** Backward: which operand of the gate the gradient goes to. */
  readonly operand?: string
  /** Backward: the gradients that reach the gate. */
  readonly upstreams?: readonly string[]
  /** Where a value is used more than once: the equations whose gradients are added here. */
  readonly adds?: readonly string[]
  readonly output: Variable
  /** All outputs that something reads, where the gate has several. */
  readonly outputs?: readonly Variable[]
  readonly operands: readonly Operand[]
  /** `[2, 4]·[4, 3] → [2, 3]`: every factor as it stands in the product, and the result. */
  readonly shapes: string
  readonly text: string
  readonly latex: string
  /** Backward: the gate's own derivative as text, where it is written apart. */
  readonly local?: string
  /** The right-hand side with numbers, where all of them are scalars: `3 · (−4)`. */
  readonly substituted?: string
  readonly numbers?: Numbers
}

/** The plain data of an explanation. */
export interface ExplanationContent {
  /** What the gradients are of; null where nothing is differentiated. */
  readonly J: Variable | null
  /** Inputs, parameters, states and constants that the equations read. */
  readonly given: readonly Given[]
  /** F1 …, then B1 …, then U1 …. */
  readonly equations: readonly Equation[]
  /** What could not be explained, and why. */
  readonly notes: readonly string[]
}

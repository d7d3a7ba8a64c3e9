/** How a gate is described by its author: typed by the names of its operands and its attributes. */
import type { Domain, DType } from './dtype.ts'
import type { Expression } from './expression.ts'
import type {
  DataVerdict,
  Move,
  PerOperand,
  Role,
  RuleTools,
  RunningCombine,
  Sample,
} from './gate.ts'
import type { Shape } from './shape.ts'
import type { Tensor } from './tensor.ts'
import type { TensorType, Value } from './value.ts'

/** Operand names to T; `...values` gives a list. */
export type OperandRecord<N extends readonly string[], T> = {
  readonly [K in N[number] as K extends `...${infer Rest}` ? Rest : K]: K extends `...${string}`
    ? readonly T[]
    : T
}

/** One rule that must hold when the gate is applied, and how it is broken and mended. */
export interface Constraint<N extends readonly string[], A> {
  readonly code?: 'SHAPE' | 'DTYPE' | 'ATTRIBUTE' | 'INDEX'
  /** A sentence: `a and b have the same inner size`. */
  readonly rule: string
  /** True, or what was got instead: `4 ≠ 5`. */
  readonly holds: (context: OperandRecord<N, Value> & { readonly attributes: A }) => true | string
  readonly fix: string
  /** A call that breaks it, operands as types: `{ a: 'f32[2, 3]', b: 'f32[4, 5]' }`. */
  readonly broken: Sample
}

type Symbols<N extends readonly string[], A> = OperandRecord<N, string> & {
  readonly output: string
  readonly upstream: string
  readonly attributes: A
  readonly shapes: OperandRecord<N, Shape> & { readonly output: Shape }
}

type BackwardContext<N extends readonly string[], A, G> = OperandRecord<N, Value> &
  RuleTools<G> & {
    readonly attributes: A
    readonly output: Value
    readonly outputs: readonly Value[]
    readonly upstream: Value
    readonly upstreams: readonly (Value | undefined)[]
  }

type Gradients<N extends readonly string[]> = {
  readonly [K in N[number] as K extends `...${infer Rest}` ? Rest : K]?: K extends `...${string}`
    ? readonly (Value | undefined)[]
    : Value | undefined
}

/** Exactly one of these says what the gate computes. */
interface Meanings<N extends readonly string[], A, G> {
  /** A scalar expression, applied to every element; operands have one shape. */
  element: (operands: OperandRecord<N, Expression> & { readonly attributes: A }) => Expression
  /** A reduction over `attributes.axes`. */
  reduce: 'sum' | 'prod' | 'max' | 'min' | 'argmax'
  /** Results along `attributes.axis`, each of an element and all before it. */
  running: RunningCombine
  contract: 'matmul' | 'convolution'
  move: (context: OperandRecord<N, Value> & { readonly attributes: A }) => Move
  index: 'gather' | 'scatterAdd' | 'scatter'
  /**
   * The elements along `attributes.axis` in ascending order, with `attributes.descending` in the
   * other; as many of the first as the outputs hold there: these elements, and their places as i32.
   */
  sort: true
  generate: 'constant' | 'iota' | 'randomBits'
  source: 'input' | 'state'
  scan: true
  /** A composite: what it is in terms of other gates. One node until it is expanded. */
  expand: (
    context: OperandRecord<N, Value> & { readonly gates: G; readonly attributes: A },
  ) => Value | readonly Value[]
}

type ExactlyOne<T> = {
  [K in keyof T]: Pick<T, K> & { readonly [Other in Exclude<keyof T, K>]?: never }
}[keyof T]

interface SharedSpec<N extends readonly string[], A, G> {
  readonly name: string
  readonly operands: N
  readonly role: Role
  /** What its part is called where the role says too little: 'activation'. */
  readonly part?: string
  /** Dtypes that operands may have: one domain for all, or by operand. Default `floating`. */
  readonly takes?: Domain | { readonly [K in keyof OperandRecord<N, unknown>]?: Domain }
  readonly targets?: readonly (keyof OperandRecord<N, unknown>)[]
  readonly constraints?: { readonly [id: string]: Constraint<N, A> }
  /** The output's shape from the operands' shapes. Default: the first operand's. */
  readonly shape?: (context: OperandRecord<N, Shape> & { readonly attributes: A }) => Shape
  /** The output's dtype from the operands' dtypes. Default: the first operand's. */
  readonly dtype?: (context: OperandRecord<N, DType> & { readonly attributes: A }) => DType
  /** The types of all outputs, for a gate with several; instead of `shape` and `dtype`. */
  readonly outputTypes?: (
    context: OperandRecord<N, Value> & { readonly attributes: A },
  ) => readonly TensorType[]
  /** What must hold of the operands' elements, such as labels within range; checked at each run. */
  readonly checkData?: (
    context: OperandRecord<N, Tensor> & { readonly attributes: A },
  ) => DataVerdict
  /**
   * The gradients of the operands, built of other gates. A pure function: it may look at the gates,
   * attributes and types of the operands, of `upstream` at the type, and at nothing behind them, as
   * what it builds for some operands is built in the same way for others that are alike in these.
   */
  readonly backward?: (context: BackwardContext<N, A, G>) => Gradients<N>
  /** LaTeX of the forward equation's right side. Default: the name applied to the operands. */
  readonly equation?: (symbols: Symbols<N, A>) => string
  /** LaTeX of the local gradient, of the only operand or by operand. */
  readonly local?: (symbols: Symbols<N, A>) => string | PerOperand
  /** LaTeX of the downstream gradient where it is not upstream ⊙ local. */
  readonly downstream?: (symbols: Symbols<N, A>) => string | PerOperand
  readonly samples: readonly Sample[]
}

export type GateSpec<N extends readonly string[], A, G> = SharedSpec<N, A, G> &
  ExactlyOne<Meanings<N, A, G>>

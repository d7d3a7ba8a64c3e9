/** Operations of the scalar-expression language that are an operator of ONNX. */
import type { DType } from '../../ir/dtype.ts'
import type { BinaryOperation, Comparison, UnaryOperation } from '../../ir/expression.ts'
import type { Settings } from './graph-writer.ts'

/** Those that are missing have a form of their own in `scalar-forms.ts`. */
export const unaryOperators: { readonly [O in UnaryOperation]?: string } = {
  negate: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  abs: 'Abs',
  sign: 'Sign',
  sin: 'Sin',
  cos: 'Cos',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  erf: 'Erf',
  atan: 'Atan',
  floor: 'Floor',
  ceil: 'Ceil',
  round: 'Round',
  not: 'Not',
}

interface BinaryOperator {
  readonly operator: string
  readonly settings?: Settings
  /** What its operands have to be. */
  readonly on?: DType
}

export const binaryOperators: { readonly [O in BinaryOperation]: BinaryOperator } = {
  add: { operator: 'Add' },
  subtract: { operator: 'Sub' },
  multiply: { operator: 'Mul' },
  divide: { operator: 'Div' },
  power: { operator: 'Pow' },
  remainder: { operator: 'Mod', settings: { fmod: { int: 1 } } },
  maximum: { operator: 'Max' },
  minimum: { operator: 'Min' },
  and: { operator: 'And', on: 'bool' },
  or: { operator: 'Or', on: 'bool' },
  xor: { operator: 'BitwiseXor' },
  shiftLeft: { operator: 'BitShift', settings: { direction: { text: 'LEFT' } } },
  shiftRight: { operator: 'BitShift', settings: { direction: { text: 'RIGHT' } } },
}

export const comparisonOperators: {
  readonly [C in Comparison]: { readonly operator: string; readonly isNegated?: boolean }
} = {
  equal: { operator: 'Equal' },
  notEqual: { operator: 'Equal', isNegated: true },
  less: { operator: 'Less' },
  lessEqual: { operator: 'LessOrEqual' },
  greater: { operator: 'Greater' },
  greaterEqual: { operator: 'GreaterOrEqual' },
}

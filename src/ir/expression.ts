/**
 * The scalar-expression language: what an elementwise gate does to one element of each operand.
 * The interpreter evaluates it over whole arrays; a code generator prints it into a loop.
 */
import type { ComputeDType } from './dtype.ts'

export const unaryOperations = [
  'negate',
  'exp',
  'log',
  'log1p',
  'expm1',
  'sqrt',
  'abs',
  'sign',
  'sin',
  'cos',
  'tanh',
  'sigmoid',
  'softplus',
  'erf',
  'erfInverse',
  'erfc',
  'atan',
  'exp2',
  'log2',
  'log10',
  'floor',
  'ceil',
  'round',
  'truncate',
  'not',
] as const
export const binaryOperations = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'power',
  'remainder',
  'maximum',
  'minimum',
  'and',
  'or',
  'xor',
  'shiftLeft',
  'shiftRight',
] as const
export const comparisons = [
  'equal',
  'notEqual',
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
] as const
export type UnaryOperation = (typeof unaryOperations)[number]
export type BinaryOperation = (typeof binaryOperations)[number]
export type Comparison = (typeof comparisons)[number]

export type ExpressionNode =
  | { readonly kind: 'operand'; readonly index: number }
  /** Takes the dtype of what it meets. */
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'unary'; readonly operation: UnaryOperation; readonly x: Expression }
  | {
      readonly kind: 'binary'
      readonly operation: BinaryOperation
      readonly a: Expression
      readonly b: Expression
    }
  | {
      readonly kind: 'compare'
      readonly operation: Comparison
      readonly a: Expression
      readonly b: Expression
    }
  | {
      readonly kind: 'select'
      readonly condition: Expression
      readonly a: Expression
      readonly b: Expression
    }
  | { readonly kind: 'cast'; readonly x: Expression; readonly dtype: ComputeDType }

type Term = Expression | number

/** An expression over the elements of a gate's operands; immutable. */
export class Expression {
  readonly node: ExpressionNode

  constructor(node: ExpressionNode) {
    this.node = Object.freeze(node)
    Object.freeze(this)
  }

  static operand(index: number): Expression {
    return new Expression({ kind: 'operand', index })
  }

  static literal(value: number): Expression {
    return new Expression({ kind: 'literal', value })
  }

  negate(): Expression {
    return unary('negate', this)
  }
  exp(): Expression {
    return unary('exp', this)
  }
  log(): Expression {
    return unary('log', this)
  }
  log1p(): Expression {
    return unary('log1p', this)
  }
  expm1(): Expression {
    return unary('expm1', this)
  }
  sqrt(): Expression {
    return unary('sqrt', this)
  }
  abs(): Expression {
    return unary('abs', this)
  }
  sign(): Expression {
    return unary('sign', this)
  }
  sin(): Expression {
    return unary('sin', this)
  }
  cos(): Expression {
    return unary('cos', this)
  }
  tanh(): Expression {
    return unary('tanh', this)
  }
  sigmoid(): Expression {
    return unary('sigmoid', this)
  }
  softplus(): Expression {
    return unary('softplus', this)
  }
  erf(): Expression {
    return unary('erf', this)
  }
  erfInverse(): Expression {
    return unary('erfInverse', this)
  }
  erfc(): Expression {
    return unary('erfc', this)
  }
  atan(): Expression {
    return unary('atan', this)
  }
  exp2(): Expression {
    return unary('exp2', this)
  }
  log2(): Expression {
    return unary('log2', this)
  }
  log10(): Expression {
    return unary('log10', this)
  }
  floor(): Expression {
    return unary('floor', this)
  }
  ceil(): Expression {
    return unary('ceil', this)
  }
  /** To the nearest whole number, halves to the even one. */
  round(): Expression {
    return unary('round', this)
  }
  truncate(): Expression {
    return unary('truncate', this)
  }
  not(): Expression {
    return unary('not', this)
  }
  add(b: Term): Expression {
    return binary('add', this, b)
  }
  subtract(b: Term): Expression {
    return binary('subtract', this, b)
  }
  multiply(b: Term): Expression {
    return binary('multiply', this, b)
  }
  divide(b: Term): Expression {
    return binary('divide', this, b)
  }
  power(b: Term): Expression {
    return binary('power', this, b)
  }
  /** What division towards zero leaves, exactly: the sign is that of this. */
  remainder(b: Term): Expression {
    return binary('remainder', this, b)
  }
  maximum(b: Term): Expression {
    return binary('maximum', this, b)
  }
  minimum(b: Term): Expression {
    return binary('minimum', this, b)
  }
  and(b: Term): Expression {
    return binary('and', this, b)
  }
  or(b: Term): Expression {
    return binary('or', this, b)
  }
  xor(b: Term): Expression {
    return binary('xor', this, b)
  }
  shiftLeft(b: Term): Expression {
    return binary('shiftLeft', this, b)
  }
  shiftRight(b: Term): Expression {
    return binary('shiftRight', this, b)
  }
  equal(b: Term): Expression {
    return compare('equal', this, b)
  }
  notEqual(b: Term): Expression {
    return compare('notEqual', this, b)
  }
  less(b: Term): Expression {
    return compare('less', this, b)
  }
  lessEqual(b: Term): Expression {
    return compare('lessEqual', this, b)
  }
  greater(b: Term): Expression {
    return compare('greater', this, b)
  }
  greaterEqual(b: Term): Expression {
    return compare('greaterEqual', this, b)
  }
  /** `a` where this holds, else `b`. */
  select(a: Term, b: Term): Expression {
    return new Expression({
      kind: 'select',
      condition: this,
      a: toExpression(a),
      b: toExpression(b),
    })
  }
  cast(dtype: ComputeDType): Expression {
    return new Expression({ kind: 'cast', x: this, dtype })
  }
}

function unary(operation: UnaryOperation, x: Expression): Expression {
  return new Expression({ kind: 'unary', operation, x })
}

function binary(operation: BinaryOperation, a: Expression, b: Term): Expression {
  return new Expression({ kind: 'binary', operation, a, b: toExpression(b) })
}

function compare(operation: Comparison, a: Expression, b: Term): Expression {
  return new Expression({ kind: 'compare', operation, a, b: toExpression(b) })
}

function toExpression(term: Term): Expression {
  return typeof term === 'number' ? Expression.literal(term) : term
}

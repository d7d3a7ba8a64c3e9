/** Which single operation an elementwise gate is. */
import {
  type BinaryOperation,
  Expression,
  type ExpressionNode,
  type UnaryOperation,
} from '../ir/expression.ts'
import type { GateDefinition } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'

/** One operation on the operands in their order; a gate that computes more has none. */
export type Operation =
  | { readonly kind: 'unary'; readonly operation: UnaryOperation }
  | { readonly kind: 'binary'; readonly operation: BinaryOperation }
  | { readonly kind: 'select' }
  | { readonly kind: 'other' }

const other: Operation = { kind: 'other' }
const known = new WeakMap<GateDefinition, Operation>()

/** The operation of an application, told by its meaning and not by its name. */
export function operationOf({ gate, attributes }: Value): Operation {
  const { meaning, operands } = gate
  if (meaning.kind !== 'element') return other
  // With attributes the expression may differ from one application to the next.
  for (const _ in attributes) return other
  const before = known.get(gate)
  if (before) return before
  const terms = operands.map((_, index) => Expression.operand(index))
  const operation = classify(meaning.expression(terms, attributes).node)
  known.set(gate, operation)
  return operation
}

function classify(node: ExpressionNode): Operation {
  const isOperand = ({ node: term }: Expression, index: number) =>
    term.kind === 'operand' && term.index === index
  if (node.kind === 'unary' && isOperand(node.x, 0)) {
    return { kind: 'unary', operation: node.operation }
  }
  if (node.kind === 'binary' && isOperand(node.a, 0) && isOperand(node.b, 1)) {
    return { kind: 'binary', operation: node.operation }
  }
  const isSelect =
    node.kind === 'select' &&
    isOperand(node.condition, 0) &&
    isOperand(node.a, 1) &&
    isOperand(node.b, 2)
  return isSelect ? { kind: 'select' } : other
}

/** What `value` is the negative of, or with 'not' the opposite of; undefined for other values. */
export function operandOf(value: Value, inverse: 'negate' | 'not'): Value | undefined {
  const operation = operationOf(value)
  if (operation.kind !== 'unary' || operation.operation !== inverse) return undefined
  return value.input(0)
}

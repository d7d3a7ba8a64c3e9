import { internalError } from '../errors.ts'
import { noAttributes } from '../ir/apply-gate.ts'
import { dtypes } from '../ir/dtype.ts'
import { Expression } from '../ir/expression.ts'
import type { GateDefinition } from '../ir/gate.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import type { Lowering, Operand } from './lowering.ts'
import { waitingFor } from './waiting.ts'

interface Given {
  readonly inputs: readonly Operand[]
  readonly name: string | undefined
  /** Whether it may be computed where it is read. */
  readonly waits: boolean
}

/** An elementwise gate: one scalar expression at every element, now or where it is read. */
export function lowerElement(
  lowering: Lowering,
  application: Value,
  { inputs, name, waits }: Given,
): Operand {
  const { shape, dtype } = application
  const expression = expressionOf(application)
  const { node } = expression
  // Names of what changes nothing: the same elements, seen again.
  const same = node.kind === 'operand' ? inputs[node.index] : undefined
  if (same && same.dtype === dtype) return same.waiting ? lowering.withBuffer(same) : same
  const made = lowering.waitingFor(waitingFor(lowering, application, expression, { inputs, name }))
  // What is rounded on its way to memory must go there.
  const mayWait = waits && dtypes[dtype].use === 'compute' && sizeOf(shape) > 1
  return mayWait ? made : lowering.withBuffer(made)
}

// The expression of a gate without attributes is the same at every application.
const expressions = new WeakMap<GateDefinition, Expression>()

/** What an elementwise gate computes of one element of each operand. */
export function expressionOf({ gate, attributes, inputCount }: Value): Expression {
  const isShared = attributes === noAttributes
  const known = isShared ? expressions.get(gate) : undefined
  if (known) return known
  if (gate.meaning.kind !== 'element') throw internalError(`lower: ${gate.name} is no element gate`)
  const operands = Array.from({ length: inputCount }, (_, index) => Expression.operand(index))
  const made = gate.meaning.expression(operands, attributes)
  if (isShared) expressions.set(gate, made)
  return made
}

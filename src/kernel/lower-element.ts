import { internalError } from '../errors.ts'
import { noAttributes } from '../ir/apply-gate.ts'
import { type ComputeDType, dtypes } from '../ir/dtype.ts'
import { Expression } from '../ir/expression.ts'
import type { GateDefinition } from '../ir/gate.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { accessOf, BodyBuilder, type Term } from './body.ts'
import type { Lowering, Operand } from './lowering.ts'
import type { Naming } from './scalar-run.ts'

/** An elementwise gate: one scalar expression at every element. */
export function lowerElement(
  lowering: Lowering,
  application: Value,
  inputs: readonly Operand[],
  naming: Naming,
): Operand {
  const { type } = application
  const expression = expressionOf(application)
  if (isScalar(application, inputs)) {
    if (lowering.run.isFull) lowering.run.finish()
    return lowering.run.add(application, expression, inputs, naming)
  }
  lowering.gates = [application]
  const [first] = inputs
  // Names of what changes nothing: the same elements, seen again.
  if (expression.node.kind === 'operand' && first && first.dtype === type.dtype) {
    return inputs[expression.node.index] ?? first
  }
  lowering.run.finish()
  const body = new BodyBuilder()
  const terms = loadEach(lowering, body, inputs)
  const { use } = dtypes[type.dtype]
  const fallback: ComputeDType = use === 'compute' ? (type.dtype as ComputeDType) : 'f64' // by `use`
  const out = lowering.temporary(type, naming.name)
  body.store(accessOf(out), body.expression(expression, terms, fallback), type.dtype)
  lowering.nest(type.shape, body)
  return out
}

/** Whether it is one number from numbers, all in compute dtypes. */
function isScalar({ type }: Value, inputs: readonly Operand[]): boolean {
  return (
    sizeOf(type.shape) === 1 &&
    dtypes[type.dtype].use === 'compute' &&
    inputs.every(({ dtype }) => dtypes[dtype].use === 'compute')
  )
}

/** The elements of operands; of one that comes twice, once. */
function loadEach(
  lowering: Lowering,
  body: BodyBuilder,
  inputs: readonly Operand[],
): readonly Term[] {
  const terms = new Map<Operand, Term>()
  return inputs.map((input) => {
    const term = terms.get(input) ?? lowering.element(body, input)
    terms.set(input, term)
    return term
  })
}

// The expression of a gate without attributes is the same at every application.
const expressions = new WeakMap<GateDefinition, Expression>()

function expressionOf({ gate, attributes, inputCount }: Value): Expression {
  const isShared = attributes === noAttributes
  const known = isShared ? expressions.get(gate) : undefined
  if (known) return known
  if (gate.meaning.kind !== 'element') throw internalError(`lower: ${gate.name} is no element gate`)
  const operands = Array.from({ length: inputCount }, (_, index) => Expression.operand(index))
  const made = gate.meaning.expression(operands, attributes)
  if (isShared) expressions.set(gate, made)
  return made
}

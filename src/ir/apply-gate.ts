/** Applying a gate: every rule is checked while the graph is built, then the value is made. */
import { callSite, SluiceError } from '../errors.ts'
import { domains } from './dtype.ts'
import type { Attributes, ErasedConstraint, GateDefinition } from './gate.ts'
import { operandName } from './operands.ts'
import { formatShape, sameShape } from './shape.ts'
import { formatType, Value } from './value.ts'

/** The attributes of a gate that has none: one object, so that identity tells. */
export const noAttributes: Attributes = Object.freeze({})

/** Applies a gate with one output: checks every rule, then makes the value. */
export function applyGate(
  gate: GateDefinition,
  inputs: readonly Value[],
  attributes: Attributes = noAttributes,
  tag?: string,
): Value {
  checkRules(gate, inputs, attributes)
  const types = gate.outputTypes(inputs, attributes)
  const [first] = types
  if (!first) throw new RangeError(`${gate.name} has no output`)
  const outputTypes = types.length > 1 ? types : undefined
  const label =
    outputTypes || tag !== undefined
      ? { ...(outputTypes && { outputTypes }), ...(tag !== undefined && { tag }) }
      : undefined
  if (attributes !== noAttributes) Object.freeze(attributes)
  return Value.of(gate, inputs, attributes, first, label)
}

/** Applies a gate and gives all its outputs. */
export function applyGateToAll(
  gate: GateDefinition,
  inputs: readonly Value[],
  attributes: Attributes = noAttributes,
  tag?: string,
): readonly Value[] {
  const application = applyGate(gate, inputs, attributes, tag)
  return application.outputTypes.map((_, index) => application.output(index))
}

function checkRules(gate: GateDefinition, inputs: readonly Value[], attributes: Attributes): void {
  if (inputs.length !== gate.operands.length) checkOperandCount(gate, inputs)
  for (let index = 0; index < inputs.length; index++) {
    const input = inputs[index]
    if (!(input instanceof Value)) throw notAValue(gate, index, input)
    checkDomain(gate, inputs, index)
  }
  if (gate.meaning.kind === 'element') checkElementOperands(gate, inputs)
  for (const id in gate.constraints) {
    const constraint = gate.constraints[id] as ErasedConstraint // id is a key
    const verdict = constraint.holds(inputs, attributes)
    if (verdict === true) continue
    throw new SluiceError({
      code: constraint.code,
      what: `${gate.name}: ${verdict}`,
      where: describeCall(gate, inputs),
      expected: constraint.rule,
      got:
        inputs.map((v, i) => `${operandName(gate, i)} ${formatType(v.type)}`).join(', ') || verdict,
      fix: constraint.fix,
    })
  }
}

function checkOperandCount(gate: GateDefinition, inputs: readonly Value[]): void {
  const { operands, name } = gate
  const isVariadic = operands.at(-1)?.startsWith('...') === true
  if (isVariadic && inputs.length >= operands.length - 1) return
  throw new SluiceError({
    code: 'SHAPE',
    what: `${name}: it takes another number of operands`,
    where: describeCall(gate, inputs),
    expected: operands.length === 0 ? 'no operands' : operands.join(', '),
    got: `${inputs.length} ${inputs.length === 1 ? 'operand' : 'operands'}`,
    fix: 'give each operand once',
  })
}

function domainKey(gate: GateDefinition, index: number): string {
  const name = gate.operands[Math.min(index, gate.operands.length - 1)] ?? ''
  return name.startsWith('...') ? name.slice(3) : name
}

function checkElementOperands(gate: GateDefinition, inputs: readonly Value[]): void {
  const [first] = inputs
  for (const input of inputs) {
    if (first && !sameShape(first.shape, input.shape)) {
      throw new SluiceError({
        code: 'SHAPE',
        what: `${gate.name}: operands of an elementwise gate differ in shape`,
        where: describeCall(gate, inputs),
        expected: 'one shape for all operands',
        got: inputs.map((v) => formatShape(v.shape)).join(' and '),
        fix: 'call the gate as a function, which broadcasts, or use broadcastTo',
      })
    }
  }
}

/** Which call an error is about: `matmul(x, W1), built at model.ts:42`. */
export function describeCall(gate: GateDefinition, inputs: readonly (Value | undefined)[]): string {
  const operands = inputs.map((input, index) => input?.name ?? operandName(gate, index))
  const site = callSite()
  return `${gate.name}(${operands.join(', ')})${site ? `, built at ${site}` : ''}`
}

/** Throws DTYPE where the gate does not take operand `index` in the dtype that it has. */
export function checkDomain(
  gate: GateDefinition,
  inputs: readonly (Value | undefined)[],
  index: number,
): void {
  const domain = gate.takes[domainKey(gate, index)] ?? 'floating'
  const dtype = inputs[index]?.dtype
  if (!dtype || domains[domain].holds(dtype)) return
  const to = domain === 'u32' || domain === 'bool' ? domain : domain === 'integer' ? 'i32' : 'f32'
  throw new SluiceError({
    code: 'DTYPE',
    what: `${gate.name}: ${operandName(gate, index)} cannot be ${dtype}`,
    where: describeCall(gate, inputs),
    expected: `${operandName(gate, index)} of dtype ${domains[domain].phrase}`,
    got: dtype,
    fix: `convert it first: cast(${operandName(gate, index)}, '${to}')`,
  })
}

function notAValue(gate: GateDefinition, index: number, got: unknown): SluiceError {
  return new SluiceError({
    code: 'DTYPE',
    what: `${gate.name}: ${operandName(gate, index)} is not a value`,
    where: describeCall(gate, []),
    expected: 'a Value, made by a gate, input, parameter or constant',
    got: got === null ? 'null' : Array.isArray(got) ? 'an array' : typeof got,
    fix: Array.isArray(got) ? 'wrap it: constant([…])' : 'give a value or a number',
  })
}

/** How operands of one gate meet: literals take a dtype, shapes broadcast. */
import { SluiceError } from '../errors.ts'
import { checkDomain, describeCall } from '../ir/apply-gate.ts'
import { type ComputeDType, type DType, dtypes } from '../ir/dtype.ts'
import type { GateDefinition } from '../ir/gate.ts'
import { operandName } from '../ir/operands.ts'
import { broadcastShapes, formatShape, type Shape } from '../ir/shape.ts'
import { Value } from '../ir/value.ts'
import { broadcastTo } from './broadcast-to.ts'
import { constant } from './constant.ts'

/** What may stand for a value in a call. */
export type Operand = Value | number | boolean

/**
 * The operands of a gate as values. Literals take the dtype of the operands they meet; operands of
 * an elementwise gate are broadcast to one shape.
 * Throws DTYPE where dtypes mix, SHAPE where shapes do not broadcast.
 */
export function broadcastOperands(
  gate: GateDefinition,
  operands: readonly Operand[],
): readonly Value[] {
  if (isOneType(operands)) return operands
  if (operands.length === 2) {
    const [a, b] = operands
    const left = besideScalar(gate, a, b)
    if (left) return [left, b as Value] // as besideScalar has found
    const right = besideScalar(gate, b, a)
    if (right) return [a as Value, right] // likewise
  }
  if (gate.meaning.kind !== 'element') {
    return operands.map((operand) =>
      operand instanceof Value ? operand : literal(operand, undefined, gate),
    )
  }
  const shared = sharedDType(gate, operands)
  const values = operands.map((operand, index) =>
    operand instanceof Value
      ? operand
      : literal(operand, isFixed(gate, index) ? 'bool' : shared, gate),
  )
  let shape = values[0]?.shape ?? []
  for (const value of values) {
    const met = broadcastShapes(shape, value.shape)
    if ('clash' in met) throw doNotBroadcast(gate, values, met.clash)
    shape = met
  }
  return values.map((value) => spread(value, shape))
}

/** The usual case, told without looking into shapes: values that share one type. */
function isOneType(operands: readonly Operand[]): operands is readonly Value[] {
  const [first] = operands
  if (!(first instanceof Value)) return false
  for (const operand of operands) {
    if (!(operand instanceof Value) || operand.type !== first.type) return false
  }
  return true
}

/** `number` beside `value`, a floating-point scalar: neither needs to be broadcast. */
function besideScalar(
  gate: GateDefinition,
  number: Operand | undefined,
  value: Operand | undefined,
): Value | undefined {
  if (typeof number !== 'number' || !(value instanceof Value) || value.shape.length > 0) return
  const { dtype } = value
  const isShared = gate.meaning.kind === 'element' && isUniform(gate)
  return isShared && (dtype === 'f32' || dtype === 'f64') ? constant(number, { dtype }) : undefined
}

/** Whether no operand is a condition. */
function isUniform({ takes, operands }: GateDefinition): boolean {
  return takes[operands[0] ?? ''] !== 'bool' && takes[operands[1] ?? ''] !== 'bool'
}

/** A condition is bool whatever the other operands are. */
function isFixed(gate: GateDefinition, index: number): boolean {
  return gate.takes[operandName(gate, index)] === 'bool'
}

function sharedDType(gate: GateDefinition, operands: readonly Operand[]): DType | undefined {
  let first: Value | undefined
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index]
    if (!(operand instanceof Value) || isFixed(gate, index)) continue
    if (first && first.dtype !== operand.dtype) throw mixed(gate, operands, first, operand)
    first ??= operand
  }
  return first?.dtype
}

function literal(value: number | boolean, dtype: DType | undefined, gate: GateDefinition): Value {
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new SluiceError({
      code: 'DTYPE',
      what: `${gate.name}: an operand is not a value`,
      where: describeCall(gate, []),
      expected: 'a Value or a number',
      got: value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value,
      fix: Array.isArray(value) ? 'wrap it: constant([…])' : 'give a value or a number',
    })
  }
  const given = dtype ?? (typeof value === 'boolean' ? 'bool' : 'f32')
  if (!holdsLiteral(given, Number(value))) {
    throw new SluiceError({
      code: 'DTYPE',
      what: `${gate.name}: the literal ${value} does not fit ${given}`,
      where: describeCall(gate, []),
      expected: `a literal that ${given} holds, as the other operand is ${given}`,
      got: `${value}`,
      fix: "convert the other operand first: cast(x, 'f32')",
    })
  }
  // Storage dtypes never reach here: a gate that takes them has no literal operands.
  return constant(Number(value), { dtype: given as ComputeDType })
}

function holdsLiteral(dtype: DType, value: number): boolean {
  const { kind, sizeBytes } = dtypes[dtype]
  if (kind === 'float') return true
  if (kind === 'bool') return value === 0 || value === 1
  const low = kind === 'signed' ? -(2 ** (8 * sizeBytes - 1)) : 0
  return Number.isInteger(value) && value >= low && value - low < 2 ** (8 * sizeBytes)
}

function spread(value: Value, shape: Shape): Value {
  const isThere =
    value.shape.length === shape.length && value.shape.every((n, axis) => n === shape[axis])
  return isThere ? value : broadcastTo(value, shape)
}

function mixed(
  gate: GateDefinition,
  operands: readonly Operand[],
  first: Value,
  other: Value,
): SluiceError {
  const values = operands.map((operand) => (operand instanceof Value ? operand : undefined))
  // An operand that the gate does not take at all is said to be that: no cast to its dtype helps.
  for (const index of values.keys()) checkDomain(gate, values, index)
  return new SluiceError({
    code: 'DTYPE',
    what: `${gate.name}: dtypes ${first.dtype} and ${other.dtype} do not mix`,
    where: describeCall(gate, values),
    expected: 'operands of one dtype',
    got: `${first.dtype} and ${other.dtype}`,
    fix: `convert one of them: cast(${other.name ?? 'x'}, '${first.dtype}')`,
  })
}

function doNotBroadcast(
  gate: GateDefinition,
  values: readonly Value[],
  [left, right]: [number, number],
): SluiceError {
  const shapes = values.map((value) => formatShape(value.shape)).join(' and ')
  return new SluiceError({
    code: 'SHAPE',
    what: `${gate.name}: shapes ${shapes} do not broadcast`,
    where: describeCall(gate, values),
    expected: 'sizes that are equal, or 1, counted from the last axis',
    got: `${left} and ${right}`,
    fix: 'reshape or transpose one of them, or give it an axis of size 1',
  })
}

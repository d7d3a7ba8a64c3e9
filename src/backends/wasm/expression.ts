/**
 * What an instruction gives, as a tree: its operands are written where a statement of a function
 * takes it, so instructions run in the order of the statements, not of their making.
 */
import { internalError } from '../../errors.ts'
import { f32Bytes, f64Bytes, signedBytes, unsignedBytes } from './byte-writer.ts'
import type { ResultType, ValueType } from './types.ts'

/** An expression of type T; a number may stand for a constant of any type but v128. */
export type Operand<T extends ResultType> = T extends 'v128'
  ? Expression<T>
  : Expression<T> | number

export class Expression<T extends ResultType = ResultType> {
  readonly type: T
  /** One byte, or a prefix byte and 16 bits that follow it as LEB128. */
  readonly opcode: number
  readonly operands: readonly Expression[]
  /** Encoded already. */
  readonly immediates: Immediates
  /** Whether any number of statements may take it: a variable or a constant. */
  readonly isReusable: boolean
  /** Set where it is written: a second use would compute it a second time. */
  isSpent = false

  constructor(
    type: T,
    opcode: number,
    operands: readonly Expression[],
    immediates: Immediates = noBytes,
    isReusable = false,
  ) {
    this.type = type
    this.opcode = opcode
    this.operands = operands
    this.immediates = immediates
    this.isReusable = isReusable
  }
}

/** A global variable: an expression that reads it. */
export class Global<T extends ValueType = ValueType> extends Expression<T> {
  constructor(type: T, index: number) {
    super(type, opcodes.globalGet, noOperands, unsignedBytes(index), true)
  }
}

export type Immediates = Uint8Array | readonly number[]

const noBytes: readonly number[] = []
export const noOperands: readonly Expression[] = []

export const opcodes = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  branchTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  selectTyped: 0x1c,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Constant: 0x41,
  i64Constant: 0x42,
  f32Constant: 0x43,
  f64Constant: 0x44,
  v128Constant: 0xfd000c,
  shuffle: 0xfd000d,
} as const

/** An opcode as it is encoded. */
export function opcodeBytes(opcode: number): readonly number[] {
  return opcode < 0x100 ? [opcode] : [opcode >>> 16, ...unsignedBytes(opcode & 0xffff)]
}

/** A constant of a type that has numbers. */
export function constant<T extends ValueType>(type: T, value: number | bigint): Expression<T> {
  switch (type) {
    case 'i32':
      // Unsigned values are written as the signed ones with the same bits.
      return reusable(type, opcodes.i32Constant, signedBytes(wholeI32(value)))
    case 'i64':
      return reusable(type, opcodes.i64Constant, signedBytes(wholeI64(value)))
    case 'f32':
      return reusable(type, opcodes.f32Constant, f32Bytes(Number(value)))
    case 'f64':
      return reusable(type, opcodes.f64Constant, f64Bytes(Number(value)))
    default:
      throw internalError('constant: of v128 there is i32x4.constant and the like')
  }
}

function reusable<T extends ValueType>(type: T, opcode: number, bytes: Immediates): Expression<T> {
  return new Expression(type, opcode, noOperands, bytes, true)
}

/** A constant of the 16 bytes, lane 0 first. */
export function vectorConstant(bytes: Uint8Array): Expression<'v128'> {
  if (bytes.length !== 16) throw internalError('v128 constant: 16 bytes', `${bytes.length}`)
  return reusable('v128', opcodes.v128Constant, bytes)
}

/** The operand as an expression of `type`; `where` and `position` are for the error. */
export function operandOf(
  operand: Expression | number | undefined,
  type: ValueType,
  where: string,
): Expression {
  if (typeof operand === 'number' && type !== 'v128') return constant(type, operand)
  if (operand instanceof Expression && operand.type === type) return operand
  const got = operand instanceof Expression ? operand.type : typeof operand
  throw internalError(`${where}: an operand must be ${type}`, got)
}

/** An instruction applied to operands, each of its type. */
export function instruction<T extends ResultType>(
  name: string,
  shape: { readonly opcode: number; readonly takes: readonly ValueType[]; readonly gives: T },
  operands: readonly (Expression | number)[],
  immediates: Immediates = noBytes,
): Expression<T> {
  const { takes } = shape
  if (operands.length !== takes.length) {
    throw internalError(`${name}: takes ${takes.length} operands`, `${operands.length}`)
  }
  const checked: Expression[] = []
  for (let i = 0; i < takes.length; i++) {
    checked.push(operandOf(operands[i], takes[i] ?? 'i32', name))
  }
  return new Expression(shape.gives, shape.opcode, checked, immediates)
}

function wholeI32(value: number | bigint): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < -(2 ** 31) || number >= 2 ** 32) {
    throw internalError('i32 constant: a whole number of 32 bits', `${value}`)
  }
  return number | 0
}

function wholeI64(value: number | bigint): bigint {
  const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value)
  if (!isWhole || (BigInt.asIntN(64, BigInt(value)) !== BigInt(value) && BigInt(value) >> 64n)) {
    throw internalError('i64 constant: a whole number of 64 bits', `${value}`)
  }
  return BigInt.asIntN(64, BigInt(value))
}

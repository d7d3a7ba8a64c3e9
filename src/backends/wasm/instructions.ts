/**
 * The instructions, as functions from operands to expressions: `i32.add(i, 4)`,
 * `f32x4.relaxedMadd(a, b, c)`, `v128.load(address, 16)`. Names are the specification's in
 * camelCase; an address has an offset in bytes and an alignment, by default the natural one.
 */
import { constant, Expression, type Operand, opcodes, operandOf } from './expression.ts'
import {
  fillLanes,
  type Instructions,
  instructions,
  type LaneInstructions,
  type LaneMemoryInstructions,
  laneInstructions,
  laneMemoryInstructions,
  type MemoryInstructions,
  memoryInstructions,
  shuffle,
  vectorOf,
  wholeMemoryInstructions,
} from './instruction-tables.ts'
import {
  f32MemoryOpcodes,
  f64MemoryOpcodes,
  i32MemoryOpcodes,
  i64MemoryOpcodes,
  laneOpcodes,
  memoryOpcodes,
  v128LaneMemoryOpcodes,
  v128MemoryOpcodes,
} from './memory-opcodes.ts'
import { f32Opcodes, f64Opcodes, i32Opcodes, i64Opcodes } from './scalar-opcodes.ts'
import { typeCodes, type ValueType } from './types.ts'
import {
  f32x4Opcodes,
  f64x2Opcodes,
  i8x16Opcodes,
  i16x8Opcodes,
  i32x4Opcodes,
  i64x2Opcodes,
  v128Opcodes,
} from './vector-opcodes.ts'

interface Constants<T extends ValueType, N = number> {
  readonly constant: (value: N) => Expression<T>
}
interface LaneConstants<N = number> {
  /** The lanes, lane 0 first; of one number, that number in each lane. */
  readonly constant: (...lanes: readonly N[]) => Expression<'v128'>
}

export const i32: Instructions<typeof i32Opcodes> &
  MemoryInstructions<typeof i32MemoryOpcodes> &
  Constants<'i32'> = {
  ...instructions('i32', i32Opcodes),
  ...memoryInstructions('i32', i32MemoryOpcodes),
  constant: (value) => constant('i32', value),
}

export const i64: Instructions<typeof i64Opcodes> &
  MemoryInstructions<typeof i64MemoryOpcodes> &
  Constants<'i64', number | bigint> = {
  ...instructions('i64', i64Opcodes),
  ...memoryInstructions('i64', i64MemoryOpcodes),
  constant: (value) => constant('i64', value),
}

export const f32: Instructions<typeof f32Opcodes> &
  MemoryInstructions<typeof f32MemoryOpcodes> &
  Constants<'f32'> = {
  ...instructions('f32', f32Opcodes),
  ...memoryInstructions('f32', f32MemoryOpcodes),
  constant: (value) => constant('f32', value),
}

export const f64: Instructions<typeof f64Opcodes> &
  MemoryInstructions<typeof f64MemoryOpcodes> &
  Constants<'f64'> = {
  ...instructions('f64', f64Opcodes),
  ...memoryInstructions('f64', f64MemoryOpcodes),
  constant: (value) => constant('f64', value),
}

export const v128: Instructions<typeof v128Opcodes> &
  MemoryInstructions<typeof v128MemoryOpcodes> &
  LaneMemoryInstructions<typeof v128LaneMemoryOpcodes> = {
  ...instructions('v128', v128Opcodes),
  ...memoryInstructions('v128', v128MemoryOpcodes),
  ...laneMemoryInstructions('v128', v128LaneMemoryOpcodes),
}

interface Shuffle {
  /** Byte i is byte `lanes[i]` of a (0 to 15) or of b (16 to 31). */
  readonly shuffle: (
    a: Expression<'v128'>,
    b: Expression<'v128'>,
    lanes: readonly number[],
  ) => Expression<'v128'>
}

export const i8x16: Instructions<typeof i8x16Opcodes> &
  LaneInstructions<typeof laneOpcodes.i8x16> &
  LaneConstants &
  Shuffle = {
  ...instructions('i8x16', i8x16Opcodes),
  ...laneInstructions('i8x16', laneOpcodes.i8x16),
  constant: (...lanes) => vectorOf(Int8Array.from(fillLanes(lanes, 16))),
  shuffle,
}

export const i16x8: Instructions<typeof i16x8Opcodes> &
  LaneInstructions<typeof laneOpcodes.i16x8> &
  LaneConstants = {
  ...instructions('i16x8', i16x8Opcodes),
  ...laneInstructions('i16x8', laneOpcodes.i16x8),
  constant: (...lanes) => vectorOf(Int16Array.from(fillLanes(lanes, 8))),
}

export const i32x4: Instructions<typeof i32x4Opcodes> &
  LaneInstructions<typeof laneOpcodes.i32x4> &
  LaneConstants = {
  ...instructions('i32x4', i32x4Opcodes),
  ...laneInstructions('i32x4', laneOpcodes.i32x4),
  constant: (...lanes) => vectorOf(Int32Array.from(fillLanes(lanes, 4))),
}

export const i64x2: Instructions<typeof i64x2Opcodes> &
  LaneInstructions<typeof laneOpcodes.i64x2> &
  LaneConstants<bigint> = {
  ...instructions('i64x2', i64x2Opcodes),
  ...laneInstructions('i64x2', laneOpcodes.i64x2),
  constant: (...lanes) => vectorOf(BigInt64Array.from(fillLanes(lanes, 2))),
}

export const f32x4: Instructions<typeof f32x4Opcodes> &
  LaneInstructions<typeof laneOpcodes.f32x4> &
  LaneConstants = {
  ...instructions('f32x4', f32x4Opcodes),
  ...laneInstructions('f32x4', laneOpcodes.f32x4),
  constant: (...lanes) => vectorOf(Float32Array.from(fillLanes(lanes, 4))),
}

export const f64x2: Instructions<typeof f64x2Opcodes> &
  LaneInstructions<typeof laneOpcodes.f64x2> &
  LaneConstants = {
  ...instructions('f64x2', f64x2Opcodes),
  ...laneInstructions('f64x2', laneOpcodes.f64x2),
  constant: (...lanes) => vectorOf(Float64Array.from(fillLanes(lanes, 2))),
}

/** What concerns the whole memory: its size, copies, fills and the fence between threads. */
export const memory: Instructions<typeof memoryOpcodes> = wholeMemoryInstructions(
  'memory',
  memoryOpcodes,
)

/** a where the condition is not 0, else b; both are computed. */
export function select<T extends ValueType>(
  condition: Operand<'i32'>,
  a: Expression<T>,
  b: Expression<T>,
): Expression<T> {
  const operands = [a, operandOf(b, a.type, 'select'), operandOf(condition, 'i32', 'select')]
  // The form without a type is for numbers only, and a byte or two shorter.
  return a.type === 'v128'
    ? new Expression(a.type, opcodes.selectTyped, operands, [1, typeCodes.v128])
    : new Expression(a.type, opcodes.select, operands)
}

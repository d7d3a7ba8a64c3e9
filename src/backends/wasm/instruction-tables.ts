/** How a table of opcodes becomes functions from operands to expressions, and their types. */
import { internalError } from '../../errors.ts'
import { unsignedBytes } from './byte-writer.ts'
import {
  Expression,
  type Immediates,
  instruction,
  type Operand,
  opcodes,
  operandOf,
  vectorConstant,
} from './expression.ts'
import { type ResultType, type TypeOf, typesOf, type ValueType } from './types.ts'

/** A row of a table of opcodes; what `detail` is depends on the table. */
type Row<D = unknown> = readonly [opcode: number, takes: string, gives: string, detail?: D]
type Table<D = unknown> = Readonly<Record<string, Row<D>>>

type Operands<Letters extends string> = Letters extends `${infer First}${infer Rest}`
  ? [operand: Operand<TypeOf<First>>, ...rest: Operands<Rest>]
  : []

export type Instructions<T extends Table> = {
  readonly [N in keyof T]: (...operands: Operands<T[N][1]>) => Expression<TypeOf<T[N][2]>>
}
export type MemoryInstructions<T extends Table> = {
  readonly [N in keyof T]: (
    ...operands: [...Operands<T[N][1]>, offset?: number, align?: number]
  ) => Expression<TypeOf<T[N][2]>>
}
export type LaneMemoryInstructions<T extends Table> = {
  readonly [N in keyof T]: (
    ...operands: [...Operands<T[N][1]>, lane: number, offset?: number, align?: number]
  ) => Expression<TypeOf<T[N][2]>>
}
export type LaneInstructions<T extends Table> = {
  readonly [N in keyof T]: T[N][1] extends `v${infer Value}`
    ? (
        x: Expression<'v128'>,
        lane: number,
        ...value: Operands<Value>
      ) => Expression<TypeOf<T[N][2]>>
    : never
}

/** Instructions without immediates. */
export function instructions<T extends Table>(type: string, rows: T): Instructions<T> {
  return build(
    type,
    rows,
    (name, shape) =>
      (...operands) =>
        instruction(name, shape, operands),
  )
}

/** Instructions on an address, with an offset and an alignment after the operands. */
export function memoryInstructions<T extends Table<number>>(
  type: string,
  rows: T,
): MemoryInstructions<T> {
  return build(type, rows, (name, shape, natural) => (...given) => {
    const count = shape.takes.length
    const place = placeOf(name, given.slice(count), natural)
    return instruction(name, shape, given.slice(0, count), place)
  })
}

/** The same with the index of a lane before the offset. */
export function laneMemoryInstructions<T extends Table<number>>(
  type: string,
  rows: T,
): LaneMemoryInstructions<T> {
  return build(type, rows, (name, shape, natural) => (...given) => {
    const count = shape.takes.length
    const lane = laneOf(name, given[count], 16 >> natural)
    const place = placeOf(name, given.slice(count + 1), natural)
    return instruction(name, shape, given.slice(0, count), [...place, lane])
  })
}

/** Instructions on one lane: the vector, the lane's index, and what replaces it. */
export function laneInstructions<T extends Table<number>>(
  type: string,
  rows: T,
): LaneInstructions<T> {
  return build(type, rows, (name, shape, count) => (x, lane, ...value) => {
    return instruction(name, shape, [x ?? 0, ...value], [laneOf(name, lane, count)])
  })
}

/** Instructions on the whole memory, whose immediates are in their rows. */
export function wholeMemoryInstructions<T extends Table<Immediates>>(
  type: string,
  rows: T,
): Instructions<T> {
  return build(type, rows, (name, shape, bytes) => (...operands) => {
    return instruction(name, shape, operands, bytes)
  })
}

/** The 16 bytes of a whose index is below 16, and of b for 16 to 31, in the order of `lanes`. */
export function shuffle(
  a: Expression<'v128'>,
  b: Expression<'v128'>,
  lanes: readonly number[],
): Expression<'v128'> {
  if (lanes.length !== 16) throw internalError('shuffle: takes 16 lanes', `${lanes.length}`)
  const bytes = lanes.map((lane) => laneOf('shuffle', lane, 32))
  const operands = [operandOf(a, 'v128', 'shuffle'), operandOf(b, 'v128', 'shuffle')]
  return new Expression('v128', opcodes.shuffle, operands, bytes)
}

/** A constant of a typed array's lanes. */
export function vectorOf(lanes: ArrayBufferView): Expression<'v128'> {
  return vectorConstant(new Uint8Array(lanes.buffer, lanes.byteOffset, lanes.byteLength))
}

/** The lanes, or one number `count` times. */
export function fillLanes<N>(lanes: readonly N[], count: number): readonly N[] {
  const [first] = lanes
  if (lanes.length === 1 && first !== undefined) return new Array<N>(count).fill(first)
  if (lanes.length === count) return lanes
  throw internalError(`constant: takes 1 or ${count} lanes`, `${lanes.length}`)
}

interface Shape {
  readonly opcode: number
  readonly takes: readonly ValueType[]
  readonly gives: ResultType
}
type Loose = (...operands: (Expression | number)[]) => Expression

/** The functions of a table; their precise types are those that the caller declares for its rows. */
function build<D, R>(
  type: string,
  rows: Table<D>,
  make: (name: string, shape: Shape, detail: D) => Loose,
): R {
  const functions = Object.entries(rows).map(([name, row]) => {
    const [opcode, takes, gives, detail] = row
    const shape = {
      opcode,
      takes: typesOf(takes),
      gives: typesOf(gives)[0] ?? ('nothing' as const),
    }
    // Where D is not unknown, the tables give every row a detail.
    return [name, make(`${type}.${name}`, shape, detail as D)]
  })
  return Object.fromEntries(functions) as R // keys are the rows' names: a mapped type cannot be built
}

/** Alignment and offset, encoded; both in bytes. */
function placeOf(
  name: string,
  [offset = 0, align = 0]: readonly (Expression | number)[],
  natural: number,
): readonly number[] {
  const wanted = align === 0 ? natural : Math.log2(Number(align))
  const isAtomic = name.includes('.atomic')
  if (!Number.isInteger(wanted) || wanted > natural || (isAtomic && wanted !== natural)) {
    throw internalError(`${name}: the alignment is a power of two to ${1 << natural}`, `${align}`)
  }
  if (typeof offset !== 'number' || !Number.isInteger(offset) || offset < 0 || offset >= 2 ** 32) {
    throw internalError(`${name}: the offset is from 0 to 2^32 - 1`, `${offset}`)
  }
  return [wanted, ...unsignedBytes(offset)]
}

function laneOf(name: string, lane: Expression | number | undefined, count: number): number {
  if (typeof lane === 'number' && Number.isInteger(lane) && lane >= 0 && lane < count) return lane
  throw internalError(`${name}: a lane is from 0 to ${count - 1}`, `${lane}`)
}

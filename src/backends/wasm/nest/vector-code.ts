/**
 * The code of bodies for a vector: four elements of f32, i32, u32 and bool, or two of f64 and bool.
 * A bool is a mask.
 */
import { internalError } from '../../../errors.ts'
import { type ComputeDType, isFloating } from '../../../ir/dtype.ts'
import type { Operand } from '../expression.ts'
import { f32x4, f64x2, i32x4, v128 } from '../instructions.ts'
import type { Vector } from '../maths/lanes.ts'
import type { MathsName } from '../maths/library.ts'
import type { Binary, Cast, CodeContext, Compare, LaneCode, Term, Unary } from './lane-code.ts'
import { type Loose, loose } from './loose.ts'
import { randomBits } from './random-bits.ts'
import { comparisons, scalarCode } from './scalar-code.ts'
import { sharedFunction } from './shared-function.ts'
import { smallPower } from './small-power.ts'
import { sharedSpecial, writeSpecial } from './special-code.ts'

export interface VectorContext extends CodeContext {
  readonly lanes: 2 | 4
  /** Whether the maths is written in place rather than called. */
  readonly isInline: boolean
}

export function vectorCode(context: VectorContext): LaneCode {
  return {
    lanes: context.lanes,
    typeOf: () => 'v128',
    literal: (dtype, value) => vectorLiteral(dtype, value, context.lanes),
    position: (dtype, first, stride) => position(context, { dtype, first, stride }),
    unary: (kind, x) =>
      isFloating(kind.dtype) ? floatUnary(context, kind, x) : wholeUnary(kind, x),
    binary: (kind, a, b) =>
      isFloating(kind.dtype) ? floatBinary(context, kind, a, b) : wholeBinary(context, kind, a, b),
    special: ({ name, dtype }, operands) => {
      const { f, module, isRelaxed } = context
      const type = dtype === 'f32' ? 'f32x4' : 'f64x2'
      const kind = { name, type, isRelaxed } as const
      if (context.isInline) return writeSpecial(f, kind, operands as readonly Vector[]) // as in maths
      const shared = sharedSpecial(kind, operands.length)
      return loose(sharedFunction(module, shared)).call(...operands)
    },
    compare,
    select: (condition, a, b) => vectors.bitselect(a, b, condition),
    cast: (kind, x) => cast(context, kind, x),
    randomBits: (a, b, at) => loose(sharedFunction(context.module, randomBits)).call(a, b, at),
    isNotFinite: (dtype, x) => {
      const floats = floatsOf(dtype)
      return floats.ne(floats.sub(x, x), vectorLiteral(dtype, 0, context.lanes))
    },
  }
}

const vectors = loose(v128)
const words = loose(i32x4)
type FloatName = keyof typeof f32x4 & keyof typeof f64x2
const singles: Loose<FloatName> = loose(f32x4)
const doubles: Loose<FloatName> = loose(f64x2)

function floatsOf(dtype: ComputeDType): Loose<FloatName> {
  return dtype === 'f32' ? singles : doubles
}

function vectorLiteral(dtype: ComputeDType, value: number, lanes: number): Vector {
  if (dtype === 'f32') return f32x4.constant(value)
  if (dtype === 'f64') return f64x2.constant(value)
  if (dtype === 'bool') return i32x4.constant(value === 0 ? 0 : -1)
  if (lanes !== 4) throw internalError(`nest: ${dtype} in two lanes`)
  return i32x4.constant(value | 0)
}

interface Position {
  readonly dtype: ComputeDType
  readonly first: Operand<'i32'>
  readonly stride: number
}

function position({ lanes, f, ...context }: VectorContext, at: Position): Term {
  const { dtype, first, stride } = at
  if (lanes === 2) {
    const start = scalarCode({ f, ...context }).position('f64', first, stride)
    return doubles.add(doubles.splat(start), f64x2.constant(0, stride))
  }
  const steps = i32x4.constant(...[0, 1, 2, 3].map((lane) => (lane * stride) | 0))
  const whole = i32x4.add(i32x4.splat(first), steps)
  return dtype === 'f32' ? f32x4.convertI32x4S(whole) : whole
}

function floatUnary(context: VectorContext, { operation, dtype }: Unary, x: Term): Term {
  const floats = floatsOf(dtype)
  const number = (value: number): Vector => vectorLiteral(dtype, value, context.lanes)
  switch (operation) {
    case 'negate':
      return floats.neg(x)
    case 'sqrt':
    case 'abs':
    case 'floor':
    case 'ceil':
      return floats[operation](x)
    case 'round':
      return floats.nearest(x)
    case 'truncate':
      return floats.trunc(x)
    case 'sign': {
      const one = vectors.or(vectors.and(x, number(-0)), number(1))
      const hasSign = vectors.or(floats.lt(x, number(0)), floats.gt(x, number(0)))
      return vectors.bitselect(one, x, hasSign)
    }
    case 'not':
      return vectors.and(floats.eq(x, number(0)), number(1))
    default:
      return maths(context, dtype, operation, x)
  }
}

function maths(context: VectorContext, dtype: ComputeDType, name: MathsName, x: Term): Term {
  const type = dtype === 'f32' ? 'f32x4' : 'f64x2'
  if (!context.isInline) return loose(context.maths.function(name, type)).call(x)
  return context.maths.inline(context.f, name, type, x as Vector) // every value of this code is one
}

function floatBinary(context: VectorContext, kind: Binary, a: Term, b: Term): Term {
  const { operation, dtype, literal } = kind
  const floats = floatsOf(dtype)
  switch (operation) {
    case 'add':
      return floats.add(a, b)
    case 'subtract':
      return floats.sub(a, b)
    case 'multiply':
      return floats.mul(a, b)
    case 'divide':
      return floats.div(a, b)
    case 'maximum':
      // With a constant other than −0 and NaN, a comparison gives the same bits and takes a third
      // of the time: the instruction's care for NaN and zeros is long on x64.
      if (isPlain(literal, -0)) return vectors.bitselect(b, a, floats.le(a, b))
      return floats.max(a, b)
    case 'minimum':
      if (isPlain(literal, 0)) return vectors.bitselect(b, a, floats.ge(a, b))
      return floats.min(a, b)
    case 'power':
      return (
        smallPower({ multiply: floats.mul, literal }, a) ??
        loose(context.maths.pow(dtype === 'f32' ? 'f32x4' : 'f64x2')).call(a, b)
      )
    case 'remainder':
      return laneByLane(context, kind, a, b)
    default:
      throw internalError(`nest: ${operation} of ${dtype}`)
  }
}

function isPlain(literal: number | undefined, wrongZero: number): boolean {
  return literal !== undefined && !Number.isNaN(literal) && !Object.is(literal, wrongZero)
}

function wholeUnary({ operation, dtype }: Unary, x: Term): Term {
  const zero = i32x4.constant(0)
  const isSigned = dtype === 'i32'
  switch (operation) {
    case 'not':
      return dtype === 'bool' ? vectors.not(x) : vectors.and(words.eq(x, zero), i32x4.constant(1))
    case 'negate':
      return words.neg(x)
    case 'abs':
      return isSigned ? words.abs(x) : x
    case 'sign':
      // −1 for what is below 0; a mask of all ones is −1 too.
      return isSigned
        ? words.sub(words.shrS(x, 31), words.gtS(x, zero))
        : words.neg(words.ne(x, zero))
    case 'floor':
    case 'ceil':
    case 'round':
    case 'truncate':
      return x
    default:
      throw internalError(`nest: ${operation} of ${dtype}`)
  }
}

function wholeBinary(context: VectorContext, kind: Binary, a: Term, b: Term): Term {
  const { operation, dtype, literal } = kind
  const isSigned = dtype === 'i32'
  const isMask = dtype === 'bool'
  switch (operation) {
    case 'add':
      return words.add(a, b)
    case 'subtract':
      return words.sub(a, b)
    case 'multiply':
      return words.mul(a, b)
    case 'maximum':
      return isMask ? vectors.or(a, b) : words[isSigned ? 'maxS' : 'maxU'](a, b)
    case 'minimum':
      return isMask ? vectors.and(a, b) : words[isSigned ? 'minS' : 'minU'](a, b)
    case 'and':
      return vectors.and(a, b)
    case 'or':
      return vectors.or(a, b)
    case 'xor':
      return vectors.xor(a, b)
    case 'shiftLeft':
    case 'shiftRight': {
      if (literal === undefined) return laneByLane(context, kind, a, b)
      if (!(literal >= 0 && literal <= 31)) return i32x4.constant(0)
      return words[operation === 'shiftLeft' ? 'shl' : 'shrU'](a, literal)
    }
    case 'divide':
    case 'power':
    case 'remainder':
      return laneByLane(context, kind, a, b)
  }
}

/** For what has no instruction on vectors. */
function laneByLane({ f, ...context }: VectorContext, kind: Binary, a: Term, b: Term): Term {
  const scalar = scalarCode({ f, ...context })
  const lanes = isFloating(kind.dtype) ? floatsOf(kind.dtype) : words
  let result: Term = i32x4.constant(0)
  for (let lane = 0; lane < context.lanes; lane++) {
    const [x, y] = [f.let(lanes.extractLane(a, lane)), f.let(lanes.extractLane(b, lane))]
    result = lanes.replaceLane(result, lane, scalar.binary(kind, x, y))
  }
  return result
}

function compare({ operation, dtype }: Compare, a: Term, b: Term): Term {
  const name = comparisons[operation]
  if (isFloating(dtype)) return floatsOf(dtype)[name](a, b)
  if (dtype === 'bool') return compareMasks(name, a, b)
  if (name === 'eq' || name === 'ne') return words[name](a, b)
  return words[dtype === 'i32' ? (`${name}S` as const) : (`${name}U` as const)](a, b)
}

type ComparisonName = (typeof comparisons)[keyof typeof comparisons]

function compareMasks(name: ComparisonName, a: Term, b: Term): Term {
  switch (name) {
    case 'eq':
      return vectors.not(vectors.xor(a, b))
    case 'ne':
      return vectors.xor(a, b)
    case 'lt':
      return vectors.andnot(b, a)
    case 'le':
      return vectors.or(vectors.not(a), b)
    case 'gt':
      return vectors.andnot(a, b)
    case 'ge':
      return vectors.or(vectors.not(b), a)
  }
}

function cast({ lanes }: VectorContext, { from, to }: Cast, x: Term): Term {
  if (from === to) return x
  if (from === 'bool') return vectors.and(x, vectorLiteral(to, 1, lanes))
  if (to === 'bool') {
    const zero = vectorLiteral(from, 0, lanes)
    return isFloating(from) ? floatsOf(from).ne(x, zero) : words.ne(x, zero)
  }
  if (lanes === 2) throw internalError(`nest: cast from ${from} to ${to} in two lanes`)
  if (to === 'f32') return loose(f32x4)[from === 'i32' ? 'convertI32x4S' : 'convertI32x4U'](x)
  if (from === 'f32') return words[to === 'i32' ? 'truncSatF32x4S' : 'truncSatF32x4U'](x)
  // What the other type of integers does not hold has the sign bit set.
  const zero = i32x4.constant(0)
  return to === 'u32' ? words.maxS(x, zero) : words.minU(x, i32x4.constant(0x7fffffff))
}

/** The code of bodies for one element, as interpret/scalar.ts and element.ts define it. */
import { internalError } from '../../../errors.ts'
import { type ComputeDType, isFloating } from '../../../ir/dtype.ts'
import { f32, f32x4, f64, f64x2, i32, i32x4, select } from '../instructions.ts'
import { type MathsName, mathsNames } from '../maths/library.ts'
import type { ValueType } from '../types.ts'
import { signedPower, unsignedPower } from './integer-power.ts'
import type { Binary, Cast, CodeContext, Compare, LaneCode, Term, Unary } from './lane-code.ts'
import { type Loose, loose } from './loose.ts'
import { randomBits } from './random-bits.ts'
import { remainder } from './remainder.ts'
import { sharedFunction } from './shared-function.ts'
import { smallPower } from './small-power.ts'
import { sharedSpecial } from './special-code.ts'

export function scalarCode(context: CodeContext): LaneCode {
  return {
    lanes: 1,
    typeOf: scalarType,
    literal: scalarLiteral,
    position: (dtype, first) => {
      const index = typeof first === 'number' ? i32.constant(first) : first
      return isFloating(dtype) ? scalarCast({ from: 'i32', to: dtype }, index) : index
    },
    unary: (kind, x) =>
      isFloating(kind.dtype) ? floatUnary(context, kind, x) : wholeUnary(kind, x),
    binary: (kind, a, b) =>
      isFloating(kind.dtype) ? floatBinary(context, kind, a, b) : wholeBinary(context, kind, a, b),
    special: ({ name, dtype }, operands) => {
      const type = dtype === 'f32' ? 'f32x4' : 'f64x2'
      const vectors = dtype === 'f32' ? loose(f32x4) : loose(f64x2)
      const kind = { name, type, isRelaxed: context.isRelaxed } as const
      const shared = sharedSpecial(kind, operands.length)
      const { call } = loose(sharedFunction(context.module, shared))
      return vectors.extractLane(call(...operands.map((x) => vectors.splat(x))), 0)
    },
    compare,
    select: pick,
    cast: scalarCast,
    randomBits: (a, b, position) => {
      const { call } = loose(sharedFunction(context.module, randomBits))
      return lanes.extractLane(call(lanes.splat(a), lanes.splat(b), lanes.splat(position)), 0)
    },
    isNotFinite: (dtype, x) => {
      const floats = floatsOf(dtype)
      return floats.ne(floats.sub(x, x), 0)
    },
  }
}

const words = loose(i32)
const lanes = loose(i32x4)
type FloatName = keyof typeof f32 & keyof typeof f64
const singles: Loose<FloatName> = loose(f32)
const doubles: Loose<FloatName> = loose(f64)
const chosen = loose({ select })

function scalarType(dtype: ComputeDType): ValueType {
  return dtype === 'f32' || dtype === 'f64' ? dtype : 'i32'
}

function scalarLiteral(dtype: ComputeDType, value: number): Term {
  if (dtype === 'f32') return f32.constant(value)
  if (dtype === 'f64') return f64.constant(value)
  return i32.constant(dtype === 'bool' ? Number(value !== 0) : value | 0)
}

function floatsOf(dtype: ComputeDType): Loose<FloatName> {
  return dtype === 'f32' ? singles : doubles
}

/** a where the condition holds, else b. */
function pick(condition: Term, a: Term, b: Term): Term {
  return chosen.select(condition, a, b)
}

function floatUnary(context: CodeContext, { operation, dtype }: Unary, x: Term): Term {
  const floats = floatsOf(dtype)
  const number = (value: number): Term => scalarLiteral(dtype, value)
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
      const negative = pick(floats.lt(x, 0), number(-1), x)
      return pick(floats.gt(x, 0), number(1), negative)
    }
    case 'not':
      return pick(floats.eq(x, 0), number(1), number(0))
    default:
      return throughVector(context, dtype, operation, x)
  }
}

/** The function of the vector maths, so that one element gives the bits that a lane gives. */
function throughVector(
  { maths }: CodeContext,
  dtype: ComputeDType,
  name: MathsName,
  x: Term,
): Term {
  const vectors = dtype === 'f32' ? loose(f32x4) : loose(f64x2)
  const { call } = loose(maths.function(name, dtype === 'f32' ? 'f32x4' : 'f64x2'))
  return vectors.extractLane(call(vectors.splat(x)), 0)
}

function floatBinary(context: CodeContext, kind: Binary, a: Term, b: Term): Term {
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
    case 'remainder': {
      const { call } = loose(sharedFunction(context.module, remainder))
      if (dtype === 'f64') return call(a, b)
      return loose(f32).demoteF64(call(loose(f64).promoteF32(a), loose(f64).promoteF32(b)))
    }
    case 'maximum':
      return floats.max(a, b)
    case 'minimum':
      return floats.min(a, b)
    case 'power': {
      const power = smallPower({ multiply: floats.mul, literal }, a)
      if (power) return power
      const vectors = dtype === 'f32' ? loose(f32x4) : loose(f64x2)
      const { call } = loose(context.maths.pow(dtype === 'f32' ? 'f32x4' : 'f64x2'))
      return vectors.extractLane(call(vectors.splat(a), vectors.splat(b)), 0)
    }
    default:
      throw internalError(`nest: ${operation} of ${dtype}`)
  }
}

function wholeUnary({ operation, dtype }: Unary, x: Term): Term {
  const isSigned = dtype === 'i32'
  switch (operation) {
    case 'not':
      return words.eqz(x)
    case 'negate':
      return words.sub(0, x)
    case 'abs':
      return isSigned ? pick(words.ltS(x, 0), words.sub(0, x), x) : x
    case 'sign':
      return isSigned ? words.sub(words.gtS(x, 0), words.ltS(x, 0)) : words.ne(x, 0)
    case 'floor':
    case 'ceil':
    case 'round':
    case 'truncate':
      return x
    default:
      throw internalError(`nest: ${operation} of ${dtype}`)
  }
}

function wholeBinary(context: CodeContext, kind: Binary, a: Term, b: Term): Term {
  const { operation, dtype } = kind
  const isSigned = dtype === 'i32'
  switch (operation) {
    case 'add':
      return words.add(a, b)
    case 'subtract':
      return words.sub(a, b)
    case 'multiply':
      return words.mul(a, b)
    case 'divide':
      return isSigned ? signedQuotient(a, b) : unsignedQuotient(a, b)
    case 'remainder': {
      const divisor = words.or(b, words.eqz(b))
      return pick(b, isSigned ? words.remS(a, divisor) : words.remU(a, divisor), a)
    }
    case 'power': {
      const shared = isSigned ? signedPower : unsignedPower
      return loose(sharedFunction(context.module, shared)).call(a, b)
    }
    case 'maximum':
      return pick(isSigned ? words.gtS(a, b) : words.gtU(a, b), a, b)
    case 'minimum':
      return pick(isSigned ? words.ltS(a, b) : words.ltU(a, b), a, b)
    case 'and':
      return words.and(a, b)
    case 'or':
      return words.or(a, b)
    case 'xor':
      return words.xor(a, b)
    case 'shiftLeft':
      return pick(words.gtU(b, 31), i32.constant(0), words.shl(a, b))
    case 'shiftRight':
      return pick(words.gtU(b, 31), i32.constant(0), words.shrU(a, b))
  }
}

/** Towards zero; 0 for a divisor of 0; −2³¹ / −1, which would trap, wraps around. */
function signedQuotient(a: Term, b: Term): Term {
  // 0 and −1 are the divisors that may trap: those for which b + 1 is at most 1.
  const isSpecial = words.leU(words.add(b, 1), 1)
  const quotient = words.divS(a, pick(isSpecial, i32.constant(1), b))
  const special = words.and(words.sub(0, a), b)
  return pick(words.leU(words.add(b, 1), 1), special, quotient)
}

function unsignedQuotient(a: Term, b: Term): Term {
  const quotient = words.divU(a, words.or(b, words.eqz(b)))
  return pick(b, quotient, i32.constant(0))
}

function compare({ operation, dtype }: Compare, a: Term, b: Term): Term {
  if (isFloating(dtype)) {
    const floats = floatsOf(dtype)
    return floats[comparisons[operation]](a, b)
  }
  const name = comparisons[operation]
  if (name === 'eq' || name === 'ne') return words[name](a, b)
  return words[dtype === 'i32' ? (`${name}S` as const) : (`${name}U` as const)](a, b)
}

/** What the instructions call each comparison. */
export const comparisons = {
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt',
  lessEqual: 'le',
  greater: 'gt',
  greaterEqual: 'ge',
} as const

/** The number in another dtype: towards zero and within range for integers, NaN to 0. */
export function scalarCast({ from, to }: Cast, x: Term): Term {
  if (from === to) return x
  if (to === 'bool') return isFloating(from) ? floatsOf(from).ne(x, 0) : words.ne(x, 0)
  if (to === 'f32' && from === 'f64') return loose(f32).demoteF64(x)
  if (to === 'f64' && from === 'f32') return loose(f64).promoteF32(x)
  if (isFloating(to)) {
    return floatsOf(to)[from === 'i32' ? 'convertI32S' : 'convertI32U'](x)
  }
  if (isFloating(from)) {
    const width = from === 'f32' ? 'F32' : 'F64'
    return words[`truncSat${width}${to === 'i32' ? 'S' : 'U'}` as const](x)
  }
  if (from === 'bool') return x
  // What the other type of integers does not hold has the sign bit set.
  const isOutside = words.ltS(x, 0)
  return pick(isOutside, i32.constant(to === 'u32' ? 0 : 0x7fffffff), x)
}

/** Whether it takes a call, or as long as one. */
export function isTranscendental(operation: string): boolean {
  return (
    operation === 'power' ||
    operation === 'remainder' ||
    (mathsNames as readonly string[]).includes(operation)
  )
}

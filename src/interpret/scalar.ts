/** What each operation of the scalar-expression language does to numbers. */
import { type ComputeDType, isFloating } from '../ir/dtype.ts'
import type { BinaryOperation, Comparison, UnaryOperation } from '../ir/expression.ts'
import { erf, erfc, erfInverse, roundHalfEven, sigmoid, softplus } from './special.ts'

export type ScalarFunction = (a: number, b: number, c: number) => number
type Table = { readonly [O in UnaryOperation | BinaryOperation | Comparison]: ScalarFunction }

/** The operations on numbers of `dtype`. Results are rounded by the array they are stored in. */
export function scalarFunctions(dtype: ComputeDType): Table {
  return isFloating(dtype) ? floating : integers
}

const floating: Table = {
  negate: (a) => -a,
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  expm1: Math.expm1,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid,
  softplus,
  erf,
  erfInverse,
  erfc,
  atan: Math.atan,
  exp2: (a) => 2 ** a,
  log2: Math.log2,
  log10: Math.log10,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  truncate: Math.trunc,
  not: (a) => (a === 0 ? 1 : 0),
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  // C's pow, which NumPy and PyTorch follow, gives 1 where JavaScript gives NaN.
  power: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
  remainder: (a, b) => a % b,
  // Not Math.max itself, which would take a third argument too.
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  and: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  or: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
  xor: (a, b) => (a ^ b) >>> 0,
  shiftLeft: (a, b) => (b > 31 ? 0 : (a << b) >>> 0),
  shiftRight: (a, b) => (b > 31 ? 0 : a >>> b),
  equal: (a, b) => (a === b ? 1 : 0),
  notEqual: (a, b) => (a !== b ? 1 : 0),
  less: (a, b) => (a < b ? 1 : 0),
  lessEqual: (a, b) => (a <= b ? 1 : 0),
  greater: (a, b) => (a > b ? 1 : 0),
  greaterEqual: (a, b) => (a >= b ? 1 : 0),
}

/**
 * i32 and u32 wrap around; division goes towards zero, and gives 0 for a divisor of 0, so that all
 * of a remains.
 */
const integers: Table = {
  ...floating,
  multiply: Math.imul,
  divide: (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
  remainder: (a, b) => (b === 0 ? a : a % b),
  power: integerPower,
}

function integerPower(base: number, exponent: number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? (exponent % 2 === 0 ? 1 : -1) : 0
  let result = 1
  let square = base
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, square)
    square = Math.imul(square, square)
  }
  return result
}

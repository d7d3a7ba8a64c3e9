/**
 * Rules for elementwise gates. Each holds to the last bit, for NaN, the infinities and both zeros
 * too; what looks like a rule and is none stands here as well:
 *
 *     x + 0     is not x, as −0 + 0 is 0; x + −0 and x − 0 are x
 *     x · 0     is not 0, as ∞ · 0 and NaN · 0 are NaN and −1 · 0 is −0
 *     0 − x     is not −x, as 0 − 0 is 0
 *     x − x     is not 0, x / x is not 1: both are NaN for NaN and ∞
 *     x^0.5     is not √x, which of −0 is −0 and of −∞ NaN
 *     a·x + b·x is not (a + b)·x: that rounds at other places
 */
import { add } from '../gates/add.ts'
import { divide } from '../gates/divide.ts'
import { multiply } from '../gates/multiply.ts'
import { subtract } from '../gates/subtract.ts'
import { isFloating } from '../ir/dtype.ts'
import type { BinaryOperation } from '../ir/expression.ts'
import { isSameType, isSameValue, type Value } from '../ir/value.ts'
import type { Build, Rule } from './rules.ts'
import { operandOf, operationOf } from './simplify-operation.ts'
import { full, uniformNumber } from './simplify-uniform.ts'

/** Simplifies single operations on numbers: neutral elements, signs, powers and divisions. */
export const arithmetic: Rule = (application, inputs, build) => {
  const operation = operationOf(application)
  const [a, b] = inputs
  switch (operation.kind) {
    case 'unary': {
      const { operation: name } = operation
      if (!a || (name !== 'negate' && name !== 'not')) return undefined
      if (name === 'not' && a.dtype !== 'bool') return undefined
      return operandOf(a, name)
    }
    case 'binary': {
      // A gate may take operands of other types than it gives; these rules are for one type.
      if (!a || !b || !isSameType(a.type, application.type)) return undefined
      if (!isSameType(b.type, application.type)) return undefined
      return (
        withNeutral(operation.operation, a, b) ??
        withConstant(operation.operation, a, b, build) ??
        withNegative(operation.operation, a, b, build)
      )
    }
    case 'select':
      return choice(inputs)
    case 'other':
      return undefined
  }
}

/** Where one operand leaves the other as it is, the other. */
function withNeutral(operation: BinaryOperation, a: Value, b: Value): Value | undefined {
  const right = uniformNumber(b)
  if (right !== undefined && isNeutral(operation, right, b)) return a
  if (!isCommutative[operation]) return undefined
  const left = uniformNumber(a)
  return left !== undefined && isNeutral(operation, left, a) ? b : undefined
}

const isCommutative: { readonly [O in BinaryOperation]?: true } = {
  add: true,
  multiply: true,
  maximum: true,
  minimum: true,
  and: true,
  or: true,
  xor: true,
}

/** Whether x operation `number` is x, for every x. */
function isNeutral(operation: BinaryOperation, number: number, { dtype }: Value): boolean {
  switch (operation) {
    case 'add':
      return isFloating(dtype) ? Object.is(number, -0) : number === 0
    case 'subtract':
      return isFloating(dtype) ? Object.is(number, 0) : number === 0
    case 'multiply':
    case 'divide':
    case 'power':
      return number === 1
    case 'maximum':
      return number === -Infinity
    case 'minimum':
      return number === Infinity
    case 'and':
      return dtype === 'bool' && number === 1
    case 'or':
      return dtype === 'bool' && number === 0
    case 'xor':
    case 'shiftLeft':
    case 'shiftRight':
      return number === 0
    case 'remainder':
      return false
  }
}

/** Powers and divisions that a product gives as exactly, and faster. */
function withConstant(
  operation: BinaryOperation,
  a: Value,
  b: Value,
  build: Build,
): Value | undefined {
  if (operation !== 'power' && operation !== 'divide') return undefined
  const number = uniformNumber(b)
  if (number === undefined) return undefined
  if (operation === 'divide') {
    // Both round the same number, as the reciprocal of a power of two is a power of two.
    const isExact = isFloating(b.dtype) && isPowerOfTwo(number)
    return isExact ? build(multiply.definition, [a, full(build, 1 / number, b)]) : undefined
  }
  if (number === 0) return full(build, 1, a) // of NaN and ∞ too
  if (number === 2) return build(multiply.definition, [a, a])
  if (number !== -1 || !isFloating(a.dtype)) return undefined
  return build(divide.definition, [full(build, 1, a), a])
}

/** Plus or minus a power of two that f32 holds, as it holds its reciprocal, to full precision. */
function isPowerOfTwo(number: number): boolean {
  const size = Math.abs(number)
  if (!(size >= 2 ** -126 && size <= 2 ** 126)) return false
  return 2 ** Math.round(Math.log2(size)) === size
}

/** Sums and differences of negatives. */
function withNegative(
  operation: BinaryOperation,
  a: Value,
  b: Value,
  build: Build,
): Value | undefined {
  if (operation !== 'add' && operation !== 'subtract') return undefined
  const fromRight = operandOf(b, 'negate')
  if (fromRight) {
    const opposite = operation === 'add' ? subtract : add
    return build(opposite.definition, [a, fromRight])
  }
  const fromLeft = operation === 'add' ? operandOf(a, 'negate') : undefined
  return fromLeft && build(subtract.definition, [b, fromLeft])
}

/** The one that a constant condition chooses, or that is the choice either way. */
function choice([condition, a, b]: readonly Value[]): Value | undefined {
  if (!condition || !a || !b) return undefined
  if (isSameValue(a, b)) return a
  const chosen = uniformNumber(condition)
  return chosen === undefined ? undefined : chosen === 0 ? b : a
}

/**
 * Operations of the scalar-expression language that ONNX has no operator for, or none that does the
 * same at the edges, in terms of others.
 */
import { type ComputeDType, isFloating } from '../../ir/dtype.ts'
import { type BinaryOperation, Expression, type UnaryOperation } from '../../ir/expression.ts'

type UnaryForm = (x: Expression) => Expression
type BinaryForm = (a: Expression, b: Expression) => Expression

/** What stands for an operation on this dtype; undefined where an operator does. */
export function unaryForm(operation: UnaryOperation, dtype: ComputeDType): UnaryForm | undefined {
  const form = dtype === 'f64' ? doubleForms[operation] : undefined
  if (form || isFloating(dtype)) return form ?? floatForms[operation]?.(dtype)
  return dtype === 'bool' ? undefined : integerForms(dtype)[operation]
}

/** The same for two operands, of which the second may be a number that is known. */
export function binaryForm(
  operation: BinaryOperation,
  dtype: ComputeDType,
  known: number | undefined,
): BinaryForm | undefined {
  switch (operation) {
    case 'shiftLeft':
    case 'shiftRight':
      return shifted(operation, known)
    case 'divide':
      return isFloating(dtype) ? undefined : divided(dtype, known)
    case 'remainder':
      return isFloating(dtype) || known ? undefined : remainder
    case 'power':
      return isFloating(dtype) ? undefined : power(known)
    default:
      return undefined
  }
}

const floatForms: { readonly [O in UnaryOperation]?: (dtype: ComputeDType) => UnaryForm } = {
  log1p: () => log1p,
  expm1: () => expm1,
  erfc: (dtype) => (x) => erfc(x.cast('f64')).cast(dtype),
  erfInverse: () => erfInverse,
  exp2: () => (x) => Expression.literal(2).power(x),
  // In f32 the logarithm of a power of 2 or 10 would miss the whole number that it is.
  log2: (dtype) => (x) => x.cast('f64').log().multiply(Math.LOG2E).cast(dtype),
  log10: (dtype) => (x) => x.cast('f64').log().multiply(Math.LOG10E).cast(dtype),
  truncate: () => (x) => x.less(0).select(x.ceil(), x.floor()),
}

/** Where onnxruntime's own would not do. */
const doubleForms: { readonly [O in UnaryOperation]?: UnaryForm } = {
  softplus,
  // x · Sigmoid(x) becomes QuickGelu there, which has no kernel for f64.
  sigmoid: (x) => Expression.literal(1).divide(x.negate().exp().add(1)),
}

/** Whole numbers have no fraction to drop; u32 has no sign. */
function integerForms(dtype: ComputeDType): { readonly [O in UnaryOperation]?: UnaryForm } {
  const same: UnaryForm = (x) => x
  const whole = { floor: same, ceil: same, round: same, truncate: same }
  if (dtype === 'i32') return whole
  return { ...whole, abs: same, negate: (x) => Expression.literal(0).subtract(x) }
}

/** onnxruntime's Softplus of f64 overflows beyond 710. */
function softplus(x: Expression): Expression {
  return x.maximum(0).add(log1p(x.abs().negate().exp()))
}

/**
 * log(1 + x) without losing the digits of a small x: what rounding took of 1 + x, log takes in the
 * same way, and the ratio is right. Source: W. Kahan; D. Goldberg, "What every computer scientist
 * should know about floating-point arithmetic", theorem 4.
 */
function log1p(x: Expression): Expression {
  const u = x.add(1)
  const logarithm = u.log()
  const corrected = logarithm.multiply(x).divide(u.subtract(1))
  return u.equal(1).select(x, u.equal(Number.POSITIVE_INFINITY).select(u, corrected))
}

/** exp(x) − 1 in the same way. Source: N. J. Higham, "Accuracy and stability", section 1.14.1. */
function expm1(x: Expression): Expression {
  const u = x.exp()
  const less = u.subtract(1)
  const corrected = less.multiply(x).divide(u.log())
  const isAtEnd = less.equal(-1).or(u.equal(Number.POSITIVE_INFINITY))
  return u.equal(1).select(x, isAtEnd.select(less, corrected))
}

/** To 1.2e-7 of the result. Source: W. H. Press et al., "Numerical recipes", 2nd edition, 6.2, erfcc. */
function erfc(x: Expression): Expression {
  const size = x.abs()
  const t = Expression.literal(1).divide(size.multiply(0.5).add(1))
  const tail = polynomial(erfcCoefficients, t).subtract(size.multiply(size)).exp().multiply(t)
  return x.less(0).select(Expression.literal(2).subtract(tail), tail)
}

const erfcCoefficients = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
]

/** To 4e-7 of the result. Source: M. Giles, "Approximating the erfinv function", 2010, single precision. */
function erfInverse(x: Expression): Expression {
  const depth = Expression.literal(1).subtract(x).multiply(x.add(1)).log().negate()
  const centre = polynomial(inverseCentre, depth.subtract(2.5))
  const tail = polynomial(inverseTail, depth.sqrt().subtract(3))
  const within = depth.less(5).select(centre, tail).multiply(x)
  return x.abs().equal(1).select(x.multiply(Number.POSITIVE_INFINITY), within)
}

const inverseCentre = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503,
  -0.00417768164, 0.246640727, 1.50140941,
]
const inverseTail = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
  0.00943887047, 1.00167406, 2.83297682,
]

/** Coefficients from that of the highest power down. */
function polynomial([first = 0, ...rest]: readonly number[], x: Expression): Expression {
  return rest.reduce(
    (sum, coefficient) => sum.multiply(x).add(coefficient),
    Expression.literal(first),
  )
}

/** All bits are gone beyond 31 places, which operators leave open. */
function shifted(
  operation: 'shiftLeft' | 'shiftRight',
  known: number | undefined,
): BinaryForm | undefined {
  if (known !== undefined && known <= 31) return undefined
  if (known !== undefined) return () => Expression.literal(0)
  const shift: BinaryForm = (a, b) => (operation === 'shiftLeft' ? a.shiftLeft(b) : a.shiftRight(b))
  return (a, b) => b.greater(31).select(0, shift(a, b.minimum(31)))
}

/** Towards zero, and 0 for a divisor of 0, which operators may crash at. */
function divided(dtype: ComputeDType, known: number | undefined): BinaryForm | undefined {
  if (known === 0) return () => Expression.literal(0)
  if (known === -1 && dtype === 'i32') return (a) => a.negate()
  if (known !== undefined) return undefined
  const onlyZero: BinaryForm = (a, b) => {
    const isZero = b.equal(0)
    return isZero.select(0, a.divide(isZero.select(1, b)))
  }
  if (dtype === 'u32') return onlyZero
  // The quotient of the lowest number and -1 does not fit.
  return (a, b) => {
    const isNegation = b.equal(-1)
    return isNegation.select(a.negate(), onlyZero(a, isNegation.select(1, b)))
  }
}

/** All of a remains where the divisor is 0. */
function remainder(a: Expression, b: Expression): Expression {
  const isZero = b.equal(0)
  return isZero.select(a, a.remainder(isZero.select(1, b)))
}

/** By squaring, which wraps around as products do. */
function power(known: number | undefined): BinaryForm {
  if (known !== undefined && known >= 0) {
    return (a) => {
      let result: Expression | undefined
      let square = a
      for (let rest = known; rest > 0; rest = Math.floor(rest / 2)) {
        if (rest % 2 === 1) result = result ? result.multiply(square) : square
        if (rest > 1) square = square.multiply(square)
      }
      return result ?? a.multiply(0).add(1)
    }
  }
  return (a, b) => {
    let result: Expression = b.multiply(0).add(1)
    let square = a
    let rest = b
    for (let bit = 0; bit < 32; bit++) {
      result = rest.remainder(2).equal(1).select(result.multiply(square), result)
      square = square.multiply(square)
      rest = rest.divide(2)
    }
    const isOdd = b.remainder(2).notEqual(0)
    const ofOne = a.equal(1).select(1, a.equal(-1).select(isOdd.select(-1, 1), 0))
    return b.less(0).select(ofOne, result)
  }
}

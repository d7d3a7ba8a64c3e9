/** Functions of two numbers or more, element by element; shapes broadcast. */
import * as gates from '../../gates/index.ts'
import type { Value } from '../../ir/value.ts'
import { elementTypes } from '../element-type.ts'
import type { Node } from '../node.ts'
import { type Family, type Operator, typed } from '../operator.ts'
import { bitAnd, bitOr, bitsOf, fromBits, narrowed } from './integers.ts'

type BinaryGate = (a: Value, b: Value) => Value

export const arithmetic: Family = {
  Add: binary(gates.add),
  And: binary(gates.and),
  BitShift: {
    make: (node) => {
      const isLeft = node.attributes.string('direction') === 'LEFT'
      const shift = isLeft ? gates.shiftLeft : gates.shiftRight
      return narrowed(shift(node.value(0), node.value(1)), node.type(0))
    },
  },
  BitwiseAnd: { from: 18, ...bitwise(bitAnd) },
  BitwiseNot: {
    from: 18,
    make: (node) => fromBits(gates.xor(bitsOf(node.value(0)), 2 ** 32 - 1), node.type(0)),
  },
  BitwiseOr: { from: 18, ...bitwise(bitOr) },
  BitwiseXor: { from: 18, ...bitwise(gates.xor) },
  Div: binary(gates.divide),
  Equal: { ...binary(gates.equal), limits: 'no strings' },
  Greater: binary(gates.greater),
  GreaterOrEqual: binary(gates.greaterEqual),
  Less: binary(gates.less),
  LessOrEqual: binary(gates.lessEqual),
  Max: variadic(gates.maximum),
  Mean: {
    make: (node) => {
      const values = node.values()
      const total = values.reduce((sum, value) => gates.add(sum, value))
      return gates.divide(total, values.length)
    },
  },
  Min: variadic(gates.minimum),
  Mod: {
    make: (node) => {
      const gate = node.attributes.int('fmod', 0) ? gates.fmod : gates.remainder
      return gate(node.value(0), node.value(1))
    },
  },
  Mul: binary(gates.multiply),
  Or: binary(gates.or),
  Pow: { make: power },
  Sub: binary(gates.subtract),
  Sum: variadic(gates.add),
  Where: {
    make: (node) => {
      const chosen = gates.where(node.value(0), asNumbers(node, 1), asNumbers(node, 2))
      const isTruth = node.value(1).dtype === 'bool'
      return typed(isTruth ? gates.notEqual(chosen, 0) : chosen, node.type(1))
    },
    limits: 'no strings',
  },
  Xor: binary(gates.notEqual),
}

function binary(gate: BinaryGate): Operator {
  return {
    make: (node) => {
      const value = gate(node.value(0), node.value(1))
      return value.dtype === 'bool' ? value : narrowed(value, node.type(0))
    },
  }
}

function variadic(gate: BinaryGate): Operator {
  return {
    make: (node) =>
      narrowed(
        node.values().reduce((whole, value) => gate(whole, value)),
        node.type(0),
      ),
  }
}

function bitwise(gate: BinaryGate): Operator {
  return {
    make: (node) => fromBits(gate(bitsOf(node.value(0)), bitsOf(node.value(1))), node.type(0)),
  }
}

/** The exponent may be of another type than the base, of which the result is. */
function power(node: Node): Value {
  const [base, exponent] = [node.value(0), node.value(1)]
  if (base.dtype === exponent.dtype) return gates.power(base, knownExponent(node))
  const { computed = 'f32' } = elementTypes[node.type(0)]
  const isWhole = base.dtype === 'i32' || base.dtype === 'u32'
  if (!isWhole) return gates.power(base, knownExponent(node))
  // A fractional exponent of an integer: powers of integers up to 2⁵³ are exact in f64.
  return gates.cast(gates.power(gates.cast(base, 'f64'), gates.cast(exponent, 'f64')), computed)
}

/** A single number that is known reads better as a number: x². */
function knownExponent(node: Node): Value {
  const base = node.value(0)
  const dtype = elementTypes[node.type(0)].computed ?? 'f32'
  const { isConstant, host } = node.operand(1)
  const known = isConstant ? host() : undefined
  if (known && known.data.length === 1 && known.shape.length <= base.shape.length) {
    return gates.constant(Number(known.data[0]), { dtype })
  }
  const exponent = node.value(1)
  return exponent.dtype === dtype ? exponent : gates.cast(exponent, dtype)
}

function asNumbers(node: Node, index: number): Value {
  const value = node.value(index)
  return value.dtype === 'bool' ? gates.cast(value, 'u32') : value
}

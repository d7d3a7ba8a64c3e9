/** Functions of one number, element by element. */
import * as gates from '../../gates/index.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import type { Family, Operator } from '../operator.ts'
import { narrowed } from './integers.ts'

export const unaries: Family = {
  Abs: { make: (node) => (isUnsigned(node) ? node.value(0) : gates.abs(node.value(0))) },
  Acos: unary(gates.acos),
  Acosh: unary(gates.acosh),
  Asin: unary(gates.asin),
  Asinh: unary(gates.asinh),
  Atan: unary(gates.atan),
  Atanh: unary(gates.atanh),
  Ceil: unary(gates.ceil),
  Cos: unary(gates.cos),
  Cosh: unary(gates.cosh),
  Erf: unary(gates.erf),
  Exp: unary(gates.exp),
  Floor: unary(gates.floor),
  Identity: { make: (node) => node.alias() },
  IsInf: { make: isInf },
  IsNaN: unary(gates.isNaN),
  Log: unary(gates.log),
  Neg: { make: (node) => narrowed(gates.negate(node.value(0)), node.type(0)) },
  Not: unary(gates.not),
  Reciprocal: unary(gates.reciprocal),
  Round: unary((x) => gates.round(x)),
  Sigmoid: unary(gates.sigmoid),
  Sign: {
    make: (node) => {
      const x = node.value(0)
      if (!isUnsigned(node)) return gates.sign(x)
      return gates.cast(gates.notEqual(x, 0), 'u32')
    },
  },
  Sin: unary(gates.sin),
  Sinh: unary(gates.sinh),
  Sqrt: unary(gates.sqrt),
  Tan: unary(gates.tan),
  Tanh: unary(gates.tanh),
}

function unary(gate: (x: Value) => Value): Operator {
  return { make: (node) => gate(node.value(0)) }
}

function isUnsigned(node: Node): boolean {
  return node.value(0).dtype === 'u32'
}

function isInf(node: Node): Value {
  const x = node.value(0)
  const [low, high] = [
    node.attributes.int('detect_negative', 1),
    node.attributes.int('detect_positive', 1),
  ]
  if (low && high) return gates.isInf(x)
  if (low) return gates.equal(x, -Infinity)
  return high ? gates.equal(x, Infinity) : gates.zeros(x.shape, { dtype: 'bool' })
}

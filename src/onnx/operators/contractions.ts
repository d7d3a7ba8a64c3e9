/** Sums of products: matrices, and whatever Einstein's notation writes. */
import { det, einsum } from '../../functional/index.ts'
import * as gates from '../../gates/index.ts'
import type { Value } from '../../ir/value.ts'
import type { Node } from '../node.ts'
import { type Family, typed } from '../operator.ts'

export const contractions: Family = {
  Det: { make: (node) => det(node.value(0)) },
  Einsum: {
    make: (node) => {
      const equation = node.attributes.string('equation').replaceAll(' ', '')
      return einsum(equation, ...node.values())
    },
  },
  Gemm: { make: gemm },
  MatMul: { make: (node) => matrixProduct(node.value(0), node.value(1)) },
  MatMulInteger: {
    make: (node) => {
      const a = centred(node, 0, 2, (zero) => gates.unsqueeze(zero, -1))
      const b = centred(node, 1, 3, (zero) => zero)
      return typed(matrixProduct(a, b), 'int32')
    },
  },
}

function gemm(node: Node): Value {
  const { attributes } = node
  const alpha = attributes.float('alpha', 1)
  const beta = attributes.float('beta', 1)
  const a = attributes.int('transA', 0) ? gates.transpose(node.value(0)) : node.value(0)
  const b = attributes.int('transB', 0) ? gates.transpose(node.value(1)) : node.value(1)
  const product = gates.matmul(a, b)
  const scaled = alpha === 1 ? product : gates.multiply(product, alpha)
  const c = node.optional(2)
  if (!c) return scaled
  return gates.add(scaled, beta === 1 ? c : gates.multiply(c, beta))
}

/** NumPy's matmul: a vector is a row on the left and a column on the right. */
export function matrixProduct(a: Value, b: Value): Value {
  if (a.shape.length > 1 && b.shape.length > 1) return gates.matmul(a, b)
  const row = a.shape.length === 1 ? gates.unsqueeze(a, 0) : a
  const column = b.shape.length === 1 ? gates.unsqueeze(b, 1) : b
  const product = gates.matmul(row, column)
  const kept = product.shape.filter((_, axis) => {
    const fromEnd = product.shape.length - axis
    return !(fromEnd === 1 && b.shape.length === 1) && !(fromEnd === 2 && a.shape.length === 1)
  })
  return gates.reshape(product, kept)
}

/** Integers less their zero point, which is one number, or one for each row or column. */
export function centred(
  node: Node,
  index: number,
  zeroIndex: number,
  along: (zero: Value) => Value,
): Value {
  const x = signed(node.value(index))
  if (!node.has(zeroIndex)) return x
  const zero = signed(node.value(zeroIndex))
  return gates.subtract(x, zero.shape.length === 0 ? zero : along(zero))
}

export function signed(x: Value): Value {
  return x.dtype === 'i32' ? x : gates.cast(x, 'i32')
}

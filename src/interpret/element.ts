/** Evaluates a scalar expression over whole arrays, one operation at a time. */
import { type ComputeDType, dtypes, type TypedArray } from '../ir/dtype.ts'
import type { Expression } from '../ir/expression.ts'
import { type ScalarFunction, scalarFunctions } from './scalar.ts'

/** Elements of one operand; a literal has one element and stride 0. */
interface Term {
  readonly dtype: ComputeDType | undefined // undefined: a literal, which takes what it meets
  readonly data: ArrayLike<number>
  readonly stride: 0 | 1
}

/** Elements as the interpreter works on them: the storage dtypes have been cast away. */
export type WorkingArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>

export interface ElementOperand {
  readonly dtype: ComputeDType
  readonly data: WorkingArray
}

/**
 * The elements of `expression` over `operands`, which all have `length` elements.
 * `output` is the dtype that a bare literal takes.
 */
export function evaluateExpression(
  expression: Expression,
  operands: readonly ElementOperand[],
  length: number,
  output: ComputeDType,
): WorkingArray {
  const term = evaluate(expression, operands, length)
  if (term.stride === 1 && term.dtype === output) return term.data as WorkingArray // made by allocate
  return fill(output, length, (index) => term.data[index * term.stride] ?? 0)
}

function evaluate(expression: Expression, operands: readonly ElementOperand[], length: number): Term {
  const { node } = expression
  switch (node.kind) {
    case 'operand': {
      const operand = operands[node.index] as ElementOperand // the gate declares it
      return { dtype: operand.dtype, data: operand.data, stride: 1 }
    }
    case 'literal':
      return { dtype: undefined, data: [node.value], stride: 0 }
    case 'unary': {
      const x = evaluate(node.x, operands, length)
      const dtype = x.dtype ?? 'f64'
      return apply(scalarFunctions(dtype)[node.operation], dtype, length, [x])
    }
    case 'binary': {
      const a = evaluate(node.a, operands, length)
      const b = evaluate(node.b, operands, length)
      const dtype = a.dtype ?? b.dtype ?? 'f64'
      return apply(scalarFunctions(dtype)[node.operation], dtype, length, [a, b])
    }
    case 'compare': {
      const a = evaluate(node.a, operands, length)
      const b = evaluate(node.b, operands, length)
      return apply(scalarFunctions('f64')[node.operation], 'bool', length, [a, b])
    }
    case 'select': {
      const condition = evaluate(node.condition, operands, length)
      const a = evaluate(node.a, operands, length)
      const b = evaluate(node.b, operands, length)
      const dtype = a.dtype ?? b.dtype ?? 'f64'
      const select = (c: number, x: number, y: number) => (c === 0 ? y : x)
      return apply(select, dtype, length, [condition, a, b])
    }
    case 'cast': {
      const x = evaluate(node.x, operands, length)
      return apply(castTo(node.dtype), node.dtype, length, [x])
    }
  }
}

/** How a number becomes one of `dtype`: towards zero and within range for integers, NaN to 0. */
export function castTo(dtype: ComputeDType): (x: number) => number {
  switch (dtype) {
    case 'f32':
    case 'f64':
      return (x) => x
    case 'bool':
      return (x) => (x === 0 ? 0 : 1)
    case 'i32':
      return (x) => Math.trunc(Math.min(Math.max(x, -2147483648), 2147483647)) || 0
    case 'u32':
      return (x) => Math.trunc(Math.min(Math.max(x, 0), 4294967295)) || 0
  }
}

function apply(
  operation: ScalarFunction,
  dtype: ComputeDType,
  length: number,
  [a, b, c]: readonly Term[],
): Term {
  const out = dtypes[dtype].allocate(length) as WorkingArray // no compute dtype has BigInt elements
  const x = a?.data ?? []
  const y = b?.data ?? x
  const z = c?.data ?? x
  const xStride = a?.stride ?? 0
  const yStride = b?.stride ?? 0
  const zStride = c?.stride ?? 0
  for (let i = 0; i < length; i++) {
    out[i] = operation(x[i * xStride] as number, y[i * yStride] as number, z[i * zStride] as number)
  }
  return { dtype, data: out, stride: 1 }
}

function fill(dtype: ComputeDType, length: number, at: (index: number) => number): WorkingArray {
  const out = dtypes[dtype].allocate(length) as WorkingArray // as above
  for (let i = 0; i < length; i++) out[i] = at(i)
  return out
}

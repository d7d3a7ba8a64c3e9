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

/** What an expression is evaluated into. */
export interface ElementResult {
  readonly length: number
  readonly dtype: ComputeDType
  /** Whether f32 is computed in f64, so that a cast to f32 rounds nothing off. */
  readonly isWide?: boolean
}

/** The elements of `expression` over `operands`, which all have `length` elements. */
export function evaluateExpression(
  expression: Expression,
  operands: readonly ElementOperand[],
  { length, dtype: output, isWide = false }: ElementResult,
): WorkingArray {
  const term = evaluate(expression, { operands, length, isWide })
  if (term.stride === 1 && term.dtype === output) return term.data as WorkingArray // made by allocate
  return fill(output, length, (index) => term.data[index * term.stride] ?? 0)
}

interface Context {
  readonly operands: readonly ElementOperand[]
  readonly length: number
  readonly isWide: boolean
}

function evaluate(expression: Expression, context: Context): Term {
  const { node } = expression
  const { operands, length } = context
  switch (node.kind) {
    case 'operand': {
      const operand = operands[node.index] as ElementOperand // the gate declares it
      return { dtype: operand.dtype, data: operand.data, stride: 1 }
    }
    case 'literal':
      return { dtype: undefined, data: [node.value], stride: 0 }
    case 'unary': {
      const x = evaluate(node.x, context)
      const dtype = x.dtype ?? 'f64'
      return apply(scalarFunctions(dtype)[node.operation], dtype, length, [x])
    }
    case 'binary': {
      const [a, b] = meet(evaluate(node.a, context), evaluate(node.b, context))
      const dtype = a.dtype ?? b.dtype ?? 'f64'
      return apply(scalarFunctions(dtype)[node.operation], dtype, length, [a, b])
    }
    case 'compare': {
      const [a, b] = meet(evaluate(node.a, context), evaluate(node.b, context))
      return apply(scalarFunctions('f64')[node.operation], 'bool', length, [a, b])
    }
    case 'select': {
      const condition = evaluate(node.condition, context)
      const [a, b] = meet(evaluate(node.a, context), evaluate(node.b, context))
      const dtype = a.dtype ?? b.dtype ?? 'f64'
      const select = (c: number, x: number, y: number) => (c === 0 ? y : x)
      return apply(select, dtype, length, [condition, a, b])
    }
    case 'cast': {
      const x = evaluate(node.x, context)
      const dtype = context.isWide && node.dtype === 'f32' ? 'f64' : node.dtype
      return apply(castTo(dtype), dtype, length, [x])
    }
  }
}

/** A literal beside f32 elements is an f32, as it is in compiled code. */
function meet(a: Term, b: Term): readonly [Term, Term] {
  if (a.dtype === b.dtype || (a.dtype ?? b.dtype) !== 'f32') return [a, b]
  const round = (term: Term): Term =>
    term.dtype ? term : { ...term, data: Float32Array.from(term.data) }
  return [round(a), round(b)]
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

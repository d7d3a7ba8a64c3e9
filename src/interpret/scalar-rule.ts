/**
 * What an element gate does to single numbers: its scalar expression as one function, which gives
 * to the bit what element.ts gives for arrays of one element.
 */
import type { ComputeDType } from '../ir/dtype.ts'
import type { Expression } from '../ir/expression.ts'
import { castTo } from './element.ts'
import { type ScalarFunction, scalarFunctions } from './scalar.ts'

/** A function of the operands' numbers, and the dtype of what it gives; undefined for a literal. */
interface Term {
  readonly dtype: ComputeDType | undefined
  readonly at: ScalarFunction
}

interface RuleTypes {
  readonly operands: readonly ComputeDType[]
  readonly output: ComputeDType
  /** Whether f32 is computed in f64, so that a cast to f32 rounds nothing off. */
  readonly isWide: boolean
}

/** The function of up to three numbers that an expression stands for. */
export function scalarRule(expression: Expression, types: RuleTypes): ScalarFunction {
  const { dtype, at } = termOf(expression, types)
  return dtype === types.output ? at : rounded(types.output, at)
}

function termOf(expression: Expression, types: RuleTypes): Term {
  const { node } = expression
  switch (node.kind) {
    case 'operand':
      return { dtype: types.operands[node.index], at: operands[node.index] ?? first }
    case 'literal': {
      const { value } = node
      return { dtype: undefined, at: () => value }
    }
    case 'unary': {
      const x = termOf(node.x, types)
      const dtype = x.dtype ?? 'f64'
      return { dtype, at: rounded(dtype, compose(scalarFunctions(dtype)[node.operation], [x])) }
    }
    case 'binary': {
      const pair = meet(termOf(node.a, types), termOf(node.b, types))
      const dtype = pair[0].dtype ?? pair[1].dtype ?? 'f64'
      return { dtype, at: rounded(dtype, compose(scalarFunctions(dtype)[node.operation], pair)) }
    }
    case 'compare': {
      const pair = meet(termOf(node.a, types), termOf(node.b, types))
      return { dtype: 'bool', at: compose(scalarFunctions('f64')[node.operation], pair) }
    }
    case 'select': {
      const condition = termOf(node.condition, types)
      const pair = meet(termOf(node.a, types), termOf(node.b, types))
      const dtype = pair[0].dtype ?? pair[1].dtype ?? 'f64'
      const select: ScalarFunction = (c, x, y) => (c === 0 ? y : x)
      return { dtype, at: rounded(dtype, compose(select, [condition, ...pair])) }
    }
    case 'cast': {
      const x = termOf(node.x, types)
      const dtype = types.isWide && node.dtype === 'f32' ? 'f64' : node.dtype
      return { dtype, at: rounded(dtype, compose(castTo(dtype), [x])) }
    }
  }
}

const first: ScalarFunction = (a) => a
const operands: readonly ScalarFunction[] = [first, (_a, b) => b, (_a, _b, c) => c]

/** A literal beside f32 numbers is an f32, as it is in compiled code. */
function meet(a: Term, b: Term): readonly [Term, Term] {
  if (a.dtype === b.dtype || (a.dtype ?? b.dtype) !== 'f32') return [a, b]
  const round = (term: Term): Term => (term.dtype ? term : { ...term, at: rounded('f32', term.at) })
  return [round(a), round(b)]
}

/** `operation` after its arguments; itself where these are the operands in their order. */
function compose(operation: ScalarFunction, [a, b, c]: readonly Term[]): ScalarFunction {
  const isDirect = [a, b, c].every((term, index) => !term || term.at === operands[index])
  if (isDirect) return operation
  const [x, y, z] = [a?.at ?? first, b?.at ?? first, c?.at ?? first]
  if (!b) return (p, q, r) => operation(x(p, q, r), 0, 0)
  if (!c) return (p, q, r) => operation(x(p, q, r), y(p, q, r), 0)
  return (p, q, r) => operation(x(p, q, r), y(p, q, r), z(p, q, r))
}

/** What an array of `dtype` makes of the number when it is stored in it. */
function rounded(dtype: ComputeDType, at: ScalarFunction): ScalarFunction {
  switch (dtype) {
    case 'f64':
      return at
    case 'f32':
      return (a, b, c) => Math.fround(at(a, b, c))
    case 'i32':
      return (a, b, c) => at(a, b, c) | 0
    case 'u32':
      return (a, b, c) => at(a, b, c) >>> 0
    case 'bool':
      return (a, b, c) => at(a, b, c) & 255
  }
}

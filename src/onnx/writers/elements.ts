/** Scalar expressions as operators of ONNX, which work on whole tensors and broadcast. */
import { internalError } from '../../errors.ts'
import { expressionOf } from '../../interpret/apply.ts'
import { scalarFunctions } from '../../interpret/scalar.ts'
import { type ComputeDType, type DType, dtypes, isFloating } from '../../ir/dtype.ts'
import { type BinaryOperation, type Comparison, Expression } from '../../ir/expression.ts'
import { broadcastShapes, type Shape, sameShape } from '../../ir/shape.ts'
import type { Call } from './call.ts'
import { converted } from './converted.ts'
import type { GraphWriter, Wire } from './graph-writer.ts'
import { binaryForm, unaryForm } from './scalar-forms.ts'
import { binaryOperators, comparisonOperators, unaryOperators } from './scalar-operators.ts'

/** A tensor, or a number that takes the dtype of what it meets. */
type Term = Wire | number

/** The output of an element gate. */
export function writeElement(call: Call): readonly Wire[] {
  const { application, graph } = call
  const { dtype } = application.type
  const operands = application.inputs.map((_, index) => call.loose(index))
  const whole = operands.reduce<Shape>((shape, wire) => broadcast(shape, wire.shape), [])
  if (operands.length > 0 && !sameShape(whole, application.shape)) operands[0] = call.input(0)
  const computed = operands.map((wire) => asNumbers(graph, wire))
  const writer = new ElementWriter(graph, computed, dtype)
  return [writer.write(expressionOf(application))]
}

/** A storage dtype is read as numbers. */
function asNumbers(graph: GraphWriter, wire: Wire): Wire {
  const { use, sizeBytes, kind } = dtypes[wire.dtype]
  if (use === 'compute') return wire
  return graph.cast(wire, kind === 'float' || sizeBytes < 4 ? 'f32' : 'f64')
}

function broadcast(a: Shape, b: Shape): Shape {
  const shape = broadcastShapes(a, b)
  if ('clash' in shape) throw internalError(`onnx: operands of ${a} and ${b} do not broadcast`)
  return shape
}

class ElementWriter {
  readonly #graph: GraphWriter
  readonly #operands: readonly Wire[]
  readonly #dtype: DType
  /** An operation whose form is being written: within it, it is the operator. */
  readonly #opening: string | undefined
  /** What expressions that stand in several places have become. */
  readonly #written = new Map<Expression, Term>()

  constructor(graph: GraphWriter, operands: readonly Wire[], dtype: DType, opening?: string) {
    this.#graph = graph
    this.#operands = operands
    this.#dtype = dtype
    this.#opening = opening
  }

  write(expression: Expression): Wire {
    const term = this.#term(expression)
    if (typeof term === 'number') return this.#graph.number(term, this.#dtype)
    return converted(this.#graph, term, this.#dtype)
  }

  #term(expression: Expression): Term {
    const known = this.#written.get(expression)
    if (known !== undefined) return known
    const made = this.#make(expression)
    this.#written.set(expression, made)
    return made
  }

  #make({ node }: Expression): Term {
    switch (node.kind) {
      case 'operand':
        return this.#operands[node.index] as Wire // the gate declares it
      case 'literal':
        return node.value
      case 'unary': {
        const x = this.#term(node.x)
        if (typeof x === 'number') return scalarFunctions('f64')[node.operation](x, 0, 0)
        const dtype = x.dtype as ComputeDType // operands are
        const form = unaryForm(node.operation, dtype)
        if (form) return this.#opened(form(Expression.operand(0)), [x], node.operation)
        const operator = unaryOperators[node.operation]
        const input = operator === 'Not' ? converted(this.#graph, x, 'bool') : x
        return operator ? this.#graph.add(operator, [input], input) : x
      }
      case 'binary':
        return this.#binary(node.operation, this.#term(node.a), this.#term(node.b))
      case 'compare':
        return this.#compare(node.operation, this.#term(node.a), this.#term(node.b))
      case 'select':
        return this.#select(this.#term(node.condition), this.#term(node.a), this.#term(node.b))
      case 'cast': {
        const x = this.#term(node.x)
        if (typeof x === 'number') return this.#graph.number(x, node.dtype)
        return converted(this.#graph, x, node.dtype)
      }
    }
  }

  /** An expression over terms that are there already. */
  #opened(expression: Expression, operands: readonly Wire[], operation: string): Term {
    const inner = new ElementWriter(this.#graph, operands, this.#dtype, operation)
    return inner.#term(expression)
  }

  #binary(operation: BinaryOperation, a: Term, b: Term): Term {
    if (typeof a === 'number' && typeof b === 'number') {
      return scalarFunctions('f64')[operation](a, b, 0)
    }
    const [x, y] = this.#meet(a, b)
    const dtype = x.dtype as ComputeDType // as above
    const form = binaryForm(operation, dtype, typeof b === 'number' ? b : undefined)
    if (form && this.#opening !== operation) {
      const right = typeof b === 'number' ? Expression.literal(b) : Expression.operand(1)
      return this.#opened(form(Expression.operand(0), right), [x, y], operation)
    }
    const { operator, settings, on } = binaryOperators[operation]
    const [left, right] = on ? [x, y].map((wire) => converted(this.#graph, wire, on)) : [x, y]
    if (!left || !right) throw internalError(`onnx: ${operation} has two operands`)
    return this.#graph.add(operator, [left, right], this.#type(left, right), settings)
  }

  #compare(operation: Comparison, a: Term, b: Term): Term {
    if (typeof a === 'number' && typeof b === 'number') {
      return scalarFunctions('f64')[operation](a, b, 0)
    }
    const [x, y] = this.#meet(a, b)
    const isOrder = operation !== 'equal' && operation !== 'notEqual'
    const [left, right] = isOrder && x.dtype === 'bool' ? [this.#cast(x), this.#cast(y)] : [x, y]
    const { shape } = this.#type(left, right)
    const { operator, isNegated } = comparisonOperators[operation]
    const type = { shape, dtype: 'bool' } as const
    const holds = this.#graph.add(operator, [left, right], type)
    return isNegated ? this.#graph.add('Not', [holds], type) : holds
  }

  #select(condition: Term, a: Term, b: Term): Term {
    if (typeof condition === 'number') return condition === 0 ? b : a
    const chooses = converted(this.#graph, condition, 'bool')
    const [x, y] = this.#meet(a, b)
    const shape = broadcast(chooses.shape, this.#type(x, y).shape)
    const type = { shape, dtype: x.dtype }
    if (x.dtype !== 'bool') return this.#graph.add('Where', [chooses, x, y], type)
    const otherwise = this.#graph.add('Not', [chooses], chooses)
    const first = this.#graph.add('And', [chooses, x], type)
    return this.#graph.add('Or', [first, this.#graph.add('And', [otherwise, y], type)], type)
  }

  /** Two terms in one dtype. Two numbers take that of the output, where it is one to compute in. */
  #meet(a: Term, b: Term): readonly [Wire, Wire] {
    const given = typeof a === 'number' ? b : a
    const own = isFloating(this.#dtype) || this.#dtype === 'i32' ? this.#dtype : 'f64'
    const dtype = typeof given === 'number' ? own : given.dtype
    const wire = (term: Term) =>
      typeof term === 'number' ? this.#literal(term, dtype) : converted(this.#graph, term, dtype)
    // A whole number beside a fraction is compared as what it is.
    const fraction = [a, b].find((term) => typeof term === 'number' && !fits(term, dtype))
    if (fraction === undefined) return [wire(a), wire(b)]
    const wide = (term: Term) =>
      typeof term === 'number' ? this.#graph.number(term, 'f64') : this.#graph.cast(term, 'f64')
    return [wide(a), wide(b)]
  }

  #literal(value: number, dtype: DType): Wire {
    return this.#graph.number(dtype === 'bool' ? Number(value !== 0) : value, dtype)
  }

  #cast(wire: Wire): Wire {
    return this.#graph.cast(wire, 'i32')
  }

  #type(a: Wire, b: Wire): Wire {
    return { shape: broadcast(a.shape, b.shape), dtype: a.dtype }
  }
}

/** Whether a number is one of a dtype. */
function fits(value: number, dtype: DType): boolean {
  switch (dtype) {
    case 'i32':
      return Object.is(value | 0, value) || value === 0
    case 'u32':
      return value >>> 0 === value
    case 'bool':
      return value === 0 || value === 1
    default:
      return true
  }
}

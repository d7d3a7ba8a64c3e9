/** Building the bodies of kernels, operation by operation. */
import { internalError } from '../errors.ts'
import { type ComputeDType, type DType, dtypes } from '../ir/dtype.ts'
import type { Expression } from '../ir/expression.ts'
import type { View } from './access.ts'
import { type Access, loadedDType, type Operation, type Ref } from './routine.ts'

/** What an operation has given, by its number, and its dtype: the operation itself. */
export interface Term {
  readonly id: Ref
  readonly dtype: ComputeDType
}

type Computed = Extract<Operation, { readonly id: Ref }>

/** Numbers the operations of one kernel as they are added. */
export class BodyBuilder {
  readonly #counter: { next: Ref }
  readonly operations: Operation[] = []

  /** A further body of the same kernel continues its numbers. */
  constructor(sameKernel?: BodyBuilder) {
    this.#counter = sameKernel ? sameKernel.#counter : { next: 0 }
  }

  /** The number of the operation that is added next. */
  next(): Ref {
    return this.#counter.next++
  }

  add(operation: Computed): Term {
    this.operations.push(operation)
    return operation
  }

  load(access: Access, stored: DType): Term {
    return this.add({ op: 'load', id: this.next(), dtype: loadedDType(stored), stored, access })
  }

  literal(value: number, dtype: ComputeDType): Term {
    return this.add({ op: 'literal', id: this.next(), dtype, value })
  }

  cast(x: Term, dtype: ComputeDType): Term {
    return x.dtype === dtype ? x : this.add({ op: 'cast', id: this.next(), dtype, x: x.id })
  }

  /** Stores a term as `stored`, after a cast where that is a compute dtype of another kind. */
  store(access: Access, x: Term, stored: DType): void {
    const fitting =
      dtypes[stored].use === 'compute' ? this.cast(x, stored as ComputeDType) : x /* by the table */
    this.operations.push({ op: 'store', stored, access, x: fitting.id })
  }

  /** The expression over operands; a literal takes the dtype of what it meets, else `fallback`. */
  expression(expression: Expression, operands: readonly Term[], fallback: ComputeDType): Term {
    const { shared } = outlineOf(expression)
    const made = shared.size === 0 ? undefined : new Map<Expression, Term | number>()
    return this.#settle(this.#write(expression, { operands, shared, made }), fallback)
  }

  #write(expression: Expression, scope: Scope): Term | number {
    const { shared, made } = scope
    if (!made || !shared.has(expression)) return this.#make(expression, scope)
    const known = made.get(expression)
    if (known !== undefined) return known
    const result = this.#make(expression, scope)
    made.set(expression, result)
    return result
  }

  #make({ node }: Expression, scope: Scope): Term | number {
    switch (node.kind) {
      case 'operand': {
        const operand = scope.operands[node.index]
        if (!operand) throw internalError(`expression: there is no operand ${node.index}`)
        return operand
      }
      case 'literal':
        return node.value
      case 'unary': {
        const { operation } = node
        const { id: x, dtype } = this.#settle(this.#write(node.x, scope), 'f64')
        return this.add({ op: 'unary', id: this.next(), operation, dtype, x })
      }
      case 'binary': {
        const { operation } = node
        const { a, b, dtype } = this.#meet(node, scope)
        return this.add({ op: 'binary', id: this.next(), operation, dtype, a, b })
      }
      case 'compare': {
        const { operation } = node
        const { a, b } = this.#meet(node, scope)
        return this.add({ op: 'compare', id: this.next(), operation, dtype: 'bool', a, b })
      }
      case 'select': {
        const given = this.#settle(this.#write(node.condition, scope), 'bool')
        const { a, b, dtype } = this.#meet(node, scope)
        // A condition of another dtype holds where it is not 0.
        const { id: condition } = this.cast(given, 'bool')
        return this.add({ op: 'select', id: this.next(), dtype, condition, a, b })
      }
      case 'cast':
        return this.cast(this.#settle(this.#write(node.x, scope), 'f64'), node.dtype)
    }
  }

  /** Both operands; a literal takes the dtype of the other. */
  #meet(node: { readonly a: Expression; readonly b: Expression }, scope: Scope) {
    const a = this.#write(node.a, scope)
    const b = this.#write(node.b, scope)
    const dtype = typeof a === 'number' ? (typeof b === 'number' ? 'f64' : b.dtype) : a.dtype
    return { a: this.#settle(a, dtype).id, b: this.#settle(b, dtype).id, dtype }
  }

  #settle(x: Term | number, dtype: ComputeDType): Term {
    return typeof x === 'number' ? this.literal(x, dtype) : x
  }
}

interface Scope {
  readonly operands: readonly Term[]
  /** What the expression holds more than once, and what has been made of it. */
  readonly shared: ReadonlySet<Expression>
  readonly made: Map<Expression, Term | number> | undefined
}

/** About how many operations an expression becomes. */
export function operationCount(expression: Expression): number {
  return outlineOf(expression).count
}

interface Outline {
  /** The nodes, operands and literals aside, that stand in more than one place. */
  readonly shared: ReadonlySet<Expression>
  readonly count: number
}

const outlines = new WeakMap<Expression, Outline>()

function outlineOf(expression: Expression): Outline {
  const known = outlines.get(expression)
  if (known) return known
  let count = 0
  const seen = new Set<Expression>()
  const shared = new Set<Expression>()
  const open = [expression]
  for (let one = open.pop(); one; one = open.pop()) {
    const { node } = one
    if (node.kind === 'operand') continue
    if (node.kind === 'literal') {
      count++
      continue
    }
    if (seen.has(one)) {
      shared.add(one)
      continue
    }
    seen.add(one)
    count++
    if (node.kind === 'unary' || node.kind === 'cast') open.push(node.x)
    else open.push(node.a, node.b)
    if (node.kind === 'select') open.push(node.condition)
  }
  const outline = { shared, count }
  outlines.set(expression, outline)
  return outline
}

/** The access to a view from loops over its axes. */
export function accessOf({ buffer, offset, strides, turns }: View): Access {
  return { buffer, offset, strides, turns }
}

/** The access to a view from loops over its other axes, then one along `axis`. */
export function alongAxis(view: View, axis: number): Access {
  const access = accessOf(view)
  const { strides } = access
  return { ...access, strides: [...strides.toSpliced(axis, 1), strides[axis] ?? 0] }
}

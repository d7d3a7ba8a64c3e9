/** Elementwise gates that are computed where they are read: a tree of them becomes one kernel. */
import { internalError } from '../errors.ts'
import { type ComputeDType, type DType, dtypes } from '../ir/dtype.ts'
import type { Expression } from '../ir/expression.ts'
import { type Shape, sameShape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { type IndexForm, indicesOf, isContiguous, throughForms } from './access.ts'
import { type BodyBuilder, operationCount, type Term } from './body.ts'
import { largestBody } from './limits.ts'
import type { Lowering, Operand } from './lowering.ts'

/** A value that no kernel computes yet. */
export interface Waiting {
  readonly application: Value
  readonly name: string | undefined
  readonly expression: Expression
  readonly operands: readonly Operand[]
  /** By operand that waits: its indices, in those of this value; none: they are the same. */
  readonly forms: readonly (readonly IndexForm[] | undefined)[]
  /** How many operations it takes, with all that it waits for. */
  readonly size: number
}

/** An elementwise application; of its operands those wait on that fit, and the others are stored. */
export function waitingFor(
  lowering: Lowering,
  application: Value,
  expression: Expression,
  given: { readonly inputs: readonly Operand[]; readonly name: string | undefined },
): Waiting {
  const { shape } = application
  let size = operationCount(expression) + given.inputs.length + 1
  const forms: (readonly IndexForm[] | undefined)[] = []
  const operands = given.inputs.map((each, index) => {
    const input = lowering.settled(each)
    const { waiting } = input
    if (!waiting) return input
    const own = isInPlace(input, shape, waiting) ? inPlace : formsOf(input, shape, waiting)
    if (!own || size + waiting.size > largestBody) return lowering.withBuffer(input)
    size += waiting.size
    if (own !== inPlace) forms[index] = own
    return input
  })
  return { application, name: given.name, expression, operands, forms, size }
}

const inPlace: readonly IndexForm[] = []

/** Whether a view names the elements of a value in their own order and shape. */
function isInPlace(view: Operand, extents: Shape, { application: { shape } }: Waiting): boolean {
  return view.offset === 0 && sameShape(extents, shape) && isContiguous({ ...view, shape })
}

function formsOf(
  view: Operand,
  extents: Shape,
  { application: { shape } }: Waiting,
): readonly IndexForm[] | undefined {
  return indicesOf(view, extents, shape)
}

interface Frame {
  readonly waiting: Waiting
  /** Its indices, in those of the loops; none: they are the same. */
  readonly forms: readonly IndexForm[] | undefined
  readonly terms: Term[]
}

/**
 * Writes what an operand waits for into a body with loops over the operand's shape; gives an element
 * of it, and `note` each value with it. Undefined where a loop would run across the border of an
 * axis.
 */
export function writeWaiting(
  lowering: Lowering,
  body: BodyBuilder,
  operand: Operand,
  note?: (waiting: Waiting, term: Term) => void,
): Term | undefined {
  const { shape: extents, waiting } = operand
  if (!waiting) throw internalError('lower: an operand does not wait')
  const isSame = isInPlace(operand, extents, waiting)
  const forms = isSame ? undefined : formsOf(operand, extents, waiting)
  if (!isSame && !forms) return undefined
  const held: Value[] = []
  // Trees may be deep: what is under way stands in a list.
  const open: Frame[] = [{ waiting, forms, terms: [] }]
  for (let frame = open.at(-1); frame; frame = open.at(-1)) {
    const inner = nextOperand(lowering, body, frame, extents.length)
    if (inner) {
      open.push(inner)
      continue
    }
    const given = element(body, frame)
    note?.(frame.waiting, given)
    held.push(frame.waiting.application)
    open.pop()
    const outer = open.at(-1)
    if (outer) {
      outer.terms.push(given)
      continue
    }
    lowering.gates = [...held, ...lowering.gates]
    return given
  }
  throw internalError('lower: nothing was written')
}

/** Brings the operands of a value until one has to be computed first, which it gives. */
function nextOperand(
  lowering: Lowering,
  body: BodyBuilder,
  { waiting, forms, terms }: Frame,
  loops: number,
): Frame | undefined {
  const { operands } = waiting
  for (let index = terms.length; index < operands.length; index++) {
    const own = operands[index] as Operand // index is inside
    // One that comes twice is brought once.
    const twin = terms[operands.indexOf(own)]
    const operand = lowering.settled(own)
    const { waiting: inner } = operand
    if (!twin && inner) {
      return { waiting: inner, forms: compose(waiting.forms[index], forms, loops), terms: [] }
    }
    terms.push(twin ?? lowering.element(body, forms ? through(operand, forms, loops) : operand))
  }
  return undefined
}

function through(operand: Operand, forms: readonly IndexForm[], loops: number): Operand {
  return { ...operand, ...throughForms(operand, forms, loops) }
}

/** Forms of indices that are forms themselves. */
function compose(
  inner: readonly IndexForm[] | undefined,
  outer: readonly IndexForm[] | undefined,
  loops: number,
): readonly IndexForm[] | undefined {
  if (!inner || !outer) return inner ?? outer
  return inner.map(({ offset, factors }) => {
    const made = throughForms({ offset, strides: factors }, outer, loops)
    return { offset: made.offset, factors: made.strides }
  })
}

/** One element of a value whose operands are there. */
function element(body: BodyBuilder, { waiting, terms }: Frame): Term {
  const { dtype } = waiting.application
  const made = body.expression(waiting.expression, terms, fallbackOf(dtype))
  return isComputed(dtype) ? body.cast(made, dtype) : made
}

/** What an expression of literals alone is computed as. */
function fallbackOf(dtype: DType): ComputeDType {
  return isComputed(dtype) ? dtype : 'f64'
}

function isComputed(dtype: DType): dtype is ComputeDType {
  return dtypes[dtype].use === 'compute'
}

/**
 * Which largest elements may pass over a NaN: where all that is stored would be NaN without their
 * help. A softmax divides by the sum of the exponentials, which any NaN of its row makes NaN.
 */
import { isFloating } from '../../../ir/dtype.ts'
import { refsOf } from '../../../kernel/operations.ts'
import type { Operation, Ref, Stage } from '../../../kernel/routine.ts'
import { samenessOf } from './sameness.ts'

/** The ids of reductions to the largest whose NaN nothing depends on. */
export function negligibleNaNs(stages: readonly Stage[], points: readonly number[]): Set<Ref> {
  const all = stages.flatMap(({ body }) => body)
  const largest = all.flatMap((one) =>
    one.op === 'reduce' && one.combine === 'max' && isFloating(one.dtype) ? [one] : [],
  )
  const negligible = new Set<Ref>()
  if (largest.length === 0) return negligible
  const sameness = samenessOf(stages)
  for (const operation of largest) {
    const isElement = ({ a, b }: { readonly a: Ref; readonly b: Ref }): boolean =>
      b === operation.id && sameness.numberOf(a) === sameness.numberOf(operation.x)
    const differences = [...sameness.differences].filter(([, one]) => isElement(one))
    const walk = new Walk(operation.id, new Set(differences.map(([id]) => id)))
    if (all.every((one) => walk.passes(one, points))) negligible.add(operation.id)
  }
  return negligible
}

/** What depends on the largest, as operations are met one after another. */
class Walk {
  /** NaN where the element at the same index is: differences from the largest, and their exp. */
  readonly #elements: Set<Ref>
  /** Depends on the largest, and may hide that an element was NaN. */
  readonly #doubtful: Set<Ref>
  /** NaN wherever an element was. */
  readonly #certain = new Set<Ref>()
  /** Buffers that hold doubtful numbers. */
  readonly #buffers = new Set<number>()

  constructor(largest: Ref, differences: ReadonlySet<Ref>) {
    this.#elements = new Set(differences)
    this.#doubtful = new Set([largest, ...differences])
  }

  /** False where something doubtful lasts. */
  passes(operation: Operation, points: readonly number[]): boolean {
    const taken = refsOf(operation)
    const isCertain = carriesNaN(operation) && taken.some((ref) => this.#certain.has(ref))
    const isDoubtful = !isCertain && taken.some((ref) => this.#isTouched(ref))
    if (operation.op === 'store') {
      const isLasting = !isWithinPoint(operation.access.strides, points)
      if (isDoubtful) this.#buffers.add(operation.access.buffer)
      return !(isDoubtful && isLasting && !this.#certain.has(operation.x))
    }
    if (!('id' in operation)) return !isDoubtful || taken.every((ref) => this.#certain.has(ref))
    const { id } = operation
    if (operation.op === 'reduce' && operation.combine === 'sum') {
      if (this.#elements.has(operation.x)) this.#certain.add(id)
    }
    if (operation.op === 'unary' && operation.operation === 'exp') {
      if (this.#elements.has(operation.x)) this.#elements.add(id)
    }
    const isLoaded = operation.op === 'load' && this.#buffers.has(operation.access.buffer)
    if (isCertain) this.#certain.add(id)
    else if ((isDoubtful || isLoaded) && !this.#certain.has(id)) this.#doubtful.add(id)
    return true
  }

  #isTouched(ref: Ref): boolean {
    return this.#doubtful.has(ref) || this.#certain.has(ref)
  }
}

/** Whether the result is NaN where an operand is. */
function carriesNaN(operation: Operation): boolean {
  switch (operation.op) {
    case 'unary':
      return ['negate', 'exp', 'log', 'sqrt', 'abs'].includes(operation.operation)
    case 'binary':
      return ['add', 'subtract', 'multiply', 'divide'].includes(operation.operation)
    case 'reduce':
      return operation.combine === 'sum'
    case 'store':
      return true
    default:
      return false
  }
}

/** What all points store to one place lasts no longer than the point. */
function isWithinPoint(strides: readonly number[], points: readonly number[]): boolean {
  return points.some((extent, axis) => extent > 1 && strides[axis] === 0)
}

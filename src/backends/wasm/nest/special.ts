/** Cheaper ways to compute what some operations give together. */
import type { ComputeDType } from '../../../ir/dtype.ts'
import { refsOf } from '../../../kernel/operations.ts'
import type { Operation, Ref, Stage } from '../../../kernel/routine.ts'
import { samenessOf } from './sameness.ts'

export type SpecialName =
  /** exp(x) of an x that is not above 0; 0 where it would be subnormal. */
  | 'expOfNegative'
  /** 1 + tanh(x), without the cancellation. */
  | 'onePlusTanh'
  /** x · sigmoid(y), of x and y. */
  | 'timesSigmoid'

export interface Special {
  readonly op: 'special'
  readonly id: Ref
  readonly dtype: ComputeDType
  readonly name: SpecialName
  readonly operands: readonly Ref[]
}

/** What is computed in the place of an operation; nothing: it is not taken any more. */
export type Replacements = ReadonlyMap<Ref, readonly (Operation | Special)[]>

/** `fresh` gives refs that nothing has yet. */
export function findSpecials(stages: readonly Stage[], fresh: () => Ref): Replacements {
  const found = new Map<Ref, readonly (Operation | Special)[]>()
  let hasTanh = false
  let hasSigmoid = false
  let hasExp = false
  let hasMax = false
  for (const { body } of stages) {
    for (const operation of body) {
      const unary = operation.op === 'unary' ? operation.operation : undefined
      hasTanh ||= unary === 'tanh'
      hasSigmoid ||= unary === 'sigmoid'
      hasExp ||= unary === 'exp'
      hasMax ||= operation.op === 'reduce' && operation.combine === 'max'
    }
  }
  const all = stages.flatMap(({ body }) => body)
  if (hasTanh) findTanh(all, found)
  if (hasSigmoid) findSigmoid(all, found)
  if (hasExp && hasMax) findSoftmax(stages, found, fresh)
  return found
}

type Found = Map<Ref, readonly (Operation | Special)[]>

/** exp(a − b) where b is the largest of the a; and what is divided by the sum of those. */
function findSoftmax(stages: readonly Stage[], found: Found, fresh: () => Ref): void {
  const { numberOf, largest, differences } = samenessOf(stages)
  const sums = new Set<Ref>()
  for (const operation of stages.flatMap(({ body }) => body)) {
    if (operation.op === 'unary' && operation.operation === 'exp') {
      const { id, dtype, x } = operation
      const difference = differences.get(x)
      const of = difference && largest.get(difference.b)
      if (!difference || of === undefined || numberOf(of) !== numberOf(difference.a)) continue
      found.set(id, [{ op: 'special', id, dtype, name: 'expOfNegative', operands: [x] }])
    } else if (operation.op === 'reduce' && operation.combine === 'sum') {
      if (found.has(operation.x)) sums.add(operation.id)
    } else if (operation.op === 'binary' && operation.operation === 'divide') {
      // It is at least 1, so that its inverse is neither subnormal nor infinite.
      if (sums.has(operation.b)) found.set(operation.id, timesInverse(operation, fresh))
    }
  }
}

function timesInverse(
  division: Extract<Operation, { op: 'binary' }>,
  fresh: () => Ref,
): readonly Operation[] {
  const { dtype } = division
  const [one, inverse] = [fresh(), fresh()]
  return [
    { op: 'literal', id: one, dtype, value: 1 },
    { op: 'binary', id: inverse, dtype, operation: 'divide', a: one, b: division.b },
    { ...division, operation: 'multiply', b: inverse },
  ]
}

function findTanh(body: readonly Operation[], found: Found): void {
  const tanh = takenOnce(body, 'tanh')
  const ones = new Set<Ref>()
  for (const operation of body) {
    if (operation.op === 'literal' && operation.value === 1) ones.add(operation.id)
  }
  for (const operation of body) {
    if (operation.op !== 'binary' || operation.operation !== 'add') continue
    const { id, dtype, a, b } = operation
    const bend = ones.has(b) ? a : ones.has(a) ? b : undefined
    const x = bend === undefined ? undefined : tanh.get(bend)
    if (bend === undefined || x === undefined) continue
    found.set(id, [{ op: 'special', id, dtype, name: 'onePlusTanh', operands: [x] }])
    found.set(bend, [])
  }
}

function findSigmoid(body: readonly Operation[], found: Found): void {
  const sigmoid = takenOnce(body, 'sigmoid')
  for (const operation of body) {
    if (operation.op !== 'binary' || operation.operation !== 'multiply') continue
    const { id, dtype, a, b } = operation
    const [x, share] = sigmoid.has(b) ? [a, b] : [b, a]
    const y = sigmoid.get(share)
    if (y === undefined) continue
    found.set(id, [{ op: 'special', id, dtype, name: 'timesSigmoid', operands: [x, y] }])
    found.set(share, [])
  }
}

/** Of each such operation whose result is taken once: its operand. */
function takenOnce(body: readonly Operation[], name: 'tanh' | 'sigmoid'): ReadonlyMap<Ref, Ref> {
  const uses = new Map<Ref, number>()
  const operands = new Map<Ref, Ref>()
  for (const operation of body) {
    for (const ref of refsOf(operation)) uses.set(ref, (uses.get(ref) ?? 0) + 1)
    if (operation.op === 'unary' && operation.operation === name) {
      operands.set(operation.id, operation.x)
    }
  }
  return new Map([...operands].filter(([id]) => uses.get(id) === 1))
}

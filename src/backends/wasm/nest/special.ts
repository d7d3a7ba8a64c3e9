/** Cheaper ways to compute what some operations give together. */
import type { ComputeDType } from '../../../ir/dtype.ts'
import { refsOf } from '../../../kernel/operations.ts'
import type { Operation, Ref, Stage } from '../../../kernel/routine.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { expWithinRange } from '../maths/exp.ts'
import {
  type Lanes,
  type LaneType,
  lanesOf,
  polynomial,
  powerOfTwo,
  rounder,
  type Vector,
} from '../maths/lanes.ts'
import { samenessOf } from './sameness.ts'
import type { SharedFunction } from './shared-function.ts'

export type SpecialName =
  /** exp(x) of an x that is not above 0; 0 where it would be subnormal. */
  | 'expOfNegative'
  /** 1 + tanh(x), without the cancellation. */
  | 'onePlusTanh'

export interface Special {
  readonly op: 'special'
  readonly id: Ref
  readonly dtype: ComputeDType
  readonly name: SpecialName
  readonly x: Ref
}

/** What is computed in the place of an operation; nothing: it is not taken any more. */
export type Replacements = ReadonlyMap<Ref, readonly (Operation | Special)[]>

/** `fresh` gives refs that nothing has yet. */
export function findSpecials(stages: readonly Stage[], fresh: () => Ref): Replacements {
  const found = new Map<Ref, readonly (Operation | Special)[]>()
  let hasTanh = false
  let hasExp = false
  let hasMax = false
  for (const { body } of stages) {
    for (const operation of body) {
      hasTanh ||= operation.op === 'unary' && operation.operation === 'tanh'
      hasExp ||= operation.op === 'unary' && operation.operation === 'exp'
      hasMax ||= operation.op === 'reduce' && operation.combine === 'max'
    }
  }
  const all = stages.flatMap(({ body }) => body)
  if (hasTanh) findTanh(all, found)
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
      found.set(id, [{ op: 'special', id, dtype, name: 'expOfNegative', x }])
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
  const uses = new Map<Ref, number>()
  const tanh = new Map<Ref, Ref>()
  const ones = new Set<Ref>()
  for (const operation of body) {
    for (const ref of refsOf(operation)) uses.set(ref, (uses.get(ref) ?? 0) + 1)
    if (operation.op === 'literal' && operation.value === 1) ones.add(operation.id)
    if (operation.op === 'unary' && operation.operation === 'tanh') {
      tanh.set(operation.id, operation.x)
    }
  }
  for (const operation of body) {
    if (operation.op !== 'binary' || operation.operation !== 'add') continue
    const { id, dtype, a, b } = operation
    const bend = ones.has(b) ? a : ones.has(a) ? b : undefined
    const x = bend === undefined ? undefined : tanh.get(bend)
    if (bend === undefined || x === undefined || uses.get(bend) !== 1) continue
    found.set(id, [{ op: 'special', id, dtype, name: 'onePlusTanh', x }])
    found.set(bend, [])
  }
}

export interface SpecialKind {
  readonly name: SpecialName
  readonly type: LaneType
  readonly isRelaxed: boolean
}

export function writeSpecial(f: FunctionBuilder, kind: SpecialKind, x: Vector): Vector {
  const lanes = lanesOf(kind.type, kind.isRelaxed)
  return (kind.name === 'onePlusTanh' ? onePlusTanh : expOfNegative)(f, lanes, f.let(x))
}

/** The same as a function of the module. */
export function sharedSpecial(kind: SpecialKind): SharedFunction<readonly ['v128'], 'v128'> {
  const key = `${kind.type}.${kind.name}.${kind.isRelaxed}`
  const known = shared.get(key)
  if (known) return known
  const made: SharedFunction<readonly ['v128'], 'v128'> = {
    ...{ name: key, takes: ['v128'], gives: 'v128' },
    body: (f, x) => f.return(writeSpecial(f, kind, x)),
  }
  shared.set(key, made)
  return made
}

// Definitions only: at most one for each kind.
const shared = new Map<string, SharedFunction<readonly ['v128'], 'v128'>>()

function expOfNegative(f: FunctionBuilder, lanes: Lanes, x: Local<'v128'>): Vector {
  // Here the power of two is 2⁻¹²⁷ or 2⁻¹⁰²³, whose bits are those of 0. A NaN goes through.
  const lowest = lanes.constant(lanes.type === 'f32x4' ? -88 : -709.1)
  const bounded = f.let(lanes.pmax(x, lowest))
  return isShort(lanes) ? shortExp(f, lanes, bounded, 1) : expWithinRange({ f, lanes }, bounded)
}

/** 2 / (1 + exp(−2x)); at the ends exp is 0 and infinite. */
function onePlusTanh(f: FunctionBuilder, lanes: Lanes, x: Local<'v128'>): Vector {
  const [lowest, highest] = lanes.type === 'f32x4' ? [-44.5, 44] : [-355, 354.55]
  const below = lanes.pmin(x, lanes.constant(highest))
  const bounded = f.let(lanes.pmax(below, lanes.constant(lowest)))
  const e = isShort(lanes)
    ? shortExp(f, lanes, bounded, -2)
    : expWithinRange({ f, lanes }, f.let(lanes.mul(bounded, lanes.constant(-2))))
  return lanes.div(lanes.constant(2), lanes.add(lanes.constant(1), e))
}

function isShort({ type, isRelaxed }: Lanes): boolean {
  return type === 'f32x4' && isRelaxed
}

/**
 * exp(scale · x) within 1.5 ulp + |x| · 2⁻²⁶ of itself: enough where what is large of x adds little.
 * A fused multiply-add keeps the rest of x / ln 2 that rounding to n leaves.
 */
function shortExp(f: FunctionBuilder, lanes: Lanes, x: Local<'v128'>, scale: 1 | -2): Vector {
  const factor = lanes.constant(scale * Math.LOG2E)
  const shifted = f.let(lanes.multiplyAdd(x, factor, rounder(lanes)))
  const n = lanes.sub(shifted, rounder(lanes))
  const g = f.let(lanes.multiplySubtract(x, factor, n))
  return lanes.mul(polynomial(lanes, powers, g), powerOfTwo(lanes, shifted))
}

/** 2⁻ᵍ for |g| ≤ ½, by minimax.py, `power_of_two`. */
const powers = [
  1, -0.6931469440460205, 0.2402222901582718, -0.05550801381468773, 0.009672357700765133,
  -0.0013239927357062697,
]

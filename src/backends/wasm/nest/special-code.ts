/** The code of what is computed in a cheaper way: see `special.ts`. */
import { internalError } from '../../../errors.ts'
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
import type { SharedFunction } from './shared-function.ts'
import type { SpecialName } from './special.ts'

export interface SpecialKind {
  readonly name: SpecialName
  readonly type: LaneType
  readonly isRelaxed: boolean
}

export function writeSpecial(
  f: FunctionBuilder,
  { name, type, isRelaxed }: SpecialKind,
  operands: readonly Vector[],
): Vector {
  const lanes = lanesOf(type, isRelaxed)
  const [x, y] = operands.map((operand) => f.let(operand))
  if (x === undefined) throw internalError(`nest: ${name} of nothing`)
  switch (name) {
    case 'expOfNegative':
      return expOfNegative(f, lanes, x)
    case 'onePlusTanh':
      return lanes.div(lanes.constant(2), onePlusExp(f, lanes, x, -2))
    case 'timesSigmoid':
      return lanes.div(x, onePlusExp(f, lanes, y ?? x, -1))
  }
}

/** The same as a function of the module. */
export function sharedSpecial(
  kind: SpecialKind,
  count: number,
): SharedFunction<readonly 'v128'[], 'v128'> {
  const key = `${kind.type}.${kind.name}.${kind.isRelaxed}`
  const known = shared.get(key)
  if (known) return known
  const made: SharedFunction<readonly 'v128'[], 'v128'> = {
    ...{ name: key, takes: Array.from({ length: count }, () => 'v128' as const), gives: 'v128' },
    body: (f, ...operands) => f.return(writeSpecial(f, kind, operands)),
  }
  shared.set(key, made)
  return made
}

// Definitions only: at most one for each kind.
const shared = new Map<string, SharedFunction<readonly 'v128'[], 'v128'>>()

function expOfNegative(f: FunctionBuilder, lanes: Lanes, x: Local<'v128'>): Vector {
  // Here the power of two is 2⁻¹²⁷ or 2⁻¹⁰²³, whose bits are those of 0. A NaN goes through.
  const lowest = lanes.constant(lanes.type === 'f32x4' ? -88 : -709.1)
  const bounded = f.let(lanes.pmax(x, lowest))
  if (!isShort(lanes)) return expWithinRange({ f, lanes }, bounded)
  const { significand, power } = shortExp(f, lanes, bounded, 1)
  return lanes.mul(significand, power)
}

/** 1 + exp(scale · x); at the ends exp is 0 and infinite. */
function onePlusExp(f: FunctionBuilder, lanes: Lanes, x: Local<'v128'>, scale: -1 | -2): Vector {
  const one = lanes.constant(1)
  const [lowest, highest] = lanes.type === 'f32x4' ? [-89, 88] : [-710, 709.1]
  const below = lanes.pmin(x, lanes.constant(highest / -scale))
  const bounded = f.let(lanes.pmax(below, lanes.constant(lowest / -scale)))
  if (!isShort(lanes)) {
    const exponent = f.let(lanes.mul(bounded, lanes.constant(scale)))
    return lanes.add(one, expWithinRange({ f, lanes }, exponent))
  }
  const { significand, power } = shortExp(f, lanes, bounded, scale)
  return lanes.multiplyAdd(significand, power, one)
}

function isShort({ type, isRelaxed }: Lanes): boolean {
  return type === 'f32x4' && isRelaxed
}

/**
 * exp(scale · x), as a product, within 1.5 ulp + |x| · 2⁻²⁶ of itself: enough where what is large of
 * x adds little. A fused multiply-add keeps the rest of x / ln 2 that rounding to n leaves.
 */
function shortExp(
  f: FunctionBuilder,
  lanes: Lanes,
  x: Local<'v128'>,
  scale: 1 | -1 | -2,
): { readonly significand: Vector; readonly power: Vector } {
  const factor = lanes.constant(scale * Math.LOG2E)
  const shifted = f.let(lanes.multiplyAdd(x, factor, rounder(lanes)))
  const n = lanes.sub(shifted, rounder(lanes))
  const g = f.let(lanes.multiplySubtract(x, factor, n))
  return { significand: polynomial(lanes, powers, g), power: powerOfTwo(lanes, shifted) }
}

/** 2⁻ᵍ for |g| ≤ ½, by minimax.py, `power_of_two`. */
const powers = [
  1, -0.6931469440460205, 0.2402222901582718, -0.05550801381468773, 0.009672357700765133,
  -0.0013239927357062697,
]

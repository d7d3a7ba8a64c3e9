/** Accumulators: what a reduction has combined so far, for one element or the lanes of a vector. */
import type { ComputeDType } from '../../../ir/dtype.ts'
import { isFloating } from '../../../ir/dtype.ts'
import type { Operation } from '../../../kernel/routine.ts'
import type { FunctionBuilder, Local } from '../function-builder.ts'
import { f32x4, f64x2, v128 } from '../instructions.ts'
import type { LaneCode, Term } from './lane-code.ts'
import { loose } from './loose.ts'
import { extract } from './vector-storage.ts'

type Combine = Extract<Operation, { op: 'reduce' }>['combine']

export interface Reduction {
  readonly combine: Combine
  /** Of what is combined. */
  readonly dtype: ComputeDType
  /** Whether a largest may pass over a NaN. */
  readonly isHeedless?: boolean
}

export interface Accumulator {
  readonly code: LaneCode
  readonly best: Local
  /** Of an argmax: where the best was. */
  readonly at: Local | undefined
  /** Of a largest or least in lanes: a mask of those that have met a NaN, which `best` passes over. */
  readonly odd: Local | undefined
}

/** An accumulator of nothing yet. */
export function openAccumulator(f: FunctionBuilder, kind: Reduction, code: LaneCode): Accumulator {
  const { combine, dtype, isHeedless } = kind
  const best = f.let(code.literal(dtype, initial(kind)))
  const at = combine === 'argmax' ? f.let(code.literal('i32', 0)) : undefined
  const isExtreme = combine === 'max' || combine === 'min'
  const isWatched = isExtreme && !isHeedless && isFloating(dtype) && code.lanes > 1
  const odd = isWatched ? f.let(code.literal('bool', 0)) : undefined
  return { code, best, at, odd }
}

/** Adds x; of an argmax, which is at `position`. */
export function accumulate(
  f: FunctionBuilder,
  kind: Reduction,
  { code, best, at, odd }: Accumulator,
  { x, position }: { readonly x: Term; readonly position: Term | undefined },
): void {
  if (odd !== undefined || (kind.isHeedless && code.lanes > 1)) {
    // The instruction that minds NaN and the signs of zeros is three times as long on x64.
    const { pmax, pmin } = kind.dtype === 'f32' ? loose(f32x4) : loose(f64x2)
    f.set(best, (kind.combine === 'max' ? pmax : pmin)(best, x) as Local) // vectors, as below
    if (odd === undefined) return
    const isUnordered = code.compare({ operation: 'notEqual', dtype: kind.dtype }, x, x)
    f.set(odd, loose(v128).or(odd, isUnordered) as Local)
    return
  }
  if (at === undefined || position === undefined) {
    f.set(best, joined(code, kind, best, x) as Local) // one type of value per dtype
    return
  }
  const isBetter = f.let(isNewBest(f, kind, code, best, x))
  f.set(best, code.select(isBetter, x, best) as Local) // likewise
  f.set(at, code.select(isBetter, position, at) as Local) // likewise
}

/** Adds what several copies of a turn give, which one accumulator takes together. */
export function accumulateAll(
  f: FunctionBuilder,
  kind: Reduction,
  accumulator: Accumulator,
  terms: readonly Local[],
): void {
  const x = pairwise(terms, (a, b) => f.let(joined(accumulator.code, kind, a, b)))
  accumulate(f, kind, accumulator, { x, position: undefined })
}

/** The result of an accumulator that has one element in each lane. */
export function resultOf(f: FunctionBuilder, kind: Reduction, accumulator: Accumulator): Local {
  const { code, best, at, odd } = accumulator
  if (odd !== undefined) f.set(best, code.select(odd, code.literal(kind.dtype, NaN), best) as Local)
  return at ?? best
}

/** One element from all the lanes of `vectors` and, where there are others, `rest`. */
export function joinLanes(
  f: FunctionBuilder,
  kind: Reduction,
  vectors: readonly Accumulator[],
  rest: Accumulator,
): Local {
  const [first] = vectors
  if (first === undefined) return rest.best
  const { code } = first
  const whole = pairwise(
    vectors.map((vector) => resultOf(f, kind, vector)),
    (a, b) => f.let(joined(code, kind, a, b)),
  )
  const lanes = code.lanes === 2 ? 2 : 4
  const elements = Array.from({ length: lanes }, (_, lane) =>
    f.let(extract(kind.dtype, whole, lane, lanes)),
  )
  const vector = pairwise(elements, (a, b) => f.let(joined(rest.code, kind, a, b)))
  return f.let(joined(rest.code, kind, vector, rest.best))
}

function pairwise(items: readonly Local[], join: (a: Local, b: Local) => Local): Local {
  let left = items
  while (left.length > 1) {
    const half = Math.ceil(left.length / 2)
    left = left.slice(0, half).map((a, i) => {
      const b = left[half + i]
      return b === undefined ? a : join(a, b)
    })
  }
  return left[0] as Local // callers have one at least
}

function joined(code: LaneCode, { combine, dtype }: Reduction, a: Term, b: Term): Term {
  const operation = operations[combine]
  return code.binary({ operation, dtype, literal: undefined }, a, b)
}

const operations = {
  sum: 'add',
  prod: 'multiply',
  max: 'maximum',
  min: 'minimum',
  argmax: 'maximum',
} as const

/** The first of the largest, or the first NaN. */
function isNewBest(
  f: FunctionBuilder,
  { dtype }: Reduction,
  code: LaneCode,
  best: Term,
  x: Term,
): Term {
  const isGreater = code.compare({ operation: 'greater', dtype }, x, best)
  if (!isFloating(dtype)) return isGreater
  const isNumber = f.let(code.compare({ operation: 'equal', dtype }, best, best))
  const isUnordered = f.let(code.compare({ operation: 'notEqual', dtype }, x, x))
  const and = { operation: 'and', dtype: 'bool', literal: undefined } as const
  const or = { operation: 'or', dtype: 'bool', literal: undefined } as const
  return code.binary(or, f.let(isGreater), f.let(code.binary(and, isNumber, isUnordered)))
}

function initial({ combine, dtype }: Reduction): number {
  if (combine === 'sum') return 0
  if (combine === 'prod') return 1
  const isMin = combine === 'min'
  switch (dtype) {
    case 'f32':
    case 'f64':
      return isMin ? Infinity : -Infinity
    case 'i32':
      return isMin ? 2 ** 31 - 1 : -(2 ** 31)
    case 'u32':
      return isMin ? 2 ** 32 - 1 : 0
    case 'bool':
      return isMin ? 1 : 0
  }
}

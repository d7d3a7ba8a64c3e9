/** Steps of random graphs that work element by element, and those that reduce. */
import * as gates from '../../src/gates/index.ts'
import { type ComputeDType, domains, isFloating } from '../../src/ir/dtype.ts'
import type { Value } from '../../src/ir/value.ts'
import type { Pool } from './pool.ts'

/** Grows a pool by what it gives; undefined where nothing fits. */
export type Grow = (pool: Pool) => Value | readonly Value[] | undefined

const unary: Grow = (pool) => {
  const x = pool.float()
  const make = pool.dice.among([
    gates.abs,
    gates.negate,
    gates.sin,
    gates.cos,
    gates.tanh,
    gates.sigmoid,
    gates.erf,
    gates.relu,
    gates.gelu,
    gates.silu,
    gates.softplus,
    gates.sign,
    gates.expm1,
    gates.exp,
    (v: Value) => gates.log(gates.add(gates.abs(v), 0.25)),
    (v: Value) => gates.log1p(gates.abs(v)),
    (v: Value) => gates.sqrt(gates.add(gates.multiply(v, v), 0.1)),
    (v: Value) => gates.erfInverse(gates.multiply(gates.tanh(v), 0.9)),
    (v: Value) => gates.clamp(v, -0.5, 0.75),
    ...(pool.options.isWild ? [gates.log, gates.log1p, gates.sqrt, gates.erfInverse] : []),
  ] as readonly [(v: Value) => Value, ...((v: Value) => Value)[]]) // gates take any value here
  return make === gates.exp || make === gates.expm1 ? make(pool.tame(x)) : make(x)
}

const binary: Grow = (pool) => {
  const a = pool.float()
  const b = pool.partner(a)
  const [left, right] = pool.dice.chance(0.5) ? [a, b] : [b, a]
  switch (pool.dice.below(9)) {
    case 0:
    case 1:
      return gates.add(left, right)
    case 2:
      return gates.subtract(left, right)
    case 3:
    case 4:
      return pool.dice.chance(0.3)
        ? pool.tame(gates.multiply(left, right))
        : gates.multiply(left, right)
    case 5:
      return gates.divide(
        left,
        pool.options.isWild ? right : gates.add(gates.multiply(right, right), 0.5),
      )
    case 6:
      return gates.maximum(left, right)
    case 7:
      return gates.minimum(left, right)
    default:
      return pool.tame(gates.power(gates.add(gates.abs(left), 0.1), pool.dice.among([2, 0.5, 3])))
  }
}

type Shift = (a: Value, by: Value) => Value
const shiftLeft = gates.shiftLeft as Shift // whole numbers, as the caller sees to
const shiftRight = gates.shiftRight as Shift // likewise

/** Whole numbers wrap around, so nothing about them needs to be tame. */
const integers: Grow = (pool) => {
  const a = pool.of(domains.integer.holds, pool.dice.among(['i32', 'u32'] as const))
  const b = pool.partner(a)
  const shift = gates.constant(pool.dice.from(0, 31), { dtype: a.dtype as 'i32' }) // or u32
  switch (pool.dice.below(10)) {
    case 0:
      return gates.add(a, b)
    case 1:
      return gates.subtract(a, b)
    case 2:
      return gates.multiply(a, b)
    case 3:
      return gates.maximum(a, b)
    case 4:
      return gates.and(a, b)
    case 5:
      return gates.or(a, b)
    case 6:
      return gates.xor(a, b)
    case 7:
      return shiftLeft(a, shift)
    case 8:
      return shiftRight(a, shift)
    default:
      return gates.divide(a, b)
  }
}

const comparisons = [
  gates.less,
  gates.lessEqual,
  gates.greater,
  gates.greaterEqual,
  gates.equal,
  gates.notEqual,
] as const

const compare: Grow = (pool) => {
  const a = pool.dice.chance(0.6) ? pool.float() : pool.of(domains.numeric.holds, 'i32')
  const make = pool.dice.among(comparisons) as (a: Value, b: Value) => Value // of one dtype
  return make(a, pool.partner(a))
}

const logic: Grow = (pool) => {
  const a = pool.of(domains.bool.holds, 'bool')
  const make = pool.dice.among([gates.and, gates.or, gates.xor, gates.not]) as (
    ...operands: readonly Value[]
  ) => Value // of one dtype
  return make === (gates.not as unknown) ? make(a) : make(a, pool.partner(a))
}

const choose: Grow = (pool) => {
  const condition = pool.of(domains.bool.holds, 'bool')
  const a = pool.dice.chance(0.8) ? pool.float() : pool.of(domains.any.holds, 'u32')
  const b = pool.partner(a, false)
  const fitted = pool.dice.chance(0.5)
    ? gates.broadcastTo(pool.fit(condition, [], 'bool'), a.shape)
    : condition
  return gates.where(fitted, a, b)
}

const computes = ['f32', 'f64', 'i32', 'u32', 'bool'] as const
const storages = ['f16', 'bf16', 'i8', 'i16', 'i64', 'u8', 'u16', 'u64'] as const

/** To another dtype; by way of a storage dtype, and back, now and then. */
const convert: Grow = (pool) => {
  const x = pool.dice.chance(0.7) ? pool.float() : pool.of(domains.any.holds, 'i32')
  const target: ComputeDType = pool.dice.chance(0.4) ? pool.base : pool.dice.among(computes)
  if (!pool.dice.chance(0.6)) return gates.cast(x, target)
  const stored = gates.cast(x, pool.dice.among(storages))
  const turned = stored.shape.length > 1 && pool.dice.chance(0.3) ? gates.transpose(stored) : stored
  return gates.cast(turned, target)
}

const reduce: Grow = (pool) => {
  const { dice } = pool
  const x = dice.chance(0.8) ? pool.float(1) : pool.of(domains.numeric.holds, 'i32', 1)
  const axes = dice.some(x.shape.map((_, axis) => axis))
  const axis = dice.chance(0.2) ? undefined : axes
  const options = { keepDims: dice.chance(0.5) }
  const isFloat = isFloating(x.dtype)
  switch (dice.below(isFloat ? 9 : 5)) {
    case 0:
    case 1:
      return dice.chance(0.5) ? gates.sum(x, axis, options) : pool.tame(gates.sum(x, axis, options))
    case 2:
      return gates.max(x, axis, options)
    case 3:
      return gates.min(x, axis, options)
    case 4:
      return gates.argmax(x, dice.chance(0.2) ? undefined : dice.below(x.shape.length), options)
    case 5:
      return gates.prod(pool.tame(x), axis, options)
    case 6:
      return gates.logSumExp(x, axis, options)
    default:
      return gates.mean(x, axis, options)
  }
}

/** What a row does together. */
const rows: Grow = (pool) => {
  const x = pool.float(1)
  const axis = pool.dice.below(x.shape.length)
  const last = x.shape.slice(-1)
  switch (pool.dice.below(3)) {
    case 0:
      return gates.softmax(x, axis)
    case 1:
      return gates.logSoftmax(x, axis)
    default:
      return gates.layerNorm(x, pool.source(last, pool.base), pool.source(last, pool.base), {
        epsilon: 0.01,
      })
  }
}

export const elementSteps: readonly { readonly weight: number; readonly grow: Grow }[] = [
  { weight: 6, grow: unary },
  { weight: 8, grow: binary },
  { weight: 2, grow: integers },
  { weight: 2, grow: compare },
  { weight: 1, grow: logic },
  { weight: 2, grow: choose },
  { weight: 3, grow: convert },
  { weight: 5, grow: reduce },
  { weight: 3, grow: rows },
]

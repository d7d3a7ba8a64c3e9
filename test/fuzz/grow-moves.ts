/** Steps of random graphs that move elements, and those that pick them by index. */
import { searchsorted } from '../../src/functional/searchsorted.ts'
import * as gates from '../../src/gates/index.ts'
import { domains, isFloating } from '../../src/ir/dtype.ts'
import { sizeOf } from '../../src/ir/shape.ts'
import type { Value } from '../../src/ir/value.ts'
import type { Grow } from './grow-elements.ts'
import type { Pool } from './pool.ts'

function anything(pool: Pool, axes = 0): Value {
  return pool.dice.chance(0.85) ? pool.float(axes) : pool.of(domains.any.holds, 'i32', axes)
}

const transpose: Grow = (pool) => {
  const x = anything(pool, 2)
  return gates.transpose(x, pool.dice.shuffled(x.shape.map((_, axis) => axis)))
}

/** Neighbouring axes joined, an axis cut, or axes of one element put in. */
const reshape: Grow = (pool) => {
  const { dice } = pool
  const x = anything(pool)
  const shape = [...x.shape]
  for (let turn = dice.from(1, 3); turn > 0; turn--) {
    const axis = dice.below(shape.length)
    const size = shape[axis] ?? 1
    const factor = dice.one([2, 3, 4, 5, 8].filter((one) => size % one === 0 && size > 0))
    if (dice.chance(0.2)) shape.splice(dice.from(0, shape.length), 0, 1)
    else if (dice.chance(0.5) && shape.length > 1 && axis + 1 < shape.length) {
      shape.splice(axis, 2, size * (shape[axis + 1] ?? 1))
    } else if (factor) shape.splice(axis, 1, factor, size / factor)
  }
  return gates.reshape(x, shape)
}

const slice: Grow = (pool) => {
  const { dice } = pool
  const x = anything(pool, 1)
  const ranges = x.shape.map((size) => {
    if (dice.chance(0.4)) return [] as const
    const start = dice.from(0, Math.max(0, size - 1))
    const end = dice.chance(0.5) ? size : dice.from(start, size)
    return [start, Math.max(end, Math.min(size, start + 1)), dice.from(1, 3)] as const
  })
  return gates.slice(x, ranges)
}

const flip: Grow = (pool) => {
  const x = anything(pool, 1)
  return gates.flip(x, pool.dice.some(x.shape.map((_, axis) => axis)))
}

const pad: Grow = (pool) => {
  const { dice } = pool
  const x = anything(pool, 1)
  const edge = () => x.shape.map(() => (dice.chance(0.5) ? 0 : dice.from(-1, 3)))
  const interior = x.shape.map(() => (dice.chance(0.75) ? 0 : dice.from(1, 2)))
  const value = domains.bool.holds(x.dtype) ? dice.chance(0.5) : dice.from(0, 2)
  const made = gates.pad(x, edge(), edge(), { interior, value })
  return sizeOf(made.shape) <= 2 * pool.options.largest ? made : undefined
}

const broadcast: Grow = (pool) => {
  const { dice } = pool
  const x = anything(pool)
  const isRoomy = sizeOf(x.shape) * 8 <= pool.options.largest
  const own = x.shape.map((size) => (size === 1 && isRoomy ? dice.among([1, 2, 7]) : size))
  const front = isRoomy && dice.chance(0.6) ? [dice.among([1, 2, 3, 8])] : []
  return sizeOf([...front, ...own]) <= pool.options.largest
    ? gates.broadcastTo(x, [...front, ...own])
    : undefined
}

const concat: Grow = (pool) => {
  const { dice } = pool
  const x = anything(pool, 1)
  const axis = dice.below(x.shape.length)
  const others = pool.values.filter(
    ({ dtype, shape }) =>
      dtype === x.dtype &&
      shape.length === x.shape.length &&
      shape.every((size, at) => at === axis || size === x.shape[at]),
  )
  const parts = [x, ...dice.some(others.slice(-8)), ...(dice.chance(0.4) ? [gates.flip(x)] : [])]
  const made = gates.concat(dice.shuffled(parts.slice(0, 4)), axis)
  return sizeOf(made.shape) <= 2 * pool.options.largest ? made : undefined
}

const stack: Grow = (pool) => {
  const x = anything(pool)
  const y = pool.partner(x, false)
  const parts = [x, gates.broadcastTo(y, x.shape), x].slice(0, pool.dice.from(1, 3))
  return gates.stack(parts, pool.dice.from(0, x.shape.length))
}

const split: Grow = (pool) => {
  const { dice } = pool
  const x = anything(pool, 1)
  const axis = dice.below(x.shape.length)
  const size = x.shape[axis] ?? 0
  const first = dice.from(0, size)
  return gates.split(x, [first, size - first], axis)
}

const pick: Grow = (pool) => {
  const { dice } = pool
  const x = anything(pool, 1)
  const axis = dice.below(x.shape.length)
  const length = x.shape[axis] ?? 0
  if (length === 0) return undefined
  const rest = sizeOf(x.shape) / length
  const count = pool.size(rest)
  const along = x.shape.map((size, at) => (at === axis ? count : size))
  switch (dice.below(4)) {
    case 0:
      return gates.take(x, pool.indices(dice.chance(0.5) ? [count] : [2, 2], length), axis)
    case 1:
      return gates.gather(x, pool.indices(along, length), axis)
    case 2:
      return oneHot(pool, count)
    default: {
      if (!domains.numeric.holds(x.dtype)) return undefined
      const source = pool.fit(x, along, x.dtype)
      return gates.scatterAdd(x, pool.indices(along, length), source, axis)
    }
  }
}

/** What stands first along an axis, or where in an order something would stand. */
const order: Grow = (pool) => {
  const { dice } = pool
  const x = dice.chance(0.7) ? pool.float(1) : pool.of(domains.any.holds, 'i32', 1)
  const axis = dice.below(x.shape.length)
  const length = x.shape[axis] ?? 0
  const descending = dice.chance(0.5)
  const kind = dice.below(isFloating(x.dtype) ? 7 : 4)
  if (kind === 0) return gates.sort(x, axis, { descending })
  if (kind === 1) return gates.topk(x, dice.from(0, length), axis, { largest: descending })
  if (kind === 2) return gates.argsort(x, axis, { descending })
  if (length === 0) return undefined
  if (kind === 3) return gates.kthvalue(x, dice.from(1, length), axis)
  if (kind === 4) return gates.median(x, axis)
  if (kind === 5) return gates.quantile(x, dice.chance(0.5) ? 0.3 : [0, 0.6], axis)
  const [sequence] = gates.sort(x)
  return searchsorted(sequence, x, { right: descending })
}

function oneHot(pool: Pool, count: number): Value {
  const labels = pool.indices(pool.dice.chance(0.5) ? [count] : [2, 3], 7)
  return gates.oneHot(labels, 7, { dtype: pool.base })
}

const generate: Grow = (pool) => {
  const { dice, base } = pool
  const shape = pool.shape(1)
  switch (dice.below(6)) {
    case 0:
      return gates.iota(shape, dice.below(shape.length), {
        dtype: dice.among(['i32', 'u32', 'f32', 'f64'] as const),
      })
    case 1:
      return gates.eye(dice.from(1, 9), dice.from(1, 9), { dtype: base })
    case 2:
      return gates.full(shape, dice.from(-2, 2) / 2, { dtype: base })
    default: {
      const steps = pool.of(domains.u32.holds, 'u32')
      const step = pool.fit(steps, [], 'u32')
      const key = gates.foldIn(gates.randomKey(dice.below(1000)), step)
      const kind = dice.below(4)
      if (kind === 0) return gates.uniform(key, shape, { dtype: base, low: -1, high: 2 })
      if (kind === 1) return gates.normal(key, shape, { dtype: base })
      if (kind === 2) return gates.randomBits(key, shape)
      return gates.bernoulli(key, shape, { probability: 0.7 })
    }
  }
}

export const moveSteps: readonly { readonly weight: number; readonly grow: Grow }[] = [
  { weight: 3, grow: transpose },
  { weight: 3, grow: reshape },
  { weight: 3, grow: slice },
  { weight: 2, grow: flip },
  { weight: 2, grow: pad },
  { weight: 2, grow: broadcast },
  { weight: 2, grow: concat },
  { weight: 1, grow: stack },
  { weight: 2, grow: split },
  { weight: 3, grow: pick },
  { weight: 3, grow: order },
  { weight: 2, grow: generate },
]

/** Steps of random graphs that contract, slide windows, attend, loop and judge. */
import * as gates from '../../src/gates/index.ts'
import { domains } from '../../src/ir/dtype.ts'
import { sizeOf } from '../../src/ir/shape.ts'
import type { Value } from '../../src/ir/value.ts'
import type { Dice } from './dice.ts'
import type { Grow } from './grow-elements.ts'
import type { Pool } from './pool.ts'

/** Products of one contraction at most: the interpreter takes some 20 million in a second. */
const mostProducts = 300_000

const multiply: Grow = (pool) => {
  const { dice } = pool
  const isWhole = dice.chance(0.08)
  const a = isWhole ? pool.of(domains.integer.holds, 'i32', 2) : pool.float(2)
  const [rows = 1, depth = 1] = a.shape.slice(-2)
  const batch = a.shape.slice(0, -2)
  const columns = pool.size(sizeOf(batch) * Math.max(rows, depth))
  if (sizeOf(a.shape) * columns > mostProducts) return undefined
  const known = pool.find(
    ({ dtype, shape }) =>
      dtype === a.dtype && shape.length === 2 && (shape[0] === depth || shape[1] === depth),
  )
  const dtype = a.dtype as 'f32' // or another compute dtype
  const shared = dice.chance(0.6) ? [] : batch.map((size) => (dice.chance(0.3) ? 1 : size))
  const isTurned = dice.chance(0.5)
  const made = () =>
    pool.source([...shared, ...(isTurned ? [columns, depth] : [depth, columns])], dtype)
  const b = known && dice.chance(0.4) ? known : made()
  const product = gates.matmul(a, b.shape.at(-2) === depth ? b : lastTwoTurned(b))
  if (isWhole) return product
  const scaled = dice.chance(0.5) ? gates.divide(product, Math.sqrt(Math.max(1, depth))) : product
  const biased = dice.chance(0.5)
    ? gates.add(scaled, pool.source(scaled.shape.slice(-1), pool.base))
    : scaled
  return dice.chance(0.8) ? [biased, activated(pool, biased)] : biased
}

/** A matrix with itself, or with what was made of it: operands that share a buffer. */
const gram: Grow = (pool) => {
  const x = pool.float(2)
  const [rows = 1] = x.shape.slice(-2)
  if (sizeOf(x.shape) * rows > mostProducts || rows * rows > 2 * pool.options.largest) {
    return undefined
  }
  return pool.tame(gates.matmul(x, lastTwoTurned(x)))
}

function activated(pool: Pool, value: Value): Value {
  const relu = pool.dice.chance(0.4)
  return relu ? gates.multiply(gates.relu(value), 0.5) : pool.tame(value)
}

function lastTwoTurned(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis)
  return gates.transpose(x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()])
}

const convolve: Grow = (pool) => {
  const { dice } = pool
  const x = imagesOf(pool, dice.chance(0.3) ? 1 : 2)
  const [images = 1, channels = 1, ...spatial] = x.shape
  const groups = dice.one([1, 1, 2, 3].filter((one) => channels % one === 0)) ?? 1
  const outputs = groups * dice.among([1, 2, 3, 4, 8])
  const window = spatial.map((size) => Math.min(Math.max(1, size), dice.from(1, 4)))
  const products = images * outputs * (channels / groups) * sizeOf(spatial) * sizeOf(window)
  if (products > mostProducts) return undefined
  const kernel = pool.source([outputs, channels / groups, ...window], pool.base)
  const options = {
    strides: spatial.map(() => dice.among([1, 1, 2, 3])),
    padding: spatial.map(() => [dice.from(-1, 2), dice.from(0, 2)] as const),
    kernelDilation: spatial.map(() => dice.among([1, 1, 2])),
    inputDilation: spatial.map(() => dice.among([1, 1, 1, 2])),
    groups,
  }
  const isPlain = dice.chance(0.5) && spatial.length === 2
  const made = isPlain
    ? gates.conv2d(x, kernel, { padding: dice.among<'same' | number>(['same', 0, 1]), groups })
    : gates.conv(x, kernel, options)
  return sizeOf(made.shape) > 4 * pool.options.largest ? undefined : activated(pool, made)
}

const pool2d: Grow = (pool) => {
  const { dice } = pool
  const x = imagesOf(pool, 2)
  const window = dice.from(1, 3)
  const padding = window > 1 && dice.chance(0.4) ? 1 : 0
  const stride = dice.from(1, 3)
  return dice.chance(0.5)
    ? gates.maxPool2d(x, window, { stride, padding })
    : gates.avgPool2d(x, window, { stride, padding })
}

/** A value of [images, channels, ...spatial]: one of the pool in this form, or a source. */
function imagesOf(pool: Pool, spatial: number): Value {
  const known = pool.find(({ dtype, shape }) => dtype === pool.base && shape.length === spatial + 2)
  if (known && pool.dice.chance(0.7)) return known
  const { dice } = pool
  const sides = spatial === 1 ? [dice.among([7, 16, 33])] : [dice.from(3, 9), dice.from(3, 9)]
  const front = [dice.from(1, 3), dice.among([1, 2, 3, 4])]
  return pool.source([...front, ...sides], pool.base)
}

const attend: Grow = (pool) => {
  const { dice, base } = pool
  const batch = dice.some([2, 3])
  const [queries, places, width] = [dice.from(1, 9), dice.from(1, 9), dice.among([1, 4, 8, 5])]
  const query = pool.fit(pool.float(), [...batch, queries, width], base)
  const key = pool.source([...batch, places, width], base)
  const value = dice.chance(0.3) ? key : pool.source([...batch, places, dice.from(1, 8)], base)
  return gates.scaledDotProductAttention(query, key, value, { isCausal: dice.chance(0.5) })
}

/** A loop over the first axis of a sequence, with one within it now and then. */
const loop: Grow = (pool) => {
  const { dice, base } = pool
  const xs = pool.float(1)
  const [length = 0, ...inner] = xs.shape
  if (length > 17 || sizeOf(inner) > 256) return undefined
  const carried = pool.fit(pool.float(), inner, base)
  const outside = pool.source(inner.slice(-1), base)
  const walk = (h: Value, x: Value): Value => {
    const seed = gates.add(gates.multiply(h, 0.5), x)
    const mixed = dice.chance(0.5) ? gates.multiply(seed, outside) : seed
    return dice.chance(0.7) ? gates.tanh(mixed) : gates.maximum(mixed, gates.negate(x))
  }
  const isNested = dice.chance(0.3)
  const innerLength = dice.from(1, 3)
  const { carry, outputs } = gates.scan(
    ([h = carried, count = carried], [x = xs]) => {
      const next = walk(h, x)
      const turns = gates.add(count, gates.constant(1, { dtype: 'i32' }))
      if (!isNested) return { carry: [next, turns], outputs: [gates.multiply(next, x)] }
      const within = gates.scan(
        ([g = h]) => {
          const made = walk(g, x)
          return { carry: [made], outputs: [gates.sum(made)] }
        },
        { carry: [next], length: innerLength },
      )
      const [last = next] = within.carry
      return { carry: [last, turns], outputs: [gates.mean(within.outputs[0] ?? last)] }
    },
    {
      carry: [carried, gates.constant(0, { dtype: 'i32' })] as readonly Value[],
      sequences: [xs] as readonly Value[],
      reverse: dice.chance(0.3),
    },
  )
  return [...carry, ...outputs]
}

const again: Grow = (pool) => {
  const x = pool.float()
  const y = pool.partner(x, false)
  return gates.checkpoint((a) => gates.tanh(gates.multiply(gates.sin(a), y)), x)
}

/** An error, reduced or not. */
const judge: Grow = (pool) => {
  const { dice } = pool
  const x = pool.float(1)
  const y = gates.broadcastTo(pool.partner(x, false), x.shape)
  const options = { reduction: dice.among(['mean', 'sum', 'none'] as const) }
  return criterionOf(dice, x, y, options)
}

function criterionOf(
  dice: Dice,
  x: Value,
  y: Value,
  options: { readonly reduction: 'mean' | 'sum' | 'none' },
): Value {
  switch (dice.below(5)) {
    case 0:
      return gates.mse(x, y, options)
    case 1:
      return gates.l1(x, y, options)
    case 2:
      return gates.huber(x, y, { ...options, delta: 0.7 })
    case 3:
      return gates.bceWithLogits(x, gates.sigmoid(y), options)
    default:
      return gates.bce(gates.sigmoid(x), gates.sigmoid(y), options)
  }
}

const classify: Grow = (pool) => {
  const x = pool.float(2)
  const classes = x.shape[1] ?? 0
  if (classes === 0) return undefined
  const target = pool.indices([x.shape[0] ?? 1, ...x.shape.slice(2)], classes)
  return gates.crossEntropy(x, target)
}

export const blockSteps: readonly { readonly weight: number; readonly grow: Grow }[] = [
  { weight: 7, grow: multiply },
  { weight: 1, grow: gram },
  { weight: 3, grow: convolve },
  { weight: 2, grow: pool2d },
  { weight: 1, grow: attend },
  { weight: 2, grow: loop },
  { weight: 1, grow: again },
  { weight: 2, grow: judge },
  { weight: 1, grow: classify },
]

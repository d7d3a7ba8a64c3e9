import type { DType } from '../ir/dtype.ts'
import type { IfDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { constant } from './constant.ts'
import { defineGate, type Gates } from './define.ts'
import type { Key } from './random-key.ts'

export interface FoldIn {
  <S extends Shape, D extends DType, E extends DType = 'u32'>(
    key: Key<'foldIn', S, D>,
    data: number | IfDType<'foldIn: data', E, 'u32', Value<Shape, E>>,
  ): Value<[2], 'u32'>
}

/**
 * A new key from a key and a number from 0 to 2³² − 1, such as a layer's or a step's: each number
 * gives a stream of random numbers of its own.
 *
 * Shapes: key u32[2], data u32[] → u32[2]. No gradient passes.
 * Throws: DTYPE for a number that u32 does not hold.
 * Source: `jax.random.fold_in`: Threefry-2x32 of the counter (0, data).
 *
 * @example
 * const mask = bernoulli(foldIn(randomKey(7), step), [32, 128])
 */
export const foldIn: Gate<FoldIn> = defineGate<FoldIn, ['key', 'data']>({
  name: 'foldIn',
  operands: ['key', 'data'],
  role: 'stop',
  takes: 'u32',
  call: (key: Value, data: number | Value) => ({
    inputs: [key, typeof data === 'number' ? constant(data, { dtype: 'u32' }) : data],
    attributes: {},
  }),
  constraints: {
    C1: {
      rule: 'key is u32[2] and data u32[]',
      holds: ({ key, data }) =>
        (key.shape.length === 1 && key.shape[0] === 2 && data.shape.length === 0) ||
        `key has shape ${formatShape(key.shape)} and data ${formatShape(data.shape)}`,
      fix: 'make the key from a seed, randomKey(7), and fold in one number at a time',
      broken: { key: 'u32[3]', data: 'u32[]' },
    },
  },
  expand: ({ gates, key, data }) => {
    const word = (at: number) => gates.reshape(gates.slice(key, [[at, at + 1]]), [])
    const words = threefry(gates, [word(0), word(1)], data)
    return gates.concat(words.map((one) => gates.reshape(one, [1])))
  },
  equation: ({ key, data }) => String.raw`\operatorname{foldIn}(${key}, ${data})`,
  // Expected values: jax.random.fold_in(key, data), JAX 0.10.
  samples: [
    { key: [0, 7], data: 5, output: [3583082021, 1947592014] },
    { key: [0, 7], data: 4294967295, output: [3658129989, 1719350670] },
    { key: [3735928559, 42], data: 0, output: [4046169685, 2242299466] },
  ],
})

const evenRotations = [17, 29, 16, 24]
const oddRotations = [13, 15, 26, 6]

/** ir/threefry.ts in gates: both words of the counter (0, data) after 20 rounds. */
function threefry(gates: Gates, [key0, key1]: readonly [Value, Value], data: Value): Value[] {
  const key2 = gates.xor(gates.xor(key0, key1), 0x1bd11bda)
  const schedule = [key0, key1, key2]
  const keyWord = (at: number): Value => schedule[at % 3] ?? key0
  let x0 = key0
  let x1: Value = gates.add(data, key1)
  for (let group = 1; group <= 5; group++) {
    for (const distance of group % 2 === 1 ? oddRotations : evenRotations) {
      x0 = gates.add(x0, x1)
      // The two parts of a rotated word share no bit, so xor joins them.
      const rotated = gates.xor(gates.shiftLeft(x1, distance), gates.shiftRight(x1, 32 - distance))
      x1 = gates.xor(rotated, x0)
    }
    x0 = gates.add(x0, keyWord(group))
    x1 = gates.add(gates.add(x1, keyWord(group + 1)), group)
  }
  return [x0, x1]
}

import { applyGate } from '../ir/apply-gate.ts'
import { createGate } from '../ir/create-gate.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { checkShape, formatShape, type Shape, type ShapeArgument } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { type Key, keyHasTwoWords } from './random-key.ts'

export interface RandomBits {
  <const S extends ShapeArgument, T extends Shape, E extends DType>(
    key: Key<'randomBits', T, E>,
    shape: S,
  ): Value<S, 'u32'>
}

interface RandomBitsAttributes {
  readonly [name: string]: Shape
  readonly shape: Shape
}

/**
 * 32 random bits for each element: a pure function of the key and of the element's place, so the
 * same key gives the same bits on every machine.
 *
 * Shapes: key u32[2] → `shape`, u32. No gradient passes.
 * Source: Threefry-2x32 as `jax.random.bits`.
 *
 * @example
 * randomBits(randomKey(7), [2, 3])
 */
export const randomBits: Gate<RandomBits> = createGate(
  {
    name: 'randomBits',
    operands: ['key'],
    role: 'stop',
    takes: 'u32',
    generate: 'randomBits',
    constraints: { C1: keyHasTwoWords },
    shape: ({ attributes }: { attributes: RandomBitsAttributes }) => attributes.shape,
    equation: ({ key, attributes }) =>
      String.raw`\operatorname{randomBits}(${key}, ${formatShape(attributes.shape)})`,
    // Expected values: jax.random.bits(key, shape), JAX 0.10.
    samples: [
      {
        key: [0, 7],
        with: [[2, 3]],
        output: [
          [2895194379, 4185947648, 1300703658],
          [1906787632, 3139134342, 2709822315],
        ],
      },
      { key: [3735928559, 42], with: [[3]], output: [1955422239, 4079505092, 3485680194] },
    ],
  },
  (definition) =>
    ((key: Value, shape: Shape) => {
      checkShape(shape, 'randomBits')
      return applyGate(definition, [key], { shape: Object.freeze([...shape]) })
    }) as RandomBits, // the shape comes out as it went in
)

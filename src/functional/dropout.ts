import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import { type DropoutAttributes, type Dropping, droppingSpec } from './dropping.ts'

/**
 * Each element of x is 0 with `probability`, and else divided by what that leaves of the whole, so
 * that the mean stays: what a network learns with, so that no unit relies on another. Who is dropped
 * is a function of the key alone, so the gradient passes where the number did.
 *
 * Shapes: x [...], key u32[2] → x's shape.
 * Throws: ATTRIBUTE for a probability outside [0, 1].
 * Source: PyTorch `dropout` with `training=True`; Srivastava et al., "Dropout".
 *
 * @example
 * dropout(x, foldIn(randomKey(7), step), { probability: 0.1 })
 */
export const dropout: Gate<Dropping<'dropout'>> = defineGate<
  Dropping<'dropout'>,
  ['x', 'key'],
  DropoutAttributes
>(
  droppingSpec({
    name: 'dropout',
    drops: 'elements',
    to: 'zero',
    // Expected values: jax.random.bernoulli(key, 1 - probability), JAX 0.10, and x / (1 - probability).
    samples: [
      {
        x: [
          [1, -2, 3],
          [4, 0.5, -1],
        ],
        key: [0, 7],
        output: [
          [0, 0, 6],
          [8, 0, 0],
        ],
      },
      {
        x: [
          [1, -2, 3],
          [4, 0.5, -1],
        ],
        key: [0, 7],
        with: [{ probability: 0.3 }],
        output: [
          [1.4285714285714286, 0, 4.285714285714286],
          [5.714285714285714, 0, -1.4285714285714286],
        ],
      },
      { x: [Infinity, Infinity, Number.NaN], key: [0, 7], output: [0, 0, Number.NaN] },
      { x: [1, -2, 3], key: [0, 7], with: [{ probability: 0 }], output: [1, -2, 3] },
      { x: [1, -2, 3], key: [0, 7], with: [{ probability: 1 }], output: [0, 0, 0] },
    ],
  }),
)

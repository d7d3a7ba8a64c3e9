import { defineGate } from '../gates/define.ts'
import type { Gate } from '../ir/gate.ts'
import { type DropoutAttributes, type Dropping, droppingSpec } from './dropping.ts'

/**
 * Whole channels of examples are 0 with `probability`, and else divided by what that leaves of the
 * whole: dropout for maps, in which neighbours say much the same.
 *
 * Shapes: x [n, channels, ...], key u32[2] → x's shape.
 * Throws: SHAPE for fewer than two axes; ATTRIBUTE for a probability outside [0, 1].
 * Source: PyTorch `feature_dropout`, which `dropout1d`, `dropout2d` and `dropout3d` are; Tompson et
 * al., "Efficient object localization using convolutional networks".
 */
export const featureDropout: Gate<Dropping<'featureDropout'>> = defineGate<
  Dropping<'featureDropout'>,
  ['x', 'key'],
  DropoutAttributes
>(
  droppingSpec({
    name: 'featureDropout',
    drops: 'channels',
    to: 'zero',
    // Expected values: jax.random.bernoulli(key, 1 - probability), JAX 0.10, and x / (1 - probability).
    samples: [
      {
        x: [
          [
            [1, -2],
            [3, 4],
            [0.5, -1],
          ],
          [
            [1, 1],
            [2, 2],
            [3, 3],
          ],
        ],
        key: [0, 7],
        output: [
          [
            [0, 0],
            [0, 0],
            [1, -2],
          ],
          [
            [2, 2],
            [0, 0],
            [0, 0],
          ],
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
    ],
  }),
)

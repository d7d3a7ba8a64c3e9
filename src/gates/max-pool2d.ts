import type { Gate } from '../ir/gate.ts'
import { type MaxPoolOptions, maxPoolGate } from './largest-of-windows.ts'
import type { PerAxis } from './per-axis.ts'
import type { Pool, PoolShape } from './pool-call.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    maxPool2d<V extends Value>(
      this: V,
      window: PerAxis,
      options?: MaxPoolOptions,
    ): Value<PoolShape<V['shape']>, V['dtype']>
  }
}

const image = [
  [
    [
      [1, 2, 3, 0],
      [4, 5, -1, 7],
      [9, 8, 7, 6],
      [2, 9, 1, 3],
    ],
  ],
]

/**
 * The largest element of each window that slides over the height and width of the images `x`; NaN
 * where there is one. Of elements that tie, the first in row-major order gets the gradient.
 *
 * Shapes: x [n, channels, height, width] → [n, channels, outHeight, outWidth], where windows that
 * do not fit whole into the padded x are left out.
 * Throws: SHAPE where x is not a batch of images or the window does not fit into it; ATTRIBUTE for
 * an option out of range.
 * Source: PyTorch `max_pool2d`.
 *
 * @example
 * maxPool2d(images, 2) // [8, 32, 28, 28] → [8, 32, 14, 14]
 */
export const maxPool2d: Gate<Pool<2, MaxPoolOptions>> = maxPoolGate(
  'maxPool2d',
  2,
  // Expected values: torch 1.13, torch.nn.functional.max_pool2d.
  [
    {
      x: image,
      with: [2],
      output: [
        [
          [
            [5, 7],
            [9, 7],
          ],
        ],
      ],
    },
    {
      x: image,
      with: [3, { stride: 1 }],
      output: [
        [
          [
            [9, 8],
            [9, 9],
          ],
        ],
      ],
    },
    {
      x: image,
      with: [3, { stride: 2, padding: 1 }],
      output: [
        [
          [
            [5, 7],
            [9, 9],
          ],
        ],
      ],
    },
    {
      x: image,
      with: [2, { stride: 1, dilation: 2 }],
      output: [
        [
          [
            [9, 8],
            [4, 9],
          ],
        ],
      ],
    },
    { x: image, with: [[1, 3]], output: [[[[3], [5], [9], [9]]]] },
    {
      x: [
        [
          [
            [Number.NaN, 1, Number.NEGATIVE_INFINITY],
            [2, Number.NaN, Number.POSITIVE_INFINITY],
          ],
        ],
      ],
      with: [[2, 1]],
      output: [[[[Number.NaN, Number.NaN, Number.POSITIVE_INFINITY]]]],
    },
  ],
)

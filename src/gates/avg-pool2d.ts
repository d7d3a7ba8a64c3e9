import type { Gate } from '../ir/gate.ts'
import { type AvgPoolOptions, avgPoolGate } from './mean-of-windows.ts'
import type { PerAxis } from './per-axis.ts'
import type { Pool, PoolShape } from './pool-call.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    avgPool2d<V extends Value>(
      this: V,
      window: PerAxis,
      options?: AvgPoolOptions,
    ): Value<PoolShape<V['shape']>, V['dtype']>
  }
}

/**
 * The mean of each window that slides over the height and width of the images `x`. What lies beyond
 * x counts as zeros.
 *
 * Shapes: x [n, channels, height, width] → [n, channels, outHeight, outWidth], where windows that
 * do not fit whole into the padded x are left out.
 * Throws: SHAPE where x is not a batch of images or the window does not fit into it; ATTRIBUTE for
 * an option out of range.
 * Source: PyTorch `avg_pool2d`.
 *
 * @example
 * avgPool2d(images, 2) // [8, 32, 28, 28] → [8, 32, 14, 14]
 */
export const avgPool2d: Gate<Pool<2, AvgPoolOptions>> = avgPoolGate(
  'avgPool2d',
  2,
  // Expected values: torch 1.13, torch.nn.functional.avg_pool2d. Windows that overlap or leave
  // elements out, whose gradient is no plain share, stand in pooling.test.ts.
  [
    {
      x: [
        [
          [
            [1, 2, 3, 0],
            [4, 5, -1, 7],
            [9, 8, 7, 6],
            [2, 9, 1, 3],
          ],
        ],
      ],
      with: [2],
      output: [
        [
          [
            [3, 2.25],
            [7, 4.25],
          ],
        ],
      ],
    },
    {
      x: [[[[1, 2, 3, 0]], [[4, 5, -1, 7]]]],
      with: [[1, 2]],
      output: [[[[1.5, 1.5]], [[4.5, 3]]]],
    },
    {
      x: [
        [
          [
            [1, 2, 3, 0],
            [4, 5, -1, 7],
            [9, 8, 7, 6],
            [2, 9, 1, 3],
          ],
        ],
      ],
      with: [2, { stride: 2, padding: 1 }],
      output: [
        [
          [
            [0.25, 1.25, 0],
            [3.25, 4.75, 3.25],
            [0.5, 2.5, 0.75],
          ],
        ],
      ],
    },
    {
      x: [[[[Number.NaN, 1, Infinity, 2]]]],
      with: [[1, 2]],
      output: [[[[Number.NaN, Infinity]]]],
    },
  ],
)

/** Pools of sequences and volumes; those of images, `maxPool2d` and `avgPool2d`, are methods too. */
import { type MaxPoolOptions, maxPoolGate } from '../gates/largest-of-windows.ts'
import { type AvgPoolOptions, avgPoolGate } from '../gates/mean-of-windows.ts'
import type { Pool } from '../gates/pool-call.ts'
import type { Gate } from '../ir/gate.ts'

/**
 * The largest element of each window that slides over the sequences `x`; NaN where there is one.
 * Of elements that tie, the first gets the gradient.
 *
 * Shapes: x [n, channels, length] → [n, channels, outLength].
 * Throws: SHAPE where x is not a batch of sequences or the window does not fit into it; ATTRIBUTE
 * for an option out of range.
 * Source: PyTorch `max_pool1d`.
 */
export const maxPool1d: Gate<Pool<1, MaxPoolOptions<1>>> = maxPoolGate(
  'maxPool1d',
  1,
  // Expected values: torch 1.13, torch.nn.functional.max_pool1d.
  [
    { x: [[[1, 4, 2, 0, 5, 3]]], with: [2], output: [[[4, 2, 5]]] },
    {
      x: [[[1, 4, 2, 0, 5, 3]]],
      with: [3, { stride: 2, padding: 1, ceilMode: true }],
      output: [[[4, 4, 5, 3]]],
    },
    { x: [[[1, 4, 2, 0, 5, 3]]], with: [4, { ceilMode: true }], output: [[[4, 5]]] },
    { x: [[[Number.NaN, 1, -Infinity, 0]]], with: [2], output: [[[Number.NaN, 0]]] },
  ],
)

/**
 * The largest element of each window that slides over the volumes `x`; NaN where there is one. Of
 * elements that tie, the first in row-major order gets the gradient.
 *
 * Shapes: x [n, channels, depth, height, width] → [n, channels, outDepth, outHeight, outWidth].
 * Throws: as `maxPool1d`.
 * Source: PyTorch `max_pool3d`.
 */
export const maxPool3d: Gate<Pool<3, MaxPoolOptions<3>>> = maxPoolGate(
  'maxPool3d',
  3,
  // Expected values: torch 1.13, torch.nn.functional.max_pool3d.
  [
    {
      x: [
        [
          [
            [
              [1, 2],
              [3, 4],
            ],
            [
              [5, 6],
              [7, 8],
            ],
          ],
        ],
      ],
      with: [2],
      output: [[[[[8]]]]],
    },
    {
      x: [
        [
          [
            [
              [1, 2],
              [3, 4],
            ],
            [
              [5, 6],
              [7, 8],
            ],
          ],
        ],
      ],
      with: [[1, 2, 1], { stride: 1 }],
      output: [[[[[3, 4]], [[7, 8]]]]],
    },
  ],
)

/**
 * The mean of each window that slides over the sequences `x`. What lies beyond x counts as zeros.
 *
 * Shapes: x [n, channels, length] → [n, channels, outLength].
 * Throws: as `maxPool1d`.
 * Source: PyTorch `avg_pool1d`.
 */
export const avgPool1d: Gate<Pool<1, AvgPoolOptions<1>>> = avgPoolGate(
  'avgPool1d',
  1,
  // Expected values: torch 1.13, torch.nn.functional.avg_pool1d.
  [
    { x: [[[1, 4, 2, 0, 5, 3]]], with: [2], output: [[[2.5, 1, 4]]] },
    { x: [[[1, 4, 2, 0, 5, 3]]], with: [2, { padding: 1 }], output: [[[0.5, 3, 2.5, 1.5]]] },
  ],
)

/**
 * The mean of each window that slides over the volumes `x`. What lies beyond x counts as zeros.
 *
 * Shapes: x [n, channels, depth, height, width] → [n, channels, outDepth, outHeight, outWidth].
 * Throws: as `maxPool1d`.
 * Source: PyTorch `avg_pool3d`.
 */
export const avgPool3d: Gate<Pool<3, AvgPoolOptions<3>>> = avgPoolGate(
  'avgPool3d',
  3,
  // Expected values: torch 1.13, torch.nn.functional.avg_pool3d.
  [
    {
      x: [
        [
          [
            [
              [1, 2],
              [3, 4],
            ],
            [
              [5, 6],
              [7, 8],
            ],
          ],
        ],
      ],
      with: [2],
      output: [[[[[4.5]]]]],
    },
    {
      x: [
        [
          [
            [
              [1, 2],
              [3, 4],
            ],
            [
              [5, 6],
              [7, 8],
            ],
          ],
        ],
      ],
      with: [[1, 2, 1], { divisorOverride: 4 }],
      output: [[[[[1, 1.5]], [[3, 3.5]]]]],
    },
  ],
)

/** Adaptive pools of sequences, images and volumes. */
import type { Gate } from '../ir/gate.ts'
import { type AdaptivePool, adaptiveAvg, adaptiveGate, adaptiveMax } from './adaptive-gate.ts'

/**
 * The mean of each of `outputSize` windows, which share the sequences `x` as evenly as they can.
 *
 * Shapes: x [n, channels, length] → [n, channels, outputSize].
 * Throws: SHAPE where x is not a batch of sequences or empty, ATTRIBUTE for a size out of range.
 * Source: PyTorch `adaptive_avg_pool1d`.
 */
export const adaptiveAvgPool1d: Gate<AdaptivePool<1>> = adaptiveGate(
  'adaptiveAvgPool1d',
  adaptiveAvg(1),
  // Expected values: torch 1.13, torch.nn.functional.adaptive_avg_pool1d. Windows of several sizes
  // have no one share; they stand in test/torch-pooling.test.ts.
  [{ x: [[[1, 4, 2, 0, 5, 3]]], with: [3], output: [[[2.5, 1, 4]]] }],
)

/**
 * The mean of each of `outputSize` windows, which share the images `x` as evenly as they can.
 *
 * Shapes: x [n, channels, height, width] → [n, channels, ...outputSize].
 * Throws: as `adaptiveAvgPool1d`.
 * Source: PyTorch `adaptive_avg_pool2d`.
 *
 * @example
 * adaptiveAvgPool2d(maps, 1) // [8, 512, 7, 7] → [8, 512, 1, 1]
 */
export const adaptiveAvgPool2d: Gate<AdaptivePool<2>> = adaptiveGate(
  'adaptiveAvgPool2d',
  adaptiveAvg(2),
  // Expected values: torch 1.13, torch.nn.functional.adaptive_avg_pool2d.
  [
    {
      x: [
        [
          [
            [1, 2, 3, 0],
            [4, 5, -1, 7],
          ],
        ],
      ],
      with: [[1, 2]],
      output: [[[[3, 2.25]]]],
    },
    {
      x: [
        [
          [
            [1, 2, 3, 0],
            [4, 5, -1, 7],
          ],
        ],
      ],
      with: [[null, 1]],
      output: [[[[1.5], [3.75]]]],
    },
  ],
)

/**
 * The mean of each of `outputSize` windows, which share the volumes `x` as evenly as they can.
 *
 * Shapes: x [n, channels, depth, height, width] → [n, channels, ...outputSize].
 * Throws: as `adaptiveAvgPool1d`.
 * Source: PyTorch `adaptive_avg_pool3d`.
 */
export const adaptiveAvgPool3d: Gate<AdaptivePool<3>> = adaptiveGate(
  'adaptiveAvgPool3d',
  adaptiveAvg(3),
  // Expected values: torch 1.13, torch.nn.functional.adaptive_avg_pool3d.
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
      with: [1],
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
      with: [[2, 1, 1]],
      output: [[[[[2.5]], [[6.5]]]]],
    },
  ],
)

/**
 * The largest element of each of `outputSize` windows over the sequences `x`.
 *
 * Shapes: x [n, channels, length] → [n, channels, outputSize].
 * Throws: as `adaptiveAvgPool1d`.
 * Source: PyTorch `adaptive_max_pool1d`.
 */
export const adaptiveMaxPool1d: Gate<AdaptivePool<1>> = adaptiveGate(
  'adaptiveMaxPool1d',
  adaptiveMax(1),
  // Expected values: torch 1.13, torch.nn.functional.adaptive_max_pool1d.
  [
    { x: [[[1, 4, 2, 0, 5, 3]]], with: [3], output: [[[4, 2, 5]]] },
    { x: [[[1, 4, 2, 0, 5, 3]]], with: [4], output: [[[4, 4, 5, 5]]] },
  ],
)

/**
 * The largest element of each of `outputSize` windows over the images `x`.
 *
 * Shapes: x [n, channels, height, width] → [n, channels, ...outputSize].
 * Throws: as `adaptiveAvgPool1d`.
 * Source: PyTorch `adaptive_max_pool2d`.
 */
export const adaptiveMaxPool2d: Gate<AdaptivePool<2>> = adaptiveGate(
  'adaptiveMaxPool2d',
  adaptiveMax(2),
  // Expected values: torch 1.13, torch.nn.functional.adaptive_max_pool2d.
  [
    {
      x: [
        [
          [
            [1, 2, 3, 0],
            [4, 5, -1, 7],
          ],
        ],
      ],
      with: [[1, 2]],
      output: [[[[5, 7]]]],
    },
    {
      x: [
        [
          [
            [1, 2, 3, 0],
            [4, 5, -1, 7],
          ],
        ],
      ],
      with: [[2, 3]],
      output: [
        [
          [
            [2, 3, 3],
            [5, 5, 7],
          ],
        ],
      ],
    },
  ],
)

/**
 * The largest element of each of `outputSize` windows over the volumes `x`.
 *
 * Shapes: x [n, channels, depth, height, width] → [n, channels, ...outputSize].
 * Throws: as `adaptiveAvgPool1d`.
 * Source: PyTorch `adaptive_max_pool3d`.
 */
export const adaptiveMaxPool3d: Gate<AdaptivePool<3>> = adaptiveGate(
  'adaptiveMaxPool3d',
  adaptiveMax(3),
  // Expected values: torch 1.13, torch.nn.functional.adaptive_max_pool3d.
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
      with: [1],
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
      with: [[1, 2, 1]],
      output: [[[[[6], [8]]]]],
    },
  ],
)

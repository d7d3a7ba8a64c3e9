/** Transposed convolutions of sequences, images and volumes. */
import type { Gate } from '../ir/gate.ts'
import { type TransposedConvolution, transposedGate } from './transposed-gate.ts'

/**
 * The transposed convolution of sequences, which undoes the shapes of `conv1d`.
 *
 * Shapes: x [n, c, length], kernel [c, o / groups, window] → [n, o, (length − 1) · stride −
 * 2 · padding + dilation · (window − 1) + outputPadding + 1].
 * Throws: SHAPE where x and kernel do not fit each other or nothing would be left, ATTRIBUTE for an
 * option out of range, DTYPE where the dtypes differ.
 * Source: PyTorch `conv_transpose1d`, whose bias is an add of its own here.
 */
export const convTranspose1d: Gate<TransposedConvolution<'convTranspose1d', 1>> = transposedGate(
  'convTranspose1d',
  1,
  // Expected values: torch 1.13, torch.nn.functional.conv_transpose1d.
  [
    {
      x: [
        [
          [1, 2, 3, 4, -1],
          [5, 6, 7, 8, 2],
        ],
      ],
      kernel: [[[1, -1]], [[2, 0.5]]],
      with: [{ stride: 2, padding: 1, outputPadding: 1 }],
      output: [[[1.5, 14, 1, 17, 0.5, 20, 0, 3, 2]]],
    },
    {
      x: [
        [
          [1, 2, 3, 4, -1],
          [5, 6, 7, 8, 2],
        ],
      ],
      kernel: [[[1, -1]], [[2, 0.5]]],
      with: [{ groups: 2, dilation: 2 }],
      output: [
        [
          [1, 2, 2, 2, -4, -4, 1],
          [10, 12, 16.5, 19, 7.5, 4, 1],
        ],
      ],
    },
  ],
)

/**
 * The transposed convolution of images, which undoes the shapes of `conv2d`.
 *
 * Shapes: x [n, c, height, width], kernel [c, o / groups, kh, kw] → [n, o, outHeight, outWidth], of
 * the sizes that `convTranspose1d` names.
 * Throws: as `convTranspose1d`.
 * Source: PyTorch `conv_transpose2d`, whose bias is an add of its own here.
 *
 * @example
 * convTranspose2d(maps, kernel, { stride: 2 }) // [8, 32, 7, 7] with [32, 16, 2, 2] → [8, 16, 14, 14]
 */
export const convTranspose2d: Gate<TransposedConvolution<'convTranspose2d', 2>> = transposedGate(
  'convTranspose2d',
  2,
  // Expected values: torch 1.13, torch.nn.functional.conv_transpose2d.
  [
    {
      x: [
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
      kernel: [
        [
          [
            [1, -1],
            [2, 3],
          ],
        ],
      ],
      output: [
        [
          [
            [1, 1, -2],
            [5, 8, 2],
            [6, 17, 12],
          ],
        ],
      ],
    },
    {
      x: [
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
      kernel: [
        [
          [
            [1, -1],
            [2, 3],
          ],
          [
            [0, 1],
            [1, 0],
          ],
        ],
      ],
      with: [{ stride: [1, 2] }],
      output: [
        [
          [
            [1, -1, 2, -2],
            [5, 0, 8, 2],
            [6, 9, 8, 12],
          ],
          [
            [0, 1, 0, 2],
            [1, 3, 2, 4],
            [3, 0, 4, 0],
          ],
        ],
      ],
    },
  ],
)

/**
 * The transposed convolution of volumes, which undoes the shapes of `conv3d`.
 *
 * Shapes: x [n, c, depth, height, width], kernel [c, o / groups, kd, kh, kw] →
 * [n, o, outDepth, outHeight, outWidth], of the sizes that `convTranspose1d` names.
 * Throws: as `convTranspose1d`.
 * Source: PyTorch `conv_transpose3d`, whose bias is an add of its own here.
 */
export const convTranspose3d: Gate<TransposedConvolution<'convTranspose3d', 3>> = transposedGate(
  'convTranspose3d',
  3,
  // Expected values: torch 1.13, torch.nn.functional.conv_transpose3d.
  [
    {
      x: [[[[[1, 2]]]]],
      kernel: [
        [
          [
            [
              [1, 0],
              [2, -1],
            ],
            [
              [0, 3],
              [1, 1],
            ],
          ],
        ],
      ],
      output: [
        [
          [
            [
              [1, 2, 0],
              [2, 3, -2],
            ],
            [
              [0, 3, 6],
              [1, 3, 2],
            ],
          ],
        ],
      ],
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
      kernel: [
        [
          [
            [
              [1, 0],
              [2, -1],
            ],
            [
              [0, 3],
              [1, 1],
            ],
          ],
        ],
      ],
      with: [{ stride: 2, padding: 1 }],
      output: [
        [
          [
            [
              [1, 2],
              [9, 0],
            ],
            [
              [-5, 12],
              [0, 8],
            ],
          ],
        ],
      ],
    },
  ],
)

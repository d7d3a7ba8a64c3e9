/** Convolutions of sequences and volumes; that of images, `conv2d`, is a method as well. */
import { type Convolution, convolutionGate } from '../gates/window-convolution.ts'
import type { Gate } from '../ir/gate.ts'

const sequence = [
  [
    [1, 2, 3, 4, -1],
    [5, 6, 7, 8, 2],
  ],
]
const across = [
  [
    [1, -1],
    [2, 0.5],
  ],
]

/**
 * Slides `kernel` over the sequences `x` and sums the products.
 *
 * Shapes: x [n, groups · c, length], kernel [o, c, window] → [n, o, outLength].
 * Throws: SHAPE where x and kernel do not fit each other or the window does not fit into x,
 * ATTRIBUTE for an option out of range or 'same' with a stride, DTYPE where the dtypes differ.
 * Source: PyTorch `conv1d`, whose bias is an add of its own here.
 */
export const conv1d: Gate<Convolution<'conv1d', 1>> = convolutionGate(
  'conv1d',
  1,
  // Expected values: torch 1.13, torch.nn.functional.conv1d.
  [
    {
      x: sequence,
      kernel: across,
      with: [{ stride: 2, padding: 1 }],
      output: [[[1.5, 14.5, 22]]],
    },
    {
      x: sequence,
      kernel: [[[1, -1]], [[2, 0.5]]],
      with: [{ groups: 2, dilation: 2 }],
      output: [
        [
          [-2, -2, 4],
          [13.5, 16, 15],
        ],
      ],
    },
    {
      x: sequence,
      kernel: across,
      with: [{ padding: 'same' }],
      output: [[[12, 14.5, 17, 22, 3]]],
    },
  ],
)

const volume = [
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
]
const block = [
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
]

/**
 * Slides `kernel` over the volumes `x` and sums the products.
 *
 * Shapes: x [n, groups · c, depth, height, width], kernel [o, c, kd, kh, kw] →
 * [n, o, outDepth, outHeight, outWidth].
 * Throws: as `conv1d`.
 * Source: PyTorch `conv3d`, whose bias is an add of its own here.
 */
export const conv3d: Gate<Convolution<'conv3d', 3>> = convolutionGate(
  'conv3d',
  3,
  // Expected values: torch 1.13, torch.nn.functional.conv3d.
  [
    { x: volume, kernel: block, output: [[[[[36]]]]] },
    {
      x: volume,
      kernel: block,
      with: [{ stride: 2, padding: [1, 0, 1] }],
      output: [[[[[6, 4]], [[-7, 22]]]]],
    },
  ],
)

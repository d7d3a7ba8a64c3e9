import type { DType } from '../ir/dtype.ts'
import type { IfSameDType, MeetDType } from '../ir/dtype-type.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import {
  type Convolution,
  type ConvolutionOptions,
  type ConvolutionShape,
  convolutionGate,
} from './window-convolution.ts'

declare module '../ir/value.ts' {
  interface Value<S, D> {
    conv2d<V extends Value, const K extends Shape, const E extends DType>(
      this: V,
      kernel: IfSameDType<'conv2d', V['dtype'], E, Value<K, E>>,
      options?: ConvolutionOptions<2>,
    ): Value<ConvolutionShape<V['shape'], K, 2>, MeetDType<V['dtype'], E>>
  }
}

const image = [
  [
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
  ],
]
const window = [
  [
    [
      [1, 2],
      [3, -4],
    ],
  ],
]

/**
 * Slides `kernel` over the height and width of the images `x` and sums the products.
 *
 * Shapes: x [n, groups · c, height, width], kernel [o, c, kh, kw] → [n, o, outHeight, outWidth].
 * Throws: SHAPE where x and kernel do not fit each other or the window does not fit into x,
 * ATTRIBUTE for an option out of range or 'same' with a stride, DTYPE where the dtypes differ.
 * Source: PyTorch `conv2d`, whose bias is an add of its own here.
 *
 * @example
 * conv2d(images, kernel, { padding: 'same' }) // [8, 1, 28, 28] with [4, 1, 3, 3] → [8, 4, 28, 28]
 */
export const conv2d: Gate<Convolution<'conv2d', 2>> = convolutionGate(
  'conv2d',
  2,
  // Expected values: torch 1.13, torch.nn.functional.conv2d.
  [
    {
      x: image,
      kernel: window,
      output: [
        [
          [
            [-3, -1],
            [3, 5],
          ],
        ],
      ],
    },
    {
      x: image,
      kernel: window,
      with: [{ padding: 'same' }],
      output: [
        [
          [
            [-3, -1, 21],
            [3, 5, 33],
            [23, 26, 9],
          ],
        ],
      ],
    },
    {
      x: image,
      kernel: window,
      with: [{ stride: 2, padding: 1 }],
      output: [
        [
          [
            [-4, -6],
            [-20, 5],
          ],
        ],
      ],
    },
    {
      x: image,
      kernel: window,
      with: [{ stride: [1, 2], padding: [0, 1] }],
      output: [
        [
          [
            [-14, -1],
            [-20, 5],
          ],
        ],
      ],
    },
    { x: image, kernel: window, with: [{ dilation: 2, padding: 'valid' }], output: [[[[-8]]]] },
    {
      x: [
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
      kernel: [[[[1, -1]]], [[[2, 0.5]]], [[[0, 1]]], [[[3, 3]]]],
      with: [{ groups: 2 }],
      output: [
        [
          [[-1], [-1]],
          [[3], [8]],
          [[6], [8]],
          [[33], [45]],
        ],
      ],
    },
  ],
)

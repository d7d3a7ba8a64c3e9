import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate } from './define.ts'
import type { PerAxis } from './per-axis.ts'
import {
  areImages,
  isTiled,
  type PoolAttributes,
  type PoolOptions,
  type PoolShape,
  perWindow,
  poolAttributes,
  poolShape,
  sumOfPlaces,
  untile,
  windowFitsImage,
  windowNumbersFit,
  windowViews,
} from './pooling.ts'

export interface AvgPool2d {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    window: PerAxis,
    options?: PoolOptions,
  ): Value<PoolShape<S>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    avgPool2d<V extends Value>(
      this: V,
      window: PerAxis,
      options?: PoolOptions,
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
export const avgPool2d: Gate<AvgPool2d> = defineGate<AvgPool2d, ['x'], PoolAttributes>({
  name: 'avgPool2d',
  operands: ['x'],
  role: 'distributor',
  call: (x: Value, window: PerAxis, options: PoolOptions = {}) => ({
    inputs: [x],
    attributes: poolAttributes(window, options),
  }),
  constraints: { C1: areImages, C2: windowNumbersFit, C3: windowFitsImage },
  shape: poolShape,
  expand: ({ gates, x, attributes }) => {
    const views = windowViews(gates, x, { attributes, fill: 0 })
    return gates.divide(
      views.reduce((total, view) => gates.add(total, view)),
      views.length,
    )
  },
  backward: ({ gates, x, attributes, upstream }) => {
    const { window } = attributes
    const count = window.reduce((product, size) => product * size, 1)
    const share = gates.divide(upstream, count)
    const target = { shape: x.shape, attributes }
    if (isTiled(attributes)) return { x: untile(gates, perWindow(gates, share), target) }
    const shares = Array.from({ length: count }, () => share)
    return { x: sumOfPlaces(gates, shares, target) }
  },
  equation: ({ x, attributes: { window } }) =>
    String.raw`\operatorname{avgPool}_{${window.join(String.raw` \times `)}}(${x})`,
  local: ({ attributes: { window } }) =>
    String.raw`\frac{1}{${window.reduce((product, size) => product * size, 1)}}`,
  // Expected values: torch 1.13, torch.nn.functional.avg_pool2d. Windows that overlap or leave
  // elements out, whose gradient is no plain share, stand in pooling.test.ts.
  samples: [
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
})

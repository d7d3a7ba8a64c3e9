import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { defineGate, type Gates } from './define.ts'
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

export interface MaxPool2dOptions extends PoolOptions {
  /** Distance of the window's elements. Default: 1. */
  readonly dilation?: PerAxis
}

export interface MaxPool2d {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    window: PerAxis,
    options?: MaxPool2dOptions,
  ): Value<PoolShape<S>, D>
}

declare module '../ir/value.ts' {
  interface Value<S, D> {
    maxPool2d<V extends Value>(
      this: V,
      window: PerAxis,
      options?: MaxPool2dOptions,
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
export const maxPool2d: Gate<MaxPool2d> = defineGate<MaxPool2d, ['x'], PoolAttributes>({
  name: 'maxPool2d',
  operands: ['x'],
  role: 'router',
  call: (x: Value, window: PerAxis, options: MaxPool2dOptions = {}) => ({
    inputs: [x],
    attributes: poolAttributes(window, options),
  }),
  constraints: { C1: areImages, C2: windowNumbersFit, C3: windowFitsImage },
  shape: poolShape,
  expand: ({ gates, x, attributes }) =>
    viewsOf(gates, x, attributes).reduce((best, view) => gates.maximum(best, view)),
  backward: ({ gates, x, attributes, upstream }) => {
    const winner = winnerOf(gates, viewsOf(gates, x, attributes))
    const target = { shape: x.shape, attributes }
    if (isTiled(attributes)) {
      const [rows = 1, columns = 1] = attributes.window
      const places = gates.iota([rows * columns], 0, { dtype: floatingOf(x) })
      const own = gates.reshape(places, [rows, 1, columns])
      const isWinner = gates.equal(perWindow(gates, winner), own)
      return { x: untile(gates, gates.where(isWinner, perWindow(gates, upstream), 0), target) }
    }
    const [rows = 1, columns = 1] = attributes.window
    const shares = Array.from({ length: rows * columns }, (_, place) =>
      gates.where(gates.equal(winner, place), upstream, 0),
    )
    return { x: sumOfPlaces(gates, shares, target) }
  },
  equation: ({ x, attributes: { window } }) =>
    String.raw`\operatorname{maxPool}_{${window.join(String.raw` \times `)}}(${x})`,
  local: ({ x }) => String.raw`[${x} = \max \text{ of its window}]`,
  // Expected values: torch 1.13, torch.nn.functional.max_pool2d.
  samples: [
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
})

/** Beyond x there is nothing that could win. */
function viewsOf(gates: Gates, x: Value, attributes: PoolAttributes): readonly Value[] {
  return windowViews(gates, x, { attributes, fill: Number.NEGATIVE_INFINITY })
}

/**
 * Which place of each window wins: the first of those that tie, the last NaN, as PyTorch walks. A
 * number of x's dtype, so that the comparison is one of x's width.
 */
function winnerOf(gates: Gates, [first, ...rest]: readonly Value[]): Value {
  let best = first as Value // a window has one place at least
  let winner: Value = gates.zerosLike(best)
  rest.forEach((view, index) => {
    const isLater = gates.or(gates.greater(view, best), gates.notEqual(view, view))
    winner = gates.where(isLater, index + 1, winner)
    best = gates.maximum(best, view)
  })
  return winner
}

function floatingOf({ dtype }: Value): 'f32' | 'f64' {
  return dtype === 'f64' ? 'f64' : 'f32'
}

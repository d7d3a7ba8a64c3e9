/** The windows of images as columns, and back: im2col and col2im. */
import { defineGate } from '../gates/define.ts'
import { onEachAxis, type PerAxis } from '../gates/per-axis.ts'
import { isBatchOf } from '../gates/pool-call.ts'
import { placeCount, stepsOf, sumOfPlaces, type Windows, windowViews } from '../gates/pooling.ts'
import type { DType } from '../ir/dtype.ts'
import type { Gate } from '../ir/gate.ts'
import { formatShape, type Shape, sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface UnfoldOptions {
  /** Distance of the window's elements. Default: 1. */
  readonly dilation?: PerAxis
  /** Zeros on both sides of each axis. Default: 0. */
  readonly padding?: PerAxis
  /** Steps of the window. Default: 1. */
  readonly stride?: PerAxis
}

export interface Unfold2d {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    window: PerAxis,
    options?: UnfoldOptions,
  ): Value<readonly [S[0], number, number], D>
}

export interface Fold2d {
  <S extends Shape, D extends DType>(
    x: Value<S, D>,
    outputSize: PerAxis,
    window: PerAxis,
    options?: UnfoldOptions,
  ): Value<readonly [S[0], number, number, number], D>
}

interface UnfoldAttributes extends Windows {
  readonly [name: string]: readonly number[] | boolean
}

interface FoldAttributes extends UnfoldAttributes {
  readonly outputSize: readonly number[]
}

function windowsOf(window: PerAxis, options: UnfoldOptions): UnfoldAttributes {
  return {
    window: onEachAxis(window, 2),
    strides: onEachAxis(options.stride ?? 1, 2),
    padding: onEachAxis(options.padding ?? 0, 2),
    dilation: onEachAxis(options.dilation ?? 1, 2),
    ceilMode: false,
  }
}

/**
 * Each window that slides over the images `x`, as a column of its elements, channel by channel.
 *
 * Shapes: x [n, channels, height, width] → [n, channels · window elements, windows].
 * Throws: SHAPE where x is not a batch of images or the window does not fit into it, ATTRIBUTE for
 * an option out of range.
 * Source: PyTorch `unfold` of torch.nn.functional.
 */
export const unfold2d: Gate<Unfold2d> = defineGate<Unfold2d, ['x'], UnfoldAttributes>({
  name: 'unfold2d',
  operands: ['x'],
  role: 'mover',
  call: (x: Value, window: PerAxis, options: UnfoldOptions = {}) => ({
    inputs: [x],
    attributes: windowsOf(window, options),
  }),
  constraints: {
    C1: isBatchOf(2, [2]),
    C2: {
      code: 'ATTRIBUTE',
      rule: 'window, stride and dilation are whole numbers, 1 or more; padding is 0 or more',
      holds: ({ attributes }) => numbersFit(attributes),
      fix: 'correct the option; 1, or 0 for padding, changes nothing',
      broken: { x: 'f32[1, 1, 4, 4]', with: [2, { stride: 0 }] },
    },
    C3: {
      rule: 'the window fits into the padded x at least once',
      holds: ({ x, attributes }) =>
        windowCounts(x.shape, attributes).every((count) => count >= 1) ||
        `window ${formatShape(attributes.window)} does not fit into x ${formatShape(x.shape)}`,
      fix: 'pad x, or take a smaller window',
      broken: { x: 'f32[1, 1, 2, 2]', with: [3] },
    },
  },
  shape: ({ x, attributes }) => [
    x[0] ?? 0,
    (x[1] ?? 0) * placeCount(attributes),
    sizeOf(windowCounts(x, attributes)),
  ],
  expand: ({ gates, x, attributes }) => {
    const views = windowViews(gates, x, { windows: attributes, fill: 0 })
    const [batch = 0, channels = 0] = x.shape
    const count = sizeOf(windowCounts(x.shape, attributes))
    return gates.reshape(gates.stack(views, 2), [batch, channels * views.length, count])
  },
  equation: ({ x, attributes: { window } }) =>
    String.raw`\operatorname{unfold}_{${window.join(String.raw` \times `)}}(${x})`,
  downstream: ({ upstream }) => String.raw`\operatorname{fold}(${upstream})`,
  // Expected values: torch 1.13, torch.nn.functional.unfold.
  samples: [
    {
      x: [
        [
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
        ],
      ],
      with: [2],
      output: [
        [
          [1, 2],
          [2, 3],
          [4, 5],
          [5, 6],
        ],
      ],
    },
    {
      x: [
        [
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
        ],
      ],
      with: [[2, 1], { padding: [1, 0], stride: [2, 1] }],
      output: [
        [
          [0, 0, 0, 4, 5, 6],
          [1, 2, 3, 0, 0, 0],
        ],
      ],
    },
  ],
})

/**
 * Columns put back as windows of images: where windows meet, elements are added.
 *
 * Shapes: x [n, channels · window elements, windows] → [n, channels, ...outputSize].
 * Throws: SHAPE where x has not as many columns and rows as such windows of such images would have,
 * ATTRIBUTE for an option out of range.
 * Source: PyTorch `fold` of torch.nn.functional.
 */
export const fold2d: Gate<Fold2d> = defineGate<Fold2d, ['x'], FoldAttributes>({
  name: 'fold2d',
  operands: ['x'],
  role: 'mover',
  call: (x: Value, outputSize: PerAxis, window: PerAxis, options: UnfoldOptions = {}) => ({
    inputs: [x],
    attributes: { ...windowsOf(window, options), outputSize: onEachAxis(outputSize, 2) },
  }),
  constraints: {
    C1: {
      code: 'ATTRIBUTE',
      rule: 'outputSize, window, stride and dilation are whole numbers, 1 or more; padding is 0 or more',
      holds: ({ attributes }) => numbersFit(attributes, attributes.outputSize),
      fix: 'correct the option; 1, or 0 for padding, changes nothing',
      broken: { x: 'f32[1, 4, 4]', with: [3, 2, { stride: 0 }] },
    },
    C2: {
      rule: 'x [n, channels · window elements, windows] has what such windows of such images hold',
      holds: ({ x, attributes }) => {
        const counts = windowCounts([1, 1, ...attributes.outputSize], attributes)
        const [, rows = 0, columns = 0] = x.shape
        const fits = counts.every((count) => count >= 1) && columns === sizeOf(counts)
        return (
          (x.shape.length === 3 && fits && rows % placeCount(attributes) === 0) ||
          `x ${formatShape(x.shape)} for ${counts.join(' · ')} windows of ${placeCount(attributes)} elements`
        )
      },
      fix: 'give the outputSize and the options that unfold2d had',
      broken: { x: 'f32[1, 4, 3]', with: [3, 2] },
    },
  },
  shape: ({ x, attributes }) => imagesShape(x, attributes),
  expand: ({ gates, x, attributes }) => {
    const { outputSize } = attributes
    const shape = imagesShape(x.shape, attributes)
    const [batch = 0, channels = 0] = shape
    const counts = windowCounts([1, 1, ...outputSize], attributes)
    const places = gates.reshape(x, [batch, channels, placeCount(attributes), ...counts])
    const shares = Array.from({ length: placeCount(attributes) }, (_, place) =>
      gates.reshape(gates.slice(places, [[], [], [place, place + 1]]), [
        batch,
        channels,
        ...counts,
      ]),
    )
    return sumOfPlaces(gates, shares, { shape, windows: attributes })
  },
  equation: ({ x, attributes: { window } }) =>
    String.raw`\operatorname{fold}_{${window.join(String.raw` \times `)}}(${x})`,
  downstream: ({ upstream }) => String.raw`\operatorname{unfold}(${upstream})`,
  // Expected values: torch 1.13, torch.nn.functional.fold.
  samples: [
    {
      x: [
        [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ],
      ],
      with: [[2, 3], 2],
      output: [
        [
          [
            [1, 5, 4],
            [5, 13, 8],
          ],
        ],
      ],
    },
    {
      x: [
        [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ],
      ],
      with: [[2, 4], 2, { stride: 2 }],
      output: [
        [
          [
            [1, 3, 2, 4],
            [5, 7, 6, 8],
          ],
        ],
      ],
    },
  ],
})

function imagesShape(x: Shape, attributes: FoldAttributes): Shape {
  return [x[0] ?? 0, (x[1] ?? 0) / placeCount(attributes), ...attributes.outputSize]
}

function windowCounts(shape: Shape, windows: Windows): readonly number[] {
  return [0, 1].map((axis) => stepsOf({ shape, windows }, axis))
}

function numbersFit(windows: Windows, outputSize: readonly number[] = [1, 1]): true | string {
  const { window, strides, padding, dilation } = windows
  const lists = { window, stride: strides, dilation, outputSize, padding }
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== 2) return `${name} has ${list.length} entries for 2 axes`
    const least = name === 'padding' ? 0 : 1
    const wrong = list.find((number) => !Number.isSafeInteger(number) || number < least)
    if (wrong !== undefined) return `${name} cannot be ${wrong}`
  }
  return true
}

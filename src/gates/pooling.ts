/** What the gates share that slide a window over images: options, constraints, views, gradients. */
import type { Constraint } from '../ir/gate-spec.ts'
import { formatShape, type Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { dilated } from './convolution.ts'
import type { Gates } from './define.ts'
import { onBothAxes, type PerAxis } from './per-axis.ts'

export interface PoolOptions {
  /** Steps of the window. Default: its size, so that windows lie side by side. */
  readonly stride?: PerAxis
  /** How far the window reaches beyond each side, at most half its size. Default: 0. */
  readonly padding?: PerAxis
}

/** [n, channels, height, width], the last two unknown to the types. */
export type PoolShape<S extends Shape> = readonly [S[0], S[1], number, number]

export interface PoolAttributes {
  readonly [name: string]: readonly number[]
  /** [height, width], here and below. */
  readonly window: readonly number[]
  readonly strides: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
}

export function poolAttributes(
  window: PerAxis,
  { stride = window, padding = 0, dilation = 1 }: PoolOptions & { readonly dilation?: PerAxis },
): PoolAttributes {
  return {
    window: onBothAxes(window),
    strides: onBothAxes(stride),
    padding: onBothAxes(padding),
    dilation: onBothAxes(dilation),
  }
}

/** The shape rule: windows that do not fit whole are left out. */
export function poolShape({
  x,
  attributes,
}: {
  readonly x: Shape
  readonly attributes: PoolAttributes
}): Shape {
  return [x[0] ?? 0, x[1] ?? 0, ...[0, 1].map((axis) => stepsOf(x, attributes, axis))]
}

type PoolConstraint = Constraint<readonly ['x'], PoolAttributes>

export const areImages: PoolConstraint = {
  rule: 'x [n, channels, height, width] has four axes',
  holds: ({ x }) => x.shape.length === 4 || `x ${formatShape(x.shape)} is not a batch of images`,
  fix: 'reshape it to four axes: one image [c, h, w] is [1, c, h, w]',
  broken: { x: 'f32[3, 8, 8]', with: [2] },
}

export const windowNumbersFit: PoolConstraint = {
  code: 'ATTRIBUTE',
  rule: 'window, stride and dilation are whole numbers, 1 or more; padding is at most half the window',
  holds: ({ attributes: { window, strides, padding, dilation } }) => {
    for (const [name, list] of Object.entries({ window, stride: strides, dilation })) {
      const wrong = list.find((number) => !Number.isSafeInteger(number) || number < 1)
      if (wrong !== undefined) return `${name} cannot be ${wrong}`
    }
    const wrong = padding.find(
      (count, axis) => !Number.isSafeInteger(count) || count < 0 || count > (window[axis] ?? 0) / 2,
    )
    return wrong === undefined || `padding cannot be ${wrong} for window ${formatShape(window)}`
  },
  fix: 'correct the option; pad x where more is wanted',
  broken: { x: 'f32[1, 1, 8, 8]', with: [2, { padding: 2 }] },
}

export const windowFitsImage: PoolConstraint = {
  rule: 'the window fits into the padded x at least once',
  holds: ({ x, attributes }) =>
    [0, 1].every((axis) => stepsOf(x.shape, attributes, axis) >= 1) ||
    `window ${formatShape(attributes.window)} does not fit into x ${formatShape(x.shape)}`,
  fix: 'pad x, or take a smaller window',
  broken: { x: 'f32[1, 1, 4, 2]', with: [3] },
}

/**
 * What each place of the window sees, in row-major order: views of x of the output's shape, so that
 * pooling is elementwise arithmetic of them.
 */
export function windowViews(
  gates: Gates,
  x: Value,
  { attributes, fill }: { readonly attributes: PoolAttributes; readonly fill: number },
): readonly Value[] {
  const { padding, strides } = attributes
  const sides = [0, 0, ...padding]
  const isPadded = padding.some((count) => count > 0)
  const padded = isPadded ? gates.pad(x, sides, sides, { value: fill }) : x
  return placesOf(attributes).map((place) => {
    const ranges = place.map((start, axis): [number, number, number] => {
      const stride = strides[axis] ?? 1
      const last = start + (stepsOf(x.shape, attributes, axis) - 1) * stride
      return [start, last + 1, stride]
    })
    return gates.slice(padded, [[], [], ...ranges])
  })
}

/** Whether every element of x lies in one window at most, and the windows side by side. */
export function isTiled({ window, strides, padding, dilation }: PoolAttributes): boolean {
  return [0, 1].every(
    (axis) => strides[axis] === window[axis] && padding[axis] === 0 && dilation[axis] === 1,
  )
}

/**
 * The gradient of x for windows side by side: `share` at each place of each window, of shape
 * [n, channels, outHeight, window height, outWidth, window width] or what broadcasts to it. One
 * elementwise loop over x, with nothing moved.
 */
export function untile(
  gates: Gates,
  share: Value,
  { shape, attributes }: { readonly shape: Shape; readonly attributes: PoolAttributes },
): Value {
  const [rows = 0, columns = 0] = attributes.window
  const [batch = 0, channels = 0, height = 0, width = 0] = shape
  const [, , steps = 0, across = 0] = poolShape({ x: shape, attributes })
  const whole = gates.broadcastTo(share, [batch, channels, steps, rows, across, columns])
  const covered = gates.reshape(whole, [batch, channels, steps * rows, across * columns])
  // What no window covered, at the lower and the right edge, gets nothing.
  const left = [0, 0, height - steps * rows, width - across * columns]
  return left.some((count) => count > 0) ? gates.pad(covered, [0, 0, 0, 0], left) : covered
}

/** `share` as the six axes of `untile` have it: the same for each place of a window. */
export function perWindow(gates: Gates, share: Value): Value {
  const [batch = 0, channels = 0, steps = 0, across = 0] = share.shape
  return gates.reshape(share, [batch, channels, steps, 1, across, 1])
}

/** The gradient of x for any windows: the sum of what each place of the window hands back. */
export function sumOfPlaces(
  gates: Gates,
  shares: readonly Value[],
  { shape, attributes }: { readonly shape: Shape; readonly attributes: PoolAttributes },
): Value {
  const { padding, strides } = attributes
  const places = placesOf(attributes)
  return shares
    .map((share, index) => {
      const low = (places[index] ?? []).map((start, axis) => start - (padding[axis] ?? 0))
      const high = low.map((start, axis) => {
        const reach = dilated(share.shape[axis + 2] ?? 0, strides[axis])
        return (shape[axis + 2] ?? 0) - start - reach
      })
      const interior = [0, 0, ...strides.map((stride) => stride - 1)]
      return gates.pad(share, [0, 0, ...low], [0, 0, ...high], { interior })
    })
    .reduce((total, part) => gates.add(total, part))
}

/** Where the places of the window start, as [row, column]. */
function placesOf({ window, dilation }: PoolAttributes): readonly (readonly number[])[] {
  const [rows = 0, columns = 0] = window
  const [down = 1, right = 1] = dilation
  return Array.from({ length: rows * columns }, (_, place) => [
    Math.floor(place / columns) * down,
    (place % columns) * right,
  ])
}

function stepsOf(shape: Shape, attributes: PoolAttributes, axis: number): number {
  const { window, strides, padding, dilation } = attributes
  const room = (shape[axis + 2] ?? 0) + 2 * (padding[axis] ?? 0)
  const reach = dilated(window[axis] ?? 0, dilation[axis])
  return Math.floor((room - reach) / (strides[axis] ?? 1)) + 1
}

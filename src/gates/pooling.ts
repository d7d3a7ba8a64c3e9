/**
 * Windows that slide over the spatial axes of x [n, channels, ...spatial], any number of them: where
 * they lie, what each of their places sees, and how what comes back is put where it came from.
 */
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'
import { dilated } from './convolution.ts'
import type { Gates } from './define.ts'

/** One entry for each spatial axis. */
export interface Windows {
  readonly window: readonly number[]
  readonly strides: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
  /** Whether a last window counts that begins within x and its padding but does not fit. */
  readonly ceilMode: boolean
}

/** x's shape and the windows over it. */
export interface Pooled {
  readonly shape: Shape
  readonly windows: Windows
}

/** [n, channels, ...how many windows]. */
export function pooledShape({ shape, windows }: Pooled): Shape {
  const steps = windows.window.map((_, axis) => stepsOf({ shape, windows }, axis))
  return [shape[0] ?? 0, shape[1] ?? 0, ...steps]
}

/** How many windows there are along a spatial axis. Source: PyTorch `pooling_output_shape`. */
export function stepsOf({ shape, windows }: Pooled, axis: number): number {
  const { size, low, reach, stride } = along({ shape, windows }, axis)
  const room = size + 2 * low - reach
  if (!windows.ceilMode) return Math.floor(room / stride) + 1
  const steps = Math.ceil(room / stride) + 1
  return (steps - 1) * stride >= size + low ? steps - 1 : steps
}

/**
 * What each place of the window sees, in row-major order: views of x of the output's shape, so that
 * pooling is elementwise arithmetic of them.
 */
export function windowViews(
  gates: Gates,
  x: Value,
  { windows, fill }: { readonly windows: Windows; readonly fill: number },
): readonly Value[] {
  const pooled = { shape: x.shape, windows }
  const low = [0, 0, ...windows.padding]
  const high = [0, 0, ...windows.window.map((_, axis) => overhang(pooled, axis))]
  const isPadded = [...low, ...high].some((count) => count > 0)
  const padded = isPadded ? gates.pad(x, low, high, { value: fill }) : x
  return placesOf(windows).map((place) => {
    const ranges = place.map((start, axis): [number, number, number] => {
      const stride = windows.strides[axis] ?? 1
      return [start, start + (stepsOf(pooled, axis) - 1) * stride + 1, stride]
    })
    return gates.slice(padded, [[], [], ...ranges])
  })
}

/** How many elements a window has. */
export function placeCount({ window }: Windows): number {
  return window.reduce((count, size) => count * size, 1)
}

/** Whether every element of x lies in one window at most, and the windows side by side. */
export function isTiled({ shape, windows }: Pooled): boolean {
  const { window, strides, padding, dilation } = windows
  return window.every(
    (size, axis) =>
      strides[axis] === size &&
      padding[axis] === 0 &&
      dilation[axis] === 1 &&
      overhang({ shape, windows }, axis) === 0,
  )
}

/**
 * x with each spatial axis as two, windows and places, where windows lie side by side:
 * [n, channels, steps, window, steps, window, …]. What no window covers is left out.
 */
export function tilesOf(gates: Gates, x: Value, windows: Windows): Value {
  const { window } = windows
  const pooled = { shape: x.shape, windows }
  const [batch = 0, channels = 0] = x.shape
  const steps = window.map((_, axis) => stepsOf(pooled, axis))
  const ends = window.map((size, axis): [number, number] => [0, size * (steps[axis] ?? 0)])
  const sizes = window.flatMap((size, axis) => [steps[axis] ?? 0, size])
  return gates.reshape(gates.slice(x, [[], [], ...ends]), [batch, channels, ...sizes])
}

/**
 * The gradient of x for windows side by side: `share` at each place of each window, of the shape
 * that `tilesOf` has or what broadcasts to it. One elementwise loop over x, with nothing moved.
 */
export function untile(gates: Gates, share: Value, { shape, windows }: Pooled): Value {
  const { window } = windows
  const [batch = 0, channels = 0, ...spatial] = shape
  const steps = window.map((_, axis) => stepsOf({ shape, windows }, axis))
  const split = window.flatMap((size, axis) => [steps[axis] ?? 0, size])
  const joined = window.map((size, axis) => size * (steps[axis] ?? 0))
  const whole = gates.broadcastTo(share, [batch, channels, ...split])
  const covered = gates.reshape(whole, [batch, channels, ...joined])
  // What no window covered, at the end of each axis, gets nothing.
  const left = [0, 0, ...spatial.map((size, axis) => size - (joined[axis] ?? 0))]
  const none = left.map(() => 0)
  return left.some((count) => count > 0) ? gates.pad(covered, none, left) : covered
}

/** `share` with the axes of `untile`: the same for each place of a window. */
export function perWindow(gates: Gates, share: Value): Value {
  const [batch = 0, channels = 0, ...steps] = share.shape
  return gates.reshape(share, [batch, channels, ...steps.flatMap((count) => [count, 1])])
}

/** The gradient of x for any windows: the sum of what each place of the window hands back. */
export function sumOfPlaces(
  gates: Gates,
  shares: readonly Value[],
  { shape, windows }: Pooled,
): Value {
  const { padding, strides } = windows
  const places = placesOf(windows)
  const interior = [0, 0, ...strides.map((stride) => stride - 1)]
  return shares
    .map((share, index) => {
      const low = (places[index] ?? []).map((start, axis) => start - (padding[axis] ?? 0))
      const high = low.map((start, axis) => {
        const reach = dilated(share.shape[axis + 2] ?? 0, strides[axis])
        return (shape[axis + 2] ?? 0) - start - reach
      })
      return gates.pad(share, [0, 0, ...low], [0, 0, ...high], { interior })
    })
    .reduce((total, part) => gates.add(total, part))
}

/**
 * Windows of more places than this are walked one axis after the other, the last one first: a view
 * of each place would be a kernel of too many of them.
 */
export const mostPlaces = 32

/** The same windows as a row of windows along one axis each, the last axis first. */
export function axisByAxis(windows: Windows): readonly Windows[] {
  const { window, strides, padding, dilation, ceilMode } = windows
  if (placeCount(windows) <= mostPlaces) return [windows]
  return window
    .map((_, own): Windows => {
      const only = (list: readonly number[], other: number) =>
        list.map((entry, axis) => (axis === own ? entry : other))
      return {
        window: only(window, 1),
        strides: only(strides, 1),
        padding: only(padding, 0),
        dilation: only(dilation, 1),
        ceilMode,
      }
    })
    .toReversed()
}

/** Where the places of the window start, in row-major order. */
function placesOf({ window, dilation }: Windows): readonly (readonly number[])[] {
  return window.reduce<readonly (readonly number[])[]>(
    (starts, size, axis) =>
      starts.flatMap((start) =>
        Array.from({ length: size }, (_, place) => [...start, place * (dilation[axis] ?? 1)]),
      ),
    [[]],
  )
}

/** How far the last window reaches beyond the end of x. */
function overhang({ shape, windows }: Pooled, axis: number): number {
  const { size, low, reach, stride } = along({ shape, windows }, axis)
  const end = (stepsOf({ shape, windows }, axis) - 1) * stride + reach
  return Math.max(0, end - low - size)
}

function along({ shape, windows }: Pooled, axis: number) {
  return {
    size: shape[axis + 2] ?? 0,
    low: windows.padding[axis] ?? 0,
    reach: dilated(windows.window[axis] ?? 0, windows.dilation[axis]),
    stride: windows.strides[axis] ?? 1,
  }
}

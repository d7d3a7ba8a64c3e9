/**
 * One axis of an image read at places between its elements, as ONNX describes them: each new element
 * is a sum of some old ones. Source: ONNX `Resize`, its reference implementation.
 */
import * as gates from '../../gates/index.ts'
import type { Value } from '../../ir/value.ts'

export interface Sampling {
  readonly mode: string
  readonly transformation: string
  readonly nearest: string
  /** The a of Keys' cubic. */
  readonly cubic: number
  /** Whether what lies beyond the axis counts nothing. */
  readonly isInside: boolean
  /** Whether a smaller image takes the mean of more elements. */
  readonly isSmooth: boolean
  readonly size: number
  readonly count: number
  readonly scale: number
}

/** `x` with `sampling.count` elements along an axis that had `sampling.size`. */
export function sampledAxis(x: Value, axis: number, sampling: Sampling): Value {
  const sources = Array.from({ length: sampling.count }, (_, at) => sourceOf(at, sampling))
  const inside = (place: number) => Math.min(Math.max(place, 0), sampling.size - 1)
  if (sampling.mode === 'nearest') {
    const places = sources.map((source) => inside(nearestTo(source, sampling.nearest)))
    return rowsAt(x, places, axis)
  }
  const taps = sources.map((source) => tapsOf(source, sampling))
  const most = Math.max(...taps.map(({ length }) => length))
  const terms = Array.from({ length: most }, (_, tap) => {
    const rows = rowsAt(
      x,
      taps.map((own) => inside(own[tap]?.place ?? 0)),
      axis,
    )
    const weights = taps.map((own) => own[tap]?.weight ?? 0)
    const dtype = x.dtype === 'f64' ? 'f64' : 'f32'
    const column = rows.shape.map((_, at) => (at === axis ? weights.length : 1))
    return gates.multiply(rows, gates.reshape(gates.constant(weights, { dtype }), column))
  })
  return terms.reduce((sum, term) => gates.add(sum, term))
}

function rowsAt(x: Value, places: readonly number[], axis: number): Value {
  const index = gates.constant({
    shape: [places.length],
    dtype: 'i32',
    data: Int32Array.from(places),
  })
  return gates.take(x, index, axis)
}

/** Where a new element lies among the old ones. */
function sourceOf(at: number, { transformation, size, count, scale }: Sampling): number {
  switch (transformation) {
    case 'asymmetric':
      return at / scale
    case 'align_corners':
      return count === 1 ? 0 : (at * (size - 1)) / (count - 1)
    case 'pytorch_half_pixel':
      return count === 1 ? 0 : (at + 0.5) / scale - 0.5
    case 'half_pixel_symmetric': {
      const adjustment = count / (scale * size)
      const offset = (size / 2) * (1 - adjustment)
      return offset + (at + 0.5) / scale - 0.5
    }
    default:
      return (at + 0.5) / scale - 0.5
  }
}

function nearestTo(source: number, rounding: string): number {
  switch (rounding) {
    case 'floor':
      return Math.floor(source)
    case 'ceil':
      return Math.ceil(source)
    case 'round_prefer_ceil':
      return Math.floor(source + 0.5)
    default:
      return Math.ceil(source - 0.5)
  }
}

interface Tap {
  readonly place: number
  readonly weight: number
}

/** The old elements around a place, and how much each counts. */
function tapsOf(source: number, sampling: Sampling): readonly Tap[] {
  const isCubic = sampling.mode === 'cubic'
  const shrink = sampling.isSmooth ? Math.min(1, sampling.scale) : 1
  const weightAt = (distance: number) =>
    isCubic ? cubicWeight(distance, sampling.cubic) : Math.max(0, 1 - Math.abs(distance))
  const reach = (isCubic ? 2 : 1) / shrink
  const places: number[] = []
  for (let place = Math.floor(source - reach) + 1; place < source + reach; place++) {
    places.push(place)
  }
  const isCounted = (place: number) => !sampling.isInside || (place >= 0 && place < sampling.size)
  const taps = places.filter(isCounted).map((place) => ({
    place,
    weight: weightAt((place - source) * shrink),
  }))
  if (shrink === 1 && !sampling.isInside) return taps
  const total = taps.reduce((sum, { weight }) => sum + weight, 0)
  return taps.map(({ place, weight }) => ({ place, weight: weight / total }))
}

function cubicWeight(distance: number, a: number): number {
  const x = Math.abs(distance)
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
}

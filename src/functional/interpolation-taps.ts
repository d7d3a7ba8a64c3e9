/** Which elements along an axis make an element between them, and with what weights. */

const modes = {
  nearest: [1, 2, 3],
  'nearest-exact': [1, 2, 3],
  area: [1, 2, 3],
  linear: [1],
  bilinear: [2],
  bicubic: [2],
  trilinear: [3],
} as const

export type InterpolationMode = keyof typeof modes

/** Whether there is the mode, for so many spatial axes. */
export function isMode(mode: string, rank: number): boolean {
  const entry = Object.entries(modes).find(([name]) => name === mode)
  return entry?.[1].some((own) => own === rank) === true
}

/** One of the elements that every element of the output is made of. */
export interface Tap {
  readonly places: readonly number[]
  /** Absent where it is the only one. */
  readonly weights?: readonly number[]
}

interface Axis {
  readonly size: number
  readonly count: number
  /** How far apart, in the input, neighbours of the output are. */
  readonly step: number
}

/** The taps of an axis. Source: PyTorch `aten/src/ATen/native/UpSample.h`. */
export function tapsAlong(axis: Axis, mode: string, isAligned: boolean): readonly Tap[] {
  const { size, count, step } = axis
  const outputs = Array.from({ length: count }, (_, index) => index)
  const inside = (place: number) => Math.min(Math.max(place, 0), size - 1)
  if (mode === 'nearest' || mode === 'nearest-exact') {
    const shift = mode === 'nearest' ? 0 : 0.5
    return [{ places: outputs.map((index) => inside(Math.floor((index + shift) * step))) }]
  }
  const isCubic = mode === 'bicubic'
  const sources = outputs.map((index) => {
    if (isAligned) return count > 1 ? (index * (size - 1)) / (count - 1) : 0
    const source = (index + 0.5) * step - 0.5
    return isCubic ? source : Math.max(0, source)
  })
  const starts = sources.map((source) =>
    isCubic ? Math.floor(source) : inside(Math.floor(source)),
  )
  const shares = sources.map((source, index) => source - (starts[index] ?? 0))
  const offsets = isCubic ? [-1, 0, 1, 2] : [0, 1]
  const weight = isCubic ? cubicWeight : (distance: number) => 1 - Math.abs(distance)
  return offsets.map((offset) => ({
    places: starts.map((start) => inside(start + offset)),
    weights: shares.map((share) => weight(share - offset)),
  }))
}

/** The cubic of Keys 1981 with a = −0.75, at a distance of less than 2. */
function cubicWeight(distance: number): number {
  const a = -0.75
  const x = Math.abs(distance)
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
}

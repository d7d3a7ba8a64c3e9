/** Options of gates on sequences, images and volumes: one number for all spatial axes, or a list. */
import type { Shape } from '../ir/shape.ts'

/** How many axes come after batch and channels: of sequences, images, volumes. */
export type Rank = 1 | 2 | 3

interface Axes {
  readonly 1: readonly [length: number]
  readonly 2: readonly [height: number, width: number]
  readonly 3: readonly [depth: number, height: number, width: number]
}

/** The sizes of the spatial axes. */
export type AxesOf<R extends Rank> = Axes[R]

/** One number for all spatial axes, or one for each. */
export type PerAxis<R extends Rank = 2> = number | AxesOf<R>

/** One entry for each axis, frozen as attributes are. */
export function onEachAxis(option: number | readonly number[], rank: number): readonly number[] {
  const list = typeof option === 'number' ? new Array<number>(rank).fill(option) : [...option]
  return Object.freeze(list)
}

/** [n, channels, ...spatial] in words. */
export const axesOf: Readonly<Record<Rank, string>> = {
  1: 'length',
  2: 'height, width',
  3: 'depth, height, width',
}

/** What has so many spatial axes, in the singular. */
export const pictureOf: Readonly<Record<Rank, string>> = {
  1: 'sequence',
  2: 'image',
  3: 'volume',
}

/** The type of a batch with these channels and `size` on each spatial axis: `f32[1, 3, 8, 8]`. */
export function exampleType(rank: number, sizes: Shape, dtype = 'f32'): string {
  const [batch = 1, channels = 1, size = 8] = sizes
  return `${dtype}[${[batch, channels, ...new Array<number>(rank).fill(size)].join(', ')}]`
}

/** Options of gates on images, which may be one number for height and width alike. */

/** One number for both axes, or one for each. */
export type PerAxis = number | readonly [height: number, width: number]

/** [height, width], frozen as attributes are. */
export function onBothAxes(option: PerAxis): readonly number[] {
  return Object.freeze(typeof option === 'number' ? [option, option] : [...option])
}

import { SluiceError } from '../errors.ts'
import type { Dataset } from './dataset.ts'
import { type Curve, type PointOptions, pointCloud } from './point-clouds.ts'

export interface SpiralOptions extends PointOptions {
  /** How many arms, each a class of its own. Default 2. */
  readonly classes?: number
  /** How far an arm turns from the middle to its end, in radians. Default 4. */
  readonly sweep?: number
}

/**
 * Arms of a spiral, one for each class, evenly spaced: no line separates them. `noise`, in radians,
 * defaults to 0.2: it moves a point along its circle.
 *
 * Shapes: inputs f32[count, 2], targets i32[count].
 * Throws: OPTION for a count, noise, number of classes or sweep that is none.
 * Source: the spiral of Stanford's course CS231n, whose three arms are 4 radians apart.
 *
 * @example
 * const threeArms = spiral({ classes: 3, count: 300, seed: 1 })
 */
export function spiral(options: SpiralOptions = {}): Dataset {
  const { classes = 2, sweep = 4 } = options
  checkArms(classes, sweep)
  const arms = Array.from({ length: classes }, (_, arm) => arm)
  return pointCloud(
    {
      name: 'spiral',
      classes: arms.map((arm) => `arm ${arm + 1}`),
      source: 'generated, as the spiral of CS231n',
      curves: arms.map(
        (arm): Curve =>
          (along, draw) => {
            const angle = (2 * Math.PI * arm) / classes + sweep * along + draw()
            return [along * Math.sin(angle), along * Math.cos(angle)]
          },
      ),
    },
    { noise: 0.2, ...options },
  )
}

function checkArms(classes: number, sweep: number): void {
  if (!(Number.isInteger(classes) && classes >= 2)) {
    throw new SluiceError({
      code: 'OPTION',
      what: 'spiral: classes is no number of arms',
      expected: 'a whole number, 2 or more',
      got: String(classes),
      fix: 'leave it out for 2',
    })
  }
  if (Number.isFinite(sweep)) return
  throw new SluiceError({
    code: 'OPTION',
    what: 'spiral: sweep is no angle',
    expected: 'a finite number of radians',
    got: String(sweep),
    fix: 'leave it out for 4',
  })
}

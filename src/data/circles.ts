import { SluiceError } from '../errors.ts'
import type { Dataset } from './dataset.ts'
import { type Curve, type PointOptions, pointCloud } from './point-clouds.ts'

export interface CircleOptions extends PointOptions {
  /** The radius of the inner circle, the outer one's being 1. Default 0.5. */
  readonly factor?: number
}

/**
 * A circle within a circle. `noise` defaults to 0.1.
 *
 * Shapes: inputs f32[count, 2], targets i32[count].
 * Throws: OPTION for a count, noise or factor that is none.
 * Source: scikit-learn `make_circles`, in another order and with our own draws.
 */
export function circles(options: CircleOptions = {}): Dataset {
  const { factor = 0.5 } = options
  if (!(factor > 0 && factor < 1)) {
    throw new SluiceError({
      code: 'OPTION',
      what: 'circles: factor is no radius inside the outer circle',
      expected: 'a number between 0 and 1',
      got: String(factor),
      fix: 'leave it out for 0.5',
    })
  }
  const classes = { outer: circleOf(1, options), inner: circleOf(factor, options) }
  return pointCloud(
    {
      name: 'circles',
      classes: Object.keys(classes),
      source: 'generated, as make_circles of scikit-learn',
      curves: Object.values(classes),
    },
    { noise: 0.1, ...options },
  )
}

/** `along` is stretched so that the last point does not fall on the first. */
function circleOf(radius: number, { count = 500 }: PointOptions): Curve {
  const members = Math.max(1, Math.floor(count / 2))
  return (along, draw) => {
    const angle = 2 * Math.PI * along * (1 - 1 / members)
    return [radius * Math.cos(angle) + draw(), radius * Math.sin(angle) + draw()]
  }
}

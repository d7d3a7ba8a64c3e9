import type { Dataset } from './dataset.ts'
import { type PointOptions, pointCloud } from './point-clouds.ts'

/**
 * Two half circles that reach into each other. `noise` defaults to 0.1.
 *
 * Shapes: inputs f32[count, 2], targets i32[count].
 * Throws: OPTION for a count or noise that is none.
 * Source: scikit-learn `make_moons`, in another order and with our own draws.
 *
 * @example
 * const { train, heldOut } = split(moons({ count: 500, seed: 1 }), { heldOut: 0.2 })
 */
export function moons(options: PointOptions = {}): Dataset {
  return pointCloud(
    {
      name: 'moons',
      classes: ['upper', 'lower'],
      source: 'generated, as make_moons of scikit-learn',
      curves: [
        (along, draw) => [Math.cos(Math.PI * along) + draw(), Math.sin(Math.PI * along) + draw()],
        (along, draw) => [
          1 - Math.cos(Math.PI * along) + draw(),
          0.5 - Math.sin(Math.PI * along) + draw(),
        ],
      ],
    },
    { noise: 0.1, ...options },
  )
}

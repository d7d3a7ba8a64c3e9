/** What the generated datasets share: points in the plane, class by class in turn, with noise. */
import { SluiceError } from '../errors.ts'
import { foldIn, hashName, keyFromSeed } from '../ir/threefry.ts'
import { createDataset, type Dataset } from './dataset.ts'
import { normalDraws } from './normal-draws.ts'

export interface PointOptions {
  /** How many examples, shared evenly among the classes. Default 500. */
  readonly count?: number
  /** The standard deviation of what is added to each point. */
  readonly noise?: number
  /** The same seed gives the same points. Default 0. */
  readonly seed?: number
}

/** Where a point stands: `along` goes from 0 to 1 over the examples of its class. */
export type Curve = (along: number, draw: () => number) => readonly [x: number, y: number]

interface Cloud {
  readonly name: string
  readonly classes: readonly string[]
  readonly source: string
  /** One for each class. */
  readonly curves: readonly Curve[]
}

/** Example i is of class i mod the number of classes, so that every beginning is balanced. */
export function pointCloud(cloud: Cloud, options: PointOptions): Dataset {
  const { name, classes, curves, source } = cloud
  const { count = 500, noise = 0, seed = 0 } = options
  checkOptions(cloud, count, noise)
  const draws = normalDraws(foldIn(keyFromSeed(seed), hashName(name)), 2 * count)
  const inputs = new Float32Array(2 * count)
  const targets = new Int32Array(count)
  for (let index = 0; index < count; index++) {
    const label = index % curves.length
    const members = Math.ceil((count - label) / curves.length)
    const along = Math.floor(index / curves.length) / Math.max(1, members - 1)
    let drawn = 2 * index
    const point = curves[label]?.(along, () => noise * (draws[drawn++] ?? 0)) // two for each point
    inputs.set(point ?? [0, 0], 2 * index) // every label has a curve
    targets[index] = label
  }
  return createDataset({
    name,
    task: 'classification',
    inputs: { shape: [count, 2], dtype: 'f32', data: inputs },
    targets: { shape: [count], dtype: 'i32', data: targets },
    classes,
    featureNames: ['x', 'y'],
    source,
  })
}

function checkOptions({ name, classes }: Cloud, count: number, noise: number): void {
  if (!(Number.isInteger(count) && count >= 2 * classes.length)) {
    throw new SluiceError({
      code: 'OPTION',
      what: `${name}: count is no number of examples`,
      expected: `a whole number, ${2 * classes.length} or more: two for each class`,
      got: String(count),
      fix: 'leave it out for 500',
    })
  }
  if (Number.isFinite(noise) && noise >= 0) return
  throw new SluiceError({
    code: 'OPTION',
    what: `${name}: noise is no standard deviation`,
    expected: 'a finite number, 0 or more',
    got: String(noise),
    fix: 'give { noise: 0 } for none',
  })
}

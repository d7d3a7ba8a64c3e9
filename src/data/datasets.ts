import { nearest, SluiceError } from '../errors.ts'
import { circles } from './circles.ts'
import type { Dataset } from './dataset.ts'
import { digits } from './digits.ts'
import { iris } from './iris.ts'
import { moons } from './moons.ts'
import { spiral } from './spiral.ts'
import { xor } from './xor.ts'

export interface DatasetEntry {
  /** One line for lists. */
  readonly description: string
  readonly load: () => Promise<Dataset>
}

type DatasetName = 'xor' | 'moons' | 'circles' | 'spiral' | 'iris' | 'digits'

/** The datasets that come with the package, by name. */
export const datasets: { readonly [name in DatasetName]: DatasetEntry } = {
  xor: { description: 'exclusive or: 4 examples, 2 inputs', load: async () => xor() },
  moons: { description: 'two half circles in each other: 500 points', load: async () => moons() },
  circles: { description: 'a circle within a circle: 500 points', load: async () => circles() },
  spiral: { description: 'two arms of a spiral: 500 points', load: async () => spiral() },
  iris: { description: '150 irises, 4 lengths, 3 species', load: iris },
  digits: { description: '1,797 handwritten digits, 8 by 8 pixels, 10 classes', load: digits },
}

/**
 * The dataset of that name.
 *
 * Throws: DATA, with the list and the nearest name, where there is none.
 *
 * @example
 * const data = await loadDataset('digits')
 */
export async function loadDataset(name: string): Promise<Dataset> {
  return datasetEntry(name).load()
}

/** The table's entry of that name. Throws DATA where there is none. */
export function datasetEntry(name: string): DatasetEntry {
  const entry = Object.entries(datasets).find(([known]) => known === name)?.[1]
  if (entry) return entry
  const near = nearest(name, Object.keys(datasets))
  throw new SluiceError({
    code: 'DATA',
    what: `there is no dataset "${name}"`,
    expected: Object.keys(datasets).join(', '),
    got: `"${name}"`,
    fix: near ? `did you mean "${near}"?` : 'choose one of those, or make one by createDataset()',
  })
}

/** From the numbers of a file to what a network sees of them: the same bits as `prepare` gives. */
import type { FeatureColumn } from '../columns.ts'
import { inputCount } from '../columns.ts'
import type { Preparation } from '../preparation.ts'
import type { RawBlock } from './raw-block.ts'

/** Examples of one block that a network is to see. */
export interface PreparedBlock {
  readonly length: number
  /** [length, inputs] */
  readonly inputs: Float32Array<ArrayBuffer>
  /** Class indices, or scaled numbers. */
  readonly targets: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>
}

/** What is done to the numbers of a block: plain data. */
export interface PreparerSpec {
  readonly preparation: Preparation
  /** For each column of categories the place among its categories of each code, −1 for none of them. */
  readonly places?: readonly (readonly number[] | undefined)[]
  /** The class index of each number that the target may be; absent where it says the index. */
  readonly labels?: readonly (readonly [number: number, label: number])[]
}

export class RowPreparer {
  readonly #features: readonly FeatureColumn[]
  readonly #mean: Float64Array
  readonly #scale: Float64Array
  readonly #fill: Float64Array | undefined
  readonly #places: PreparerSpec['places']
  readonly #labels: ReadonlyMap<number, number> | undefined
  readonly #target: Preparation['target']
  /** How many inputs an example has. */
  readonly width: number

  constructor({ preparation, places, labels }: PreparerSpec) {
    const { columns, inputs, target } = preparation
    this.#features = columns.features
    this.#mean = Float64Array.from(inputs.mean)
    this.#scale = Float64Array.from(inputs.scale)
    this.#fill = inputs.fill && Float64Array.from(inputs.fill)
    this.#places = places
    this.#labels = labels && new Map(labels)
    this.#target = target
    this.width = inputs.mean.length
  }

  /** The examples in those rows of a block. */
  prepare(block: RawBlock, rows: Uint32Array): PreparedBlock {
    const inputs = new Float32Array(rows.length * this.width)
    const count = this.#features.length
    for (const [index, row] of rows.entries()) {
      this.#row(block.values, row * count, inputs, index * this.width)
    }
    return { length: rows.length, inputs, targets: this.#targets(block.targets, rows) }
  }

  #row(values: Float64Array, from: number, into: Float32Array, start: number): void {
    let at = start
    let input = 0
    for (let k = 0; k < this.#features.length; k++) {
      const column = this.#features[k] as FeatureColumn // k is inside
      const value = values[from + k] ?? 0
      if (column.kind === 'number') {
        const number = Number.isNaN(value) ? (this.#fill?.[input] ?? value) : value
        into[at] = (number - (this.#mean[input] ?? 0)) / (this.#scale[input] ?? 1)
      } else {
        // A text that is missing, or none of those that were learned from, is none of them.
        const places = this.#places?.[k]
        const place = places ? (places[value] ?? -1) : value
        if (place >= 0) into[at + place] = 1
      }
      const width = inputCount(column)
      at += width
      input += width
    }
  }

  #targets(targets: Float64Array, rows: Uint32Array): PreparedBlock['targets'] {
    const target = this.#target
    if (target.kind === 'classes') {
      const labels = this.#labels
      return Int32Array.from(rows, (row) => {
        const value = targets[row] ?? 0
        return labels ? (labels.get(value) ?? 0) : value
      })
    }
    const [mean = 0] = target.mean
    const [scale = 1] = target.scale
    return Float32Array.from(rows, (row) => ((targets[row] ?? 0) - mean) / scale)
  }
}

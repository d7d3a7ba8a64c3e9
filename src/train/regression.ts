/** How far the predictions of numbers are off. */
import { type ExampleSource, isStream } from '../data/index.ts'
import { RunningScaling } from '../data/stream/running-scaling.ts'
import { sizeOf } from '../ir/shape.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'

export interface Errors {
  /** Takes predictions and their targets, of one shape [examples, ...outputs]. */
  add(prediction: Tensor, targets: Tensor): void
  /** Of all that was added. */
  scores(): { readonly r2: number; readonly mae: number }
}

/** For each output, the sum of the squared distances of the targets from their mean. */
export function spreadOf(targets: Tensor): readonly number[] {
  const rows = targets.shape[0] ?? 0
  const outputs = sizeOf(targets.shape.slice(1))
  return Array.from({ length: outputs }, (_, output) => {
    const at = (row: number) => numberAt(targets, row * outputs + output)
    let sum = 0
    for (let row = 0; row < rows; row++) sum += at(row)
    const mean = sum / rows
    let squares = 0
    for (let row = 0; row < rows; row++) squares += (at(row) - mean) ** 2
    return squares
  })
}

/** As `spreadOf`, of the targets of examples; a stream that does not know it is read for it. */
export async function spreadIn(examples: ExampleSource): Promise<readonly number[]> {
  if (!isStream(examples)) return spreadOf(examples.targets)
  if (examples.targetSpread) return examples.targetSpread
  const outputs = sizeOf(examples.targets.shape.slice(1))
  const found = new RunningScaling(outputs)
  for await (const { targets } of examples.batches({ size: 256, shuffle: false })) {
    const rows = Uint32Array.from({ length: targets.shape[0] ?? 0 }, (_, row) => row)
    const numbers = Float64Array.from(targets.data, Number)
    found.add(numbers, rows)
  }
  return Array.from({ length: outputs }, (_, output) => found.spread(output))
}

/**
 * Adds up errors. R² is 1 − Σ(error²) / spread, averaged over the outputs; where all targets are
 * equal it is 1 for no error and else 0.
 *
 * Source: scikit-learn `r2_score` and `mean_absolute_error`.
 */
export function createErrors(spread: readonly number[]): Errors {
  const squares = new Float64Array(spread.length)
  let absolute = 0
  let count = 0
  return {
    add(prediction, targets) {
      for (let index = 0; index < targets.data.length; index++) {
        const error = numberAt(prediction, index) - numberAt(targets, index)
        const output = index % spread.length
        squares[output] = (squares[output] ?? 0) + error * error
        absolute += Math.abs(error)
        count++
      }
    },
    scores() {
      const shares = spread.map((total, output) => {
        const left = squares[output] ?? 0
        return total > 0 ? 1 - left / total : left === 0 ? 1 : 0
      })
      const r2 = shares.reduce((sum, share) => sum + share, 0) / shares.length
      return { r2, mae: absolute / count }
    },
  }
}

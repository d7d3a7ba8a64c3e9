/** Only what is learned from counts: categories that no example of the training part has are no inputs. */
import { dtypes } from '../ir/dtype.ts'
import { numberAt, type Tensor } from '../ir/tensor.ts'
import { inputNames, type TableColumns } from './columns.ts'

/** The columns with those categories alone that some example has. */
export function seenColumns(columns: TableColumns, inputs: Tensor): TableColumns {
  const { features } = columns
  if (features.every(({ kind }) => kind === 'number')) return columns
  const width = inputNames(features).length
  const rows = inputs.shape[0] ?? 0
  const isSeen = (input: number) => {
    for (let row = 0; row < rows; row++)
      if (numberAt(inputs, row * width + input) === 1) return true
    return false
  }
  let input = 0
  const seen = features.map((column) => {
    if (column.kind === 'number') {
      input++
      return column
    }
    return { ...column, categories: column.categories.filter(() => isSeen(input++)) }
  })
  return inputNames(seen).length === width ? columns : { ...columns, features: seen }
}

/** Inputs [examples, inputs] of the columns `from` as those of the columns `to`, which have fewer categories. */
export function selectInputs(inputs: Tensor, from: TableColumns, to: TableColumns): Tensor {
  const names = inputNames(from.features)
  const wanted = inputNames(to.features)
  if (names.length === wanted.length) return inputs
  const places = wanted.map((name) => names.indexOf(name))
  if (places.includes(-1)) return inputs // of another table, which is told to whoever prepares it
  const rows = inputs.shape[0] ?? 0
  const data = dtypes[inputs.dtype].allocate(rows * wanted.length)
  for (let row = 0; row < rows; row++) {
    for (const [place, source] of places.entries()) {
      data[row * wanted.length + place] = inputs.data[row * names.length + source] ?? 0 // inside
    }
  }
  return { shape: [rows, wanted.length], dtype: inputs.dtype, data }
}

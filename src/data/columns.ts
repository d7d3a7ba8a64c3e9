/** What the columns of a table are: plain data, which a model is saved with. */

/** A column that is one input, or one input for each of its categories (one-hot). */
export type FeatureColumn =
  | { readonly name: string; readonly kind: 'number' }
  | { readonly name: string; readonly kind: 'category'; readonly categories: readonly string[] }

/** The columns that the inputs and targets of a dataset were read from. */
export interface TableColumns {
  readonly features: readonly FeatureColumn[]
  /** The name of the column that is to be predicted. */
  readonly target: string
  /** How the table writes the classes, where they were given other names. */
  readonly classValues?: readonly string[]
  /** Whether the table named its columns; else they are called 1, 2, … by their place. */
  readonly hasHeader: boolean
  /** Whether missing cells are NaN, to be filled with the mean of the training part. */
  readonly hasMissing: boolean
}

/** How many inputs a column becomes. */
export function inputCount(column: FeatureColumn): number {
  return column.kind === 'number' ? 1 : column.categories.length
}

/** A name for each input: the column's, or `color=red`. */
export function inputNames(features: readonly FeatureColumn[]): readonly string[] {
  return features.flatMap((column) =>
    column.kind === 'number'
      ? [column.name]
      : column.categories.map((category) => `${column.name}=${category}`),
  )
}

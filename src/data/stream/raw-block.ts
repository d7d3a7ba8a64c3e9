/** What the readers of all formats give: the numbers of some rows, as the file says them. */
import type { Delimiter } from '../csv-rows.ts'
import type { TablePlan } from '../table-builder.ts'
import type { BlockFacts, BlockPlace } from './block-table.ts'
import type { FileRef } from './byte-file.ts'
import { openCsv } from './csv-source.ts'
import { openIdx } from './idx-source.ts'
import { openParquet } from './parquet-source.ts'

/** Valid until the next block is read. */
export interface RawBlock {
  readonly length: number
  /** [length, features]: numbers, and for texts their codes; NaN where missing. */
  readonly values: Float64Array
  /** [length]; of texts their codes. */
  readonly targets: Float64Array
}

export interface ReadBlock extends RawBlock {
  readonly place: BlockPlace
  /** That of the bytes that were read. */
  readonly mark: number
  /** How much of the file was read so far. */
  readonly bytesRead: number
}

/** How a file is read: plain data, which can be sent to other threads. */
export type SourceSpec = CsvSpec | ParquetSpec | IdxSpec

export interface CsvSpec {
  readonly format: 'csv'
  readonly file: FileRef
  readonly plan: TablePlan
  readonly delimiter: Delimiter
  /** How many of the first rows are no examples. */
  readonly firstRow: number
  /** How much is read at once, about. */
  readonly blockBytes: number
}

export interface ParquetSpec {
  readonly format: 'parquet'
  readonly file: FileRef
  readonly plan: TablePlan
  readonly blockBytes: number
}

export interface IdxSpec {
  readonly format: 'idx'
  readonly inputs: FileRef
  readonly targets: FileRef
  readonly blockBytes: number
}

/** A file that is open, to be read block by block. */
export interface Source {
  /** What messages call it. */
  readonly name: string
  readonly sizeBytes: number
  /** How many rows there are, about. */
  estimateRows(): Promise<number>
  /** All blocks in their order: where the file is read for the first time. */
  blocks(): AsyncGenerator<ReadBlock>
  /** A block once more. Throws DATA where the file has changed since. */
  read(place: BlockFacts): Promise<RawBlock>
  /** The texts of the columns of categories, in the order of their codes; then those of the target. */
  texts(): readonly (readonly string[])[]
  close(): Promise<void>
}

/** Opens a file. Throws FILE where it cannot be read, DATA where it is another kind of file. */
export function openSource(spec: SourceSpec): Promise<Source> {
  switch (spec.format) {
    case 'csv':
      return openCsv(spec)
    case 'parquet':
      return openParquet(spec)
    case 'idx':
      return openIdx(spec)
  }
}

/** Datasets: plain data, tables of one's own, and functions that split, prepare and batch them. */
export { type Batch, type Batches, type BatchOptions, batches } from './batches.ts'
export { type CircleOptions, circles } from './circles.ts'
export { columnNames } from './column-names.ts'
export type { FeatureColumn, TableColumns } from './columns.ts'
export type { ReadProgress } from './csv-bytes.ts'
export type { LayoutOptions } from './csv-layout.ts'
export type { TableOptions } from './csv-table.ts'
export type { TargetOptions } from './csv-target.ts'
export {
  createDataset,
  type Dataset,
  type DatasetFacts,
  pick,
  pickRows,
  scaleInputs,
} from './dataset.ts'
export { type DatasetEntry, datasetEntry, datasets, loadDataset } from './datasets.ts'
export { digits } from './digits.ts'
export { formatCsv } from './format-csv.ts'
export { iris } from './iris.ts'
export { moons } from './moons.ts'
export { parsePreparation } from './parse-preparation.ts'
export type { PointOptions } from './point-clouds.ts'
export {
  fitPreparation,
  type Preparation,
  type PreparationOptions,
  type PreparedInputs,
  type PreparedTarget,
  predictedClasses,
  prepare,
  prepareInputs,
  restoreTargets,
} from './preparation.ts'
export { type CsvOptions, parseCsv, readCsv } from './read-csv.ts'
export {
  type Examples,
  type ExamplesOptions,
  parseExamples,
  readExamples,
} from './read-examples.ts'
export type { Scaling } from './scaling.ts'
export { type SpiralOptions, spiral } from './spiral.ts'
export { type Parts, type SplitOptions, split } from './split.ts'
export {
  type BatchMap,
  type Example,
  eachExample,
  type MapContext,
} from './stream/batch-map.ts'
export type { ExampleSource } from './stream/batches-of.ts'
export type { StreamSource } from './stream/byte-file.ts'
export {
  type AsyncBatches,
  type ExampleFacts,
  type ExampleStream,
  isStream,
  type TensorFacts,
} from './stream/example-stream.ts'
export { type LoaderOptions, loader } from './stream/loader.ts'
export { streamCsv } from './stream/stream-csv.ts'
export { type IdxFiles, streamIdx } from './stream/stream-idx.ts'
export { type ParquetOptions, streamParquet } from './stream/stream-parquet.ts'
export type { Streamed, StreamOptions } from './stream/streamed.ts'
export { xor } from './xor.ts'

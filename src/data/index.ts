/** Datasets: plain data, and functions that split and batch it by seed. */
export { type Batch, type Batches, type BatchOptions, batches } from './batches.ts'
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
export { type SplitOptions, split } from './split.ts'
export { xor } from './xor.ts'

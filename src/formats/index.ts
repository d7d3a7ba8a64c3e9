/** File formats of tensors and graphs, and weights under PyTorch's names. */
export {
  type GraphJson,
  type ReadGraphJsonOptions,
  readGraphJson,
  type WriteGraphJsonOptions,
  writeGraphJson,
} from './graph-json.ts'
export { type ReadIdxOptions, readIdx, writeIdx } from './idx.ts'
export { type ReadNpyOptions, readNpy, writeNpy } from './npy.ts'
export { type ReadNpzOptions, readNpz, writeNpz } from './npz.ts'
export {
  type ReadSafetensorsOptions,
  readSafetensors,
  type SafetensorsFile,
  writeSafetensors,
} from './safetensors.ts'
export {
  type ReadShardedOptions,
  readShardedSafetensors,
  type ShardOptions,
  shardSafetensors,
} from './sharded-safetensors.ts'
export {
  type LoadedStateDict,
  type LoadStateDictOptions,
  loadStateDict,
  stateDict,
  type WithTorchNames,
} from './state-dict.ts'
export { type ReadTorchOptions, readTorch } from './torch.ts'

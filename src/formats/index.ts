/** File formats of tensors. */
export { type ReadIdxOptions, readIdx } from './idx.ts'
export {
  type ReadSafetensorsOptions,
  readSafetensors,
  type SafetensorsFile,
  writeSafetensors,
} from './safetensors.ts'

/** Networks from ONNX files. */
export type { ElementType } from './element-type.ts'
export type { OnnxHead } from './head.ts'
export {
  type ImportedNetwork,
  type ImportOptions,
  importedLayer,
  importNetwork,
} from './imported-network.ts'
export { type OnnxLayerOptions, onnxLayer } from './onnx-layer.ts'
export type { AxisSizes, InputAxes, OnnxPort } from './ports.ts'
export {
  type BuildOptions,
  type BuiltOnnx,
  type OnnxModel,
  type ReadOnnxOptions,
  readOnnx,
} from './read-onnx.ts'
export type { External, ExternalRange } from './tensor-data.ts'
export type { Trainable } from './weights.ts'
export {
  type WriteOnnxOptions,
  writeOnnx,
  writeOnnxStates,
} from './write-onnx.ts'
export type {
  OnnxBuilder,
  OnnxInput,
  OnnxOutputs,
  WriteOnnxBuilderOptions,
} from './writers/for-all-sizes.ts'
export type { OnnxState } from './writers/written.ts'

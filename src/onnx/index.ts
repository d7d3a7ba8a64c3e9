/** Networks from ONNX files. */
export type { ElementType } from './element-type.ts'
export type { AxisSizes, OnnxPort } from './ports.ts'
export {
  type BuildOptions,
  type BuiltOnnx,
  type OnnxModel,
  type ReadOnnxOptions,
  readOnnx,
} from './read-onnx.ts'
export type { External, ExternalRange } from './tensor-data.ts'
export type { Trainable } from './weights.ts'

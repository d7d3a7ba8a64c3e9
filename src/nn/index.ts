/** Layers: builders of graph that own parameters. Names are torch.nn's, in camelCase. */
export * as init from '../gates/initializers.ts'
export {
  elu,
  gelu,
  leakyRelu,
  logSoftmax,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from './activation-layers.ts'
export { avgPool2d } from './avg-pool2d.ts'
export { type Conv2dOptions, conv2d } from './conv2d.ts'
export { type EmbeddingOptions, embedding } from './embedding.ts'
export { flatten } from './flatten.ts'
export type { Layer, Stage, TorchMapping } from './layer.ts'
export { type LayerNormOptions, layerNorm } from './layer-norm.ts'
export { type LinearOptions, linear } from './linear.ts'
export { maxPool2d } from './max-pool2d.ts'
export { type MultiheadAttentionOptions, multiheadAttention } from './multihead-attention.ts'
export {
  activations,
  buildNetwork,
  criteria,
  type NetworkParts,
  type NetworkSpec,
  parameterCount,
  partsOf,
  predictionOf,
} from './network.ts'
export { residual } from './residual.ts'
export { sequential } from './sequential.ts'
export { type Summary, type SummaryRow, summary } from './summary.ts'

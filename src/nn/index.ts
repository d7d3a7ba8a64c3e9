/** Layers: builders of graph that own parameters. Names are torch.nn's, in camelCase. */
export * as init from '../gates/initializers.ts'
export {
  celu,
  elu,
  gelu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  rrelu,
  selu,
  sigmoid,
  silu,
  softmax,
  softmax2d,
  softmin,
  softplus,
  softshrink,
  softsign,
  tanh,
  tanhshrink,
  threshold,
} from './activation-layers.ts'
export {
  type AdaptiveLogSoftmax,
  type AdaptiveLogSoftmaxCall,
  type AdaptiveLogSoftmaxOptions,
  adaptiveLogSoftmaxWithLoss,
} from './adaptive-log-softmax-with-loss.ts'
export { type BatchNormOptions, batchNorm1d, batchNorm2d, batchNorm3d } from './batch-norm.ts'
export { type BilinearOptions, bilinear } from './bilinear.ts'
export type { ConvOptions, ConvTransposeOptions } from './convolution-layer.ts'
export {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './convolutions.ts'
export {
  alphaDropout,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
} from './dropout.ts'
export { type EmbeddingOptions, embedding } from './embedding.ts'
export {
  type BagOptions,
  type EmbeddingBagCall,
  type EmbeddingBagOptions,
  embeddingBag,
} from './embedding-bag.ts'
export { flatten, unflatten } from './flatten.ts'
export { flopsOf } from './flops.ts'
export { type GroupNormOptions, groupNorm } from './group-norm.ts'
export { identity } from './identity.ts'
export {
  channelShuffle,
  circularPad1d,
  circularPad2d,
  circularPad3d,
  constantPad1d,
  constantPad2d,
  constantPad3d,
  fold,
  pixelShuffle,
  pixelUnshuffle,
  reflectionPad1d,
  reflectionPad2d,
  reflectionPad3d,
  replicationPad1d,
  replicationPad2d,
  replicationPad3d,
  unfold,
  upsample,
  zeroPad2d,
} from './image-layers.ts'
export {
  type InstanceNormOptions,
  instanceNorm1d,
  instanceNorm2d,
  instanceNorm3d,
} from './instance-norm.ts'
export {
  isLayer,
  type Layer,
  type Module,
  type Stage,
  type TorchMapping,
  type TrainingPass,
} from './layer.ts'
export { type LayerNormOptions, layerNorm } from './layer-norm.ts'
export { type LinearOptions, linear } from './linear.ts'
export { localResponseNorm } from './local-response-norm.ts'
export { type LstmCall, type LstmOptions, lstm } from './lstm.ts'
export { type CallsOf, module, moduleList } from './module.ts'
export {
  type AttentionCall,
  type AttentionCallOptions,
  type MultiheadAttentionOptions,
  multiheadAttention,
} from './multihead-attention.ts'
export {
  activations,
  buildNetwork,
  criteria,
  type HeadSpec,
  type ImportedSpec,
  type NetworkParts,
  type NetworkSpec,
  parameterCount,
  partsOf,
  predictionOf,
} from './network.ts'
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  lpPool1d,
  lpPool2d,
  lpPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from './pools.ts'
export { type PreluOptions, prelu } from './prelu.ts'
export type { Recurrence, RecurrentCall, RecurrentOptions } from './recurrent.ts'
export {
  type CellCall,
  type CellOptions,
  gruCell,
  type LstmCellCall,
  lstmCell,
  type RnnCellOptions,
  rnnCell,
} from './recurrent-cells.ts'
export { residual } from './residual.ts'
export { type RmsNormOptions, rmsNorm } from './rms-norm.ts'
export { gru, type RnnOptions, rnn } from './rnn.ts'
export { sequential } from './sequential.ts'
export { type Summary, type SummaryRow, summary } from './summary.ts'
export { type CollectingPass, type TrainingPassOptions, trainingPass } from './training-pass.ts'
export {
  type StackOptions,
  type TransformerCall,
  type TransformerCallOptions,
  type TransformerOptions,
  transformer,
  transformerDecoder,
  transformerEncoder,
} from './transformer.ts'
export {
  type DecoderCall,
  type DecoderOptions,
  type EncoderCall,
  type EncoderOptions,
  transformerDecoderLayer,
  transformerEncoderLayer,
} from './transformer-layers.ts'
export type { TransformerLayerOptions } from './transformer-parts.ts'

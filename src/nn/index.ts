/** Layers: builders of graph that own parameters. Names are torch.nn's, in camelCase. */
export { kaimingUniform, normalInit, uniformInit, xavierUniform } from '../gates/index.ts'
export type { Layer, TorchMapping } from './layer.ts'
export { type LinearOptions, linear } from './linear.ts'
export { type Stage, sequential } from './sequential.ts'

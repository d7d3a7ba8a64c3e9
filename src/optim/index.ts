/** Optimizers: builders of update graphs, which are printed, explained and compiled like the rest. */
export { type AdamOptions, adam, adamW } from './adam.ts'
export type { Optimizable } from './descent.ts'
export { type SgdOptions, sgd } from './sgd.ts'

/** Optimizers: builders of update graphs, which are printed, explained and compiled like the rest. */
export { type Optimizable, type SgdOptions, sgd } from './sgd.ts'

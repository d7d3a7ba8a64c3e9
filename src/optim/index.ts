/** Optimizers: builders of update graphs, which are printed, explained and compiled like the rest. */
export { type AdadeltaOptions, adadelta } from './adadelta.ts'
export { type AdafactorOptions, adafactor } from './adafactor.ts'
export { type AdagradOptions, adagrad } from './adagrad.ts'
export { type AdamOptions, adam, adamW } from './adam.ts'
export { type AdamaxOptions, adamax } from './adamax.ts'
export { type AsgdOptions, asgd } from './asgd.ts'
export { clipGradNorm, clipGradValue } from './clip-gradients.ts'
export type { Grouped, Optimizable, OptimizerOptions, ParameterGroup } from './descent.ts'
export { type Ema, type EmaOptions, ema } from './ema.ts'
export { type LionOptions, lion } from './lion.ts'
export { type MuonOptions, muon } from './muon.ts'
export { type NadamOptions, nadam } from './nadam.ts'
export { type RadamOptions, radam } from './radam.ts'
export {
  type Plateau,
  type PlateauOptions,
  type PlateauState,
  reduceLrOnPlateau,
} from './reduce-lr-on-plateau.ts'
export { type RmspropOptions, rmsprop } from './rmsprop.ts'
export { type RpropOptions, rprop } from './rprop.ts'
export { type Scheduled, type ScheduledOptions, scheduled } from './scheduled.ts'
export {
  chainedLr,
  constantLr,
  cosineAnnealingLr,
  cosineAnnealingWarmRestarts,
  exponentialLr,
  lambdaLr,
  linearLr,
  multiStepLr,
  type OneCycleLrOptions,
  oneCycleLr,
  polynomialLr,
  type Schedule,
  sequentialLr,
  stepLr,
} from './schedules.ts'
export { type SgdOptions, sgd } from './sgd.ts'

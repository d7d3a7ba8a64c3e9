/** Training: the loop over epochs and batches, and measuring a model on a dataset. */
export { type EpochReport, type FitOptions, type FitResult, fit, fitEpochs } from './fit.ts'
export { countRight, createScorer, type ScorerOptions, type Scores } from './scores.ts'

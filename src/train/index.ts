/** Training: the loop over epochs and batches, measuring, and models and checkpoints in files. */
export {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  type TrainingSettings,
} from './checkpoint.ts'
export type { Best, Course, Measured } from './course.ts'
export { fit, fitEpochs } from './fit.ts'
export type {
  CheckpointOptions,
  EarlyStopOptions,
  EpochReport,
  FitOptions,
  FitResult,
  StepReport,
  StopReason,
} from './fit-options.ts'
export type { ModelFacts } from './model-document.ts'
export {
  decodeModel,
  encodeModel,
  loadModel,
  loadWeights,
  type Model,
  type ModelReader,
  saveModel,
  saveWeights,
} from './model-file.ts'
export { checkFits, widthsFor } from './network-widths.ts'
export {
  buildOptimizer,
  type OptimizerChoices,
  type OptimizerSpec,
  optimizerNames,
} from './optimizer-spec.ts'
export {
  countRight,
  createScorer,
  type MetricName,
  type ScorerOptions,
  type Scores,
} from './scores.ts'

/**
 * Sluice: neural networks as graphs of gates. This file is the table of contents of `sluice`.
 */
import './methods.ts'

export type { EdgeDifferences, ElementDifference } from './autodiff/edge-differences.ts'
export { type GradcheckOptions, type GradcheckReport, gradcheck } from './autodiff/gradcheck.ts'
export { gradients, jvp } from './autodiff/gradients.ts'
export { type CheckEquationOptions, checkEquation } from './check-equation.ts'
export {
  type BuilderOptions,
  type BuilderProgram,
  type CompileOptions,
  compile,
  type InputDeclaration,
  interpreter,
} from './compile.ts'
export { type ErrorCode, type ErrorFacts, SluiceError } from './errors.ts'
export {
  type Equation,
  type EquationData,
  type EquationPhase,
  type Explainable,
  type ExplainGateOptions,
  type ExplainOptions,
  type Explanation,
  type ExplanationData,
  explain,
  explainGate,
  type GateCall,
  type GateGraph,
  type GateOperand,
  type Given,
  type GivenKind,
  gateGraph,
  type Numbers,
  type Operand,
  type TextOptions,
  type Variable,
} from './explain/index.ts'
export * from './functional/index.ts'
export * as linalg from './functional/linalg.ts'
export type { AttentionShape } from './gates/attention.ts'
export {
  type Binary,
  type CallRule,
  type Compare,
  defineGate,
  type Gates,
  type Unary,
} from './gates/define.ts'
// The registry names its gates one by one; naming them here again would be a second list to keep.
export * from './gates/index.ts'
export * as init from './gates/initializers.ts'
export type { PoolShape } from './gates/pool-call.ts'
export type { Init, Initializer } from './gates/state.ts'
export type { ConvolutionShape } from './gates/window-convolution.ts'
export {
  evaluate,
  type InterpretOptions,
  type InterpretResult,
  interpret,
  type Step,
} from './interpret/interpret.ts'
export type { ComputeDType, DType, StorageDType, TypedArray } from './ir/dtype.ts'
export type { Gate, GateDefinition, Role } from './ir/gate.ts'
export { type Graph, graph, type Update } from './ir/graph.ts'
export type { Shape } from './ir/shape.ts'
export type { Broadcast, MatmulShape, ShapeError } from './ir/shape-type.ts'
export type { State } from './ir/state.ts'
export { type NestedArray, type Tensor, type TensorLike, tensor } from './ir/tensor.ts'
export type { Trace, TracedEdge } from './ir/trace.ts'
export type { GradientEdge, TensorType, Value } from './ir/value.ts'
export { type KernelOrigin, kernelOrigins } from './kernel-origins.ts'
export { type AdamOptions, adam, adamW, type SgdOptions, sgd } from './optim/index.ts'
export { type PrintOptions, parse, print } from './print.ts'
export { type ReadOptions, trace } from './read.ts'
export type {
  KernelExplanation,
  KernelTime,
  PlannedBuffer,
  Profile,
  ProgramMemory,
} from './runtime/engine.ts'
export type { Feeds } from './runtime/feeds.ts'
export type { Handle } from './runtime/handle.ts'
export type { Handles, Parameters, Program } from './runtime/program.ts'
export { createStore, type Store } from './runtime/store.ts'

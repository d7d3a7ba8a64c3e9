/** Explanations: what a graph computes forward, backward and in its updates, as equations. */
export type {
  Equation,
  EquationPhase,
  Given,
  GivenKind,
  Numbers,
  Operand,
  Variable,
} from './equation.ts'
export { type Explainable, type ExplainOptions, explain } from './explain.ts'
export { type ExplainGateOptions, explainGate } from './explain-gate.ts'
export type { EquationData, Explanation, ExplanationData } from './explanation.ts'
export { type GateCall, type GateGraph, type GateOperand, gateGraph } from './gate-graph.ts'
export type { TextOptions } from './to-text.ts'

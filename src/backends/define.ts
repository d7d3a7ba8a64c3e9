/** What a backend is: how a graph of gates is made to run. */
import type { Graph } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { EngineResult } from '../runtime/program.ts'

export interface BackendOptions {
  /** `f64` computes f32 in f64. */
  readonly precision: 'declared' | 'f64'
}

/** Runs one step: outputs, and what the states become; it changes nothing itself. */
export type RunStep = (
  feeds: Readonly<Record<string, Tensor>>,
  states: ReadonlyMap<string, Tensor>,
) => EngineResult

export interface Backend {
  readonly name: string
  readonly capabilities: {
    /** Whether the elements of an output can be read without waiting. */
    readonly sync: boolean
  }
  /** Prepares a graph that the passes have gone over; called once for each program. */
  readonly compile: (graph: Graph, options: BackendOptions) => RunStep
}

/** A backend; done when it passes test/conformance.test.ts. */
export function defineBackend(backend: Backend): Backend {
  return Object.freeze(backend)
}

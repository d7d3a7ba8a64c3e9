/** What a backend is: how a graph of gates is made to run. */
import type { Graph } from '../ir/graph.ts'
import type { Kernels } from '../kernel/kernels.ts'
import type { Engine, EngineContext } from '../runtime/engine.ts'
import type { RunStep } from '../runtime/tensor-engine.ts'

export interface BackendOptions {
  /** `f64` computes f32 in f64. */
  readonly precision: 'declared' | 'f64'
  /** Whether all machines must give the same bits. */
  readonly isDeterministic: boolean
  /** How many threads may share a step; where it is not given, the backend decides. */
  readonly threads?: number | undefined
}

interface BackendFacts {
  readonly name: string
  readonly capabilities: {
    /** Whether the elements of an output can be read without waiting. */
    readonly sync: boolean
  }
}

/** Computes steps from host tensors, gate by gate or as it likes. */
export interface GraphBackend extends BackendFacts {
  readonly takes: 'graph'
  /** Prepares a graph that the passes have gone over; called once for each program. */
  readonly compile: (graph: Graph, options: BackendOptions) => RunStep
}

/** Generates code from kernels. */
export interface KernelBackend extends BackendFacts {
  readonly takes: 'kernels'
  /** Whether it can run such programs here; where not, the interpreter does. */
  readonly canRun: (options: BackendOptions) => boolean
  /**
   * Called once for each program; of programs whose structure is the same, with the same kernels.
   * Throws MEMORY where the machine cannot give what it takes.
   */
  readonly compile: (kernels: Kernels, context: EngineContext, options: BackendOptions) => Engine
}

export type Backend = GraphBackend | KernelBackend

/** A backend; done when it passes test/conformance.test.ts. */
export function defineBackend<B extends Backend>(backend: B): B {
  return Object.freeze(backend)
}

import type { Graph } from '../ir/graph.ts'
import type { MemoryPlan } from './memory-plan.ts'
import type { Routine } from './routine.ts'

/** A graph as kernels over planned buffers: what code is generated from. */
export interface Kernels {
  /** What the kernels were made from: primitives alone. */
  readonly graph: Graph
  readonly routine: Routine
  readonly plan: MemoryPlan
}

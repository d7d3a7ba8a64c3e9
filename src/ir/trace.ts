/** Every value, local gradient and gradient of one run, as plain data: what explain and draw read. */
import type { Tensor } from './tensor.ts'

export interface Trace {
  /** Outputs of every application of the forward graph, by position; absent for unfed branches. */
  readonly values: readonly (readonly Tensor[])[]
  /** One entry for each edge that a gradient came back through, in the order of the walk back. */
  readonly edges: readonly TracedEdge[]
  /** Contents of states by key that the updates read and J does not: a learning rate. */
  readonly states: Readonly<Record<string, Tensor>>
  /** New contents of states by key, where the graph has updates. */
  readonly updates: Readonly<Record<string, Tensor>>
}

export interface TracedEdge {
  /** The consumer's position in the forward graph, and which of its inputs the edge is. */
  readonly position: number
  readonly input: number
  /** The gradient that reached the consumer (top_diff), one for each output. */
  readonly upstreams: readonly (Tensor | undefined)[]
  /**
   * The gate's own derivative: of every element for an elementwise gate and a criterion, the other
   * operand for a contraction; absent where it is no single tensor.
   */
  readonly local: Tensor | undefined
  /** What the gate handed on through this edge (bottom_diff). */
  readonly downstream: Tensor
}

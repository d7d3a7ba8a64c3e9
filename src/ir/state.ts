/** The declaration of storage that lasts between runs; its contents live in a store. */
import type { ComputeDType } from './dtype.ts'
import type { Graph } from './graph.ts'
import type { Shape } from './shape.ts'
import type { Tensor } from './tensor.ts'
import type { TensorType } from './value.ts'

export interface State {
  /** Unique in a graph and in a store: `0.weight`. */
  readonly key: string
  /** What explain and draw call it: `W1`. */
  readonly symbol: string
  readonly shape: Shape
  readonly dtype: ComputeDType
  /** A parameter is trainable; a counter or a running mean is not. */
  readonly trainable: boolean
  /**
   * What it holds first: a tensor, or a graph with one output of its shape. Such a graph may have
   * one input, `key` u32[2], which the store draws from its seed and this state's key.
   */
  readonly init: Tensor | Graph
}

/** What states hold, by key; undefined for a key that is not there. */
export interface StateContents {
  get(key: string): Tensor | undefined
}

/** The type of what a state holds first; undefined where a graph does not give exactly one value. */
export function initType({ init }: Pick<State, 'init'>): TensorType | undefined {
  if ('data' in init) return init
  const [value, ...more] = Object.values(init.outputs)
  return more.length === 0 ? value?.type : undefined
}

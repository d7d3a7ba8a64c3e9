/** What a layer is: a function that builds graph, and the parameters that it owns. */
import type { Value } from '../ir/value.ts'

/** How one of a layer's states maps to torch.nn's. */
export interface TorchMapping {
  /** The name in torch's state_dict, after the layer's own path. */
  readonly name: string
  /** The order of torch's axes in ours: [1, 0] says that torch keeps the transpose. */
  readonly axes?: readonly number[]
}

export interface Layer {
  (x: Value): Value
  /** `linear(64 → 32)`, as summaries write it. */
  readonly description: string
  /** Its parameters by their key within the layer: `weight`, `bias`. */
  readonly parameters: Readonly<Record<string, Value>>
  /** For every key of `parameters`, where torch.nn keeps the same numbers. */
  readonly torch: Readonly<Record<string, TorchMapping>>
  /** The same layer with its keys under a path (`0.weight`) and its symbols numbered (`W1`). */
  at(path: string, number?: number): Layer
}

export interface LayerFacts {
  readonly description: string
  readonly parameters: Readonly<Record<string, Value>>
  readonly torch: Readonly<Record<string, TorchMapping>>
  readonly at: (path: string, number?: number) => Layer
}

/** A layer from its function and what it owns. */
export function createLayer(forward: (x: Value) => Value, facts: LayerFacts): Layer {
  return Object.freeze(Object.assign((x: Value) => forward(x), facts))
}

/** What a layer is: a function that builds graph, and the parameters that it owns. */
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import type { Init } from '../gates/state.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/** A layer, or an activation: a function from value to value without parameters. */
export type Stage = Layer | ((x: Value) => Value)

/** How one of a layer's states maps to torch.nn's. */
export interface TorchMapping {
  /** The name in torch's state_dict, after the layer's own path. */
  readonly name: string
  /** The order of torch's axes in ours: [1, 0] says that torch keeps the transpose. */
  readonly axes?: readonly number[]
}

export interface Layer extends LayerFacts {
  (x: Value): Value
}

export interface LayerFacts {
  /** `linear(64 → 32)`, as summaries write it. */
  readonly description: string
  /** Its parameters by their key within the layer: `weight`, `bias`. */
  readonly parameters: Readonly<Record<string, Value>>
  /** For every key of `parameters`, where torch.nn keeps the same numbers. */
  readonly torch: Readonly<Record<string, TorchMapping>>
  /** How many numbers its symbols take: 1 for W1 and b1, 0 without parameters. */
  readonly numberCount: number
  /** What a row of layers consists of, in order; undefined for a layer that is not a row. */
  readonly stages?: readonly Stage[]
  /** The same layer with its keys under a path (`0.weight`) and its symbols numbered (`W1`). */
  at(path: string, number?: number): Layer
}

/** Where a layer stands: the path of its keys, and the number of its symbols. */
export interface Place {
  readonly path: string
  readonly number: number | undefined
}

/** Where a layer stands that is not part of another. */
export const alone: Place = Object.freeze({ path: '', number: undefined })

/** A layer from its function and what it owns. */
export function createLayer(forward: (x: Value) => Value, facts: LayerFacts): Layer {
  return Object.freeze(Object.assign((x: Value) => forward(x), facts))
}

export function isLayer(stage: Stage): stage is Layer {
  return 'parameters' in stage
}

/** A layer that owns nothing, and so is the same wherever it stands. */
export function plainLayer(description: string, forward: (x: Value) => Value): Layer {
  const layer: Layer = createLayer(forward, {
    description,
    parameters: {},
    torch: {},
    numberCount: 0,
    at: () => layer,
  })
  return layer
}

/** A parameter of a layer: `name` is its key within the layer, `symbol` what explain writes. */
export function ownParameter(
  { path, number }: Place,
  name: string,
  options: {
    readonly symbol: string
    readonly shape: Shape
    readonly init: Init
    readonly dtype: 'f32' | 'f64'
  },
): Value {
  const { symbol, shape, init, dtype } = options
  return gates.parameter(`${symbol}${number ?? ''}`, shape, {
    key: within(path, name),
    init,
    dtype,
  })
}

/** Layers under their names at a place, numbered one after the other. */
export function placeLayers<Name extends string>(
  layers: Readonly<Record<Name, Layer>>,
  { path, number }: Place,
): Readonly<Record<Name, Layer>> {
  let next = number
  const placed = entriesOf(layers).map(([name, layer]) => {
    const own = layer.at(within(path, name), next)
    if (next !== undefined) next += layer.numberCount
    return [name, own]
  })
  return Object.fromEntries(placed) as Readonly<Record<Name, Layer>> // the names of `layers`
}

/** What layers under their names own together. */
export function ownedBy(
  layers: Readonly<Record<string, Layer>>,
): Pick<LayerFacts, 'parameters' | 'torch' | 'numberCount'> {
  const parameters: Record<string, Value> = {}
  const torch: Record<string, TorchMapping> = {}
  let numberCount = 0
  for (const [name, layer] of entriesOf(layers)) {
    numberCount += layer.numberCount
    for (const [key, value] of Object.entries(layer.parameters))
      parameters[`${name}.${key}`] = value
    for (const [key, mapping] of Object.entries(layer.torch)) {
      torch[`${name}.${key}`] = { ...mapping, name: `${name}.${mapping.name}` }
    }
  }
  return { parameters, torch, numberCount }
}

/** Throws OPTION unless the number counts something: 1 or more. */
export function checkCount(layer: string, name: string, count: number): void {
  if (Number.isInteger(count) && count > 0) return
  throw new SluiceError({
    code: 'OPTION',
    what: `${layer}: ${name} is not a count`,
    expected: 'a whole number, 1 or more',
    got: String(count),
    fix: `give ${name}`,
  })
}

function within(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function entriesOf<Name extends string>(
  layers: Readonly<Record<Name, Layer>>,
): readonly [Name, Layer][] {
  return Object.entries(layers) as [Name, Layer][] // Object.entries forgets the names' type
}

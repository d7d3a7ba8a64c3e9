/** What a layer is: a function that builds graph, and the parameters that it owns. */
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import type { Init } from '../gates/state.ts'
import type { Shape } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

/** A layer, or a function from value to value without parameters, such as an activation. */
export type Stage = Layer | ((x: Value) => Value)

/** What a layer is told, and tells, where it builds the graph that trains. */
export interface TrainingPass {
  /** A random key (u32[2]) for this call of the layer at a path, another one in every step. */
  keyFor(path: string): Value
  /**
   * Has a state become after each step what `change` makes of it, such as a running mean, and gives
   * that. Where a layer is called again, `change` gets what its call before has left.
   */
  update(state: Value, change: (before: Value) => Value): Value
}

/** How one of a layer's states maps to torch.nn's. */
export interface TorchMapping {
  /** The name in torch's state_dict, after the layer's own path. */
  readonly name: string
  /** The order of torch's axes in ours: [1, 0] says that torch keeps the transpose. */
  readonly axes?: readonly number[]
}

/** A layer whose call is of its own kind: of several values, or with a state. */
export type Module<Call extends ModuleCall = ModuleCall> = Call &
  ModuleFacts & {
    /**
     * The same parameters in the graph that trains, where dropout draws and norms measure their
     * batch; the call itself builds the graph that evaluates.
     */
    training(pass: TrainingPass): Call
    /** The same with its keys under a path (`0.weight`) and its symbols numbered (`W1`). */
    at(path: string, number?: number): Module<Call>
  }

/** Any call of a module: what it takes is its own affair. */
export type ModuleCall = (...operands: never[]) => unknown

/** A module of one value. */
export interface Layer extends LayerFacts {
  (x: Value): Value
  /** As of every module. */
  training(pass: TrainingPass): (x: Value) => Value
}

export interface LayerFacts extends ModuleFacts {
  at(path: string, number?: number): Layer
}

export interface ModuleFacts {
  /** `linear(64 → 32)`, as summaries write it. */
  readonly description: string
  /** Its parameters by their key within the layer: `weight`, `bias`. */
  readonly parameters: Readonly<Record<string, Value>>
  /** States that are not learned, by their key within the layer: `runningMean`. */
  readonly buffers: Readonly<Record<string, Value>>
  /** For every key of `parameters` and `buffers`, where torch.nn keeps the same numbers. */
  readonly torch: Readonly<Record<string, TorchMapping>>
  /** How many numbers its symbols take: 1 for W1 and b1, 0 without parameters. */
  readonly numberCount: number
  /** What a row of layers consists of, in order; undefined for a layer that is not a row. */
  readonly stages?: readonly Stage[]
}

/** Facts as they are declared: a layer without buffers leaves them out. */
type Declared<F extends ModuleFacts> = Omit<F, 'buffers'> & Partial<Pick<F, 'buffers'>>

/** Where a layer stands: the path of its keys, and the number of its symbols. */
export interface Place {
  readonly path: string
  readonly number: number | undefined
}

/** Where a layer stands that is not part of another. */
export const alone: Place = Object.freeze({ path: '', number: undefined })

/** A layer from its function, which gets the pass where it is to train, and what it owns. */
export function createLayer(
  forward: (x: Value, pass?: TrainingPass) => Value,
  facts: Declared<LayerFacts>,
): Layer {
  const training = (pass: TrainingPass) => (x: Value) => forward(x, pass)
  const declared = { buffers: {}, ...facts, training }
  return Object.freeze(Object.assign((x: Value) => forward(x), declared))
}

/** A module from its call, made for training where there is a pass, and what it owns. */
export function createModule<Call extends ModuleCall>(
  callFor: (pass?: TrainingPass) => Call,
  facts: Declared<ModuleFacts> & { at(path: string, number?: number): Module<Call> },
): Module<Call> {
  // A new function each time, so that the facts are put on nothing of the caller's.
  const evaluating = callFor()
  const call = (...operands: Parameters<Call>) => evaluating(...operands)
  const training = (pass: TrainingPass) => callFor(pass)
  const declared = { buffers: {}, ...facts, training }
  return Object.freeze(Object.assign(call as unknown as Call, declared)) // its own parameters
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

/** A state of a layer that is not learned, such as a running mean. */
export function ownBuffer(
  { path, number }: Place,
  name: string,
  options: {
    readonly symbol: string
    readonly shape: Shape
    readonly init: Init
    readonly dtype: 'f32' | 'f64' | 'i32'
  },
): Value {
  const { symbol, shape, init, dtype } = options
  const numbered = `${symbol}${number ?? ''}`
  return gates.state(within(path, name), shape, init, { symbol: numbered, dtype })
}

/** Layers under their names at a place, numbered one after the other. */
export function placeLayers<M extends Readonly<Record<string, Module>>>(
  layers: M,
  { path, number }: Place,
): M {
  let next = number
  const placed = Object.entries(layers).map(([name, layer]) => {
    const own = layer.at(within(path, name), next)
    if (next !== undefined) next += layer.numberCount
    return [name, own]
  })
  return Object.fromEntries(placed) as M // each under its name, and `at` keeps its kind
}

/** What layers under their names own together. */
export function ownedBy(
  layers: Readonly<Record<string, Module>>,
): Pick<ModuleFacts, 'parameters' | 'buffers' | 'torch' | 'numberCount'> {
  const parameters: Record<string, Value> = {}
  const buffers: Record<string, Value> = {}
  const torch: Record<string, TorchMapping> = {}
  let numberCount = 0
  for (const [name, layer] of Object.entries(layers)) {
    numberCount += layer.numberCount
    for (const [key, value] of Object.entries(layer.parameters))
      parameters[`${name}.${key}`] = value
    for (const [key, value] of Object.entries(layer.buffers)) buffers[`${name}.${key}`] = value
    for (const [key, mapping] of Object.entries(layer.torch)) {
      torch[`${name}.${key}`] = { ...mapping, name: `${name}.${mapping.name}` }
    }
  }
  return { parameters, buffers, torch, numberCount }
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

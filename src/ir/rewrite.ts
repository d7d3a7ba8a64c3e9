/** Building a graph again, application by application. */
import { Graph } from './graph.ts'
import { isSameValue, Value } from './value.ts'

/**
 * What an application becomes, given its inputs as they have become, and its position in the graph:
 * its new outputs, or undefined to keep it, on those inputs.
 */
export type Rewrite = (
  application: Value,
  inputs: readonly Value[],
  position: number,
) => readonly (Value | undefined)[] | undefined

/**
 * The values of `graph` as `rewrite` makes them, as a function from old value to new. What is
 * kept and depends on nothing new stays the very same value.
 */
export function rewriteValues(graph: Graph, rewrite: Rewrite): (value: Value) => Value {
  const rewritten = new Rewritten(graph)
  rewritten.apply(rewrite)
  return (value) => rewritten.at(graph.slotOf(value), value)
}

/** What the values of a graph have become. */
class Rewritten {
  readonly #graph: Graph
  /** By slot; nothing where a value has stayed what it was. */
  readonly #made: (Value | undefined)[]
  /** By slot: the view that was asked for last, and what it has become. */
  readonly #asked: (Value | undefined)[]
  readonly #views: (Value | undefined)[]

  constructor(graph: Graph) {
    this.#graph = graph
    this.#made = new Array<Value | undefined>(graph.slotCount)
    this.#asked = new Array<Value | undefined>(graph.slotCount)
    this.#views = new Array<Value | undefined>(graph.slotCount)
  }

  apply(rewrite: Rewrite): void {
    const graph = this.#graph
    const { applications } = graph
    for (let position = 0; position < applications.length; position++) {
      const application = applications[position] as Value // position is inside
      const before = application.inputs
      const inputs = this.#inputsOf(position, before)
      const outputs =
        rewrite(application, inputs, position) ??
        (inputs === before ? undefined : outputsOf(reapply(application, inputs)))
      if (!outputs) continue
      const first = graph.firstSlot(position)
      for (let k = 0; k < outputs.length; k++) this.#made[first + k] = outputs[k]
    }
  }

  /** What has become of a value, which has that slot. */
  at(slot: number, value: Value): Value {
    const made = this.#made[slot]
    if (!made) return value
    // One gradient has an edge, and is read several times.
    const known = this.#asked[slot] === value ? this.#views[slot] : undefined
    if (known) return known
    const view = viewAs(made, value)
    if (view !== made) {
      this.#asked[slot] = value
      this.#views[slot] = view
    }
    return view
  }

  /** The inputs of an application as they have become: `before` itself where none has changed. */
  #inputsOf(position: number, before: readonly Value[]): readonly Value[] {
    let inputs: Value[] | undefined
    // Plain loops, here and above: a graph may have a million applications.
    for (let k = 0; k < before.length; k++) {
      const own = before[k] as Value // k is inside
      const view = this.at(this.#graph.inputSlot(position, k), own)
      if (view === own) continue
      inputs ??= [...before]
      inputs[k] = view
    }
    return inputs ?? before
  }
}

/** `made` under the name, and as the gradient, that the value it stands for had. */
function viewAs(made: Value, before: Value): Value {
  if (isSameValue(made, before)) return before
  const { name } = before
  const isNamed = name === undefined || made.name !== undefined || isPlaceholderName(before)
  const named = isNamed ? made : made.labelled({ name })
  if (!before.isGradient || named.isGradient) return named
  const { edge } = before
  if (!edge) return named
  return named.asGradientOf(edge.of, edge.through?.application, edge.through?.input)
}

/** An input bears its own name, which says what to feed; what takes its place is not called so. */
function isPlaceholderName({ gate, attributes, name }: Value): boolean {
  const { meaning } = gate
  return meaning.kind === 'source' && meaning.form === 'input' && attributes.name === name
}

/**
 * The graph whose every application `rewrite` has seen; names, outputs and updates stay. Where it
 * changes nothing that is the graph itself.
 */
export function rewriteGraph(graph: Graph, rewrite: Rewrite): Graph {
  const ends = [...Object.values(graph.outputs), ...graph.updates.map(({ value }) => value)]
  // Asked for now: the walk may give applications other numbers.
  const slots = ends.map((value) => graph.slotOf(value))
  const rewritten = new Rewritten(graph)
  rewritten.apply(rewrite)
  const made = ends.map((value, index) => rewritten.at(slots[index] ?? -1, value))
  const names = Object.keys(graph.outputs)
  const outputs = names.map((name, index) => [name, made[index] as Value]) // one for each end
  const updates = graph.updates.map(({ state, value }, index) => {
    return { state, value: made[names.length + index] ?? value }
  })
  const isSame = ends.every((value, index) => value === made[index])
  return isSame ? graph : new Graph(Object.fromEntries(outputs), updates)
}

/** The same application on other inputs of the same types, under `tag` or its own. */
export function reapply(
  application: Value,
  inputs: readonly Value[],
  tag: string | undefined = application.tag,
): Value {
  const { gate, attributes, type, outputTypes } = application
  const isPlain = outputTypes.length === 1 && tag === undefined
  return Value.of(
    gate,
    inputs,
    attributes,
    type,
    isPlain
      ? undefined
      : { ...(outputTypes.length > 1 && { outputTypes }), ...(tag !== undefined && { tag }) },
  )
}

/** All outputs of an application. */
export function outputsOf(application: Value): readonly Value[] {
  if (application.outputCount === 1) return [application.application]
  return Array.from({ length: application.outputCount }, (_, index) => application.output(index))
}

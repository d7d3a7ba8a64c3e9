/** Building a graph again, application by application. */
import { Graph } from './graph.ts'
import { isSameValue, Value } from './value.ts'

/**
 * What an application becomes, given its inputs as they have become: its new outputs, or undefined
 * to keep it, on those inputs.
 */
export type Rewrite = (
  application: Value,
  inputs: readonly Value[],
) => readonly (Value | undefined)[] | undefined

/**
 * The values of `graph` as `rewrite` makes them, as a function from old value to new. What is
 * kept and depends on nothing new stays the very same value.
 */
export function rewriteValues(graph: Graph, rewrite: Rewrite): (value: Value) => Value {
  const rewritten = new Map<Value, readonly (Value | undefined)[]>()
  const resolve = (value: Value): Value => {
    const made = rewritten.get(value.application)?.[value.index]
    return made ? viewAs(made, value) : value
  }
  for (const application of graph.applications) {
    const { inputs } = application
    const resolved = inputs.map(resolve)
    const outputs = rewrite(application, resolved)
    if (outputs) rewritten.set(application, outputs)
    else if (resolved.some((value, index) => value !== inputs[index])) {
      rewritten.set(application, outputsOf(reapply(application, resolved)))
    }
  }
  return resolve
}

/** `made` under the name, and as the gradient, that the value it stands for had. */
function viewAs(made: Value, before: Value): Value {
  if (isSameValue(made, before)) return before
  const { name, edge } = before
  const named = name === undefined || made.name !== undefined ? made : made.labelled({ name })
  if (!edge || named.isGradient) return named
  return named.asGradientOf(edge.of, edge.through?.application, edge.through?.input)
}

/** The graph whose every application `rewrite` has seen; names, outputs and updates stay. */
export function rewriteGraph(graph: Graph, rewrite: Rewrite): Graph {
  const resolve = rewriteValues(graph, rewrite)
  const outputs = Object.entries(graph.outputs).map(([name, value]) => [name, resolve(value)])
  const updates = graph.updates.map(({ state, value }) => ({ state, value: resolve(value) }))
  return new Graph(Object.fromEntries(outputs), updates)
}

/** The same application on other inputs of the same types, under `tag` or its own. */
export function reapply(
  application: Value,
  inputs: readonly Value[],
  tag: string | undefined = application.tag,
): Value {
  const { gate, attributes, type, outputTypes } = application
  const isPlain = outputTypes.length === 1 && tag === undefined
  return new Value(
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

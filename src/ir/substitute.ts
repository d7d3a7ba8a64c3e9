/** Building a graph again on other values. */
import type { Graph } from './graph.ts'
import { Value } from './value.ts'

/**
 * The values of `graph` with some outputs of some applications replaced (a list by output index
 * for each application), as a function from old value to new.
 * What depends on no replacement is kept as it is, unless `tag` marks all of it as computed again.
 */
export function substitute(
  graph: Graph,
  replacements: ReadonlyMap<Value, readonly (Value | undefined)[]>,
  { tag }: { readonly tag?: string | undefined } = {},
): (value: Value) => Value {
  const rebuilt = new Map<Value, Value>()
  const resolve = (value: Value): Value => {
    const { application, index } = value
    return replacements.get(application)?.[index] ?? rebuilt.get(application)?.output(index) ?? value
  }
  for (const application of graph.applications) {
    const { gate, attributes, type, inputs, outputTypes } = application
    const resolved = inputs.map(resolve)
    const isTouched = resolved.some((value, index) => value !== inputs[index])
    const isTagged = tag !== undefined && gate.meaning.kind !== 'source'
    if (!isTouched && !isTagged) continue
    const kept = tag ?? application.tag
    const label = {
      ...(outputTypes.length > 1 && { outputTypes }),
      ...(kept !== undefined && { tag: kept }),
    }
    const hasLabel = Object.keys(label).length > 0
    rebuilt.set(application, new Value(gate, resolved, attributes, type, hasLabel ? label : undefined))
  }
  return resolve
}

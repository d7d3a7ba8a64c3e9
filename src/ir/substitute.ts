/** Building a graph again on other values. */
import type { Graph } from './graph.ts'
import { Value } from './value.ts'

/**
 * The values of `graph` with some applications replaced, as a function from old value to new.
 * What depends on no replacement is kept as it is, unless `tag` marks all of it as computed again.
 */
export function substitute(
  graph: Graph,
  replacements: ReadonlyMap<Value, Value>,
  { tag }: { readonly tag?: string | undefined } = {},
): (value: Value) => Value {
  const rebuilt = new Map<Value, Value>()
  const resolve = (value: Value): Value => {
    const application = rebuilt.get(value.application)
    return application ? application.output(application.index + value.index) : value
  }
  for (const application of graph.applications) {
    const replacement = replacements.get(application)
    if (replacement) {
      rebuilt.set(application, replacement)
      continue
    }
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

/** Building a graph again on other values. */
import type { Graph } from './graph.ts'
import { outputsOf, reapply, rewriteValues } from './rewrite.ts'
import type { Value } from './value.ts'

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
  return rewriteValues(graph, (application, inputs) => {
    const replaced = replacements.get(application)
    const isTagged = tag !== undefined && application.gate.meaning.kind !== 'source'
    if (!isTagged) return replaced
    return outputsOf(reapply(application, inputs, tag)).map(
      (own, index) => replaced?.[index] ?? own,
    )
  })
}

/** What a composite is in terms of other gates. */
import { internalError } from '../errors.ts'
import { Graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import * as gates from './index.ts'
import { input } from './input.ts'

const expansions = new WeakMap<Value, Graph>()

/**
 * The graph that a composite application stands for: inputs `0`, `1` … in operand order, outputs
 * likewise. Computed once per application.
 */
export function expansionOf(application: Value): Graph {
  const known = expansions.get(application.application)
  if (known) return known
  const { meaning, name } = application.gate
  if (meaning.kind !== 'composite') throw internalError(`expansionOf: ${name} is not a composite`)
  const placeholders = application.inputs.map(({ shape, dtype }, index) =>
    input(String(index), shape, { dtype }),
  )
  const outputs = meaning.expand(placeholders, application.attributes, gates)
  // Operands that the expansion does not read are inputs all the same: their order is the call's.
  const expansion = new Graph(Object.fromEntries(outputs.map((value, i) => [String(i), value])))
  expansions.set(application.application, expansion)
  return expansion
}

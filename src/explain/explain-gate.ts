/** `explainGate`: one gate by itself, as the article's close-ups show it. */
import { backwardFrom } from '../autodiff/backward-from.ts'
import { isFloating } from '../ir/dtype.ts'
import type { AnyFunction, Gate } from '../ir/gate.ts'
import { Graph } from '../ir/graph.ts'
import type { Trace } from '../ir/trace.ts'
import { assemble } from './assemble.ts'
import { checkTrace } from './check-trace.ts'
import { createExplanation, type Explanation } from './explanation.ts'
import { type GateCall, gateGraph } from './gate-graph.ts'

export interface ExplainGateOptions extends GateCall {
  /** The numbers of a run of `gateGraph` of the same call. */
  readonly values?: Trace
  /** Significant digits of numbers in text. Default 4. */
  readonly digits?: number
  /** How many levels of composites are opened into equations of their own. Default 0. */
  readonly depth?: number
}

/**
 * One gate close up: its forward equation, the part that it plays, and for each operand the local
 * gradient, the upstream gradient and their product.
 *
 * Throws: OPTION where an operand is missing or unknown, or `values` were traced from another
 * call; whatever the gate throws.
 *
 * @example
 * explainGate(multiply, { operands: { a: 'f32[4, 3]', b: 'f32[4, 3]' } }).toText()
 */
export function explainGate(gate: Gate<AnyFunction>, options: ExplainGateOptions): Explanation {
  const { values, digits = 4, depth = 0 } = options
  const { J, application } = gateGraph(gate, options)
  const isDifferentiated = isFloating(J.dtype)
  const { forward, edges } = isDifferentiated
    ? backwardFrom(J)
    : { forward: new Graph({ J }), edges: [] }
  if (values) checkTrace(values, forward, edges)
  const { given, lines, notes, symbol } = assemble({
    J: isDifferentiated ? J : undefined,
    graph: forward,
    edges,
    outputs: { J },
    updates: [],
    values,
    digits,
    depth,
    until: forward.positionOf(application),
  })
  return createExplanation({ J: symbol, given, lines, notes, digits })
}

/** `drawGate`: one gate close up. */
import { nearest, SluiceError } from '../errors.ts'
import { readGraph } from '../explain/explain.ts'
import { type Explanation, explainGate, type GateCall } from '../explain/index.ts'
import { type AnyFunction, type Gate, isGate } from '../ir/gate.ts'
import type { Trace } from '../ir/trace.ts'
import type { Value } from '../ir/value.ts'
import { closeUpOf } from './close-up.ts'
import { type Drawable, graphOfDrawable } from './draw.ts'
import { createDrawing, type Drawing } from './drawing.ts'
import type { DrawOptions } from './options.ts'

export interface DrawGateOptions
  extends Pick<DrawOptions, 'direction' | 'precision' | 'shapes' | 'theme'> {
  /** The numbers of a run: of `of`, or of `gateGraph` of the same call. */
  readonly values?: Trace
}

/** A gate by itself: what it is called with, as `explainGate` takes it. */
export interface DrawGateCall extends DrawGateOptions, GateCall {}

/** A gate within a graph. */
export interface DrawGateOf extends DrawGateOptions {
  /** The graph, program or J that the gate is a part of. */
  readonly of: Drawable
}

/**
 * One gate close up: its operands and their values in grey, its local gradient at each edge, the
 * gradient that arrives, and what leaves: downstream = local × upstream.
 *
 * The gate is one by itself, with operands; or that of a graph which makes a value, or which an
 * equation such as F3 is of.
 * Throws: OPTION where the graph has no such gate, or `values` were traced from another graph.
 *
 * @example
 * const call = { operands: { a: 3, b: -4 }, upstream: 2 }
 * const { J, feeds } = gateGraph(multiply, call)
 * drawGate(multiply, { ...call, values: await trace(J, feeds) }).toSvg()
 * drawGate(a2, { of: J, values }).toSvg()
 */
export function drawGate(gate: Gate<AnyFunction>, options: DrawGateCall): Drawing
export function drawGate(at: Value | string, options: DrawGateOf): Drawing
export function drawGate(
  subject: Gate<AnyFunction> | Value | string,
  options: DrawGateCall | DrawGateOf,
): Drawing {
  const { explanation, id } = found(subject, options)
  return createDrawing(closeUpOf(explanation, id, options.precision ?? 3), options)
}

interface Found {
  readonly explanation: Explanation
  readonly id: string
}

function found(
  subject: Gate<AnyFunction> | Value | string,
  options: DrawGateCall | DrawGateOf,
): Found {
  const { values } = options
  if ('operands' in options) {
    if (!isGate(subject)) throw notThere(String(subject), [])
    const explanation = explainGate(subject, options)
    return { explanation, id: explanation.equations[0]?.id ?? '' }
  }
  if (isGate(subject)) throw notThere(subject.definition.name, [])
  const target = graphOfDrawable(options.of)
  const depth = typeof subject === 'string' ? subject.split('.').length - 1 : 0
  const { explanation, idOf } = readGraph(target, { depth, ...(values && { values }) })
  const id = typeof subject === 'string' ? subject : idOf(subject)
  const ids = explanation.equations.flatMap((one) => (one.phase === 'forward' ? one.id : []))
  if (id === undefined || !ids.includes(id)) throw notThere(String(subject), ids)
  return { explanation, id }
}

function notThere(got: string, ids: readonly string[]): SluiceError {
  const slip = nearest(got, ids)
  return new SluiceError({
    code: 'OPTION',
    what: 'drawGate: there is no such gate',
    expected:
      ids.length === 0
        ? 'a gate with { operands }, or a value or an equation with { of: J }'
        : `a value that a gate of the graph makes, or an equation, F1 to ${ids.findLast((id) => !id.includes('.'))}`,
    got,
    fix:
      slip === undefined
        ? 'look with explain which equations there are; what is given has no gate'
        : `did you mean ${slip}?`,
  })
}

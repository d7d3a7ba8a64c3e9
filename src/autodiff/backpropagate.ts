/**
 * The chain rule: walks the graph from its end and asks each gate for the gradients of its inputs,
 * given the gradient that reaches its output. What comes out is graph, made of the same gates.
 */
import { internalError, SluiceError } from '../errors.ts'
import { expansionOf } from '../gates/expansion.ts'
import * as gates from '../gates/index.ts'
import { isFloating } from '../ir/dtype.ts'
import type { Pullback, RuleTools } from '../ir/gate.ts'
import { Graph } from '../ir/graph.ts'
import { operandName } from '../ir/operands.ts'
import { outputsOf } from '../ir/rewrite.ts'
import { formatShape, sameShape } from '../ir/shape.ts'
import { substitute } from '../ir/substitute.ts'
import { formatType, type Value } from '../ir/value.ts'
import { RulePatterns } from './rule-patterns.ts'
import { Totals } from './totals.ts'

/** The gradient that came back through one edge of the forward graph. */
export interface EdgeGradient {
  /** The consumer's position in `forward.applications`, and which of its inputs the edge is. */
  readonly position: number
  readonly input: number
  /** The gradients that reached the consumer's outputs. */
  readonly upstreams: readonly (Value | undefined)[]
  /** What the consumer's rule gave for this input. */
  readonly downstream: Value
}

export interface Backpropagation {
  readonly forward: Graph
  /** In the order of the walk: from the end, operands from left to right. */
  readonly edges: readonly EdgeGradient[]
  /** The whole gradient of a value, summed over its uses; undefined where none arrives. */
  readonly gradientOf: (value: Value) => Value | undefined
}

/**
 * Walks back from `outputs`, whose gradients are `upstreams`, to the values of `wrt`.
 * Throws GRADIENT where a gate on the way has no backward rule.
 */
export function backpropagate(
  outputs: readonly Value[],
  upstreams: readonly (Value | undefined)[],
  wrt: readonly Value[],
): Backpropagation {
  const forward = new Graph(Object.fromEntries(outputs.map((value, i) => [String(i), value])))
  const isNeeded = markDependents(forward, wrt)
  const totals = new Totals(forward)
  const patterns = new RulePatterns(forward, tools)
  const downstreams: Value[] = []
  outputs.forEach((output, index) => {
    const upstream = upstreams[index]
    if (upstream) totals.add(forward.slotOf(output), upstream)
  })
  for (let position = forward.applications.length - 1; position >= 0; position--) {
    if (!isNeeded[forward.firstSlot(position)]) continue
    const application = forward.applications[position] as Value // position is inside
    const count = forward.inputCount(position)
    if (count === 0) continue
    const reached = totals.ofApplication(position)
    if (!reached.some(isThere)) continue
    const given = patterns.build(position, reached) ?? applyRule(application, reached)
    for (let index = 0; index < count; index++) {
      const input = application.input(index)
      const gradient = given[index]
      const slot = forward.inputSlot(position, index)
      if (!gradient || !isNeeded[slot] || !isFloating(input.dtype)) continue
      checkGradient(application, index, gradient)
      const downstream = gradient.asGradientOf(input, application, index)
      downstreams.push(downstream)
      totals.add(slot, downstream)
    }
  }
  return {
    forward,
    // Made when asked for: who only wants gradients does not pay for a list of a million edges.
    get edges() {
      return downstreams.flatMap((downstream) => edgeOf(forward, totals, downstream))
    },
    gradientOf: (value) => totals.at(forward.slotOf(value), value),
  }
}

/** What a gradient knows about its edge, and what had reached the edge's end by then. */
function edgeOf(forward: Graph, totals: Totals, downstream: Value): EdgeGradient[] {
  const through = downstream.edge?.through
  if (!through) return []
  const position = forward.positionOf(through.application)
  const upstreams = totals.ofApplication(position)
  return [{ position, input: through.input, upstreams, downstream }]
}

function isThere(value: Value | undefined): boolean {
  return value !== undefined
}

/** Gradients of the inputs of `body`, put on `inputs`, given the gradients of its outputs. */
const pullback: Pullback = (body, inputs, upstreams, { tag } = {}) => {
  const outputs = Object.values(body.outputs)
  const seeds = outputs.map(({ shape, dtype }, index) =>
    upstreams[index] ? gates.input(`upstream ${index}`, shape, { dtype }) : undefined,
  )
  const { gradientOf } = backpropagate(outputs, seeds, body.inputs)
  const wrt = body.inputs.map((input) => gradientOf(input))
  const replacements = new Map<Value, readonly Value[]>()
  for (const placeholder of body.inputs) {
    const value = inputs[Number(placeholder.attributes.name)]
    if (!value) throw internalError(`pullback: no value for input ${placeholder.attributes.name}`)
    replacements.set(placeholder, [value])
  }
  seeds.forEach((seed, index) => {
    const upstream = upstreams[index]
    if (seed && upstream) replacements.set(seed.application, [upstream])
  })
  const found = wrt.filter((gradient) => gradient !== undefined)
  const moved = substitute(
    new Graph(Object.fromEntries(found.map((value, i) => [String(i), value]))),
    replacements,
    { tag },
  )
  const byInput: (Value | undefined)[] = inputs.map(() => undefined)
  body.inputs.forEach((placeholder, index) => {
    const gradient = wrt[index]
    if (gradient) byInput[Number(placeholder.attributes.name)] = moved(gradient)
  })
  return byInput
}

const tools: RuleTools = { gates, pullback }

/** The gradients that one gate gives its inputs. */
export function applyRule(
  application: Value,
  upstreams: readonly (Value | undefined)[],
): readonly (Value | undefined)[] {
  const { gate, inputs, attributes } = application
  if (gate.role === 'stop') return []
  if (gate.hasBackward) {
    const outputs = outputsOf(application)
    return gate.backward({ inputs, outputs, upstreams, attributes }, tools)
  }
  if (gate.meaning.kind === 'composite') {
    return pullback(expansionOf(application), inputs, upstreams)
  }
  throw new SluiceError({
    code: 'GRADIENT',
    what: `gradients: ${gate.name} has no backward rule`,
    where: `value ${application}`,
    expected: 'a backward rule on every gate between J and the parameters',
    got: `${gate.name} without one`,
    fix: "give it `backward`, or `role: 'stop'` if no gradient is to pass",
  })
}

/** Which values depend on some value of `wrt`, by slot; outputs of one application go together. */
function markDependents(forward: Graph, wrt: readonly Value[]): Uint8Array {
  const isNeeded = new Uint8Array(forward.slotCount)
  const markAll = (position: number) => {
    const first = forward.firstSlot(position)
    const end = forward.firstSlot(position + 1)
    for (let slot = first; slot < end; slot++) isNeeded[slot] = 1 // quicker than fill, for one
  }
  for (const value of wrt) {
    const position = forward.positionOf(value)
    if (position >= 0) markAll(position)
  }
  for (let position = 0; position < forward.applications.length; position++) {
    const count = forward.inputCount(position)
    for (let k = 0; k < count; k++) {
      if (!isNeeded[forward.inputSlot(position, k)]) continue
      markAll(position)
      break
    }
  }
  return isNeeded
}

function checkGradient(application: Value, index: number, gradient: Value): void {
  const input = application.input(index)
  if (input.type === gradient.type) return
  if (sameShape(input.shape, gradient.shape) && input.dtype === gradient.dtype) return
  throw new SluiceError({
    code: 'GRADIENT',
    what: `${application.gate.name}: backward gave ${operandName(application.gate, index)} a gradient of another type`,
    where: `value ${application}`,
    expected: `${formatType(input.type)}: a gradient has the shape of what it is the gradient of`,
    got: `${formatType(gradient.type)}${sameShape(input.shape, gradient.shape) ? '' : `, not ${formatShape(input.shape)}`}`,
    fix: 'correct the backward rule of this gate',
  })
}

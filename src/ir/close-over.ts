/** Closing a piece of graph over what it reads from outside. */
import { Graph } from './graph.ts'
import { substitute } from './substitute.ts'
import type { Value } from './value.ts'

export interface Closure {
  /** Inputs `0`, `1` …: the placeholders in their order, then one for each captured value. */
  readonly body: Graph
  /** The outside values that the body reads, in the order of their placeholders. */
  readonly captured: readonly Value[]
}

/**
 * The graph of `outputs` as a function of `placeholders`. What does not depend on a placeholder is
 * computed outside, once, and captured; constants stay inside.
 * `placeholder` makes the input that stands for a captured value.
 */
export function closeOver(
  outputs: readonly Value[],
  placeholders: readonly Value[],
  placeholder: (name: string, captured: Value) => Value,
): Closure {
  const named = (values: readonly Value[]) =>
    Object.fromEntries(values.map((value, i) => [String(i), value]))
  // A block within a block reads the placeholders of the outer one, whose names are the same.
  const whole = new Graph(named(outputs), [], { isPiece: true })
  const places = placementsOf(whole, placeholders)
  const captured: Value[] = []
  const replacements = new Map<Value, (Value | undefined)[]>()
  const capture = (value: Value, slot: number) => {
    if (places[slot] !== outside) return
    const replaced = replacements.get(value.application) ?? []
    if (replaced[value.index]) return
    replaced[value.index] = placeholder(String(placeholders.length + captured.length), value)
    replacements.set(value.application, replaced)
    captured.push(value)
  }
  whole.applications.forEach((application, position) => {
    if (places[whole.firstSlot(position)] !== inside) return
    for (const [k, input] of application.inputs.entries()) {
      capture(input, whole.inputSlot(position, k))
    }
  })
  for (const output of outputs) capture(output, whole.slotOf(output))
  const resolve = substitute(whole, replacements)
  return { body: new Graph(named(outputs.map(resolve))), captured }
}

const outside = 0
const inside = 1
const free = 2 // made from constants alone

/** Where each value belongs, by slot. */
function placementsOf(graph: Graph, placeholders: readonly Value[]): Uint8Array {
  const places = new Uint8Array(graph.slotCount)
  const isPlaceholder = new Set(placeholders.map((value) => value.application))
  graph.applications.forEach((application, position) => {
    let place = application.gate.meaning.kind === 'source' ? outside : free
    if (isPlaceholder.has(application)) place = inside
    for (let k = 0; k < application.inputCount; k++) {
      const of = places[graph.inputSlot(position, k)]
      if (of === inside) place = inside
      else if (of === outside && place === free) place = outside
    }
    places.fill(place, graph.firstSlot(position), graph.firstSlot(position + 1))
  })
  return places
}

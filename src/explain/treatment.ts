/** Which applications get a forward equation, and which are written inside another one. */
import * as gates from '../gates/index.ts'
import type { Graph } from '../ir/graph.ts'
import { isTensor, numberAt, type Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'

/**
 * What becomes of an application: it is given from outside, written as a number, folded into the
 * gate that it feeds, a second name, or an equation of its own.
 */
export type Treatment = 'given' | 'inline' | 'folded' | 'alias' | 'equation'

export interface Usage {
  /** By slot, how many inputs and outputs of the graph read the value. */
  readonly counts: Int32Array
  /** By slot, the position of the last gate that reads it; -1 for an output of the graph. */
  readonly readers: Int32Array
}

export function usageOf(graph: Graph): Usage {
  const counts = new Int32Array(graph.slotCount)
  const readers = new Int32Array(graph.slotCount).fill(-1)
  graph.applications.forEach((application, position) => {
    for (let k = 0; k < application.inputCount; k++) {
      const slot = graph.inputSlot(position, k)
      counts[slot] = (counts[slot] ?? 0) + 1
      readers[slot] = position
    }
  })
  for (const value of Object.values(graph.outputs)) {
    const slot = graph.slotOf(value)
    counts[slot] = (counts[slot] ?? 0) + 1
    readers[slot] = -1
  }
  return { counts, readers }
}

/** The treatment of every application, by position. */
export function treatmentsOf(
  graph: Graph,
  { counts, readers }: Usage,
  options: {
    readonly isKnown: (application: Value) => boolean
    readonly isNamed: (slot: number) => boolean
  },
): readonly Treatment[] {
  const treatments: Treatment[] = []
  graph.applications.forEach((application, position) => {
    const slot = graph.firstSlot(position)
    const isNamed = options.isNamed(slot)
    const reader = graph.applications[readers[slot] ?? -1]
    treatments.push(
      options.isKnown(application)
        ? 'given'
        : isSpreading(application) && !isNamed
          ? treatSpread(treatmentOfInput(position), counts[slot] === 1 ? reader : undefined)
          : treat(application, isNamed),
    )
  })
  return treatments

  function treatmentOfInput(position: number): Treatment | undefined {
    const input = graph.applications[position]?.input(0)
    return input && treatments[graph.positionOf(input)]
  }
}

/** What the builder does to an operand so that shapes meet. */
export function isSpreading({ gate }: Value): boolean {
  return gate === gates.broadcastTo.definition
}

export function isConstant({ gate: { meaning } }: Value): boolean {
  return meaning.kind === 'generate' && meaning.form === 'constant'
}

/** The number that a constant holds everywhere; undefined where its elements differ. */
export function uniformValue({ attributes: { value } }: Value): number | undefined {
  if (typeof value === 'number') return value
  if (!isTensor(value) || value.data.length === 0) return undefined
  const first = numberAt(value, 0)
  const raw = value.data[0]
  return Array.prototype.every.call(value.data, (element) => Object.is(element, raw))
    ? first
    : undefined
}

/** A constant's contents, where they are short enough to stand in an equation. */
export function shortContents({ attributes: { value } }: Value): Tensor | undefined {
  return isTensor(value) && value.data.length <= 4 ? value : undefined
}

/** Whether a constant is written as a number or a short list. */
export function isLiteral(constant: Value): boolean {
  return uniformValue(constant) !== undefined || shortContents(constant) !== undefined
}

function treatSpread(input: Treatment | undefined, reader: Value | undefined): Treatment {
  if (input === 'inline') return 'inline'
  const kind = reader?.gate.meaning.kind
  return kind === 'element' || kind === 'contract' ? 'folded' : 'equation'
}

function treat(application: Value, isNamed: boolean): Treatment {
  if (application.gate.meaning.kind === 'source') return 'given'
  if (application.gate === gates.alias.definition) return 'alias'
  if (!isConstant(application)) return 'equation'
  return isLiteral(application) && !isNamed ? 'inline' : 'given'
}

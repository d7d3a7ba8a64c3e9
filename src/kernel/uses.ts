/** Who reads the values of a graph. */
import { dtypes } from '../ir/dtype.ts'
import type { Graph } from '../ir/graph.ts'
import { sizeOf } from '../ir/shape.ts'
import type { Value } from '../ir/value.ts'

export interface Uses {
  readonly graph: Graph
  /** By slot, the position of the last application that reads it; past the end where more do. */
  readonly lasts: Int32Array
  /** By slot, the position of the one application that reads it; `nobody` or `several`. */
  readonly readers: Int32Array
  /** By slot: what it is beyond the applications. */
  readonly ends: Uint8Array
  /** By position: 1 where what it gives ends in states alone; see `isForUpdate`. */
  readonly areForUpdate: Uint8Array
}

const nobody = -1
const several = -2
const noEnd = 0
/** The new contents of one state. */
const oneUpdate = 1
/** An output, or the new contents of several states. */
const otherEnd = 2

/** Who reads the values of a graph: applications, outputs and updates. */
export function usesOf(graph: Graph): Uses {
  const { applications, slotCount, updates, outputs } = graph
  const lasts = new Int32Array(slotCount).fill(-1)
  const readers = new Int32Array(slotCount).fill(nobody)
  const ends = new Uint8Array(slotCount)
  for (let position = 0; position < applications.length; position++) {
    const { gate, inputCount } = applications[position] as Value // position is inside
    const isElement = gate.meaning.kind === 'element'
    for (let k = 0; k < inputCount; k++) {
      const slot = graph.inputSlot(position, k)
      const before = readers[slot]
      // Of what comes twice an elementwise gate takes each element once.
      const isFirst = before === nobody || (isElement && before === position)
      readers[slot] = isFirst ? position : several
      lasts[slot] = position
    }
  }
  const end = (value: Value, kind: number) => {
    const slot = graph.slotOf(value)
    ends[slot] = ends[slot] === noEnd ? kind : otherEnd
    lasts[slot] = applications.length
  }
  for (const value of Object.values(outputs)) end(value, otherEnd)
  for (const { value } of updates) end(value, oneUpdate)
  const areForUpdate = new Uint8Array(updates.length > 0 ? applications.length : 0)
  const uses = { graph, lasts, readers, ends, areForUpdate }
  // Readers come after what they read.
  for (let position = areForUpdate.length - 1; position >= 0; position--) {
    if (endsInStates(uses, position)) areForUpdate[position] = 1
  }
  return uses
}

function endsInStates({ graph, readers, ends, areForUpdate }: Uses, position: number): boolean {
  const { gate, dtype } = graph.applications[position] as Value // position is inside
  // What is rounded on its way to memory must go there before it is read.
  if (gate.meaning.kind !== 'element' || dtypes[dtype].use !== 'compute') return false
  const slot = graph.firstSlot(position)
  if (ends[slot] === otherEnd) return false
  const reader = readers[slot] ?? several
  return reader === nobody ? ends[slot] === oneUpdate : areForUpdate[reader] === 1
}

/** Whether an application, an output or an update reads what stands in a slot. */
export function isRead({ lasts }: Uses, slot: number): boolean {
  return (lasts[slot] ?? -1) >= 0
}

/**
 * Whether what an elementwise application gives becomes the contents of a state, or goes through
 * one elementwise gate after another into such contents, or both; and nothing else reads it.
 */
export function isForUpdate({ areForUpdate }: Uses, position: number): boolean {
  return areForUpdate[position] === 1
}

/**
 * Whether what an application gives is read by one gate alone, which computes element by element or
 * reduces, and takes no element more than once. Moves on the way change nothing.
 */
export function isReadOnce({ graph, readers, ends }: Uses, position: number): boolean {
  let at = position
  // Each move has one value that it moves, so all these walks together are no longer than the graph.
  for (;;) {
    const slot = graph.firstSlot(at)
    at = readers[slot] ?? several
    const reader = graph.applications[at]
    if (!reader || ends[slot] !== noEnd) return false
    const { gate, attributes, inputs, shape } = reader
    const { meaning } = gate
    if (meaning.kind === 'element' || meaning.kind === 'reduce') return true
    if (meaning.kind !== 'move') return false
    const { kind } = meaning.move(inputs, attributes)
    // These copy.
    if (kind === 'concat' || kind === 'pad') return true
    const [x] = inputs
    if (!x || sizeOf(shape) > sizeOf(x.shape)) return false
  }
}

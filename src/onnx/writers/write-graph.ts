/** Writes the applications of a graph, one after the other, by the kinds of their meanings. */
import { internalError } from '../../errors.ts'
import type { Meaning } from '../../ir/gate.ts'
import { type Graph, inputName } from '../../ir/graph.ts'
import { sameShape } from '../../ir/shape.ts'
import type { Value } from '../../ir/value.ts'
import type { Write } from './call.ts'
import { writeContract } from './contractions.ts'
import { writeElement } from './elements.ts'
import { writeGenerate } from './generators.ts'
import type { GraphWriter, Wire } from './graph-writer.ts'
import { writeIndex, writeSort } from './indexing.ts'
import { writeMove } from './moves.ts'
import { operatorFor } from './operators.ts'
import { writeReduce } from './reductions.ts'
import { writeRunning } from './running.ts'
import { writeScan } from './scans.ts'

/** What is there before a graph is written. */
export interface Surroundings {
  /** What stands for an `input` or a `state`. */
  readonly source: (application: Value) => Wire
  /** Takes note of a name that the user gave a value. */
  readonly note?: (wire: Wire, name: string) => void
}

/** The values that are asked for, at their whole shapes. */
export function writeGraph(
  graph: Graph,
  writer: GraphWriter,
  surroundings: Surroundings,
): (value: Value) => Wire {
  const wires = new Wires(graph, writer)
  const names = graph.names()
  graph.applications.forEach((application, position) => {
    const first = graph.firstSlot(position)
    const { meaning } = application.gate
    const made =
      meaning.kind === 'source'
        ? [surroundings.source(application)]
        : (operatorFor(application) ?? writes[meaning.kind])({
            application,
            graph: writer,
            input: (index) =>
              wires.whole(graph.inputSlot(position, index), application.input(index)),
            loose: (index) => wires.loose(graph.inputSlot(position, index)),
            isRead: (index) => wires.isRead(first + index),
          })
    made.forEach((wire, index) => {
      if (!wire) return
      wires.set(first + index, wire)
      const name = names.get(first + index)
      if (name !== undefined) surroundings.note?.(wire, name)
    })
  })
  return (value) => wires.whole(graph.slotOf(value), value)
}

const writes: { readonly [K in Exclude<Meaning['kind'], 'source'>]: Write } = {
  element: writeElement,
  reduce: writeReduce,
  running: writeRunning,
  contract: writeContract,
  move: writeMove,
  index: writeIndex,
  sort: writeSort,
  generate: writeGenerate,
  scan: (call) => writeScan(call, writeBody),
  composite: ({ application }) => {
    throw internalError(`onnx: ${application.gate.name} was not opened`)
  },
}

function writeBody(
  body: Graph,
  writer: GraphWriter,
  inputs: (name: string) => Wire,
): readonly Wire[] {
  const wireOf = writeGraph(body, writer, { source: (value) => inputs(inputName(value)) })
  return Object.values(body.outputs).map(wireOf)
}

/** The wires of a graph by slot: as they are, and at their whole shapes where that was asked for. */
class Wires {
  readonly #writer: GraphWriter
  readonly #loose = new Map<number, Wire>()
  readonly #whole = new Map<number, Wire>()
  readonly #read = new Set<number>()

  constructor(graph: Graph, writer: GraphWriter) {
    this.#writer = writer
    graph.applications.forEach((_, position) => {
      for (let k = 0; k < graph.inputCount(position); k++) {
        this.#read.add(graph.inputSlot(position, k))
      }
    })
    const ends = [...Object.values(graph.outputs), ...graph.updates.map(({ value }) => value)]
    for (const value of ends) this.#read.add(graph.slotOf(value))
  }

  isRead(slot: number): boolean {
    return this.#read.has(slot)
  }

  set(slot: number, wire: Wire): void {
    this.#loose.set(slot, wire)
  }

  loose(slot: number): Wire {
    const wire = this.#loose.get(slot)
    if (!wire) throw internalError('onnx: a value is read before it is written')
    return wire
  }

  whole(slot: number, { shape }: Value): Wire {
    const known = this.#whole.get(slot)
    if (known) return known
    const wire = this.loose(slot)
    const whole = sameShape(wire.shape, shape) ? wire : this.#writer.expand(wire, shape)
    this.#whole.set(slot, whole)
    return whole
  }
}

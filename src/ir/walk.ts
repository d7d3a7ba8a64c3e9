/** The one walk over a graph: applications in topological order, inputs first, without recursion. */
import { Value } from './value.ts'

/** What a graph holds, in plain arrays: whoever walks it needs no map of objects. */
export interface Walk {
  /** Each after its inputs. */
  readonly applications: readonly Value[]
  /** Those of `input` and `state`. */
  readonly sources: readonly Value[]
  /** By application: the slot of its output 0; slots number every output of every application. */
  readonly firstSlots: Int32Array
  /** By application: where its inputs begin in `inputSlots`; the next one's is where they end. */
  readonly inputStarts: Int32Array
  readonly inputSlots: Int32Array
  /** The first application of each kind: gate, attributes and type are those of all of its kind. */
  readonly kinds: readonly Value[]
  /** By application: which of `kinds` it is of. */
  readonly kindOf: Int32Array
}

/**
 * The applications that `outputs` need, each after its inputs, in the order in which a reader
 * following the operands of `outputs` from left to right first completes them.
 */
export function walk(outputs: Iterable<Value>): Walk {
  const found = new Found()
  // Neither list shrinks on the way back: a chain goes down and up by a million at a time.
  const path: Value[] = []
  const cursors: number[] = []
  for (const output of outputs) {
    if (found.has(output.application)) continue
    path[0] = output.application
    cursors[0] = 0
    let depth = 0
    while (depth >= 0) {
      const current = path[depth] as Value // depth is inside path
      let cursor = cursors[depth] as number
      let next: Value | undefined
      for (;;) {
        next = Value.operandOf(current, cursor++)?.application
        if (next === undefined || !found.has(next)) break
      }
      if (next) {
        cursors[depth] = cursor
        depth++
        path[depth] = next
        cursors[depth] = 0
        continue
      }
      depth--
      found.add(current)
    }
  }
  return found
}

class Found implements Walk {
  readonly applications: Value[] = []
  readonly sources: Value[] = []
  readonly kinds: Value[] = []
  firstSlots: Int32Array = new Int32Array(64)
  inputStarts: Int32Array = new Int32Array(64)
  inputSlots: Int32Array = new Int32Array(128)
  kindOf: Int32Array = new Int32Array(64)

  /** An application that is here remembers its place: no set, no mark to clean up. */
  has(application: Value): boolean {
    const slot = Value.slotOf(application)
    return slot < this.applications.length && this.applications[slot] === application
  }

  /** Takes an application whose inputs are here, while they and it are at hand in the cache. */
  add(application: Value): void {
    const position = this.applications.length
    if (position + 1 === this.firstSlots.length) this.#makeRoom()
    Value.setSlot(application, position)
    this.applications.push(application)
    const start = this.inputStarts[position] as number // written with the one before
    let end = start
    for (;;) {
      const input = Value.operandOf(application, end - start)
      if (!input) break
      if (end === this.inputSlots.length) this.inputSlots = enlarged(this.inputSlots)
      const at = this.firstSlots[Value.slotOf(input.application)] as number // it is here
      this.inputSlots[end++] = at + input.index
    }
    this.inputStarts[position + 1] = end
    this.firstSlots[position + 1] = (this.firstSlots[position] as number) + application.outputCount // likewise
    this.kindOf[position] = this.#kindOf(application)
    if (end === start && application.gate.meaning.kind === 'source') {
      this.sources.push(application)
    }
  }

  #kindOf(application: Value): number {
    const remembered = Value.kindSlotOf(application)
    const like = this.kinds[remembered]
    if (like && Value.isOneKind(like, application)) return remembered
    Value.setKindSlot(application, this.kinds.length)
    return this.kinds.push(application) - 1
  }

  #makeRoom(): void {
    this.firstSlots = enlarged(this.firstSlots)
    this.inputStarts = enlarged(this.inputStarts)
    this.kindOf = enlarged(this.kindOf)
  }
}

function enlarged(numbers: Int32Array): Int32Array {
  const larger = new Int32Array(2 * numbers.length)
  larger.set(numbers)
  return larger
}

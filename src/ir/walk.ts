/** The one walk over a graph: applications in topological order, inputs first, without recursion. */
import { Value } from './value.ts'

/**
 * The applications that `outputs` need, each after its inputs, in the order in which a reader
 * following the operands of `outputs` from left to right first completes them.
 */
export function applicationsOf(outputs: Iterable<Value>): Value[] {
  const order: Value[] = []
  const path: Value[] = []
  const cursors: number[] = []
  // An application is done when the slot that it remembers holds it: no set, no mark to clean up.
  const isDone = (application: Value) => order[Value.slotOf(application)] === application
  for (const output of outputs) {
    if (isDone(output.application)) continue
    path.push(output.application)
    cursors.push(0)
    while (path.length > 0) {
      const depth = path.length - 1
      const current = path[depth] as Value // depth is inside path
      let cursor = cursors[depth] as number
      const count = current.inputCount
      while (cursor < count && isDone(current.input(cursor).application)) cursor++
      if (cursor < count) {
        cursors[depth] = cursor + 1
        path.push(current.input(cursor).application)
        cursors.push(0)
        continue
      }
      path.pop()
      cursors.pop()
      Value.setSlot(current, order.length)
      order.push(current)
    }
  }
  return order
}

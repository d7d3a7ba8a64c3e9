/** The gradients that have come together at each value of a graph. */
import * as gates from '../gates/index.ts'
import type { Graph } from '../ir/graph.ts'
import { outputsOf } from '../ir/rewrite.ts'
import { Value } from '../ir/value.ts'

export class Totals {
  readonly #forward: Graph
  readonly #bySlot: (Value | undefined)[]
  /** 1 where a sum stands that does not know yet what it is the gradient of. */
  readonly #isUnmarked: Uint8Array
  /** The last sum: the next one of its type is like it but for its operands. */
  #lastSum: Value | undefined

  constructor(forward: Graph) {
    this.#forward = forward
    this.#bySlot = new Array<Value | undefined>(forward.slotCount).fill(undefined)
    this.#isUnmarked = new Uint8Array(forward.slotCount)
  }

  /** Where a value is used more than once, its gradients meet in an explicit add. */
  add(slot: number, gradient: Value): void {
    const total = this.#bySlot[slot]
    this.#bySlot[slot] = total ? this.#sum(total, gradient) : gradient
    if (total) this.#isUnmarked[slot] = 1
  }

  /** The whole gradient of the value at `slot`, which is `of`. */
  at(slot: number, of: Value): Value | undefined {
    const total = this.#bySlot[slot]
    if (!total || !this.#isUnmarked[slot]) return total
    this.#isUnmarked[slot] = 0
    const marked = total.asGradientOf(of)
    this.#bySlot[slot] = marked
    return marked
  }

  /** The gradients of the outputs of the application at `position`. */
  ofApplication(position: number): readonly (Value | undefined)[] {
    const application = this.#forward.applications[position] as Value // position is inside
    const first = this.#forward.firstSlot(position)
    if (application.outputCount === 1) return [this.at(first, application)]
    return outputsOf(application).map((output, k) => this.at(first + k, output))
  }

  #sum(total: Value, gradient: Value): Value {
    const like = this.#lastSum
    if (like && like.type === total.type && like.type === gradient.type) {
      return Value.like(like, total, gradient)
    }
    const sum = gates.add(total, gradient)
    this.#lastSum = sum
    return sum
  }
}

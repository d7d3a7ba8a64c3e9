/** The record that a gate's rules receive: operands by name, attributes and whatever they need. */
import type { Attributes, BackwardCall } from './gate.ts'

interface More {
  readonly gates?: unknown
  readonly pullback?: unknown
}

/** Packs operands under their names; the rule's own types say what it may read. */
export type PackContext = (
  items: readonly unknown[],
  attributes: Attributes,
  more?: More,
  call?: BackwardCall,
) => never

const nothing: More = {}
const noItems: readonly never[] = []

/**
 * How contexts of a gate with these operands are packed. Rules run once for each gate that is
 * built or differentiated, so the names are getters of one class and cost nothing to pack.
 */
export function contextPacker(operands: readonly string[]): PackContext {
  class RuleContext {
    readonly items: readonly unknown[]
    readonly attributes: Attributes
    readonly gates: unknown
    readonly pullback: unknown
    readonly outputs: readonly unknown[]
    readonly upstreams: readonly unknown[]

    constructor(
      items: readonly unknown[],
      attributes: Attributes,
      more: More,
      call?: BackwardCall,
    ) {
      this.items = items
      this.attributes = attributes
      this.gates = more.gates
      this.pullback = more.pullback
      this.outputs = call?.outputs ?? noItems
      this.upstreams = call?.upstreams ?? noItems
    }

    get output(): unknown {
      return this.outputs[0]
    }

    get upstream(): unknown {
      return this.upstreams[0]
    }
  }
  operands.forEach((operand, index) => {
    const isRest = operand.startsWith('...')
    Object.defineProperty(RuleContext.prototype, isRest ? operand.slice(3) : operand, {
      get(this: RuleContext) {
        return isRest ? this.items.slice(index) : this.items[index]
      },
    })
  })
  // Each rule is typed by the names of its operands, which are erased here.
  return (items, attributes, more = nothing, call) =>
    new RuleContext(items, attributes, more, call) as never
}

/** The rules of a graph's gates: run, or built from their patterns where there are many of a kind. */
import type { RuleTools } from '../ir/gate.ts'
import type { Graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { type Rule, RulePattern } from './rule-pattern.ts'

/** A pattern takes longer to make than a rule to run: so many applications of a kind go without. */
const patience = 8
/** One kind of application may stand on operands of many kinds; to compare them all takes time. */
const mostPatterns = 8

export class RulePatterns {
  readonly #forward: Graph
  readonly #tools: RuleTools
  /** By kind of application: how often its rule has run, and what is known of it. */
  readonly #runs: Uint32Array
  readonly #patterns: RulePattern[][]

  constructor(forward: Graph, tools: RuleTools) {
    this.#forward = forward
    this.#tools = tools
    this.#runs = new Uint32Array(forward.kinds.length)
    this.#patterns = forward.kinds.map(() => none)
  }

  /** What the rule gives for the application at `position`; undefined where it has to be run. */
  build(position: number, upstreams: Gradients): Gradients | undefined {
    const application = this.#forward.applications[position]
    const [upstream] = upstreams
    if (!application || !upstream || upstreams.length > 1) return undefined
    const kind = this.#forward.kindOf(position)
    const patterns = this.#patterns[kind] as readonly RulePattern[] // there is one for each kind
    for (let k = 0; k < patterns.length; k++) {
      const pattern = patterns[k] as RulePattern // k is inside
      if (pattern.fits(application, upstream)) return pattern.build(application, upstream)
    }
    const runs = this.#runs[kind] as number // likewise
    this.#runs[kind] = runs + 1
    if (runs < patience || patterns.length === mostPatterns) return undefined
    return this.#learn(kind, application, upstream)?.build(application, upstream)
  }

  #learn(kind: number, application: Value, upstream: Value): RulePattern | undefined {
    const { gate } = application
    const rule: Rule = (call) => gate.backward(call, this.#tools)
    const isRule = gate.hasBackward && gate.role !== 'stop'
    const made = isRule ? RulePattern.of(application, upstream, rule) : undefined
    if (made) this.#patterns[kind] = [...(this.#patterns[kind] ?? none), made]
    // Another try takes as long as a run of the rule or two: the next is made after as many again.
    else this.#runs[kind] = 0
    return made
  }
}

type Gradients = readonly (Value | undefined)[]

const none: RulePattern[] = []

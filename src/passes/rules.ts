/** Passes that look at one application at a time. Several of them make one walk over the graph. */
import { applyGate } from '../ir/apply-gate.ts'
import type { Attributes, GateDefinition, Meaning } from '../ir/gate.ts'
import type { Graph } from '../ir/graph.ts'
import { outputsOf, type Rewrite, rewriteGraph } from '../ir/rewrite.ts'
import type { Value } from '../ir/value.ts'
import { throughBodies } from './bodies.ts'
import { definePass, type Pass } from './define.ts'
import { open } from './expand.ts'
import { Firsts } from './firsts.ts'

/** Applies a gate; the rules go over what it gives in its turn. */
export type Build = (
  gate: GateDefinition,
  inputs: readonly Value[],
  attributes?: Attributes,
) => Value

/**
 * Something simpler that an application of one output is equal to, on the inputs it has now;
 * undefined where the rule does not fit.
 */
export type Rule = (application: Value, inputs: readonly Value[], build: Build) => Value | undefined

/** The rules for gates by the kind of their meaning, in their order. */
export type RulesByKind = { readonly [Kind in Meaning['kind']]?: readonly Rule[] }

export interface RulePass extends Pass {
  readonly rules: RulesByKind
}

/** A pass that replaces applications by what the first rule that fits makes of them. */
export function defineRulePass(pass: Omit<RulePass, 'run'>): RulePass {
  const { run, ...rest } = definePass({
    ...pass,
    run: (graph) => rewriteGraph(graph, rewriteBy(pass.rules)),
  })
  return Object.freeze({ ...rest, run, rules: pass.rules })
}

export interface TogetherOptions {
  /** Whether composites become the gates that they stand for. Default false. */
  readonly opensComposites?: boolean
}

/**
 * The graph after some passes in one walk: what one has made, those after it see at once. Where two
 * applications come to compute the same, the first does it for both.
 */
export function together(
  graph: Graph,
  passes: readonly RulePass[],
  { opensComposites = false }: TogetherOptions = {},
): Graph {
  const rules: { [Kind in Meaning['kind']]?: readonly Rule[] } = {}
  for (const pass of passes) {
    for (const [kind, own] of Object.entries(pass.rules)) {
      const known = kind as Meaning['kind'] // a key of RulesByKind
      rules[known] = [...(rules[known] ?? []), ...own]
    }
  }
  return throughBodies(graph, (body) => {
    const rewrite = rewriteBy(rules, new Firsts(body.applications.length))
    const whole: Rewrite = (application, inputs, position) =>
      open(application, inputs, rewrite) ?? rewrite(application, inputs, position)
    return rewriteGraph(body, opensComposites ? whole : rewrite)
  })
}

/** What the rules make of an application; `firsts`, the first that computes the same. */
function rewriteBy(rules: RulesByKind, firsts?: Firsts): Rewrite {
  const simpler = simplifier(rules, firsts)
  return (application, inputs) => {
    const result = simpler(application, inputs)
    if (result) return [result]
    const first = firsts?.of(application, inputs)
    return first && first !== application ? outputsOf(first) : undefined
  }
}

type Simplify = (application: Value, inputs: readonly Value[]) => Value | undefined

/** Gives what the first rule that fits makes of an application. What is built bears its tag. */
function simplifier(rules: RulesByKind, firsts: Firsts | undefined): Simplify {
  const settled = (value: Value) => firsts?.settle(value) ?? value
  const builds = new Map<string | undefined, Build>()
  const buildUnder = (tag: string | undefined): Build => {
    const known = builds.get(tag)
    if (known) return known
    const build: Build = (gate, given, attributes) => {
      const inputs = given.map(settled)
      const made = applyGate(gate, inputs, attributes, tag)
      return simpler(made, inputs) ?? firsts?.of(made, inputs) ?? made
    }
    builds.set(tag, build)
    return build
  }
  const simpler: Simplify = (application, inputs) => {
    const { meaning, checkData } = application.gate
    const own = rules[meaning.kind]
    // What is checked at each run must be there at each run.
    if (!own || checkData) return undefined
    const build = buildUnder(application.tag)
    for (const rule of own) {
      const result = rule(application, inputs, build)
      if (result) return settled(result)
    }
    return undefined
  }
  return simpler
}

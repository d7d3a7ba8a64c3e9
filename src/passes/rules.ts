/** Passes that look at one application at a time. Several of them make one walk over the graph. */
import { applyGate } from '../ir/apply-gate.ts'
import type { Attributes, GateDefinition, Meaning } from '../ir/gate.ts'
import type { Graph } from '../ir/graph.ts'
import { rewriteGraph } from '../ir/rewrite.ts'
import type { Value } from '../ir/value.ts'
import { throughBodies } from './bodies.ts'
import { definePass, type Pass } from './define.ts'

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
  const { run, ...rest } = definePass({ ...pass, run: (graph) => withRules(graph, pass.rules) })
  return Object.freeze({ ...rest, run, rules: pass.rules })
}

/** The graph after some passes in one walk: what one has made, those after it see at once. */
export function together(graph: Graph, passes: readonly RulePass[]): Graph {
  const rules: { [Kind in Meaning['kind']]?: readonly Rule[] } = {}
  for (const pass of passes) {
    for (const [kind, own] of Object.entries(pass.rules)) {
      const known = kind as Meaning['kind'] // a key of RulesByKind
      rules[known] = [...(rules[known] ?? []), ...own]
    }
  }
  return throughBodies(graph, (body) => withRules(body, rules))
}

function withRules(graph: Graph, rules: RulesByKind): Graph {
  return rewriteGraph(graph, (application, inputs) => {
    const simpler = applyRules(rules, application, inputs)
    return simpler && [simpler]
  })
}

/** What the first rule that fits makes of an application. What is built bears its tag. */
function applyRules(
  rules: RulesByKind,
  application: Value,
  inputs: readonly Value[],
): Value | undefined {
  const { meaning, checkData } = application.gate
  const own = rules[meaning.kind]
  // What is checked at each run must be there at each run.
  if (!own || checkData) return undefined
  const build: Build = (gate, given, attributes) => {
    const made = applyGate(gate, given, attributes, application.tag)
    return applyRules(rules, made, given) ?? made
  }
  for (const rule of own) {
    const simpler = rule(application, inputs, build)
    if (simpler) return simpler
  }
  return undefined
}

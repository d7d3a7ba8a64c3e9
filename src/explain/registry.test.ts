import katex from 'katex'
import { describe, expect, test } from 'vitest'
import '../methods.ts'
import * as functional from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { type AnyFunction, type Gate, isGate } from '../ir/gate.ts'
import { Graph } from '../ir/graph.ts'
import type { Value } from '../ir/value.ts'
import { type Explanation, explain, explainGate, type GateOperand, gateGraph } from './index.ts'
import { counter, createNaming } from './naming.ts'
import { textOf } from './plain-text.ts'
import { downstreamTemplate, localTemplate, write } from './rules.ts'
import { createScope, slotsAt } from './scope.ts'
import { latexOf } from './write-latex.ts'

const registry = Object.entries({ ...gates, ...functional }).flatMap(([name, gate]) =>
  isGate(gate) ? [{ name, gate }] : [],
)
const alone = registry.filter(
  ({ gate: { definition } }) => definition.operands.length > 0 && definition.samples.length > 0,
)

/** Gates that stand in no sample: sources, and those that take a function. */
const others: readonly Value[] = [
  gates.tanh(gates.cast(gates.iota([4]), 'f32')),
  gates.exp(gates.state('θ.0', [4], 0)),
  gates.checkpoint((x) => gates.tanh(x), gates.input('x', [3])),
  gates.scan(([h]) => ({ carry: [gates.tanh(h as Value)] }), {
    carry: [gates.input('h', [2])],
    length: 3,
  }).carry[0] as Value,
]

function expectReadable(explanation: Explanation): void {
  for (const { latex, text, shapes, local = '', substituted = '' } of explanation.equations) {
    expect(() => render(latex)).not.toThrow()
    // A backslash that was forgotten to be raw turns `\\frac` into a form feed and `rac`.
    expect(latex).not.toMatch(/[\p{Cc}]/u)
    expect(text + shapes + local + substituted).not.toMatch(/[\\{}]|undefined|□/)
  }
  if (explanation.equations.length > 0) {
    for (const section of explanation.toLatex().split('\n\n')) {
      expect(() => render(section)).not.toThrow()
    }
  }
}

function render(latex: string): string {
  return katex.renderToString(latex, {
    throwOnError: true,
    strict: 'error',
    displayMode: true,
    // A composite of many gates, opened, has more rows than KaTeX expands by default.
    maxExpand: Number.POSITIVE_INFINITY,
  })
}

function callOf({ definition }: Gate<AnyFunction>) {
  const { with: more, output: _, ...operands } = definition.samples[0] ?? {}
  return {
    operands: operands as Record<string, GateOperand>, // a sample holds its operands by name
    ...(more && { with: more }),
  }
}

test('the registry holds more than 80 gates, and nearly all of them have a sample', () => {
  expect(registry.length).toBeGreaterThan(80)
  expect(registry.length - alone.length).toBeLessThan(8)
})

describe.each(alone)('$name', ({ gate }) => {
  test.each([0, 1, 2])('explained to depth %i, it renders and reads without LaTeX', (depth) => {
    expectReadable(explainGate(gate, { ...callOf(gate), depth }))
  })

  test('its rules render and read without LaTeX, whether or not a gradient passes', () => {
    const { J, application } = gateGraph(gate, callOf(gate))
    const graph = new Graph({ J })
    const scope = createScope(graph, { naming: createNaming([]), nextId: counter('F') })
    const plain = slotsAt(scope, graph.positionOf(application))
    const upstreams = plain.outputs.map(({ symbol }) => ({
      ...plain.outputs[0],
      formula: [symbol],
      shape: symbol.shape,
    }))
    const slots = { ...plain, upstreams }
    application.inputs.forEach((_, input) => {
      for (const template of [localTemplate(slots, input), downstreamTemplate(slots, input)]) {
        if (!template) continue
        const formula = write(template, slots)
        expect(() => render(latexOf(formula))).not.toThrow()
        expect(textOf(formula)).not.toMatch(/[\\{}]|undefined|□/)
      }
    })
  })
})

test.each(others)('%s renders and reads without LaTeX', (value) => {
  expectReadable(explain(value))
  expectReadable(explain(gates.sum(value), { depth: 1 }))
})

test('names that LaTeX would misread are rendered all the same', () => {
  const names = [
    '0.weight',
    'a_b_c',
    'x^2',
    '50% {x}',
    '~',
    '\\frac',
    'γ₁',
    'α',
    'été',
    "z'",
    '层',
    'h⁽²⁾',
  ]
  for (const name of names) {
    const x = gates.input(name, [2])
    const explanation = explain(gates.sum(gates.tanh(gates.multiply(x, x))))
    for (const section of explanation.toLatex().split('\n\n')) {
      expect(() => render(section), name).not.toThrow()
    }
    expect(explanation.equations[0]?.text).toBe(`u1 = ${name} ⊙ ${name}`)
  }
})

/** What holds of any backward rule: linear in its upstream, and one with the gate's expansion. */
import { expansionOf } from '../../src/gates/expansion.ts'
import { evaluate } from '../../src/interpret/interpret.ts'
import type { GateDefinition } from '../../src/ir/gate.ts'
import { graph } from '../../src/ir/graph.ts'
import { type Tensor, toNumbers } from '../../src/ir/tensor.ts'
import { formatType, type Value } from '../../src/ir/value.ts'
import { applied, evaluator, type GateCase, itemAt } from './cases.ts'
import { type Draw, drawsOf } from './draws.ts'
import { type Derived, derivedFrom, drawTensors, secondOf } from './gradient-check.ts'
import { areFinite, atSomePoint } from './points.ts'

/** f64: two orders of summing some ten numbers of ordinary size differ by about 1e-15. */
const roundingTolerance = 1e-12

/** f64: a rule and its expansion may cancel differently, which costs a few digits of sixteen. */
const expansionTolerance = 1e-10

/** backward(α u + β v) = α backward(u) + β backward(v). */
export function linearityFailures(
  definition: GateDefinition,
  cases: readonly GateCase[],
): readonly string[] {
  const [alpha, beta] = [1.7, -0.6]
  return overDerived(definition, cases, 'linearity', (derived, point, draw) => {
    const given = presentIn(derived)
    const backward = evaluator([...derived.inputs, ...derived.seeds], given)
    const u = drawTensors(derived.reached, draw)
    const v = drawTensors(derived.reached, draw)
    const both = u.map((tensor, k) => combine(alpha, tensor, beta, v[k]))
    const [fromU, fromV, fromBoth] = [u, v, both].map((w) => backward([...point, ...w]))
    if (!fromU || !fromV || !fromBoth || !areFinite([...fromU, ...fromV])) return undefined
    const expected = fromU.map((tensor, k) => combine(alpha, tensor, beta, fromV[k]))
    return differences(
      'backward is not linear in its upstream',
      fromBoth,
      expected,
      roundingTolerance,
    )
  })
}

/** A composite's own rule against the derivative of its expansion, first and second order. */
export function expansionFailures(
  definition: GateDefinition,
  cases: readonly GateCase[],
): readonly string[] {
  if (definition.meaning.kind !== 'composite') return []
  const forward = cases.flatMap((gateCase) => forwardFailures(definition, gateCase))
  if (!definition.hasBackward) return forward
  const withoutRule = { ...definition, hasBackward: false }
  const backward = cases.flatMap((gateCase) => {
    const expansions = derivedFrom(withoutRule, gateCase)
    return overDerived(definition, [gateCase], 'expansion', (own, point, draw, k) => {
      const expanded = expansions[k]
      if (!expanded) return ['the expansion has no gradient']
      const upstreams = drawTensors(own.reached, draw)
      const first = compareRules(own, expanded, [...point, ...upstreams])
      const shared = own.wrt.filter((at) => gradientAt(own, at) && gradientAt(expanded, at))
      const seconds = [own, expanded].map((derived) => secondOf(restricted(derived, shared)))
      const [ownSecond, expandedSecond] = seconds
      if (!first || !ownSecond || !expandedSecond) return first
      const weights = drawTensors(ownSecond.reached, draw)
      const second = compareRules(ownSecond, expandedSecond, [...point, ...upstreams, ...weights])
      return second && [...first, ...second.map((failure) => `second derivative: ${failure}`)]
    })
  })
  return [...forward, ...backward]
}

/** The gate's outputs against its expansion's, evaluated as a graph of its own. */
function forwardFailures(definition: GateDefinition, gateCase: GateCase): readonly string[] {
  const { inputs, outputs } = applied(definition, gateCase)
  const expansion = expansionOf(itemAt(outputs, 0).application)
  const inner = Object.values(expansion.outputs)
  const types = [outputs, inner].map((values) => values.map(({ type }) => formatType(type)).join())
  const mistyped = types[0] === types[1] ? [] : [`typed ${types[0]}, it expands to ${types[1]}`]
  const own = evaluator(inputs, outputs)(gateCase.operands)
  const feeds = Object.fromEntries(gateCase.operands.map((tensor, k) => [String(k), tensor]))
  const opened = evaluate(graph(inner), { feeds, precision: 'f64' }).outputs
  const numbers = differences('the expansion gives', own, Object.values(opened), 0)
  return [...mistyped, ...numbers].map((failure) => `${gateCase.label}: ${failure}`)
}

function compareRules(own: Derived, expanded: Derived, point: readonly Tensor[]) {
  const failures: string[] = []
  for (const index of own.wrt) {
    const name = String(own.inputs[index]?.name)
    const [left, right] = [own, expanded].map((derived) => {
      const value = gradientAt(derived, index)
      return value ? evaluator([...derived.inputs, ...derived.seeds], [value])(point) : []
    })
    if (!left || !right || !areFinite([...left, ...right])) return undefined
    const what = `the rule and the expansion differ in ${name}`
    failures.push(...differences(what, left, right, expansionTolerance))
  }
  return failures
}

function gradientAt({ wrt, gradients }: Derived, index: number): Value | undefined {
  return gradients[wrt.indexOf(index)]
}

function restricted(derived: Derived, wrt: readonly number[]): Derived {
  return { ...derived, wrt, gradients: wrt.map((index) => gradientAt(derived, index)) }
}

/** Runs a check on the gradients of every case, at a point where they are finite. */
function overDerived(
  definition: GateDefinition,
  cases: readonly GateCase[],
  what: string,
  check: (
    derived: Derived,
    point: readonly Tensor[],
    draw: Draw,
    which: number,
  ) => readonly string[] | undefined,
): readonly string[] {
  return cases.flatMap((gateCase) =>
    derivedFrom(definition, gateCase).flatMap((derived, which) => {
      const draw = drawsOf(`${definition.name} ${gateCase.label} ${what}`)
      const found = atSomePoint(gateCase.operands, draw, (point) =>
        check(derived, point, draw, which),
      )
      const failures = found ?? ['no point with finite gradients was found']
      return failures.map((failure) => `${gateCase.label}: ${failure}`)
    }),
  )
}

function presentIn({ gradients }: Derived): readonly Value[] {
  return gradients.filter((gradient) => gradient !== undefined)
}

/** Zeros stand for what is absent. */
function differences(
  what: string,
  got: readonly Tensor[],
  expected: readonly Tensor[],
  tolerance: number,
): readonly string[] {
  const length = Math.max(got.length, expected.length)
  return Array.from({ length }, (_, k) => {
    const left = got[k] ? toNumbers(got[k]) : []
    const right = expected[k] ? toNumbers(expected[k]) : []
    const size = Math.max(left.length, right.length)
    const scale = Math.max(1, ...left.map(Math.abs), ...right.map(Math.abs))
    const isOff = Array.from({ length: size }, (_, i) => {
      const [a, b] = [left[i] ?? 0, right[i] ?? 0]
      return !Object.is(a, b) && a !== b && !(Math.abs(a - b) <= tolerance * scale)
    }).includes(true)
    return isOff ? [`${what}: ${left.join(', ')} against ${right.join(', ')}`] : []
  }).flat()
}

function combine(alpha: number, a: Tensor, beta: number, b: Tensor | undefined): Tensor {
  const other = b ? toNumbers(b) : []
  const data = Float64Array.from(toNumbers(a), (x, i) => alpha * x + beta * (other[i] ?? 0))
  return { shape: a.shape, dtype: 'f64', data }
}

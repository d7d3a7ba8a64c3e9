import { describe, expect, it } from 'vitest'
import { registry } from '../../test/gates/registry.ts'
import * as gates from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { isSameGraph } from '../ir/equal.ts'
import { graph } from '../ir/graph.ts'
import { tensor } from '../ir/tensor.ts'
import { isSameValue, type Value } from '../ir/value.ts'
import { applyRule, backpropagate } from './backpropagate.ts'
import { gradients } from './gradients.ts'
import { type Rule, RulePattern } from './rule-pattern.ts'

const input = (name: string) => gates.input(name, [], { dtype: 'f64' })
const [p, q, upstream] = [input('p'), input('q'), input('upstream')]

const differentiable = registry.filter(
  ({ definition: { meaning, hasBackward, operands, takes } }) =>
    meaning.kind === 'element' && hasBackward && operands.every((name) => takes[name] !== 'bool'),
)

/** The rule of an application, on whatever it is given in its place. */
function ruleOf({ gate }: Value): Rule {
  const pullback = () => []
  return (call) => gate.backward(call, { gates, pullback })
}

/** Which gates a value is made by, of known values, which are written by their number. */
function textOf(value: Value | undefined, known: readonly (Value | undefined)[]): string {
  const at = known.findIndex((one) => one && value && isSameValue(one, value))
  if (at >= 0 || !value) return String(at)
  const number = value.attributes.value
  const operands = value.inputs.map((operand) => textOf(operand, known))
  return `${value.gate.name}${number === undefined ? '' : ` ${number}`}(${operands.join(', ')})`
}

function whole(values: readonly (Value | undefined)[]) {
  return graph(values.map((value) => value ?? gates.constant(0)))
}

describe('the pattern of a rule', () => {
  it.each(differentiable.map(({ name }) => name))('builds what the rule builds: %s', (name) => {
    const one = differentiable.find((entry) => entry.name === name)
    if (!one) throw new Error('it is listed')
    const more = one.definition.samples[0]?.with ?? []
    const made = (operand: () => Value): Value => {
      const operands = one.definition.operands.map(operand)
      return one.gate(...([...operands, ...more] as never[])) as Value // it has one output
    }
    // The kinds of the operands are equal, what these stand on is not.
    const [first, second] = [made(() => gates.tanh(p)), made(() => gates.tanh(gates.exp(q)))]
    const pattern = RulePattern.of(first, upstream, ruleOf(first))
    if (!pattern) throw new Error('there is a pattern')
    expect(pattern.fits(second, upstream)).toBe(true)
    const built = whole([...pattern.build(second, upstream)])
    expect(isSameGraph(built, whole(applyRule(second, [upstream])))).toBe(true)
  })

  it('fits no operand of another kind: the rule of power looks whether its exponent is known', () => {
    const square = gates.power(p, 2)
    const pattern = RulePattern.of(square, upstream, ruleOf(square))
    expect(pattern?.fits(gates.power(p, 2), upstream)).toBe(true)
    expect(pattern?.fits(gates.power(p, 3), upstream)).toBe(false)
    expect(pattern?.fits(gates.power(p, q), upstream)).toBe(false)
    expect(pattern?.fits(gates.power(p, 2), gates.cast(upstream, 'f32'))).toBe(false)
  })

  it('is not made where the rule looks further than at its operands', () => {
    const doubled = gates.multiply(gates.negate(p), gates.negate(q))
    const further: Rule = ({ inputs: [a], upstreams: [up] }) => [
      a && up && gates.multiply(up, a.input(0)),
    ]
    expect(RulePattern.of(doubled, upstream, further)).toBeUndefined()
    let chain = p
    for (let index = 0; index < 100_000; index++) chain = gates.negate(chain)
    const end = gates.tanh(chain)
    expect(RulePattern.of(end, upstream, further)).toBeUndefined()
  })

  it('is not made of a rule that names what it builds', () => {
    const end = gates.tanh(p)
    const named: Rule = ({ inputs: [x] }) => [x && gates.exp(x).labelled({ name: 'slope' })]
    expect(RulePattern.of(end, upstream, named)).toBeUndefined()
  })
})

describe('gradients of many gates of a kind', () => {
  it('are what the rules give for the gradients that have reached each of them', () => {
    let end = p
    for (let index = 0; index < 40; index++) {
      end = gates.tanh(gates.multiply(gates.add(end, q), q))
    }
    const { forward, edges } = backpropagate([end], [upstream], [p, q])
    expect(edges).toHaveLength(40 * 5)
    const texts = new Set<string>()
    for (const { position, input: index, upstreams, downstream } of edges) {
      const application = forward.applications[position] as Value // it is inside
      const expected = applyRule(application, upstreams)[index]
      expect(downstream.edge).toEqual({
        of: application.input(index),
        through: { application, input: index },
      })
      const known = [...application.inputs, application, ...upstreams]
      const text = textOf(downstream, known)
      expect(text).toBe(textOf(expected, known))
      texts.add(text)
    }
    // Operands are 0 and 1 (of tanh 0), then the output, then the upstream.
    expect([...texts].sort()).toEqual([
      '3', // add
      'multiply(2, subtract(constant 1(), multiply(1, 1)))',
      'multiply(3, 0)',
      'multiply(3, 1)',
    ])
  })

  it('know the derivative of each: sums of squares and cubes in turn', () => {
    let end = p
    for (let index = 0; index < 40; index++) {
      end = gates.add(end, gates.power(p, 2 + (index % 2)))
    }
    const [slope] = gradients(end, [p])
    const { outputs } = evaluate(graph({ slope }), { feeds: { p: tensor(3, { dtype: 'f64' }) } })
    // 1 + 20 · 2 p + 20 · 3 p², at 3
    expect(outputs.slope?.data[0]).toBe(661)
  })
})

/**
 * Proves that the loop of gates.test.ts can fail: every backward rule is deleted, negated and bent
 * in turn, every sample is nudged, and each time the same checks must see it.
 */
import { describe, expect, test } from 'vitest'
import { expansionFailures, linearityFailures } from '../../test/gates/backward-check.ts'
import { withSamples } from '../../test/gates/calls.ts'
import { casesOf } from '../../test/gates/cases.ts'
import {
  gradientFailures,
  jvpFailures,
  secondDerivativeFailures,
} from '../../test/gates/gradient-check.ts'
import { constraintFailures } from '../../test/gates/refusal-check.ts'
import { isDifferentiable, registry } from '../../test/gates/registry.ts'
import { roleFailures } from '../../test/gates/role-check.ts'
import { sampleFailures } from '../../test/gates/sample-check.ts'
import type { AnyFunction, Gate, GateDefinition, Role } from '../ir/gate.ts'
import type { Value } from '../ir/value.ts'
import * as gates from './index.ts'

const withRule = registry.filter(({ definition }) => definition.hasBackward)
const withComposedRule = withRule.filter(
  ({ definition }) => definition.meaning.kind === 'composite',
)

test('every gate that passes gradients has a rule of its own or an expansion', () => {
  const without = registry.filter(
    ({ definition }) => isDifferentiable(definition) && !hasRule(definition),
  )
  expect(without.map(({ name }) => name)).toEqual([])
})

describe.each(withRule)('the backward rule of $name', ({ gate, definition }) => {
  const cases = () => casesOf(gate)
  const deleted: GateDefinition = { ...definition, backward: () => [] }
  const negated = withGradients(definition, (gradient) => gates.negate(gradient))
  // Ten times what the tolerance of 1e-7 on both sides lets through.
  const bent = withGradients(definition, (gradient) => gates.multiply(gradient, 1 + 2e-6))

  test('is missed when it gives nothing', () => {
    expect(gradientFailures(deleted, cases())).not.toEqual([])
  })

  test('is caught when it gives the opposite', () => {
    expect(gradientFailures(negated, cases())).not.toEqual([])
  })

  test('is caught when it is off by 2e-6 of itself', () => {
    expect(gradientFailures(bent, cases())).not.toEqual([])
  })
})

describe.each(withComposedRule)('the expansion of $name', ({ gate, definition }) => {
  test('shows a rule that gives nothing, and one that gives the opposite', () => {
    const deleted: GateDefinition = { ...definition, backward: () => [] }
    const negated = withGradients(definition, (gradient) => gates.negate(gradient))
    expect(expansionFailures(deleted, casesOf(gate))).not.toEqual([])
    expect(expansionFailures(negated, casesOf(gate))).not.toEqual([])
  })
})

test('a rule for one operand only is caught for each gate of several', () => {
  const caught = withRule.flatMap(({ gate, definition }) => {
    const cases = casesOf(gate)
    const count = Math.max(...cases.map(({ operands }) => operands.length))
    const [{ operands } = { operands: [] }] = cases
    return operands.flatMap((_, lost) => {
      const isTarget = definition.targets.includes(definition.operands[lost] ?? '')
      const isFloating = operands[lost]?.dtype === 'f64'
      if (count < 2 || isTarget || !isFloating) return []
      const partial = withGradients(definition, (gradient, k) =>
        k === lost ? undefined : gradient,
      )
      const isSeen = gradientFailures(partial, cases).length > 0
      return [`${definition.name} without operand ${lost}: ${isSeen ? 'caught' : 'missed'}`]
    })
  })
  expect(caught.filter((line) => line.endsWith('missed'))).toEqual([])
  expect(caught.length).toBeGreaterThan(15)
})

test('a wrong derivative of a right gradient is caught in second order and forward mode', () => {
  // The value of tanh's gradient stays; stopGradient hides from it that the output depends on x.
  const hidden = withGradients(gates.tanh.definition, (gradient) => gates.stopGradient(gradient))
  const cases = casesOf(asGate(gates.tanh))
  expect(gradientFailures(hidden, cases)).toEqual([])
  expect(secondDerivativeFailures(hidden, cases)).not.toEqual([])
  expect(jvpFailures(hidden, cases)).not.toEqual([])
})

test('a rule that squares its upstream is caught as not linear', () => {
  const { definition } = gates.tanh
  const squared: GateDefinition = {
    ...definition,
    backward: (call, tools) => {
      const [upstream] = call.upstreams
      return upstream
        ? definition.backward({ ...call, upstreams: [gates.multiply(upstream, upstream)] }, tools)
        : []
    },
  }
  expect(linearityFailures(squared, casesOf(asGate(gates.tanh)))).not.toEqual([])
})

test('a sample with one element that is off by 1e-5 of itself is caught for every gate', () => {
  const missed = registry.flatMap(({ gate, definition }) =>
    definition.samples.flatMap((sample, index) =>
      nudgedVariants(sample.output).flatMap((output) => {
        const failures = sampleFailures(withSamples(gate, [{ ...sample, output }]), 'f64')
        return failures.length > 0 ? [] : [`${definition.name}, sample ${index + 1}: ${output}`]
      }),
    ),
  )
  expect(missed).toEqual([])
})

test('a constraint that does not hold what it says is caught', () => {
  const { constraints } = gates.matmul.definition
  const misworded = Object.entries(constraints).map(([id, constraint]) => {
    const changed = { ...constraints, [id]: { ...constraint, rule: 'something else' } }
    const copy = { ...gates.matmul.definition, constraints: changed }
    return constraintFailures(
      Object.assign((...args: never[]) => asGate(gates.matmul)(...args), {
        ...gates.matmul,
        definition: copy,
      }),
    )
  })
  expect(misworded.every((failures) => failures.length === 1)).toBe(true)
  expect(misworded.length).toBe(4)
})

// Where a gate has the property of a second role as well, its own is the one that says more.
test.each<[name: string, gate: unknown, roles: readonly Role[]]>([
  ['mean', gates.mean, ['distributor']],
  ['matmul', gates.matmul, ['switch', 'mixer']],
  ['max', gates.max, ['router']],
  ['exp', gates.exp, ['scaler']],
  ['broadcastTo', gates.broadcastTo, ['router', 'adder', 'mover']],
  ['slice', gates.slice, ['router', 'mover']],
  ['softmax', gates.softmax, ['mixer']],
  ['mse', gates.mse, ['mixer', 'criterion']],
  ['sign', gates.sign, ['stop']],
  ['iota', gates.iota, ['stop', 'source']],
  ['scan', gates.scan, ['mixer', 'loop']],
])('%s has the properties of its own role and few others', (_, gate, expected) => {
  const roles: readonly Role[] = [
    'distributor',
    'switch',
    'router',
    'scaler',
    'adder',
    'mover',
    'mixer',
    'criterion',
    'stop',
    'source',
    'loop',
  ]
  const { definition } = asGate(gate)
  const cases = casesOf(asGate(gate))
  const shown = roles.filter((role) => isShown({ ...definition, role }, cases))
  expect(shown).toEqual(expected)
})

function withGradients(
  definition: GateDefinition,
  change: (gradient: Value, operand: number) => Value | undefined,
): GateDefinition {
  return {
    ...definition,
    backward: (call, tools) =>
      definition.backward(call, tools).map((gradient, k) => gradient && change(gradient, k)),
  }
}

/** The output with one element changed, for each of its elements. */
function nudgedVariants(output: unknown): readonly unknown[] {
  if (Array.isArray(output)) {
    const items: readonly unknown[] = output
    return items.flatMap((item, at) => nudgedVariants(item).map((nudged) => items.with(at, nudged)))
  }
  if (typeof output === 'boolean') return [!output]
  const number = Number(output)
  if (!Number.isFinite(number)) return [1, number === Infinity ? -Infinity : Infinity]
  return [number === 0 ? 1e-5 : number * (1 + 1e-5), Number.NaN, Infinity]
}

function isShown(definition: GateDefinition, cases: ReturnType<typeof casesOf>): boolean {
  if (isDifferentiable(definition) && !hasRule(definition)) return false
  return roleFailures(definition, cases).length === 0
}

function hasRule({ hasBackward, meaning }: GateDefinition): boolean {
  return hasBackward || meaning.kind === 'composite'
}

function asGate(gate: unknown): Gate<AnyFunction> {
  return gate as Gate<AnyFunction> // entries of the registry, whose signatures differ
}

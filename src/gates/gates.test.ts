/** Proves every gate of the registry by one loop; the checks stand in test/gates. */
import { describe, expect, test } from 'vitest'
import { expansionFailures, linearityFailures } from '../../test/gates/backward-check.ts'
import { callsOf } from '../../test/gates/calls.ts'
import { casesOf } from '../../test/gates/cases.ts'
import {
  gradientFailures,
  jvpFailures,
  secondDerivativeFailures,
} from '../../test/gates/gradient-check.ts'
import { methodFailures, withoutMethod } from '../../test/gates/method-check.ts'
import { constraintFailures, domainFailures } from '../../test/gates/refusal-check.ts'
import { isDifferentiable, registry } from '../../test/gates/registry.ts'
import { roleFailures } from '../../test/gates/role-check.ts'
import {
  integerSampleFailures,
  sampleFailures,
  wholeSamples,
} from '../../test/gates/sample-check.ts'
import '../methods.ts'

test('every gate is exported under its own name', () => {
  expect(registry.map(({ definition }) => definition.name)).toEqual(
    registry.map(({ name }) => name),
  )
})

test('only what is fed or stored has no sample', () => {
  const withoutSample = registry.filter(({ gate }) => callsOf(gate, 'f32').length === 0)
  expect(withoutSample.map(({ name }) => name)).toEqual(['input', 'state'])
})

describe.each(registry)('$name', ({ gate, definition, isFluent }) => {
  const { operands, meaning, constraints, samples } = definition
  const [first = '...'] = operands

  test('gives what its samples say, in the shape it promised', () => {
    expect([...sampleFailures(gate, 'f64'), ...sampleFailures(gate, 'f32')]).toEqual([])
  })

  test('plays its part in the backward pass', () => {
    expect(roleFailures(definition, casesOf(gate))).toEqual([])
  })

  if (wholeSamples(gate).length > 0) {
    test('gives the same in i32 where its samples are of whole numbers', () => {
      expect(integerSampleFailures(gate)).toEqual([])
    })
  }

  if (isDifferentiable(definition)) {
    test('has the gradient that differences give', () => {
      expect(gradientFailures(definition, casesOf(gate))).toEqual([])
    })

    test('has the second derivative that differences of the gradient give', () => {
      expect(secondDerivativeFailures(definition, casesOf(gate))).toEqual([])
    })

    test('pushes forward what differences give', () => {
      expect(jvpFailures(definition, casesOf(gate))).toEqual([])
    })

    test('has a backward rule that is linear in its upstream', () => {
      expect(linearityFailures(definition, casesOf(gate))).toEqual([])
    })
  }

  if (meaning.kind === 'composite') {
    test('agrees with its expansion, forward and backward', () => {
      expect(expansionFailures(definition, casesOf(gate))).toEqual([])
    })
  }

  if (Object.keys(constraints).length > 0) {
    test('turns away what breaks a constraint, and says which', () => {
      expect(constraintFailures(gate)).toEqual([])
    })
  }

  const isChoosy = Object.values(definition.takes).some((domain) => domain !== 'stored')
  if (isChoosy && samples.length > 0) {
    test('turns away dtypes that it does not take, and names the cast', () => {
      expect(domainFailures(gate)).toEqual([])
    })
  }

  if (isFluent && !first.startsWith('...') && !withoutMethod.includes(definition.name)) {
    test('is a method that builds what the function builds', () => {
      expect(methodFailures(gate)).toEqual([])
    })
  }
})

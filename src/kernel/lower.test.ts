import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callsOf } from '../../test/gates/calls.ts'
import { differencesOf } from '../../test/support/compare-routine.ts'
import { allGates, feedsFor, randomGraph } from '../../test/support/random-graph.ts'
import { runRoutine } from '../../test/support/run-routine.ts'
import { cos, input, parameter, sin, state } from '../gates/index.ts'
import { Graph, graph, stateOf } from '../ir/graph.ts'
import { tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { expand } from '../passes/expand.ts'
import { lower } from './lower.ts'
import { loadsOf, sizeOfBodies } from './operations.ts'

describe('lower', () => {
  test('every sample of every gate gives what the interpreter gives', () => {
    const failures = allGates.flatMap((gate) =>
      callsOf(gate, 'f64').flatMap(({ outputs, feeds, label }) => {
        const given = graph(outputs)
        const problems = differencesOf(given, lower(expand.run(given)), feeds)
        return problems.map((problem) => `${gate.definition.name}, ${label}: ${problem}`)
      }),
    )
    expect(failures).toEqual([])
  })

  test('a parameter that is updated to itself is checked, though nothing is stored', () => {
    const kept = parameter('W', [2], { init: [1, Infinity] })
    const other = state('s', [2], [1, Infinity])
    const same = [kept, other].map((one) => ({ state: one, value: one }))
    const { checks, commits } = lower(new Graph({}, same))
    expect(commits).toEqual([])
    expect(checks.map((kernel) => loadsOf(kernel).length)).toEqual([1])
    const states = new Map([kept, other].map((one) => [stateOf(one).key, tensor([1, Infinity])]))
    expect(runRoutine(lower(new Graph({}, same)), {}, states).fault).toBe('nonFinite')
    expect(runRoutine(lower(new Graph({}, same.slice(1))), {}, states).fault).toBe('none')
  })

  test('a long chain of elementwise gates becomes kernels of up to 400 operations', () => {
    const x = input('x', [4])
    let y: Value = x
    for (let count = 0; count < 1000; count++) y = y.gate === sin.definition ? cos(y) : sin(y)
    const routine = lower(graph({ y }))
    // Each gate is one operation; a kernel has a load and a store beside them.
    expect(routine.kernels.length).toBeLessThan(10)
    expect(Math.max(...routine.kernels.map(sizeOfBodies))).toBeLessThanOrEqual(400)
    const given = graph({ y })
    expect(differencesOf(given, routine, feedsFor(given))).toEqual([])
  })

  test('random graphs, with updates, give what the interpreter gives', () => {
    fc.assert(
      fc.property(randomGraph({ maxGates: 20 }), (given) => {
        expect(differencesOf(given, lower(expand.run(given)), feedsFor(given))).toEqual([])
      }),
      { numRuns: 150, seed: 5 },
    )
  })
})

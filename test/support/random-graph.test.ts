import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/interpret/interpret.ts'
import { dtypes } from '../../src/ir/dtype.ts'
import type { Graph } from '../../src/ir/graph.ts'
import { verify } from '../../src/ir/verify.ts'
import { allGates, feedsFor, randomGraph } from './random-graph.ts'

// Chance that a gate of 100 is drawn in none of 500 · 5 drawings: e^-25; the seed makes it certain.
const graphs: readonly Graph[] = fc.sample(randomGraph(), { numRuns: 500, seed: 1 })
const applications = graphs.flatMap((graph) => graph.applications)

/** How many of the graphs have an application like this. */
function countWhere(holds: (graph: Graph) => boolean): number {
  return graphs.filter(holds).length
}

describe('random graphs', () => {
  it('reach every gate of the registry', () => {
    const reached = new Set(applications.map(({ gate }) => gate))
    const missed = allGates.filter(({ definition }) => !reached.has(definition))
    expect(missed.map(({ definition }) => definition.name)).toEqual([])
    expect(allGates.length).toBeGreaterThan(50)
  })

  it('reach every dtype', () => {
    const reached = new Set(applications.map(({ dtype }) => dtype))
    expect(Object.keys(dtypes).filter((dtype) => !new Set<string>(reached).has(dtype))).toEqual([])
  })

  it('are what they promise: outputs, updates, names, tags and gates of several outputs', () => {
    expect(countWhere(({ outputs }) => Object.keys(outputs).length > 2)).toBeGreaterThan(50)
    expect(countWhere(({ updates }) => updates.length > 0)).toBeGreaterThan(5)
    expect(countWhere((graph) => graph.names().size > 2)).toBeGreaterThan(50)
    expect(applications.filter(({ tag }) => tag === 'recomputed').length).toBeGreaterThan(50)
    expect(applications.filter(({ outputCount }) => outputCount > 1).length).toBeGreaterThan(20)
  })

  it('are chains: gates are applied to what others gave', () => {
    expect(countWhere((graph) => graph.applications.length > 20)).toBeGreaterThan(50)
  })

  it('are whole and run on the interpreter', () => {
    for (const graph of graphs.slice(0, 200)) {
      verify(graph)
      const { outputs } = evaluate(graph, { feeds: feedsFor(graph) })
      expect(Object.keys(outputs)).toEqual(Object.keys(graph.outputs))
    }
  })

  it('are the same again from the same seed', () => {
    const again = fc.sample(randomGraph(), { numRuns: 20, seed: 1 })
    const gatesOf = ({ applications }: Graph) => applications.map(({ gate }) => gate.name)
    expect(again.map(gatesOf)).toEqual(graphs.slice(0, 20).map(gatesOf))
  })
})

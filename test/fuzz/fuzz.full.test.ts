/** Random training steps: what code is generated from, and the code, do what the interpreter does. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wasm } from '../../src/backends/wasm/backend.ts'
import { cast } from '../../src/gates/index.ts'
import { allGates } from '../support/random-graph.ts'
import { Coverage } from './coverage.ts'
import { disagreements } from './run-program.ts'
import { type TrainingGraphOptions, trainingCase } from './training-graph.ts'

test('500 random training steps give on wasm what they give on the interpreter', async () => {
  const coverage = new Coverage()
  const check = (options: TrainingGraphOptions, numRuns: number) =>
    fc.assert(
      fc.asyncProperty(trainingCase({ largest: 1024, ...options }), async (given) => {
        coverage.add(given)
        expect(await disagreements(given, wasm)).toEqual([])
      }),
      { numRuns },
    )
  for (const gate of allGates) {
    // What is fed to a sample may be refused, so now and then a gate is not there at first.
    for (let round = 0; round < 8 && !coverage.gates.has(gate.definition.name); round++) {
      await check({ includes: gate, maxSteps: 8 }, 1)
    }
  }
  await check({ includes: cast, maxSteps: 8 }, 30) // to all dtypes that only hold data
  await check({ maxSteps: 34 }, 300)
  console.log(coverage.toString())
  const missed = allGates.map(({ definition }) => definition.name)
  expect(missed.filter((name) => !coverage.gates.has(name))).toEqual([])
  expect(coverage.dtypes.size).toBe(13)
  expect([...coverage.kernels.keys()].sort()).toEqual([
    'checks',
    'commits',
    'contract',
    'contract with epilogue',
    'map',
    'nested repeat',
    'repeat',
    'rows of 1 stages',
    'rows of 2 stages',
    'rows of 3 stages',
    'rows of 4 or more stages',
    'running',
    'scatter',
    'sort',
  ])
}, 120_000)

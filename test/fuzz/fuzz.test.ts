/** Random training steps: what code is generated from, and the code, do what the interpreter does. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wasm } from '../../src/backends/wasm/backend.ts'
import { kernelDisagreements } from './run-kernels.ts'
import { disagreements } from './run-program.ts'
import { trainingCase } from './training-graph.ts'

test('60 random training steps give on wasm what they give on the interpreter', async () => {
  // fuzz.full.test.ts runs 500 more, with every gate among them.
  await fc.assert(
    fc.asyncProperty(trainingCase({ largest: 1024, maxSteps: 34 }), async (given) => {
      expect(await disagreements(given, wasm)).toEqual([])
    }),
    { numRuns: 60 },
  )
}, 60_000)

test('random training steps give as kernels, in their planned memory, what they give as graphs', async () => {
  await fc.assert(
    fc.asyncProperty(trainingCase({ largest: 48, maxSteps: 30 }), async (given) => {
      expect(await kernelDisagreements(given)).toEqual([])
    }),
    { numRuns: 150 },
  )
}, 60_000)

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callsOf } from '../../test/gates/calls.ts'
import { differencesOf } from '../../test/support/compare-routine.ts'
import { allGates, feedsFor, randomGraph } from '../../test/support/random-graph.ts'
import { gradients } from '../autodiff/gradients.ts'
import { batchNormTraining } from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { graph } from '../ir/graph.ts'
import { parse } from '../ir/parse.ts'
import type { Value } from '../ir/value.ts'
import { lower } from '../kernel/lower.ts'
import { storesOf } from '../kernel/operations.ts'
import { verifyRoutine } from '../kernel/verify.ts'
import { fuse } from './fuse.ts'
import { lowerable } from './index.ts'

describe('fuse', () => {
  test('every sample of every gate gives what the interpreter gives', () => {
    const failures = allGates.flatMap((gate) =>
      callsOf(gate, 'f64').flatMap(({ outputs, feeds, label }) => {
        const given = graph(outputs)
        const routine = fuse(lower(lowerable(given)))
        verifyRoutine(routine)
        const problems = differencesOf(given, routine, feeds)
        return problems.map((problem) => `${gate.definition.name}, ${label}: ${problem}`)
      }),
    )
    expect(failures).toEqual([])
  })

  test('a batch norm and its gradient keep nothing of the size of their operand', () => {
    const x = gates.input('x', [8, 16, 6, 6])
    const [weight, bias] = [gates.input('w', [16]), gates.input('b', [16])]
    const [y] = batchNormTraining(x, weight, bias)
    const g = gates.input('g', y.shape)
    const J = gates.sum(gates.multiply(y, g))
    const [dx, dWeight, dBias] = gradients(J, [x, weight, bias])
    const given = graph({ y, dx, dWeight, dBias } as Record<string, Value>)
    const routine = fuse(lower(lowerable(given)))
    verifyRoutine(routine)
    const stored = new Set(routine.kernels.flatMap(storesOf).map(({ buffer }) => buffer))
    const lengths = [...stored].map((buffer) => routine.buffers[buffer]?.length ?? 0)
    // y and dx; neither x less its mean nor that over its deviation.
    expect(lengths.filter((length) => length >= 8 * 16 * 6 * 6)).toHaveLength(2)
    expect(differencesOf(given, routine, feedsFor(given))).toEqual([])
  })

  test('a product is not stored over the matrix that it is the square of', () => {
    const x = gates.input('x', [8, 8], { dtype: 'f64' })
    const walked = gates.scan(([power]) => ({ carry: [gates.matmul(power, power)] }), {
      carry: [x],
      length: 3,
    })
    const given = graph({ eighth: walked.carry[0] })
    const feeds = feedsFor(given)
    expect(differencesOf(given, fuse(lower(lowerable(given))), feeds)).toEqual([])
  })

  test('what only a value of no elements is made from is left out', () => {
    const given = parse(
      `graph {
  a: f32[1, 8] = input {name: "a"}
  b: f32[8, 1] = input {name: "b"}
  %2: f32[1, 1] = matmul(a, b)
  %3: f32[1, 1] = exp(%2)
  %4: f32[1, 0] = pad(%3) {low: [0, -1], high: [0, 0], interior: [0, 0], value: 0}
  output y = %4
}
`,
      gates,
    )
    const routine = fuse(lower(given))
    verifyRoutine(routine)
    expect(routine.kernels).toEqual([])
  })

  test('what a check reads is not left to the commits, which come after it', () => {
    const given = parse(
      `graph {
  W: f32[] = state {key: "W", symbol: "W", trainable: true, init: f32[] 2}
  J: f32[] = multiply(W, W)
  %2: f32[] = tanh(J)
  %3: f32[] = multiply(%2, %2)
  output J = J
  update W = %3
}
`,
      gates,
    )
    const routine = fuse(lower(given))
    verifyRoutine(routine)
    expect(routine.checks).toHaveLength(1)
    expect(differencesOf(given, routine, {})).toEqual([])
  })

  test('random graphs, with updates, give what the interpreter gives', () => {
    fc.assert(
      fc.property(randomGraph({ maxGates: 30 }), (given) => {
        const routine = fuse(lower(lowerable(given)))
        verifyRoutine(routine)
        expect(differencesOf(given, routine, feedsFor(given))).toEqual([])
      }),
      { numRuns: Number(process.env.FUSE_RUNS ?? 150), seed: 6 },
    )
  })
})

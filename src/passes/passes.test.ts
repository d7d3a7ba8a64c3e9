import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feedsFor, randomGraph } from '../../test/support/random-graph.ts'
import { gradients } from '../autodiff/gradients.ts'
import * as gates from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { phasesOf } from '../interpret/phases.ts'
import { graph } from '../ir/graph.ts'
import { parse } from '../ir/parse.ts'
import { print } from '../ir/print.ts'
import { verify } from '../ir/verify.ts'
import { lowerable, optimise, passes } from './index.ts'

describe.each(passes.map((pass) => [pass.name, pass] as const))(
  '%s',
  (_, { before, after, run }) => {
    test('makes of its example what its documentation says', () => {
      expect(print(run(parse(before, gates)))).toBe(after)
    })

    test('changes no value of random graphs, and leaves them valid', () => {
      fc.assert(
        fc.property(randomGraph({ maxGates: 40 }), (given) => {
          const result = run(given)
          verify(result)
          const feeds = feedsFor(given)
          expect(evaluate(result, { feeds })).toEqual(evaluate(given, { feeds }))
        }),
        { numRuns: 60, seed: 7 },
      )
    })
  },
)

test('two transposes of one gradient are computed once', () => {
  const x = gates.parameter('x', [2, 3], {
    init: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  })
  const y = gates.matmul(gates.matmul(x, gates.transpose(x)), gates.transpose(gates.transpose(x)))
  const [dx] = gradients(gates.sum(y), [x])
  const before = graph({ dx })
  const after = optimise(before)
  expect(after.applications.length).toBeLessThan(before.applications.length)
  expect(evaluate(after)).toEqual(evaluate(before))
})

test('a block that is computed again on purpose is not merged with the first time', () => {
  const x = gates.parameter('x', [2], { init: [0.1, 0.2] })
  const J = gates.sum(gates.checkpoint((v) => gates.sin(gates.tanh(v)), x))
  const [dx] = gradients(J, [x])
  const tanhs = optimise(graph({ J, dx })).applications.filter(({ gate }) => gate.name === 'tanh')
  expect(tanhs.map(({ tag }) => tag)).toEqual(['recomputed'])
})

test('names and the edges of gradients outlive the passes', () => {
  const x = gates.parameter('x', [2], { init: [0.1, 0.2] })
  const J = gates.sum(gates.tanh(x).labelled({ name: 'a' }))
  const [dx] = gradients(J, [x])
  const after = optimise(graph({ J, dx }))
  expect(print(after)).toContain('a: f32[2] = tanh(x)')
  // The gradient 1 · (1 − a²) begins with the 1 that is left; its product is not.
  expect(after.applications.map(({ gate }, at) => `${gate.name}: ${phasesOf(after)[at]}`)).toEqual([
    'state: forward',
    'tanh: forward',
    'sum: forward',
    'constant: backward',
    'broadcastTo: backward',
    'multiply: backward',
    'subtract: backward',
  ])
})

test('a forward value that turns out to be a gradient is still forward', () => {
  const x = gates.parameter('x', [2], { init: [0.1, 0.2] })
  const J = gates.sum(gates.exp(x))
  const [dx] = gradients(J, [x])
  const after = optimise(graph({ J, dx }))
  expect(after.applications.map(({ gate }) => gate.name)).toEqual(['state', 'exp', 'sum'])
  expect(phasesOf(after)).toEqual(['forward', 'forward', 'forward'])
})

test('a constant that folding makes is simplified with, and the other way round', () => {
  const x = gates.input('x', [4])
  const one = gates.multiply(gates.constant(0.5), gates.constant(2))
  const y = gates.multiply(x, gates.broadcastTo(one, [4]))
  const spread = gates.multiply(gates.full([4], 3), gates.full([4], 2))
  expect(print(optimise(graph({ y, z: gates.add(x, spread) })))).toBe(`graph {
  x: f32[4] = input {name: "x"}
  %1: f32[] = constant {value: 6, dtype: "f32"}
  %2: f32[4] = broadcastTo(%1) {shape: [4]}
  %3: f32[4] = add(x, %2)
  output y = x
  output z = %3
}
`)
})

test('what becomes the same by the other passes is computed once', () => {
  const x = gates.input('x', [4])
  const one = gates.full([4], 1)
  const root = gates.sqrt(gates.multiply(x, one))
  const other = gates.sqrt(gates.divide(x, one))
  const z = gates.divide(x, gates.full([4], 2))
  const w = gates.multiply(x, gates.full([4], 0.5))
  expect(print(optimise(graph({ y: gates.add(root, other), z, w })))).toBe(`graph {
  x: f32[4] = input {name: "x"}
  %1: f32[4] = sqrt(x)
  %2: f32[4] = add(%1, %1)
  %3: f32[] = constant {value: 0.5, dtype: "f32"}
  %4: f32[4] = broadcastTo(%3) {shape: [4]}
  %5: f32[4] = multiply(x, %4)
  output y = %2
  output z = %5
  output w = %5
}
`)
})

test.each([
  ['optimise', optimise],
  ['lowerable', lowerable],
])('all passes of %s in a row change no value of random graphs', (_, run) => {
  fc.assert(
    fc.property(randomGraph({ maxGates: 40 }), (given) => {
      const result = run(given)
      verify(result)
      const feeds = feedsFor(given)
      expect(evaluate(result, { feeds })).toEqual(evaluate(given, { feeds }))
    }),
    { numRuns: 60, seed: 8 },
  )
})

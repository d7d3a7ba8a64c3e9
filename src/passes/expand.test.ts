import fc from 'fast-check'
import { expect, test } from 'vitest'
import '../methods.ts'
import { feedsFor, randomGraph } from '../../test/support/random-graph.ts'
import { gradients } from '../autodiff/gradients.ts'
import * as gates from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph, graph } from '../ir/graph.ts'
import { print } from '../ir/print.ts'
import type { Value } from '../ir/value.ts'
import { verify } from '../ir/verify.ts'
import { expand } from './expand.ts'

test('only primitives are left of random graphs, in the bodies of scans too', () => {
  fc.assert(
    fc.property(randomGraph({ maxGates: 40 }), (given) => {
      expect(kindsOf(expand.run(given))).not.toContain('composite')
    }),
    { numRuns: 60, seed: 7 },
  )
})

test('composites within loops within blocks within loops are opened', () => {
  const x = gates.input('x', [3, 4])
  const rows = gates.scan(
    ([total], [row]) => {
      const block = gates.checkpoint((v: Value) => gates.softmax(walk(v)), row as Value)
      return { carry: [gates.add(total as Value, block)], outputs: [block] }
    },
    { carry: [gates.zeros([4])], sequences: [x] },
  )
  const before = graph({ y: gates.sum(rows.outputs[0] as Value), z: rows.carry[0] as Value })
  const after = expand.run(before)
  verify(after)
  const kinds = kindsOf(after)
  expect(kinds.filter((kind) => kind === 'scan')).toHaveLength(2)
  expect(kinds).not.toContain('composite')
  const feeds = feedsFor(before)
  expect(evaluate(after, { feeds })).toEqual(evaluate(before, { feeds }))
})

test('a block that is computed again bears its tag on every gate that it becomes', () => {
  const x = gates.input('x', [2, 4])
  const J = gates.sum(gates.checkpoint((v: Value) => gates.exp(gates.softmax(v)), x))
  const [dx] = gradients(J, [x])
  const tags = (name: string) =>
    expand
      .run(graph({ J, dx }))
      .applications.filter((one) => one.gate.name === name)
      .map(({ tag }) => tag)
  expect(tags('max')).toEqual([undefined, 'recomputed'])
  expect(tags('divide')).toEqual([undefined, 'recomputed'])
})

test('names inside a block stay, and what is put in keeps its own', () => {
  const x = gates.input('x', [2])
  const h = gates.exp(x)
  const y = gates.checkpoint((v: Value) => gates.tanh(gates.negate(v).labelled({ name: 'n' })), h)
  expect(print(expand.run(graph({ y: y.labelled({ name: 'y' }) })))).toBe(`graph {
  x: f32[2] = input {name: "x"}
  %1: f32[2] = exp(x)
  n: f32[2] = negate(%1)
  y: f32[2] = tanh(n)
  output y = y
}
`)
})

test('a graph of primitives stays the very same', () => {
  const given = graph(gates.exp(gates.input('x', [2])))
  expect(expand.run(given)).toBe(given)
})

test('5,000 composites in a row are opened without a stack overflow', () => {
  let y: Value = gates.input('x', [2])
  for (let turn = 0; turn < 5000; turn++) y = gates.softmax(y)
  const kinds = kindsOf(expand.run(graph(y)))
  expect(kinds.filter((kind) => kind === 'reduce')).toHaveLength(2 * 5000)
})

/** The running sum of the softmax of what was summed so far. */
function walk(x: Value): Value {
  const { carry } = gates.scan(
    ([total], [element]) => ({
      carry: [gates.sum(gates.softmax(gates.stack([total as Value, element as Value])))],
    }),
    { carry: [gates.constant(0)], sequences: [x] },
  )
  return gates.add(x, carry[0] as Value)
}

/** The kinds of all gates of a graph and of the bodies within it. */
function kindsOf(given: Graph): readonly string[] {
  return given.applications.flatMap(({ gate, attributes }) => [
    gate.meaning.kind,
    ...(attributes.body instanceof Graph ? kindsOf(attributes.body) : []),
  ])
}

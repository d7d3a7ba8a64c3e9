/** `parse(print(graph))` is the graph, over random graphs, and over texts that are broken at random. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomGraph } from '../../test/support/random-graph.ts'
import { randomTensor } from '../../test/support/random-sources.ts'
import { gradients } from '../autodiff/gradients.ts'
import { SluiceError } from '../errors.ts'
import * as functional from '../functional/index.ts'
import * as gates from '../gates/index.ts'
import { applyGate } from './apply-gate.ts'
import { type DType, dtypes } from './dtype.ts'
import { isSameGraph, structureKey } from './equal.ts'
import type { Attribute } from './gate.ts'
import { Graph, graph, stateOf } from './graph.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'
import type { State } from './state.ts'
import type { Value } from './value.ts'
import { verify } from './verify.ts'

/** Whatever a random graph may hold. */
const registry = { ...gates, ...functional }
const { checkpoint, input, mse, negate, parameter, scan, state, subtract } = gates

/** Checks everything that must come back, and gives the graph that did. */
function expectRoundTrip(given: Graph): void {
  const text = print(given)
  const read = parse(text, registry)
  verify(read)
  expect(print(read)).toBe(text)
  expect(isSameGraph(read, given)).toBe(true)
  expect(structureKey(read)).toBe(structureKey(given))
  expect(read.names()).toEqual(given.names())
  expect(Object.keys(read.outputs)).toEqual(Object.keys(given.outputs))
  // Keys and symbols, which are no part of the structure.
  const keysOf = ({ states }: Graph) => states.map((one) => [stateOf(one).key, stateOf(one).symbol])
  expect(keysOf(read)).toEqual(keysOf(given))
  expect(read.inputs.map((one) => one.attributes.name)).toEqual(
    given.inputs.map((one) => one.attributes.name),
  )
}

describe('a graph that is printed and parsed', () => {
  it('is the same, with the same names and the same text', () => {
    fc.assert(fc.property(randomGraph(), expectRoundTrip), { numRuns: 300 })
  })

  it('is the same where it is a training step with its gradients', () => {
    const x = input('x', [4, 2])
    const W1 = parameter('W1', [2, 3])
    const b1 = parameter('b1', [3])
    const yHat = gates.sigmoid(gates.add(gates.matmul(x, W1), b1)).labelled({ name: 'ŷ' })
    const J = mse(yHat, input('y', [4, 3])).labelled({ name: 'J' })
    const [dW1, db1] = gradients(J, [W1, b1])
    const updates = [
      { state: W1, value: subtract(W1, dW1) },
      { state: b1, value: subtract(b1, db1) },
    ]
    expectRoundTrip(new Graph({ J }, updates))
  })

  it('is the same where a scan stands in a scan, and in their gradients', () => {
    const xs = input('xs', [3, 2])
    const w = input('w', [])
    const inner = (h: Value, row: Value) =>
      scan(([c], [e]) => ({ carry: [gates.multiply(c as Value, gates.add(e as Value, w))] }), {
        carry: [h],
        sequences: [row],
      }).carry[0] as Value
    const { carry } = scan(([h], [row]) => ({ carry: [inner(h as Value, row as Value)] }), {
      carry: [input('h0', [])],
      sequences: [xs],
      reverse: true,
    })
    const J = carry[0] as Value
    expectRoundTrip(graph({ J, dw: gradients(J, [w])[0], dxs: gradients(J, [xs])[0] }))
  })

  it('is the same where a block is computed again in the backward pass', () => {
    const x = input('x', [2, 2])
    const J = gates.sum(checkpoint((one: Value) => gates.tanh(gates.matmul(one, one)), x))
    const given = graph({ J, dx: gradients(J, [x])[0] })
    expect(print(given)).toContain('@recomputed')
    expectRoundTrip(given)
  })

  it('is the same with attributes of every kind', () => {
    const x = input('x', [2])
    const attributed = (attributes: Readonly<Record<string, Attribute>>) =>
      expectRoundTrip(graph({ y: applyGate(negate.definition, [x], attributes) }))
    fc.assert(fc.property(attributesArbitrary, attributed), { numRuns: 300 })
  })

  it('is the same with states that begin with any tensor', () => {
    const shapes = fc.array(fc.nat(4), { maxLength: 3 })
    fc.assert(
      fc.property(
        fc.constantFrom('f32', 'f64', 'i32', 'u32', 'bool'),
        shapes,
        fc.nat(),
        (dtype, shape, seed) => {
          const value = state('key', shape, randomTensor(dtype, shape, seed), { dtype })
          expectRoundTrip(graph({ value }))
        },
      ),
    )
  })

  it('is the same after 20,000 gates in a row', () => {
    let value: Value = input('x', [])
    for (let index = 0; index < 10_000; index++) value = negate(gates.add(value, value))
    expectRoundTrip(graph({ value }))
  })
})

describe('a text that is broken at random', () => {
  const known: readonly string[] = [
    'graph',
    'output',
    'update',
    'constants',
    'fill',
    'state',
    'base64',
    'f32[2]',
    'f32[',
    '#0123456789abcdef',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ',',
    ':',
    '=',
    '@',
    '%',
    '"',
    '\\',
    '//',
    '\n',
    '-',
    '0',
    '9',
    '1e9',
    'NaN',
    '-Infinity',
    'null',
    'true',
    '%0',
    '%1',
    'x',
    'sum',
    'scan',
    'conv',
    'split',
    'ŷ',
    '\ud800',
    '\0',
  ]

  /** Where in the text, as a share of it, how much is cut out and what is put there. */
  const mutation = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
    text: fc.oneof(fc.constant(''), fc.constantFrom(...known), fc.string({ maxLength: 3 })),
    copied: fc.double({ min: 0, max: 1, noNaN: true }),
    isCopy: fc.boolean(),
  })
  type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

  function mutated(text: string, { at, length, text: put, copied, isCopy }: Mutation): string {
    const start = Math.floor(at * text.length)
    const from = Math.floor(copied * text.length)
    const inserted = isCopy ? text.slice(from, from + 30) : put
    return text.slice(0, start) + inserted + text.slice(start + length)
  }

  it('gives a whole graph or a PARSE error with line and column, soon', () => {
    let parsedCount = 0
    let refusedCount = 0
    const attempt = (given: Graph, mutations: readonly Mutation[]) => {
      const text = mutations.reduce(mutated, print(given))
      try {
        const read = parse(text, registry)
        verify(read)
        // What was read is written as it is, however it was spelled.
        expect(isSameGraph(parse(print(read), registry), read)).toBe(true)
        parsedCount++
      } catch (error) {
        expect(error).toBeInstanceOf(SluiceError)
        const { code, where } = error as SluiceError // the line above says so
        expect([code, where]).toEqual(['PARSE', expect.stringMatching(/^line \d+, column \d+\n/)])
        refusedCount++
      }
    }
    const broken = fc.array(mutation, { minLength: 1, maxLength: 3 })
    fc.assert(fc.property(randomGraph({ maxGates: 4 }), broken, attempt), { numRuns: 1000 })
    // Both happen, or the test says nothing.
    expect(parsedCount).toBeGreaterThan(5)
    expect(refusedCount).toBeGreaterThan(500)
  })
})

const plainArbitrary: fc.Arbitrary<Attribute> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 53),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant(null),
)

const tensorArbitrary: fc.Arbitrary<Attribute> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(dtypes) as DType[])),
    fc.array(fc.nat(4), { maxLength: 4 }),
    fc.nat(),
  )
  .map(([dtype, shape, seed]) => randomTensor(dtype, shape, seed))

const stateArbitrary: fc.Arbitrary<State> = fc
  .record({ key: fc.string(), symbol: fc.string(), trainable: fc.boolean(), seed: fc.nat() })
  .map(({ seed, ...rest }) => {
    return { ...rest, shape: [2], dtype: 'f32', init: randomTensor('f32', [2], seed) }
  })

const attributesArbitrary: fc.Arbitrary<Readonly<Record<string, Attribute>>> = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', 'graph', 'NaN', '0')),
  fc.letrec<{ attribute: Attribute }>((tie) => ({
    attribute: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      plainArbitrary,
      tensorArbitrary,
      stateArbitrary,
      randomGraph({ maxGates: 2 }),
      fc.array(tie('attribute'), { maxLength: 4 }),
    ),
  })).attribute,
  { maxKeys: 4 },
)

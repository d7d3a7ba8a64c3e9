import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomGraph } from '../../test/support/random-graph.ts'
import * as functional from '../functional/index.ts'
import { defineGate, type Unary } from '../gates/define.ts'
import * as gates from '../gates/index.ts'
import { applyGate } from './apply-gate.ts'
import { isSameGraph, structureKey } from './equal.ts'
import type { Attribute, Gate } from './gate.ts'
import { Graph, graph } from './graph.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'
import { tensor } from './tensor.ts'
import type { Value } from './value.ts'

/** Whatever a random graph may hold. */
const registry = { ...gates, ...functional }
const { add, cast, constant, input, negate, scan, split, state, subtract, sum } = gates

/** Both answers at once: comparison and key must agree. */
function areSame(a: Graph, b: Graph): boolean {
  const isSame = isSameGraph(a, b)
  expect(isSameGraph(b, a)).toBe(isSame)
  expect(structureKey(a) === structureKey(b)).toBe(isSame)
  return isSame
}

/** A graph of one gate with these attributes. */
function withAttributes(attributes: Readonly<Record<string, Attribute>>): Graph {
  return graph({ y: applyGate(negate.definition, [input('x', [2])], attributes) })
}

const x = input('x', [2])
const y = input('y', [2])

describe('two graphs are the same', () => {
  it.each<[string, Graph, Graph]>([
    ['they are one', graph({ a: add(x, y) }), graph({ a: add(x, y) })],
    [
      'values have other names',
      graph({ a: negate(x) }),
      graph({ a: negate(x).labelled({ name: 'n' }) }),
    ],
    ['inputs have other names', graph({ a: subtract(x, y) }), graph({ a: subtract(y, x) })],
    [
      'states have other keys and symbols',
      graph({ a: state('a', [2], 0, { symbol: 'A' }) }),
      graph({ a: state('b', [2], 0, { symbol: 'B' }) }),
    ],
    [
      'attributes have another order',
      withAttributes({ a: 1, b: 2 }),
      withAttributes({ b: 2, a: 1 }),
    ],
    [
      'constants have the same content',
      graph({ a: constant(new Float32Array([1, Number.NaN])) }),
      graph({ a: constant(tensor([1, Number.NaN])) }),
    ],
    ['they are empty', graph({}), graph({})],
  ])('where %s', (_, a, b) => {
    expect(areSame(a, b)).toBe(true)
  })

  it('where they are printed and parsed', () => {
    fc.assert(
      fc.property(randomGraph(), (given) => {
        expect(areSame(given, parse(print(given), registry))).toBe(true)
      }),
    )
  })
})

describe('two graphs differ', () => {
  const steps = state('s', [2], 0)
  const other = state('t', [2], 0)
  const [first, second] = split(x, [1, 1])

  it.each<[string, Graph, Graph]>([
    ['gates', graph({ a: add(x, y) }), graph({ a: subtract(x, y) })],
    ['wiring', graph({ a: subtract(x, y), b: x }), graph({ a: subtract(y, x), b: x })],
    [
      'how often a gate is there',
      graph({ a: add(negate(x), negate(x)) }),
      graph({ a: doubled(negate(x)) }),
    ],
    ['which output of a gate is read', graph({ a: negate(first) }), graph({ a: negate(second) })],
    ['shapes of inputs', graph({ a: input('x', [2]) }), graph({ a: input('x', [3]) })],
    [
      'dtypes of inputs',
      graph({ a: input('x', [2]) }),
      graph({ a: input('x', [2], { dtype: 'f64' }) }),
    ],
    ['the names of outputs', graph({ a: x }), graph({ b: x })],
    ['the order of outputs', graph({ a: x, b: y }), graph({ b: y, a: x })],
    ['the number of outputs', graph({ a: x }), graph({ a: x, b: x })],
    [
      'updates',
      new Graph({ s: steps, x }, []),
      new Graph({ s: steps, x }, [{ state: steps, value: x }]),
    ],
    [
      'which state is updated',
      new Graph({ s: steps, t: other, x }, [{ state: steps, value: x }]),
      new Graph({ s: steps, t: other, x }, [{ state: other, value: x }]),
    ],
    [
      'what becomes of a state',
      new Graph({ s: steps, x }, [{ state: steps, value: x }]),
      new Graph({ s: steps, x }, [{ state: steps, value: steps }]),
    ],
    [
      'what a state begins with',
      graph({ a: state('s', [2], 0) }),
      graph({ a: state('s', [2], 1) }),
    ],
    [
      'the graph that a state begins with',
      graph({ a: state('s', [2], (key) => cast(key, 'f32')) }),
      graph({ a: state('s', [2], (key) => negate(cast(key, 'f32'))) }),
    ],
    [
      'whether a state is trainable',
      graph({ a: state('s', [2], 0) }),
      graph({ a: state('s', [2], 0, { trainable: true }) }),
    ],
    [
      'tags',
      graph({ a: negate(x) }),
      graph({ a: applyGate(negate.definition, [x], {}, 'recomputed') }),
    ],
    ['an input and a state', graph({ a: x }), graph({ a: steps })],
    ['elements of constants', graph({ a: constant([1, 2]) }), graph({ a: constant([1, 3]) })],
    ['the sign of a zero', graph({ a: constant(0) }), graph({ a: constant(-0) })],
    ['a scalar and a tensor of one', graph({ a: constant(1) }), graph({ a: constant([1]) })],
    ['axes', graph({ a: sum(input('x', [2, 2]), 0) }), graph({ a: sum(input('x', [2, 2]), 1) })],
    ['names of attributes', withAttributes({ a: 1 }), withAttributes({ b: 1 })],
    [
      'which attribute has which value',
      withAttributes({ a: 1, b: 2 }),
      withAttributes({ a: 2, b: 1 }),
    ],
    ['whether an attribute is there', withAttributes({ a: null }), withAttributes({})],
    ['kinds of attributes', withAttributes({ a: 1 }), withAttributes({ a: '1' })],
    ['true and 1', withAttributes({ a: true }), withAttributes({ a: 1 })],
    ['null and its name', withAttributes({ a: null }), withAttributes({ a: 'null' })],
    ['where lists end', withAttributes({ a: [[1], 2] }), withAttributes({ a: [[1, 2]] })],
    ['a list and what is in it', withAttributes({ a: [1] }), withAttributes({ a: 1 })],
    [
      'strings and how they are cut',
      withAttributes({ a: ['ab', 'c'] }),
      withAttributes({ a: ['a', 'bc'] }),
    ],
    ['large numbers', withAttributes({ a: 2 ** 40 }), withAttributes({ a: 2 ** 41 })],
  ])('in %s', (_, a, b) => {
    expect(areSame(a, b)).toBe(false)
  })

  it('or are the same, for comparison and key alike, where a digit of their text changes', () => {
    let sameCount = 0
    let differentCount = 0
    const digit = fc.record({ at: fc.nat(), to: fc.nat(9) })
    const compare = (given: Graph, { at, to }: { readonly at: number; readonly to: number }) => {
      const text = print(given)
      const places = [...text.matchAll(/(?<![\w"#%/+.])\d/g)].map(({ index }) => index)
      const place = places[at % Math.max(1, places.length)] ?? 0
      const changed = parsedOrNone(`${text.slice(0, place)}${to}${text.slice(place + 1)}`)
      if (!changed) return
      if (areSame(given, changed)) sameCount++
      else differentCount++
    }
    fc.assert(fc.property(randomGraph({ maxGates: 4 }), digit, compare), { numRuns: 400 })
    // Both happen, or the test says nothing: the digit may be the one that was there.
    expect(sameCount).toBeGreaterThan(10)
    expect(differentCount).toBeGreaterThan(10)
  })
})

describe('inner graphs', () => {
  // The last carry of h − x or x − h.
  const looped = (isSwapped: boolean): Graph => {
    const { carry } = scan(
      ([h, g], [e]) => {
        const [a, b] = (isSwapped ? [e, h] : [h, e]) as [Value, Value]
        return { carry: [subtract(a, b), g as Value] }
      },
      { carry: [constant(0), constant(1)], sequences: [input('x', [3])] },
    )
    return graph({ last: carry[0] as Value })
  }

  it('count by the names of their inputs, which are places among the operands', () => {
    expect(areSame(looped(false), looped(false))).toBe(true)
    expect(areSame(looped(false), looped(true))).toBe(false)
  })

  it('are the same where they are built twice', () => {
    const inner = () => graph({ a: negate(input('0', [2])) })
    expect(areSame(withAttributes({ body: inner() }), withAttributes({ body: inner() }))).toBe(true)
    const named = graph({ a: negate(input('0', [2])).labelled({ name: 'n' }) })
    expect(areSame(withAttributes({ body: inner() }), withAttributes({ body: named }))).toBe(true)
    const renamed = graph({ a: negate(input('1', [2])) })
    expect(areSame(withAttributes({ body: inner() }), withAttributes({ body: renamed }))).toBe(
      false,
    )
  })

  it('take time by what there is, not by the ways to reach it', () => {
    // 60 levels, each holding the one below twice: 2^60 ways down.
    const tower = () => {
      let body = graph({ a: input('0', [2]) })
      for (let level = 0; level < 60; level++) {
        body = graph({ a: applyGate(negate.definition, [input('0', [2])], { a: body, b: body }) })
      }
      return body
    }
    expect(areSame(tower(), tower())).toBe(true)
  })
})

describe('gates of one name', () => {
  const scaled = (factor: number): Gate<Unary> =>
    defineGate({
      name: 'scaled',
      operands: ['x'],
      role: 'scaler',
      element: ({ x }) => x.multiply(factor),
      samples: [],
    })

  it('are told apart, as a function can make several', () => {
    const [twice, thrice] = [scaled(2), scaled(3)]
    expect(areSame(graph({ a: twice(x) }), graph({ a: thrice(x) }))).toBe(false)
    expect(areSame(graph({ a: twice(x) }), graph({ a: twice(y) }))).toBe(true)
  })
})

describe('a long graph', () => {
  const chain = (length: number): Graph => {
    let value: Value = input('x', [])
    for (let index = 0; index < length; index++)
      value = index % 3 ? negate(value) : add(value, value)
    return graph({ value })
  }

  it('of 200,000 gates is compared and keyed without a stack overflow', () => {
    const long = chain(200_000)
    expect(areSame(long, chain(200_000))).toBe(true)
    expect(areSame(long, chain(199_999))).toBe(false)
  })
})

describe('a key', () => {
  it('is the same in every process: a literal, so that a change of it is seen', () => {
    expect(structureKey(graph({ a: add(x, y) }))).toBe('1d0a3833d3b70077')
  })
})

function parsedOrNone(text: string): Graph | undefined {
  try {
    return parse(text, registry)
  } catch {
    return undefined
  }
}

function doubled(value: Value): Value {
  return add(value, value)
}

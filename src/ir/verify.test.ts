import { describe, expect, it } from 'vitest'
import { SluiceError } from '../errors.ts'
import { add, constant, input, negate, split, state } from '../gates/index.ts'
import { applyGate } from './apply-gate.ts'
import type { Attribute } from './gate.ts'
import { Graph, graph } from './graph.ts'
import { Value } from './value.ts'
import { verify } from './verify.ts'

const x = input('x', [2])
const y = input('y', [2])

function errorOf(broken: Graph): SluiceError {
  try {
    verify(broken)
  } catch (error) {
    if (error instanceof SluiceError) return error
    throw error
  }
  throw new Error('nothing was found')
}

/** What was found and where. */
function factsOf(broken: Graph): readonly (string | undefined)[] {
  const { code, what, where, expected } = errorOf(broken)
  expect(code).toBe('INTERNAL')
  return [what.replace('verify: ', ''), where, expected]
}

/** A graph that tells something else about itself than the constructor made. */
function pretending(whole: Graph, lies: Readonly<Record<string, unknown>>): Graph {
  const graphLike = new Proxy(Object.create(Graph.prototype), {
    get(_, key) {
      if (typeof key === 'string' && Object.hasOwn(lies, key)) return lies[key]
      const own: unknown = Reflect.get(whole, key, whole)
      return typeof own === 'function' ? own.bind(whole) : own
    },
  })
  return graphLike as Graph // it answers as one, but for the lies
}

describe('verify', () => {
  it('finds nothing in a whole graph', () => {
    const counter = state('n', [], 0, { dtype: 'i32' })
    const [, second] = split(x, [1, 1])
    const update = { state: counter, value: constant(1, { dtype: 'i32' }) }
    expect(() => verify(new Graph({ a: negate(second), b: add(x, y) }, [update]))).not.toThrow()
  })

  it('says what is wrong, in which line of the printed graph, and what was expected', () => {
    const wrong = Value.of(negate.definition, [x], {}, { shape: [3], dtype: 'f32' })
    const error = errorOf(graph({ J: wrong.labelled({ name: 'J' }) }))
    expect(error.message).toBe(`INTERNAL verify: negate is said to give f32[3]
  where     J: f32[3] = negate(x)
  expected  f32[2]
  got       graph {
              x: f32[2] = input {name: "x"}
              J: f32[3] = negate(x)
              output J = J
            }
  fix       report this with the lines above`)
  })

  it('shows the lines around the fault of a long graph', () => {
    let value: Value = x
    for (let index = 0; index < 500; index++) value = negate(value)
    const wrong = Value.of(negate.definition, [value], {}, { shape: [3], dtype: 'f32' })
    let last: Value = wrong
    for (let index = 0; index < 500; index++) last = negate(last)
    const lines = errorOf(graph({ last })).got?.split('\n') ?? []
    expect(lines.length).toBe(202)
    expect([lines[0], lines.at(-1)]).toEqual(['…', '…'])
    expect(lines).toContain('  %501: f32[3] = negate(%500)')
  })

  it.each<[string, Value, readonly string[]]>([
    [
      'operands that the gate turns away',
      Value.of(add.definition, [x, input('z', [3])], {}, x.type),
      ['add turns this application away', '%2: f32[2] = add(x, z)'],
    ],
    [
      'too few operands',
      Value.of(add.definition, [x], {}, x.type),
      ['add turns this application away', '%1: f32[2] = add(x)'],
    ],
    [
      'a dtype that the gate does not give',
      Value.of(negate.definition, [x], {}, { shape: [2], dtype: 'f64' }),
      ['negate is said to give f64[2]', '%1: f64[2] = negate(x)'],
    ],
    [
      'another number of outputs',
      Value.of(negate.definition, [x], {}, x.type, { outputTypes: [x.type, x.type] }),
      ['negate is said to give f32[2], f32[2]', '%1, %2: f32[2], f32[2] = negate(x)'],
    ],
    [
      'a size that is none',
      Value.of(negate.definition, [x], {}, { shape: [-1], dtype: 'f32' }),
      ['negate gives f32[-1]', '%1: f32[-1] = negate(x)'],
    ],
    [
      'a dtype that is none',
      Value.of(negate.definition, [x], {}, { shape: [2], dtype: 'f8' as 'f32' }), // the fault
      ['negate gives f8[2]', '%1: f8[2] = negate(x)'],
    ],
  ])('finds %s', (_, value, expected) => {
    expect(factsOf(graph({ value })).slice(0, 2)).toEqual(expected)
  })

  it.each<[string, unknown, string]>([
    ['a function', () => 1, 'an attribute is no plain data: function'],
    ['nothing', undefined, 'an attribute is no plain data: undefined'],
    ['an object of another kind in a list', [{ a: 1 }], 'an attribute is no plain data: object'],
    [
      'a tensor that is too short',
      { shape: [3], dtype: 'f32', data: new Float32Array(2) },
      'a tensor holds 2 elements of Float32Array',
    ],
    [
      'a tensor in the wrong array',
      { shape: [2], dtype: 'f32', data: new Float64Array(2) },
      'a tensor holds 2 elements of Float64Array',
    ],
    [
      'a state that begins with another type',
      {
        key: 'k',
        symbol: 'k',
        shape: [2],
        dtype: 'f32',
        trainable: true,
        init: graph({ x: constant(1) }),
      },
      'state "k" begins with f32[]',
    ],
    [
      'a state that begins with nothing',
      { key: 'k', symbol: 'k', shape: [2], dtype: 'f32', trainable: true, init: graph({}) },
      'state "k" begins with not one value',
    ],
  ])('finds an attribute that is %s', (_, attribute, what) => {
    const attributes = { a: attribute as Attribute } // the fault
    const value = Value.of(negate.definition, [x], attributes, x.type)
    expect(factsOf(graph({ value }))[0]).toBe(what)
  })

  it('finds faults in graphs that are attributes, whose lines it shows', () => {
    const wrong = Value.of(negate.definition, [y], {}, { shape: [3], dtype: 'f32' })
    const inner = graph({ wrong })
    const value = applyGate(negate.definition, [x], { bodies: [inner] })
    expect(factsOf(graph({ value }))).toEqual([
      'negate is said to give f32[3]',
      '%1: f32[3] = negate(y)',
      'f32[2]',
    ])
  })

  it('finds a fault in what a state begins with', () => {
    const wrong = Value.of(negate.definition, [x], {}, { shape: [3], dtype: 'f32' })
    const { definition } = state
    const declaration = {
      key: 'k',
      symbol: 'k',
      shape: [3],
      dtype: 'f32',
      trainable: true,
    } as const
    const value = applyGate(definition, [], { state: { ...declaration, init: graph({ wrong }) } })
    expect(factsOf(graph({ value }))[0]).toBe('negate is said to give f32[3]')
  })

  it('finds a view of an output that is not there', () => {
    const application = negate(x)
    const view = Value.of(negate.definition, [x], {}, x.type, { owner: application, index: 1 })
    expect(factsOf(graph({ view }))).toEqual([
      'output view: a view reads output 1 of negate',
      'the outputs and updates',
      'an output below 1',
    ])
    expect(factsOf(graph({ out: add(view, x) }))[0]).toBe('a view reads output 1 of negate')
  })

  it('finds a view that has another type or gate than its application', () => {
    const application = negate(x)
    const longer = { shape: [3], dtype: 'f32' } as const
    const view = Value.of(negate.definition, [x], {}, longer, { owner: application })
    expect(factsOf(graph({ view }))[0]).toBe(
      'output view: a view calls itself negate of type f32[3]',
    )
    const other = Value.of(add.definition, [x, x], {}, x.type, { owner: application })
    expect(factsOf(graph({ other }))[0]).toBe(
      'output other: a view calls itself add of type f32[2]',
    )
  })

  it('finds a view that belongs to another view', () => {
    const view = negate(x).labelled({ name: 'n' })
    const views = Value.of(negate.definition, [x], {}, x.type, { owner: view })
    expect(factsOf(graph({ views }))[0]).toBe('a view belongs to another view')
    expect(factsOf(graph({ out: add(views, x) }))[0]).toBe('a view belongs to another view')
  })

  it('finds applications that are out of order or missing', () => {
    const whole = graph({ a: negate(add(x, y)) })
    const [first, second, sum, last] = whole.applications
    const swapped = pretending(whole, {
      applications: [first, second, last, sum],
      positionOf: (value: Value) => [first, second, last, sum].indexOf(value.application),
    })
    expect(factsOf(swapped)[0]).toBe('input 0 of negate comes later')
    const missing = pretending(whole, {
      positionOf: (value: Value) =>
        value.application === y.application ? -1 : whole.positionOf(value),
    })
    expect(factsOf(missing)[0]).toBe('input 1 of add is not in the graph')
  })

  it('finds slots that are mixed up', () => {
    const whole = graph({ a: add(x, y) })
    expect(factsOf(pretending(whole, { inputSlot: () => 0 }))[0]).toBe(
      'input 1 of add has another slot',
    )
  })

  it('finds outputs that are not there, names that are there twice and updates that do not fit', () => {
    const whole = graph({ a: x })
    expect(factsOf(pretending(whole, { outputs: { a: y } }))[0]).toBe(
      'output a is not in the graph',
    )
    const inputs = [x.application, input('x', [2]).application]
    expect(factsOf(pretending(whole, { inputs }))[0]).toBe('input "x" is there twice')
    const s = state('s', [3], 0)
    const states = [s.application, state('s', [3], 0).application]
    expect(factsOf(pretending(whole, { states }))[0]).toBe('state "s" is there twice')
    const updates = [{ state: s, value: x }]
    expect(factsOf(pretending(graph({ s, x }), { updates }))).toEqual([
      'the update of "s" has type f32[2]',
      'the outputs and updates',
      'f32[3]',
    ])
  })

  it('checks 200,000 gates in a row without a stack overflow', () => {
    let value: Value = input('x', [])
    for (let index = 0; index < 200_000; index++) value = negate(value)
    expect(() => verify(graph({ value }))).not.toThrow()
  })
})

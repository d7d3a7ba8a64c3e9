import { describe, expect, it } from 'vitest'
import '../methods.ts'
import {
  add,
  constant,
  input,
  multiply,
  negate,
  parameter,
  split,
  state,
  sum,
} from '../gates/index.ts'
import { Graph, graph, inputName, stateOf } from './graph.ts'
import type { Value } from './value.ts'

const x = input('x', [2, 3])
const y = input('y', [2, 3])

describe('a graph', () => {
  it('holds the applications that its outputs and updates need, in topological order', () => {
    const W = parameter('W', [2, 3], { init: 0 })
    const next = add(W, x)
    const J = sum(multiply(x, y))
    const { applications, inputs, states } = new Graph({ J }, [{ state: W, value: next }])
    expect(applications.map(({ gate }) => gate.name)).toEqual([
      'input',
      'input',
      'multiply',
      'sum',
      'state',
      'add',
    ])
    expect(inputs.map(inputName)).toEqual(['x', 'y'])
    expect(states.map((one) => stateOf(one).key)).toEqual(['W'])
  })

  it('is frozen, with its lists and its updates', () => {
    const steps = state('steps', [], 0)
    const whole = new Graph({ x }, [{ state: steps, value: add(steps, 1) }])
    const parts = [
      whole,
      whole.outputs,
      whole.updates,
      whole.updates[0],
      whole.applications,
      whole.inputs,
      whole.states,
    ]
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true))
  })

  it('is not changed by what happens to the lists that it was made from', () => {
    const outputs: Record<string, Value> = { x }
    const whole = new Graph(outputs)
    outputs.y = y
    expect(Object.keys(whole.outputs)).toEqual(['x'])
  })

  it('numbers every output of every application, and edges by these numbers', () => {
    const [first, second] = split(x, [1, 2], 1)
    const total = sum(multiply(second, second))
    const whole = graph({ total, first })
    expect(whole.slotCount).toBe(5)
    expect(whole.applications.map((_, position) => whole.firstSlot(position))).toEqual([0, 1, 3, 4])
    expect([whole.slotOf(x), whole.slotOf(first), whole.slotOf(second)]).toEqual([0, 1, 2])
    expect([whole.inputSlot(1, 0), whole.inputSlot(2, 0), whole.inputSlot(2, 1)]).toEqual([0, 2, 2])
    expect([whole.positionOf(first), whole.positionOf(second)]).toEqual([1, 1])
  })

  it('finds its values after another graph has walked over them', () => {
    const a = negate(x)
    const b = negate(a)
    const whole = graph({ b })
    graph({ c: add(y, add(b, a)) })
    expect([x, a, b].map((value) => whole.slotOf(value))).toEqual([0, 1, 2])
    expect([whole.slotOf(y), whole.positionOf(y)]).toEqual([-1, -1])
  })

  it('names its outputs as it is told', () => {
    const J = sum(x).named('J')
    expect(Object.keys(graph(J).outputs)).toEqual(['J'])
    expect(Object.keys(graph(sum(x)).outputs)).toEqual(['output'])
    expect(Object.keys(graph([x, y]).outputs)).toEqual(['0', '1'])
    expect(Object.keys(graph({ b: y, a: x }).outputs)).toEqual(['b', 'a'])
  })

  it('knows the first name that a view of each value bears', () => {
    const z = negate(x)
    const named = z.named('z')
    const total = add(z, named)
    const whole = new Graph({ total: total.named('t'), again: z.labelled({ name: 'late' }) })
    expect([...whole.names()]).toEqual([
      [0, 'x'],
      [1, 'z'],
      [2, 't'],
    ])
  })

  it('says what it is to minimise: J, or else its first floating-point scalar', () => {
    const steps = state('steps', [], 0, { dtype: 'i32' })
    const [a, J] = [sum(x), sum(y)]
    expect(graph({ a, J }).criterion()).toBe(J)
    expect(graph({ x, steps, a }).criterion()).toBe(a)
    expect(
      messageOf(() => graph({ x, steps }).criterion()),
    ).toBe(`GRADIENT graph: there is nothing to differentiate
  expected  an output called J, or one that is a floating-point scalar
  got       outputs x, steps
  fix       add the criterion to the outputs`)
  })
})

describe('a graph is refused', () => {
  it('where two inputs or two states have one name', () => {
    expect(
      messageOf(() => graph({ sum: add(x, input('x', [2, 3])) })),
    ).toBe(`NAME graph: two different inputs are called "x"
  expected  one input to a name
  got       "x" twice
  fix       use the value of the first one again, or give the second its own name`)
    expect(
      messageOf(() => graph([parameter('W', [2]), parameter('W', [2])])),
    ).toBe(`NAME graph: two different states are called "W"
  expected  one state to a name
  got       "W" twice
  fix       use the value of the first one again, or give the second its own key`)
    // A state and an input may share one: they are not fed from the same place.
    expect(() => graph([x, parameter('x', [2])])).not.toThrow()
  })

  it('where an update does not fit its state', () => {
    const W = parameter('W', [3], { init: 0 })
    const update = (value: Value) => new Graph({}, [{ state: W, value }])
    expect(
      messageOf(() => update(x.named('late'))),
    ).toBe(`STATE graph: the update of "W" does not fit it
  where     update of state "W" by value late: f32[2, 3]
  expected  f32[3]
  got       f32[2, 3]
  fix       reduce, reshape or cast the new value to the type of the state`)
    const wrongType = constant([1, 2, 3], { dtype: 'i32' })
    expect(messageOf(() => update(wrongType))).toContain('expected  f32[3]\n  got       i32[3]')
  })

  it('where a state is updated twice', () => {
    const W = parameter('W', [3], { init: 0 })
    const updates = [W, W.labelled({ name: 'again' })].map((one) => ({
      state: one,
      value: negate(W),
    }))
    expect(messageOf(() => new Graph({}, updates))).toBe(`STATE graph: "W" is updated twice
  where     update of state "W" by value negate: f32[3]
  expected  one update of a state
  got       two updates of "W"
  fix       compute one new value from both`)
  })

  it('where what is updated is no state', () => {
    const computed = add(x, y).named('z')
    expect(
      messageOf(() => new Graph({}, [{ state: computed, value: x }])),
    ).toBe(`STATE add: this value is not a state
  where     value z: f32[2, 3]
  expected  a value made by state() or parameter()
  got       a value made by add
  fix       pass the parameter itself, not something computed from it`)
  })
})

describe('a long graph', () => {
  it('of 200,000 gates is made without a stack overflow', () => {
    let value: Value = input('x', [])
    for (let index = 0; index < 200_000; index++) value = negate(value)
    const whole = graph({ value })
    expect(whole.applications).toHaveLength(200_001)
    expect(whole.slotOf(value)).toBe(200_000)
    expect(whole.inputSlot(200_000, 0)).toBe(199_999)
  })
})

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  throw new Error('nothing was thrown')
}

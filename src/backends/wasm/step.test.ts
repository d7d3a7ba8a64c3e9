import { expect, test } from 'vitest'
import { graph, input } from '../../index.ts'
import type { StateContents } from '../../ir/state.ts'
import { tensor } from '../../ir/tensor.ts'
import type { Kernels } from '../../kernel/kernels.ts'
import type { Access, Buffer, Kernel, Operation, Routine } from '../../kernel/routine.ts'
import { planMemory } from '../../passes/plan-memory.ts'
import { createStore } from '../../runtime/store.ts'
import { WasmEngine } from './engine.ts'
import { probeFeatures } from './features.ts'
import { type Instance, instanceOf } from './instance.ts'
import { faults } from './kernel-context.ts'

test('thousands of kernels run in their order', () => {
  const count = 1300
  // Each takes half of what was there and adds its own number: the order shows in every bit.
  const kernels = Array.from({ length: count }, (_, number) =>
    point([
      { op: 'load', id: 0, dtype: 'f64', stored: 'f64', access: at(0) },
      { op: 'literal', id: 1, dtype: 'f64', value: 0.5 },
      { op: 'binary', id: 2, dtype: 'f64', operation: 'multiply', a: 0, b: 1 },
      { op: 'literal', id: 3, dtype: 'f64', value: number },
      { op: 'binary', id: 4, dtype: 'f64', operation: 'add', a: 2, b: 3 },
      { op: 'store', stored: 'f64', access: at(0), x: 4 },
    ]),
  )
  const { instance, read } = prepare([stateBuffer('total')], { kernels })
  expect(instance.step()).toBe(faults.none)
  let expected = 0
  for (let number = 0; number < count; number++) expected = expected * 0.5 + number
  expect(read('total')).toEqual([expected])
})

test('loops count their turns, forwards and backwards, one within the other', () => {
  // digits = digits · 10 + (outer turn · 2 + inner turn), which are read from a table.
  const body = point([
    { op: 'load', id: 0, dtype: 'f64', stored: 'f64', access: at(0, [0, 0]) },
    { op: 'literal', id: 1, dtype: 'f64', value: 10 },
    { op: 'binary', id: 2, dtype: 'f64', operation: 'multiply', a: 0, b: 1 },
    { op: 'load', id: 3, dtype: 'f64', stored: 'f64', access: at(1, [2, 1]) },
    { op: 'binary', id: 4, dtype: 'f64', operation: 'add', a: 2, b: 3 },
    { op: 'store', stored: 'f64', access: at(0, [0, 0]), x: 4 },
  ])
  const loop = (isReversed: boolean, inner: Kernel, count: number): Kernel => {
    return { kind: 'repeat', count, isReversed, body: [inner], gates: [] }
  }
  const table: Buffer = {
    role: { kind: 'constant', contents: tensor([1, 2, 3, 4, 5, 6], { dtype: 'f64' }) },
    ...{ dtype: 'f64', length: 6, name: 'table' },
  }
  const digitsOf = (outer: boolean, inner: boolean) => {
    const kernels = [loop(outer, loop(inner, body, 2), 3)]
    const { instance, read } = prepare([stateBuffer('digits'), table], { kernels })
    instance.step()
    return read('digits')
  }
  expect(digitsOf(false, false)).toEqual([123456])
  expect(digitsOf(true, false)).toEqual([563412])
  expect(digitsOf(false, true)).toEqual([214365])
  expect(digitsOf(true, true)).toEqual([654321])
})

test('what has failed commits nothing, and the next step begins anew', () => {
  const checks = [point([load(1), { op: 'checkFinite', x: 0 }])]
  const commits = [point([load(1), { op: 'store', stored: 'f64', access: at(0), x: 0 }])]
  const { instance, read, feed } = prepare([stateBuffer('held'), inputBuffer], { checks, commits })
  feed(2)
  expect(instance.step()).toBe(faults.none)
  feed(Number.NaN)
  expect(instance.step()).toBe(faults.nonFinite)
  expect(read('held')).toEqual([2])
  feed(3)
  expect(instance.step()).toBe(faults.none)
  expect(read('held')).toEqual([3])
})

test('an index out of range is told before what is not finite', () => {
  const index: Operation = { op: 'literal', id: 1, dtype: 'i32', value: 4 }
  const beyond: Operation = {
    ...{ op: 'load', id: 2, dtype: 'f64', stored: 'f64', access: at(0) },
    at: { index: 1, stride: 1, length: 1 },
  }
  const kernels = [point([index, beyond, { op: 'store', stored: 'f64', access: at(2), x: 2 }])]
  const checks = [point([load(1), { op: 'checkFinite', x: 0 }])]
  const scrap: Buffer = { role: { kind: 'temporary' }, dtype: 'f64', length: 1, name: 'scrap' }
  const parts = { kernels, checks }
  const { instance, feed } = prepare([stateBuffer('held'), inputBuffer, scrap], parts)
  feed(Number.NaN)
  expect(instance.step()).toBe(faults.index)
})

test('a failure that the interpreter does not see is said to be one', () => {
  const checks = [point([load(1), { op: 'checkFinite', x: 0 }])]
  const { instance, store } = prepare([stateBuffer('held'), inputBuffer], { checks })
  const x = input('x', [], { dtype: 'f64' })
  const seen: (number | undefined)[] = []
  const replay = (feeds: object, states: StateContents, step: number) => {
    seen.push(step, Number(states.get('held')?.data[0]), Object.keys(feeds).length)
    return undefined
  }
  const context = { graph: graph({ x }), store, progress: { steps: 4 }, replay }
  const engine = new WasmEngine(instance, context)
  expect(() => engine.run({ x: Number.POSITIVE_INFINITY })).toThrow(
    'NONFINITE run: a number was not finite at step 5, though all are when it is interpreted',
  )
  expect(seen).toEqual([5, 0, 1])
})

const inputBuffer: Buffer = {
  role: { kind: 'input', key: 'x' },
  ...{ dtype: 'f64', length: 1, name: 'x' },
}

function stateBuffer(key: string): Buffer {
  return { role: { kind: 'state', key }, dtype: 'f64', length: 1, name: key }
}

function at(buffer: number, turns: readonly number[] = []): Access {
  return { buffer, offset: 0, strides: [], turns }
}

function load(buffer: number): Operation {
  return { op: 'load', id: 0, dtype: 'f64', stored: 'f64', access: at(buffer) }
}

function point(body: readonly Operation[]): Kernel {
  return { kind: 'nest', points: [], stages: [{ extents: [], body }], gates: [] }
}

/** An instance in a store of its own, whose states begin at 0. */
function prepare(buffers: readonly Buffer[], parts: Partial<Routine>) {
  const routine = { buffers, kernels: [], checks: [], commits: [], outputs: {}, ...parts }
  const kernels: Kernels = { graph: graph({}), routine, plan: planMemory(routine) }
  const store = createStore()
  for (const { role, name } of buffers) {
    if (role.kind !== 'state') continue
    const init = tensor(0, { dtype: 'f64' })
    const declared = { key: role.key, symbol: name, shape: [], dtype: 'f64', init } as const
    store.declare({ ...declared, trainable: true }, () => init)
  }
  const options = { features: probeFeatures(), isDeterministic: false }
  const instance: Instance = instanceOf(kernels, store, options)
  return {
    ...{ instance, store },
    read: (key: string) => [...store.get(key).data].map(Number),
    feed: (number: number) => {
      const index = buffers.findIndex(({ role }) => role.kind === 'input')
      instance.memory.view('f64', instance.layout.places[index]?.address ?? 0, 1)[0] =
        number as never // f64 on both sides
    },
  }
}

import { afterEach, describe, expect, test, vi } from 'vitest'
import { interpreter } from '../../compile.ts'
import {
  compile,
  constant,
  createStore,
  crossEntropy,
  input,
  mean,
  mse,
  parameter,
  sgd,
  state,
  take,
  trace,
  type Value,
} from '../../index.ts'
import { wasm, wasmOn } from './backend.ts'
import { probeFeatures } from './features.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const all = probeFeatures()
/** With memory whose views are lost when it grows, as in a page that is not isolated. */
const unshared = wasmOn(() => ({ ...all, hasThreads: false }))

describe.each([
  ['shared', wasm],
  ['not shared', unshared],
] as const)('where memory is %s', (_, backend) => {
  test('programs of both kinds, reads and traces meet in the same states', async () => {
    const x = input('x', [2])
    const w = parameter('w', [], { init: 1, dtype: 'f32' })
    const J = mean(x.multiply(w)).named('J')
    const updates = sgd(J, { learningRate: 1 })
    const step = await compile({ J }, { updates, backend })
    const slow = await compile({ J }, { updates, backend: interpreter })
    const contents = () => step.store.get('w').data[0]
    step.run({ x: [1, 2] }) // dJ/dw = 1.5
    expect(contents()).toBe(-0.5)
    slow.run({ x: [1, 2] })
    expect(contents()).toBe(-2)
    step.run({ x: [2, 2] })
    expect(contents()).toBe(-4)
    expect(await w.item()).toBe(-4)
    expect((await trace(step, { x: [1, 2] })).updates.w?.data[0]).toBe(-5.5)
    slow.store.set('w', 3)
    expect(await step.run({ x: [1, 1] }).J.item()).toBe(3)
  })

  test('a program runs on when others have made the memory grow', async () => {
    const w = parameter('w', [3], { init: [1, 2, 3] })
    const x = input('x', [3])
    const small = await compile({ y: x.multiply(w) }, { backend })
    const before = small.run({ x: [1, 1, 1] }).y
    const wide = input('wide', [300, 1000])
    const big = await compile({ total: wide.multiply(2).sum(), w: w.add(1) }, { backend })
    big.run({ wide: new Float32Array(300_000).fill(1) })
    small.store.set('w', [4, 5, 6])
    expect(await small.run({ x: [1, 1, 2] }).y.array()).toEqual([4, 5, 12])
    expect(await small.repeat(2, { x: [1, 1, 1] }).y.array()).toEqual([
      [4, 5, 6],
      [4, 5, 6],
    ])
    expect(await before.array()).toEqual([1, 2, 3])
  })
})

test('a handle keeps what its run has given', async () => {
  const x = input('x', [2])
  const wide = input('wide', [100])
  const program = await compile({ y: x.add(1), sums: wide.add(1) })
  const first = program.run({ x: [1, 2], wide: new Float32Array(100) })
  program.run({ x: [5, 6], wide: new Float32Array(100).fill(7) })
  expect(await first.y.array()).toEqual([2, 3])
  expect(first.sums.dataSync()).toEqual(new Float32Array(100).fill(1))
})

test('an output that is a state shows it as it was before the step', async () => {
  const w = parameter('w', [2], { init: [1, 2] })
  const program = await compile({ w, J: w.sum() }, { updates: sgd(w.sum(), { learningRate: 1 }) })
  expect(await program.run().w.array()).toEqual([1, 2])
  expect(await program.run().w.array()).toEqual([0, 1])
})

test('outputs may be called what objects have already', async () => {
  const x = input('x', [])
  const outputs = JSON.parse('{"__proto__": null, "constructor": null}')
  Object.defineProperty(outputs, '__proto__', { value: x.add(1), enumerable: true })
  outputs.constructor = x.add(2)
  const handles = (await compile(outputs as Record<string, Value>)).run({ x: 1 })
  expect(Object.keys(handles)).toEqual(['__proto__', 'constructor'])
  const read = Object.values(handles).map((handle) => handle.dataSync()[0])
  expect(read).toEqual([2, 3])
})

describe('what fails', () => {
  const labelled = async () => {
    const w = parameter('w', [2, 3], { init: 0.5 })
    const labels = input('labels', [2], { dtype: 'i32' })
    const J = crossEntropy(w.multiply(1), labels).named('J')
    return compile({ J }, { updates: sgd(J, { learningRate: 0.1 }), store: createStore() })
  }

  test('an index out of range is told as the interpreter tells it; no state has changed', async () => {
    const step = await labelled()
    step.run({ labels: [0, 1] })
    const before = step.store.get('w')
    expect(() => step.run({ labels: [0, 3] })).toThrow(
      'INDEX crossEntropy: label 3 is out of range',
    )
    expect(step.store.get('w')).toEqual(before)
    expect(step.steps).toBe(1)
    step.run({ labels: [2, 2] })
    expect(step.steps).toBe(2)
  })

  test('an index out of range fails a program without updates as well', async () => {
    const x = parameter('x', [3], { init: [1, 2, 3] })
    const index = input('index', [2], { dtype: 'i32' })
    const program = await compile({ y: take(x, index) })
    expect(await program.run({ index: [2, 0] }).y.array()).toEqual([3, 1])
    expect(() => program.run({ index: [0, 3] })).toThrow(/^INDEX /)
    expect(() => program.run({ index: [-1, 0] })).toThrow(/^INDEX /)
  })

  test('a program without updates gives what is not finite as it is', async () => {
    const program = await compile({ J: input('x', []).log() })
    expect(await program.run({ x: 0 }).J.item()).toBe(Number.NEGATIVE_INFINITY)
  })

  test('a step in the midst of a repetition is named; those before it count', async () => {
    const x = input('x', [])
    const w = parameter('w', [], { init: 2 })
    const J = w.multiply(x.log()).named('J')
    const step = await compile({ J }, { updates: sgd(J, { learningRate: 1 }) })
    expect(() => step.repeat(4, { x: [1, 1, 0, 1] })).toThrow('NONFINITE log made −∞ at step 3')
    expect(step.steps).toBe(2)
    expect(step.store.get('w').data[0]).toBe(2)
    expect(step.repeat(2, { x: [1, 1] }).J.shape).toEqual([2])
    expect(step.steps).toBe(4)
  })

  test('more memory than there is is refused before anything runs', async () => {
    const x = input('x', [2 ** 15, 2 ** 16])
    await expect(compile({ total: x.sum() })).rejects.toThrow(
      /^MEMORY compile: the program takes more memory than WebAssembly has: 8 GiB/,
    )
  })
})

describe('what runs on the interpreter', () => {
  const outputs = () => ({ y: input('x', []).multiply(2) })

  test('everything, where the engine has no SIMD', async () => {
    const without = wasmOn(() => ({ ...all, hasSimd: false }))
    const program = await compile(outputs(), { backend: without })
    expect(program.engine).toBe('interpreter')
    expect(await program.run({ x: 2 }).y.item()).toBe(4)
  })

  test('everything, where a policy forbids to compile WebAssembly', async () => {
    const forbidden = vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
      throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder')
    })
    const program = await compile(outputs(), { backend: wasmOn(probeFeatures) })
    expect(forbidden).toHaveBeenCalled()
    expect(program.engine).toBe('interpreter')
  })

  test('f32 computed in f64', async () => {
    expect((await compile(outputs(), { precision: 'f64' })).engine).toBe('interpreter')
    expect((await compile(outputs())).engine).toBe('wasm')
  })

  test('has no kernels to tell of', async () => {
    const program = await compile(outputs(), { backend: interpreter })
    expect([program.memory, program.plan]).toEqual([undefined, undefined])
    expect(program.explainKernels()).toEqual([])
    expect(() => program.profile({ x: 1 })).toThrow('OPTION profile: the program has no kernels')
  })
})

describe('modules', () => {
  const network = () => {
    const x = input('x', [8, 16])
    const W = parameter('W', [16, 16], { init: 0.01 })
    const J = x.matmul(W).tanh().mean().named('J')
    return { outputs: { J }, updates: sgd(J, { learningRate: 0.1 }) }
  }

  test('a graph of the same structure is compiled once, for all stores', async () => {
    const made = vi.spyOn(WebAssembly, 'Module')
    const { outputs, updates } = network()
    const first = await compile(outputs, { updates, store: createStore() })
    const count = made.mock.calls.length
    expect(count).toBeGreaterThan(0)
    const again = network()
    const second = await compile(again.outputs, { ...again, store: createStore() })
    expect(made.mock.calls.length).toBe(count)
    const feeds = { x: new Float32Array(128).fill(0.5) }
    expect(second.run(feeds).J.dataSync()).toEqual(first.run(feeds).J.dataSync())
    first.run(feeds)
    expect(second.store.get('W')).not.toEqual(first.store.get('W'))
  })

  test('other names make another program, though the structure is the same', async () => {
    const made = (name: string) => compile({ y: input(name, [3]).multiply(2) })
    const [first, second] = [await made('a'), await made('b')]
    expect(first.run({ a: [1, 2, 3] }).y.dataSync()).toEqual(Float32Array.of(2, 4, 6))
    expect(second.run({ b: [2, 2, 3] }).y.dataSync()).toEqual(Float32Array.of(4, 4, 6))
  })

  test.runIf(all.hasRelaxedSimd)('deterministic ones have no relaxed multiply-add', async () => {
    const made = vi.spyOn(WebAssembly, 'Module')
    const x = input('x', [40, 40])
    const outputs = { y: x.matmul(x.add(1)) }
    const holdsRelaxed = () => {
      const bytes = Buffer.from(made.mock.calls.at(-1)?.[0] as Uint8Array) // what it is given
      return bytes.includes(Buffer.from([0xfd, 0x85, 0x02])) // f32x4.relaxed_madd
    }
    await compile(outputs)
    expect(holdsRelaxed()).toBe(true)
    await compile(outputs, { deterministic: true })
    expect(holdsRelaxed()).toBe(false)
  })
})

describe('what a program tells of itself', () => {
  const make = () => {
    const x = input('x', [4, 2])
    const y = input('y', [4, 1])
    const W1 = parameter('W1', [2, 3], { init: 0.5 })
    const b1 = parameter('b1', [3], { init: 0.1 })
    const a2 = x.matmul(W1).add(b1).named('z2').sigmoid().named('a2')
    const J = mse(a2.matmul(parameter('W2', [3, 1], { init: 0.3 })), y).named('J')
    const updates = sgd(J, { learningRate: 0.5 })
    return compile({ J }, { updates, store: createStore() })
  }

  test('memory: what states, inputs and all else take', async () => {
    const { memory } = await make()
    // 6 + 3 + 3 parameters and the learning rate in f32; 8 + 4 fed numbers.
    expect(memory).toMatchObject({ states: 4 * 13, inputs: 4 * 12 })
    const { total = 0, ...parts } = memory ?? {}
    expect(total).toBe(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0))
  })

  test('plan: where each buffer lies, and when it is in use', async () => {
    const program = await make()
    const plan = program.plan ?? []
    const W1 = plan.find(({ name }) => name === 'W1')
    expect(W1).toMatchObject({ role: 'state', dtype: 'f32', bytes: 24 })
    const kernels = program.explainKernels().length
    for (const { role, firstKernel, lastKernel, offset, bytes } of plan) {
      expect(firstKernel).toBeLessThanOrEqual(lastKernel)
      expect(lastKernel).toBeLessThan(kernels)
      expect(offset + bytes).toBeLessThanOrEqual(65536)
      if (role === 'state') expect(firstKernel).toBeGreaterThanOrEqual(0)
    }
  })

  test('kernels: the gates that each holds, by name', async () => {
    const program = await make()
    const kernels = program.explainKernels()
    expect(kernels.map(({ kernel }) => kernel)).toEqual(kernels.map((_, index) => index))
    const held = kernels.flatMap(({ gates }) => gates)
    expect(held).toEqual(expect.arrayContaining(['sigmoid a2', 'add z2', 'matmul dJ/dW1']))
    expect(kernels.some(({ part }) => part === 'check')).toBe(true)
    const first = kernels.find(({ kind }) => kind === 'contract')
    expect(first?.text).toContain('matmul')
    expect(JSON.parse(JSON.stringify(kernels))).toEqual(kernels)
  })

  test('profile: the time of each kernel; it changes no state', async () => {
    const program = await make()
    const before = program.store.get('W1')
    const feeds = { x: new Float32Array(8).fill(0.5), y: new Float32Array(4) }
    const { runs, milliseconds, kernels } = program.profile(feeds, { runs: 3 })
    expect(runs).toBe(3)
    expect(kernels.map(({ text }) => text)).toEqual(
      program.explainKernels().map(({ text }) => text),
    )
    expect(kernels.reduce((sum, kernel) => sum + kernel.milliseconds, 0)).toBeCloseTo(milliseconds)
    expect(program.store.get('W1')).toEqual(before)
    expect(program.steps).toBe(0)
    expect(() => program.profile({ x: [1] })).toThrow(/^FEED /)
    expect(() => program.profile(feeds, { runs: 0 })).toThrow(/^OPTION profile/)
  })
})

test('constants that programs have in common lie in the memory once', async () => {
  const store = createStore()
  const table = constant(Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)))
  const one = await compile({ y: table.multiply(input('x', [64])) }, { store })
  const two = await compile({ y: table.add(input('x', [64])) }, { store })
  const places = [one, two].map(({ plan = [] }) => plan.find(({ role }) => role === 'constant'))
  expect(places[0]?.offset).toBe(places[1]?.offset)
})

test('states of every dtype are kept', async () => {
  const updates = [
    state('f64', [2], 0.1, { dtype: 'f64' }),
    state('i32', [2], -3, { dtype: 'i32' }),
    state('u32', [2], 4_000_000_000, { dtype: 'u32' }),
  ].map((value) => ({ state: value, value: value.add(1) }))
  const flag = state('flag', [3], [true, false, true], { dtype: 'bool' })
  const program = await compile({}, { updates: [...updates, { state: flag, value: flag.not() }] })
  program.run()
  const held = ['f64', 'i32', 'u32', 'flag'].map((key) => [...program.store.get(key).data])
  expect(held).toEqual([
    [1.1, 1.1],
    [-2, -2],
    [4_000_000_001, 4_000_000_001],
    [0, 1, 0],
  ])
})

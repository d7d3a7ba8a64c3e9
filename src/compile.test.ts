import { expect, test } from 'vitest'
import {
  add,
  compile,
  constant,
  createStore,
  evaluate,
  gradients,
  input,
  interpreter,
  matmul,
  mean,
  parameter,
  SluiceError,
  sgd,
  softmax,
  state,
  tensor,
  trace,
  transpose,
} from './index.ts'
import { Graph, stateOf } from './ir/graph.ts'
import { toNumbers } from './ir/tensor.ts'
import { foldIn, hashName, keyFromSeed } from './ir/threefry.ts'

test('a program of one store sees what another has learned', async () => {
  const x = input('x', [2])
  const w = parameter('w', [], { init: 1 })
  const y = x.multiply(w)
  const step = await compile({ J: mean(y) }, { updates: sgd(mean(y), { learningRate: 1 }) })
  const predict = await compile({ y })
  expect(await predict.run({ x: [1, 2] }).y.array()).toEqual([1, 2])
  step.run({ x: [1, 2] }) // dJ/dw = 1.5
  expect(await predict.run({ x: [1, 2] }).y.array()).toEqual([-0.5, -1])
  expect(await y.array({ x: [1, 2] })).toEqual([-0.5, -1])
})

test('all updates read the states as they were before the step', async () => {
  const a = state('a', [], 1)
  const b = state('b', [], 2)
  const swap = await compile(
    {},
    {
      updates: [
        { state: a, value: b },
        { state: b, value: a },
      ],
    },
  )
  swap.run()
  expect([swap.store.get('a').data[0], swap.store.get('b').data[0]]).toEqual([2, 1])
})

test('the learning rate is a state: a schedule sets it without compiling again', async () => {
  const w = parameter('w', [], { init: 1, dtype: 'f64' })
  const step = await compile({ w }, { updates: sgd(w.multiply(1), { learningRate: 0.5 }) })
  step.run()
  step.store.set('learningRate', 0.25)
  step.run()
  expect(step.store.get('w').data[0]).toBe(1 - 0.5 - 0.25)
})

test('two learning rates on one store are told apart by key, or refused', async () => {
  const w = parameter('w', [], { init: 1, dtype: 'f64' })
  const J = w.multiply(1)
  const fast = await compile({ J }, { updates: sgd(J, { learningRate: 0.5 }) })
  const other = sgd(J, { learningRate: 0.125 })
  await expect(compile({ J }, { updates: other })).rejects.toThrow(
    [
      'STATE store: "learningRate" is there already, and began otherwise',
      '  where     state "learningRate"',
      '  expected  f64[] 0.5, as another program of this store declared it',
      '  got       f64[] 0.125',
      "  fix       change it with store.set('learningRate', …), give the second one a key of its own ({ key }), or use another store",
    ].join('\n'),
  )
  const updates = sgd(J, { learningRate: 0.125, key: 'slow' })
  const slow = await compile({ J }, { updates })
  fast.run()
  slow.run()
  expect(fast.store.get('w').data[0]).toBe(1 - 0.5 - 0.125)
})

test('the learning rate may be any value of the graph', async () => {
  const w = parameter('w', [], { init: 1, dtype: 'f64' })
  const rate = input('rate', [], { dtype: 'f64' })
  const step = await compile({ w }, { updates: sgd(w.multiply(3), { learningRate: rate }) })
  step.run({ rate: 0.1 })
  expect(step.store.get('w').data[0]).toBe(1 - 0.1 * 3)
})

test('repeat gives each step its slice of a feed with a leading axis, and stacks the outputs', async () => {
  const x = input('x', [2])
  const total = state('total', [2], 0)
  const program = await compile({ x }, { updates: [{ state: total, value: add(total, x) }] })
  const handles = program.repeat(3, {
    x: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  })
  expect(handles.x.shape).toEqual([3, 2])
  expect(await handles.x.array()).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
  expect([...program.store.get('total').data]).toEqual([9, 12])
  program.repeat(2, { x: [1, 1] })
  expect([...program.store.get('total').data]).toEqual([11, 14])
  program.repeat(2, { x: Float32Array.of(1, 2, 3, 4) })
  expect([...program.store.get('total').data]).toEqual([15, 20])
  expect(program.steps).toBe(7)
})

test('repeat and run give the same bits', async () => {
  const learn = async (byRepeat: boolean) => {
    const x = input('x', [4])
    const w = parameter('w', [4], { init: [0.1, 0.2, 0.3, 0.4] })
    const J = mean(x.multiply(w).tanh())
    const updates = sgd(J, { learningRate: 0.1 })
    const step = await compile({ J }, { updates, store: createStore() })
    const feeds = { x: [1, 2, 3, 4] }
    if (byRepeat) step.repeat(10, feeds)
    else for (let i = 0; i < 10; i++) step.run(feeds)
    return step.store.get('w').data
  }
  expect(await learn(true)).toEqual(await learn(false))
})

test('the same seed gives the same parameters, another seed others', async () => {
  const draw = async (seed: number) => {
    const store = createStore({ seed })
    await compile({ w: parameter('w', [3, 4]) }, { store })
    return [...store.get('w').data]
  }
  expect(await draw(1)).toEqual(await draw(1))
  expect(await draw(1)).not.toEqual(await draw(2))
})

test('typed arrays may be flat, and u8 images are fed to f32 inputs as they are', async () => {
  const x = input('x', [2, 2])
  const program = await compile({ y: x.multiply(2) })
  expect(await program.run({ x: Uint8Array.of(1, 2, 3, 255) }).y.array()).toEqual([
    [2, 4],
    [6, 510],
  ])
  expect(await program.run({ x: Float64Array.of(1, 2, 3, 4) }).y.array()).toEqual([
    [2, 4],
    [6, 8],
  ])
})

test('parameters are read and set by key; other states are not among them', async () => {
  const w = parameter('W1', [2], { key: '0.weight', init: [1, 2] })
  const steps = state('steps', [], 0, { dtype: 'i32' })
  const program = await compile({ w }, { updates: [{ state: steps, value: steps.add(1) }] })
  expect(program.parameters.keys).toEqual(['0.weight'])
  program.parameters.set('0.weight', [3, 4])
  expect(await program.run().w.array()).toEqual([3, 4])
  expect(program.store.get('steps').data[0]).toBe(1)
  expect(() => program.parameters.set('0.weight', [1, 2, 3])).toThrow(SluiceError)
  expect(() => program.parameters.get('weight')).toThrow('store: there is no state "weight"')
})

test('two declarations of one key that differ are refused', async () => {
  const store = createStore()
  await compile({ a: parameter('w', [2], { init: 0 }) }, { store })
  await expect(compile({ b: parameter('w', [3], { init: 0 }) }, { store })).rejects.toThrow(
    'STATE store: "w" is there with another type',
  )
})

test('large parameters, which are drawn by compiled code, have the bits that the interpreter draws', async () => {
  const w = parameter('w', [200, 100])
  const { init } = stateOf(w)
  if (!(init instanceof Graph)) throw new Error('a parameter is drawn at random')
  const bits = foldIn(keyFromSeed(5), hashName('w'))
  const [expected] = Object.values(evaluate(init, { feeds: { key: tensor(bits) } }).outputs)
  const { store } = await compile({ w }, { seed: 5 })
  expect(store.get('w')).toEqual(expected)
})

test('states that are initialised already are not drawn again from another seed', async () => {
  const w = parameter('w', [2, 2])
  await compile({ w }, { seed: 1 })
  await expect(compile({ w }, { seed: 2 })).rejects.toThrow('createStore({ seed: 2 })')
})

test('a scalar handle gives its item; a wider one says why not', async () => {
  const program = await compile({ one: constant(2), two: constant([1, 2]) })
  const { one, two } = program.run()
  expect(await one.item()).toBe(2)
  expect(one.dataSync()).toEqual(Float32Array.of(2))
  await expect(two.item()).rejects.toThrow('SHAPE item: the value is not one element')
})

test('what is done to an array after it was given is not seen', async () => {
  const data = Float32Array.of(1, 2)
  const given = constant(data)
  const w = parameter('w', [2], { init: data })
  const program = await compile({ w }, { store: createStore() })
  data.fill(9)
  expect(await given.array()).toEqual([1, 2])
  expect(await program.run().w.array()).toEqual([1, 2])
  program.parameters.set('w', data)
  data.fill(7)
  expect(await program.run().w.array()).toEqual([9, 9])
})

test('a step may show and keep an infinity that nothing learns from', async () => {
  const w = parameter('w', [], { init: 1 })
  const best = state('best', [], Number.POSITIVE_INFINITY)
  const J = w.multiply(2)
  const updates = [...sgd(J, { learningRate: 0.5 }), { state: best, value: best.minimum(J) }]
  const step = await compile({ J, best }, { updates })
  expect(await step.run().best.item()).toBe(Number.POSITIVE_INFINITY)
  expect(await step.run().best.item()).toBe(2)
})

test('one dictionary of feeds serves values that depend on part of it', async () => {
  const x = input('x', [2])
  const [constantGradient] = gradients(x.multiply(3).sum(), [x])
  expect(await constantGradient.array({ x: [1, 2] })).toEqual([3, 3])
})

test('data that are no numbers are named, not turned into NaN', async () => {
  const holes = [1, undefined] as unknown as number[]
  expect(() => constant(['a'] as unknown as number[])).toThrow(
    'DTYPE tensor: a string is not a number',
  )
  const program = await compile({ y: input('x', [2]).multiply(2) })
  expect(() => program.run({ x: holes })).toThrow(
    'FEED run: the feed of "x" does not fit: tensor: undefined is not a number',
  )
})

test('outputs that are no values are named', async () => {
  const wrong = { J: 3 } as unknown as { J: ReturnType<typeof constant> }
  await expect(compile(wrong)).rejects.toThrow('NAME graph: output "J" is not a value')
  await expect(compile(constant(1) as never)).rejects.toThrow('fix       give it a name: { J }')
})

test('reads never cache what depends on a state', async () => {
  const w = parameter('w', [], { init: 1 })
  const double = w.multiply(2)
  expect(await double.item()).toBe(2)
  const program = await compile({ w })
  program.parameters.set('w', 5)
  expect(await double.item()).toBe(10)
})

test('values are read from the store that a program last put their states in', async () => {
  const w = parameter('w', [], { init: 1 })
  const first = await compile({ w })
  const second = await compile({ w }, { store: createStore() })
  first.parameters.set('w', 2)
  second.parameters.set('w', 3)
  expect(await w.item()).toBe(3)
  expect(await w.item({}, { store: first.store })).toBe(2)
  expect(await w.item()).toBe(3)
})

test('trace keeps every value, local gradient and gradient', async () => {
  const a = parameter('a', [], { init: 3, dtype: 'f64' })
  const b = parameter('b', [], { init: -4, dtype: 'f64' })
  const { edges, values } = await trace(a.multiply(b).multiply(2))
  expect(values.map(([tensor]) => tensor?.data[0])).toEqual([3, -4, -12, 2, -24])
  // The outer product's first input, then both inputs of a · b.
  expect(edges.map((edge) => edge.upstreams[0]?.data[0])).toEqual([1, 2, 2])
  expect(edges.map((edge) => edge.local?.data[0])).toEqual([2, -4, 3])
  expect(edges.map((edge) => edge.downstream.data[0])).toEqual([2, -8, 6])
})

test('trace of a program also says what its states would become, and changes none', async () => {
  const w = parameter('w', [], { init: 1, dtype: 'f64' })
  const J = w.multiply(w)
  const step = await compile({ J }, { updates: sgd(J, { learningRate: 0.25 }) })
  const { updates } = await trace(step)
  expect(updates.w?.data[0]).toBe(0.5)
  expect(step.store.get('w').data[0]).toBe(1)
})

test("what is read is the reader's own: writing into it changes no state and no constant", async () => {
  const w = parameter('w', [2], { init: [1, 2] })
  const c = constant([3, 4])
  const program = await compile({ w, c, flat: w.reshape([2, 1]) })
  const handles = program.run()
  const read = [handles.w, handles.c, handles.flat].map((handle) => handle.dataSync())
  read.push(await w.data(), await c.data())
  read.push(program.parameters.get('w').data as Float32Array) // w is f32
  for (const elements of read) elements.fill(99 as never) // never a BigInt array
  expect(await handles.w.array()).toEqual([1, 2])
  expect(await w.array()).toEqual([1, 2])
  expect(await c.array()).toEqual([3, 4])
})

test('a buffer that is filled again for the next step changes neither outputs nor states', async () => {
  const x = input('x', [2])
  const last = state('last', [2], 0)
  const program = await compile({ x }, { updates: [{ state: last, value: x }] })
  const buffer = new Float32Array([1, 2])
  const { x: given } = program.run({ x: buffer })
  buffer.fill(99)
  expect(await given.array()).toEqual([1, 2])
  expect(await last.array()).toEqual([1, 2])
})

test('an input may have the name of what every object has', async () => {
  const y = add(input('toString', []), 1)
  const program = await compile({ y })
  expect(() => program.run()).toThrow('FEED run: input "toString" is not fed')
  expect(() => program.repeat(2)).toThrow('FEED run: input "toString" is not fed')
  await expect(y.item()).rejects.toThrow('FEED run: input "toString" is not fed')
  expect(await y.item({ toString: 2 } as never)).toBe(3) // TypeScript knows it as a method
})

test('what a program in f64 leaves in a state is read in the dtype that the state declares', async () => {
  const w = parameter('w', [2], { init: [0.1, 0.2] })
  const update = { state: w, value: w.add(0.1) }
  const wide = await compile({ w }, { updates: [update], precision: 'f64' })
  wide.run()
  const { flat, same } = (await compile({ flat: w.reshape([2, 1]), same: w })).run()
  for (const handle of [flat, same]) {
    expect(handle.dtype).toBe('f32')
    expect(handle.dataSync()).toBeInstanceOf(Float32Array)
  }
})

test('a state that holds an infinity on purpose is not blamed for what another gate made', async () => {
  const best = state('best', [], Number.POSITIVE_INFINITY)
  const x = input('x', [])
  const w = parameter('w', [], { init: 1 })
  const updates = [
    { state: best, value: best.minimum(1) },
    { state: w, value: w.multiply(x.log()) },
  ]
  const step = await compile({ x }, { updates })
  expect(() => step.run({ x: 0 })).toThrow('NONFINITE log made −∞ at step 1')
})

test('a product and a softmax that only make states are written straight into them', async () => {
  const numbers = Float32Array.from({ length: 40 * 40 }, (_, index) => Math.sin(index))
  const make = () => {
    const a = state('a', [40, 40], { shape: [40, 40], dtype: 'f32', data: numbers })
    const product = state('product', [40, 40], 0)
    const rows = state('rows', [40, 40], 0)
    const updates = [
      { state: product, value: matmul(a, transpose(a)) },
      { state: rows, value: softmax(a) },
    ]
    return updates
  }
  const compiled = await compile({}, { updates: make(), store: createStore() })
  const reference = await compile(
    {},
    { updates: make(), store: createStore(), backend: interpreter },
  )
  compiled.run()
  reference.run()
  expect(
    compiled
      .explainKernels()
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['contract', 'nest'])
  for (const key of ['product', 'rows']) {
    const want = toNumbers(reference.store.get(key))
    const got = toNumbers(compiled.store.get(key))
    // Sums of 40 products of up to 1, in f32.
    const distances = got.map((x, index) => Math.abs(x - (want[index] ?? Number.NaN)))
    expect(Math.max(...distances)).toBeLessThan(1e-5)
  }
})

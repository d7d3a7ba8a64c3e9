import { expect, test } from 'vitest'
import * as gates from '../../gates/index.ts'
import { compile, type Value } from '../../index.ts'
import { type Shape, sizeOf } from '../../ir/shape.ts'
import type { Access, Nest, Operation, SingleKernel } from '../../kernel/routine.ts'
import { AlikeKernels } from './alike.ts'
import type { EmittedKernel, KernelContext } from './kernel-context.ts'
import { kernelFunction } from './kernel-function.ts'
import { MathsLibrary } from './maths/library.ts'
import { ModuleBuilder } from './module-builder.ts'

test('kernels that differ in their buffers alone share what is told where they lie', () => {
  const { emit, models } = alike([scaled(0, 1, 3), scaled(2, 3, 3)])
  expect(emit(0).given).toEqual([0, 1024, 100])
  expect(emit(1).given).toEqual([2048, 3072, 100])
  expect(emit(0).run).toBe(emit(1).run)
  expect(models).toHaveLength(1)
})

test('a kernel that is like no other has code of its own', () => {
  const { emit, models } = alike([scaled(0, 1, 3), scaled(2, 3, 4)])
  expect(emit(0).given).toBeUndefined()
  expect(emit(1).given).toBeUndefined()
  expect(models).toHaveLength(2)
})

test.each([
  ['literals', scaled(0, 1, 0), scaled(2, 3, -0)],
  ['literals that are no number in JSON', scaled(0, 1, Number.NaN), scaled(2, 3, Infinity)],
  ['buffers that lie at one place', scaled(0, 0, 3), scaled(2, 3, 3)],
  ['strides', scaled(0, 1, 3), scaled(2, 3, 3, [2])],
])('kernels of other %s share nothing', (_, first, second) => {
  const { emit } = alike([first, second])
  expect(emit(0).given).toBeUndefined()
  expect(emit(1).given).toBeUndefined()
})

test('short kernels, which are written out, have code of their own', () => {
  const short = (from: number, to: number): Nest => ({ ...scaled(from, to, 3), points: [64] })
  const { emit } = alike([short(0, 1), short(2, 3)])
  expect(emit(0).given).toBeUndefined()
  expect(emit(1).given).toBeUndefined()
})

test('elementwise kernels along one axis may be of any length: the longest is the model', () => {
  const square: Nest = { ...scaled(2, 3, 3, [200, 1]), points: [100, 200] }
  const { emit, models } = alike([scaled(0, 1, 3), square])
  expect(emit(0)).toMatchObject({ given: [0, 1024, 100], chunks: 2, cost: 5 })
  expect(emit(1)).toMatchObject({ given: [2048, 3072, 20_000], chunks: 313, cost: 1000 })
  expect(models).toEqual([square])
})

const weight = gates.constant(ramp(64 * 48), { shape: [64, 48] })
const twins: readonly (readonly [string, Shape, (x: Value) => Value])[] = [
  ['elementwise, of one length', [3000], gates.tanh],
  [
    'a matrix product with bias and gelu',
    [33, 64],
    (x) => gates.gelu(gates.add(gates.matmul(x, weight), 0.5)),
  ],
  ['softmax over rows', [20, 100], gates.softmax],
  ['a turn of the axes', [40, 24], (x) => gates.exp(gates.transpose(x))],
  ['elements in reverse', [90], (x) => gates.add(gates.flip(x), x)],
  ['sums over the outer axis', [300, 17], (x) => gates.sum(x, 0)],
  ['the place of the largest', [9, 31], (x) => gates.argmax(x, 1)],
  ['turns of a loop', [6, 40], (x) => decaying(x, false)],
  ['turns of a loop from the last on', [6, 40], (x) => decaying(x, true)],
  ['elements at places', [50], (x) => gates.take(x, gates.cast(gates.abs(x), 'i32'))],
]

/** Half of what there was and the next row, row by row. */
function decaying(rows: Value, reverse: boolean): Value {
  const start = gates.zeros([rows.shape[1] ?? 0])
  const step = ([sum = start]: readonly Value[], [row = start]: readonly Value[]) => {
    const next = gates.add(gates.multiply(sum, 0.5), row)
    return { carry: [next], outputs: [gates.softmax(next)] }
  }
  const { outputs } = gates.scan(step, { carry: [start], sequences: [rows], reverse })
  return outputs[0] ?? start
}

test.each(twins)('%s: gives beside a twin what it gives alone', async (_, shape, of) => {
  const twin = (name: string) => of(gates.input(name, shape))
  const together = await compile({ p: twin('p'), q: twin('q') }, { threads: 1 })
  const p = Float32Array.from(ramp(sizeOf(shape)))
  const feeds = { p, q: p.map((x) => 0.5 * x - 0.25) }
  const both = together.run(feeds)
  for (const name of ['p', 'q'] as const) {
    const alone = await compile({ y: twin(name) }, { threads: 1 })
    expect(both[name].dataSync()).toEqual(alone.run({ [name]: feeds[name] }).y.dataSync())
  }
})

test('states of all lengths are updated in one function, none where one would not be finite', async () => {
  const lengths = [1, 2, 3, 65, 66, 67, 100, 8191, 8192, 8193, 20_000]
  const states = lengths.map((length, index) =>
    gates.parameter(`w${index}`, [length], { init: Float32Array.from(ramp(length)) }),
  )
  const x = gates.input('x', [])
  const J = gates.sum(x)
  const updates = states.map((state) => ({
    state,
    value: gates.add(gates.multiply(state, 0.5), x),
  }))
  const program = await compile({ J }, { updates, threads: 1 })
  program.run({ x: 2 })
  expect(() => program.run({ x: Number.NaN })).toThrow(/^NONFINITE /)
  program.run({ x: 4 })
  // Halves and small whole numbers are exact in f32.
  for (const [index, length] of lengths.entries()) {
    const expected = Float32Array.from(ramp(length), (first) => (first * 0.5 + 2) * 0.5 + 4)
    expect(program.parameters.get(`w${index}`).data).toEqual(expected)
  }
})

/** Whole numbers from −8 to 8. */
function ramp(length: number): number[] {
  return Array.from({ length }, (_, index) => (index % 17) - 8)
}

/** x · scale from one buffer into another, over 100 elements or as many as the strides say. */
function scaled(from: number, to: number, scale: number, strides: readonly number[] = [1]): Nest {
  const access = (buffer: number): Access => ({ buffer, offset: 0, strides, turns: [] })
  const body: readonly Operation[] = [
    { op: 'load', id: 0, dtype: 'f32', stored: 'f32', access: access(from) },
    { op: 'literal', id: 1, dtype: 'f32', value: scale },
    { op: 'binary', id: 2, dtype: 'f32', operation: 'multiply', a: 0, b: 1 },
    { op: 'store', stored: 'f32', access: access(to), x: 2 },
  ]
  return { kind: 'nest', points: [100], stages: [{ extents: [], body }], gates: [] }
}

/** Kernels whose buffers lie 1024 bytes apart; code has no body, chunks of 64 and a cost of 1000. */
function alike(kernels: readonly SingleKernel[]) {
  const module = new ModuleBuilder()
  const context: KernelContext = {
    ...{ module, isRelaxed: false, buffers: [], faultAddress: 0 },
    maths: new MathsLibrary(module, { isRelaxed: false }),
    placeOf: (buffer) => ({ address: 1024 * buffer, perThread: 0 }),
    workspace: { address: 0, perThread: 0 },
    turn: () => module.global('i32'),
  }
  const models: SingleKernel[] = []
  const alike = new AlikeKernels(context, kernels, (own, kernel): EmittedKernel => {
    models.push(kernel)
    const run = kernelFunction(own, 'none', () => {})
    return { run, chunks: 1, cost: 1000, chunkLength: 64 }
  })
  const emitted = kernels.map((kernel) => alike.emit(kernel))
  return { models, emit: (index: number) => emitted[index] as EmittedKernel } // one for each
}

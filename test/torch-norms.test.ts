/** Norms against PyTorch: the gates, and the layers as they train and then evaluate. */
import {
  batchNorm,
  batchNormTraining,
  type CompileOptions,
  compile,
  constant,
  createStore,
  gradients,
  groupNorm,
  type Handle,
  input,
  instanceNorm,
  layerNorm,
  localResponseNorm,
  normalize,
  rmsNorm,
  type Value,
} from 'sluice'
import { describe, expect, test } from 'vitest'
import { tensor } from '../src/ir/tensor.ts'
import * as nn from '../src/nn/index.ts'
import { there } from './support/recorded.ts'
import { type Build, type RecordedCase, testRecording } from './support/torch-vectors.ts'
import recorded from './vectors/torch/norms.json' with { type: 'json' }

const builders: Readonly<Record<string, Build>> = {
  batchNorm: (given, options) =>
    batchNorm(
      given('x'),
      given('mean'),
      given('variance'),
      given('weight'),
      given('bias'),
      options,
    ),
  batchNormTraining: (given, options) =>
    batchNormTraining(given('x'), given('weight'), given('bias'), options),
  instanceNorm: (given, options) =>
    instanceNorm(given('x'), given('weight'), given('bias'), options),
  groupNorm: (given, options) => groupNorm(given('x'), given('weight'), given('bias'), options),
  layerNorm: (given, options) => layerNorm(given('x'), given('weight'), given('bias'), options),
  rmsNorm: (given, options) => rmsNorm(given('x'), given('weight'), options),
  localResponseNorm: (given, { size, ...options }) => localResponseNorm(given('x'), size, options),
  normalize: (given, options) => normalize(given('x'), options),
}

const cases = recorded.cases as unknown as readonly RecordedCase[] // JSON types its shapes case by case
testRecording(
  { ...recorded, cases: cases.filter(({ name }) => Object.hasOwn(builders, name)) },
  builders,
)

const layers = {
  batchNorm1d: nn.batchNorm1d,
  batchNorm2d: nn.batchNorm2d,
  batchNorm3d: nn.batchNorm3d,
  instanceNorm1d: nn.instanceNorm1d,
  instanceNorm2d: nn.instanceNorm2d,
  instanceNorm3d: nn.instanceNorm3d,
}

const modules = cases.flatMap((entry, index) =>
  entry.name in layers ? [{ ...entry, index, name: entry.name as keyof typeof layers }] : [],
)

test('every layer has a case', () => {
  const names = new Set(modules.map(({ name }) => name))
  expect([...names].toSorted()).toEqual(Object.keys(layers).toSorted())
})

describe.each(modules)('$name, case $index $options', (entry) => {
  // f64: errors of some 1e-16 through a few sums. f32: six digits of numbers of ordinary size.
  test.each([
    ['f64', 1e-9],
    ['f32', 1e-5],
  ] as const)('trains four steps in %s, then evaluates, as PyTorch does', async (dtype, bound) => {
    const got = await trainedThenEvaluated(entry, dtype)
    const expected = [...entry.outputs, ...Object.values(entry.gradients ?? {})]
    expect(got.map(({ length }) => length)).toEqual(expected.map(({ data }) => data.length))
    for (const [index, numbers] of got.entries()) {
      const wanted = there(expected[index]).data.map(Number)
      const largest = Math.max(1, ...wanted.map(Math.abs))
      const off = numbers.map((number, at) => Math.abs(number - there(wanted[at])) / largest)
      expect(Math.max(...off)).toBeLessThan(bound)
    }
  })
})

type Numbers = readonly number[]

/** What the layer gives for x in training and in evaluation, its running statistics, its gradients. */
async function trainedThenEvaluated(
  { name, options, inputs, upstreams }: (typeof modules)[number],
  dtype: 'f32' | 'f64',
): Promise<readonly Numbers[]> {
  const { channels, momentum, eps, affine, track_running_stats: trackRunningStats } = options
  const given = { momentum, epsilon: eps, affine, trackRunningStats }
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined)
  const layer = layers[name](channels, { dtype, ...Object.fromEntries(chosen) })
  const store = createStore()
  const feed = (key: string) => {
    const { shape, data } = there(inputs[key])
    return tensor(data.map(Number), { shape, dtype })
  }
  const x = input('x', there(inputs.x).shape, { dtype })
  const program = (y: Value, upstream: number, settings: CompileOptions) => {
    const { shape, data } = there(upstreams?.[upstream] ?? undefined)
    const weights = constant(tensor(data.map(Number), { shape, dtype }))
    const slopes = gradients(y.multiply(weights).sum(), [x, ...Object.values(layer.parameters)])
    const named = slopes.map((slope, k) => [`slope ${k}`, slope] as const)
    return compile({ y, ...Object.fromEntries(named) }, { ...settings, store })
  }
  const pass = nn.trainingPass()
  const trained = layer.training(pass)(x)
  const training = await program(trained, 0, { updates: pass.updates, threads: 1 })
  const evaluating = await program(layer(x), 1, { threads: 1 })
  for (const key of Object.keys(layer.parameters)) store.set(key, feed(key))
  for (const step of ['a', 'b', 'c']) training.run({ x: feed(step) })
  const [first, ...trainedSlopes] = await readAll(training.run({ x: feed('x') }))
  const running = ['runningMean', 'runningVar'].flatMap((key) =>
    key in layer.buffers ? [[...store.get(key).data].map(Number)] : [],
  )
  const [second, ...slopes] = await readAll(evaluating.run({ x: feed('x') }))
  const summed = slopes.map((slope, k) => slope.map((one, i) => one + there(trainedSlopes[k]?.[i])))
  return [there(first), there(second), ...running, ...summed]
}

async function readAll(handles: Readonly<Record<string, Handle>>): Promise<readonly Numbers[]> {
  const all = Object.values(handles).map(async (handle) => Array.from(await handle.data(), Number))
  return Promise.all(all)
}

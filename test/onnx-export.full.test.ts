/** Every gate, random graphs and imported networks as ONNX files, run by onnxruntime and read again. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { evaluate, graph, type Tensor, tensor, type Value } from 'sluice'
import { readOnnx, writeOnnx, writeOnnxStates } from 'sluice/onnx'
import { adam, sgd } from 'sluice/optim'
import { expect, test } from 'vitest'
import type { DType } from '../src/ir/dtype.ts'
import { inputName } from '../src/ir/graph.ts'
import { isTensor, toNumbers } from '../src/ir/tensor.ts'
import { type Call, callsOf } from './gates/calls.ts'
import { registry } from './gates/registry.ts'
import { togetherOf } from './gates/together.ts'
import { smallTransformer } from './support/models.ts'
import { differences, numbered } from './support/onnx-distance.ts'
import { apart, drift, feedsOf } from './support/onnx-steps.ts'
import { runOnnx } from './support/onnxruntime.ts'
import { feedsFor, randomGraph } from './support/random-graph.ts'
import { there } from './support/recorded.ts'
import recording from './vectors/onnx/models.json' with { type: 'json' }

// f32 rounds at 6e-8, and what onnxruntime has for f32 alone stands for f64 too; see docs/onnx.md.
const tolerance = 1e-5

/** In onnxruntime these pass over a NaN among their elements, or order it as it comes. */
const blindToNaN = ['max', 'min', 'maxPool1d', 'maxPool2d', 'maxPool3d', 'sort', 'argsort', 'topk']

test('every sample of every gate gives the same in f32, with its gradients', async () => {
  const groups = inGroups(samplesOf('f32')).map((calls) => togetherOf(calls))
  const failures: string[] = []
  for (const { graph: whole, feeds } of groups) {
    const expected = evaluate(whole, { feeds }).outputs
    const own = await runOnnx(writeOnnx(whole.outputs), feeds)
    failures.push(...differences(own, expected, tolerance))
  }
  expect(failures).toEqual([])
})

test('every sample of every gate gives the same in f64, and once it is read again', async () => {
  const groups = inGroups(samplesOf('f64')).map((calls) =>
    togetherOf(calls, { hasGradients: false }),
  )
  const failures: string[] = []
  for (const { graph: whole, feeds } of groups) {
    const expected = evaluate(whole, { feeds }).outputs
    const bytes = writeOnnx(whole.outputs)
    failures.push(...differences(await runOnnx(bytes, feeds), expected, tolerance))
    const again = evaluate(graph(readOnnx(bytes).build().outputs), { feeds }).outputs
    failures.push(...differences(again, expected, tolerance))
  }
  expect(failures).toEqual([])
})

const models = [
  'mlp',
  'cnn',
  'residual',
  'lstm',
  'gru',
  'decoder',
  'encoder',
  'attention',
  'loops',
] as const

test.each(models)(
  '%s of PyTorch, read and written again, gives what PyTorch gave',
  async (name) => {
    const recorded = recording.models[name]
    const model = readOnnx(readFileSync(new URL(`vectors/onnx/${name}.onnx`, import.meta.url)))
    const inputs = new Map(Object.entries(recorded.inputs))
    const sizes: Record<string, number> = {}
    const feeds: Record<string, Tensor> = {}
    for (const { name: key, axes = [], dtype } of model.inputs) {
      const { shape, data } = there(inputs.get(key))
      axes.forEach((axis, at) => {
        if (typeof axis === 'string') sizes[axis] = shape[at] ?? 0
      })
      feeds[key] = tensor(Float64Array.from(data), { shape, dtype })
    }
    const results = Object.values(await runOnnx(writeOnnx(model.build(sizes).outputs), feeds))
    const wanted = recorded.outputs.map(({ shape, data }) =>
      tensor(Float32Array.from(data), { shape }),
    )
    expect(wanted.length).toBeGreaterThan(0)
    expect(differences(numbered(results), numbered(wanted), tolerance)).toEqual([])
  },
)

test('a transformer gives the same', async () => {
  const { logits } = smallTransformer({ batch: 2, vocabulary: 11, context: 6, width: 8, layers: 2 })
  const network = graph({ logits })
  const feeds = feedsOf(network.inputs)
  const own = await runOnnx(writeOnnx({ logits }), feeds)
  expect(differences(own, evaluate(network, { feeds }).outputs, tolerance)).toEqual([])
})

const optimizers = {
  'plain descent': (J: Value) => sgd(J, { learningRate: 0.1 }),
  'Adam, its gradients clipped': (J: Value) => adam(J, { learningRate: 0.01, clipGradNorm: 1 }),
}

test.each(Object.entries(optimizers))(
  '20 steps of a transformer with %s have the losses of ours',
  async (_, optimizer) => {
    const { J } = smallTransformer({ batch: 2, vocabulary: 7, context: 4, width: 8, layers: 1 })
    expect(await apart({ J }, optimizer(J))).toBeLessThan(drift)
  },
)

test('random graphs of all gates and dtypes give the same, with their updates', async () => {
  const failures: string[] = []
  let compared = 0
  for (const drawn of fc.sample(randomGraph({ maxGates: 12 }), { seed: 17, numRuns: 60 })) {
    const { outputs, updates, inputs } = drawn
    // No name that JavaScript gives a meaning to, and no dtype that WebAssembly's kernels lack.
    if (Object.hasOwn(outputs, '__proto__') || holds(drawn.applications, 'bf16')) continue
    // A NaN that is sorted may come out elsewhere; see `blindToNaN`.
    if (drawn.applications.some(isNotANumber)) continue
    const given = feedsFor(drawn)
    const { outputs: made, updates: next } = evaluate(drawn, { feeds: given })
    const bytes = writeOnnx(outputs, { updates })
    const start = updates.length > 0 ? await runOnnx(writeOnnxStates(outputs, { updates }), {}) : {}
    const ports = readOnnx(bytes)
    const feeds = inputs.map((input, at) => [ports.inputs[at]?.name, given[inputName(input)]])
    const results = await runOnnx(bytes, { ...Object.fromEntries(feeds), ...start })
    const wanted = [...Object.values(made), ...next]
    const own = ports.outputs.map(({ name }) => there(results[name]))
    compared++
    failures.push(...differences(numbered(own), numbered(wanted), 2 * tolerance))
  }
  expect(failures).toEqual([])
  expect(compared).toBeGreaterThan(40)
})

/** The samples of all gates under their names; without those with a NaN that may come out otherwise. */
function samplesOf(dtype: 'f32' | 'f64'): readonly (readonly Call[])[] {
  const hasNaN = ({ feeds }: Call) =>
    Object.values(feeds).some((one) => toNumbers(one).some(Number.isNaN))
  const samples = registry.map(({ name, gate }) =>
    callsOf(gate, dtype)
      .filter((call) => !(blindToNaN.includes(name) && hasNaN(call)))
      .map((call) => ({ ...call, label: `${name} ${call.label}` })),
  )
  const written = samples.filter((own) => own.length > 0)
  console.log(`${written.length} of ${registry.length} gates, ${samples.flat().length} samples`)
  // All but `input` and `state`, which have none.
  expect(written.length).toBe(registry.length - 2)
  return samples
}

function isNotANumber({ attributes: { value } }: Value): boolean {
  return isTensor(value) && toNumbers(value).some(Number.isNaN)
}

function holds(applications: readonly Value[], dtype: DType): boolean {
  return applications.some(({ outputTypes }) => outputTypes.some((type) => type.dtype === dtype))
}

/** A session for each gate would take a minute. */
function inGroups(samples: readonly (readonly Call[])[]): readonly (readonly Call[])[] {
  const size = 12
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, at) =>
    samples.slice(at * size, (at + 1) * size).flat(),
  )
}

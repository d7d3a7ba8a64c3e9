/** onnxruntime, in its web build on wasm or its native one: kernels and networks, of models made here. */
import { floats } from '../works/fill.ts'
import { isTraining, type KernelWork, type Mlp, sampleOf } from '../works/work.ts'
import { loadOptional } from './load.ts'
import { type ModelNode, modelBytes } from './onnx-model.ts'
import { type LoadPeer, notInstalled, type Prepared, Unavailable } from './peer.ts'

interface Session {
  run(feeds: object, fetches: readonly string[]): Promise<Record<string, OutputTensor>>
}

interface OutputTensor {
  readonly data: Float32Array
  dispose(): void
}

interface Runtime {
  readonly env: { readonly wasm: { numThreads?: number }; logLevel?: string }
  readonly Tensor: new (type: string, data: Float32Array, shape: readonly number[]) => object
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> }
}

/** `mode` is the package: `onnxruntime-web` or `onnxruntime-node`. */
export const loadOnnx: LoadPeer = async ({ mode, threads }) => {
  const loaded = await loadOptional<{ default?: Runtime } & Runtime>(mode)
  if (!loaded) throw notInstalled(mode)
  const runtime = loaded.default ?? loaded
  if (mode === 'onnxruntime-web') runtime.env.wasm.numThreads = threads
  return async (work) => {
    if (work.kind === 'scalars' || work.kind === 'gradient') {
      throw new Unavailable('has no gradients')
    }
    const options = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionProviders: [mode === 'onnxruntime-web' ? 'wasm' : 'cpu'],
    }
    if (isTraining(work)) throw new Unavailable('does not train: it runs finished models')
    if (work.kind === 'forward') {
      const session = await runtime.InferenceSession.create(networkModel(work.network), {
        graphOptimizationLevel: 'all',
        ...options,
      })
      const [features] = work.network.inputs
      const x = new runtime.Tensor('float32', floats(features), features.shape)
      return prepared(session, { feeds: { x }, fetched: 'c' })
    }
    const session = await runtime.InferenceSession.create(kernelModel(work), {
      // Else it folds a kernel whose operands it has into its result, and nothing is left to run.
      graphOptimizationLevel: 'disabled',
      ...options,
    })
    return prepared(session, { feeds: {}, fetched: 'one' })
  }
}

interface Call {
  readonly feeds: object
  readonly fetched: string
}

function prepared(session: Session, { feeds, fetched }: Call): Prepared {
  return {
    run: async (count) => {
      for (let turn = 0; turn < count; turn++) {
        const { [fetched]: output } = await session.run(feeds, [fetched])
        output?.dispose()
      }
      return 0
    },
    sample: async () => sampleOf((await session.run(feeds, ['c'])).c?.data ?? []),
  }
}

/** MatMul, Add and Relu of each layer; it joins the first two into one by itself. */
function networkModel({ widths, parameters, inputs }: Mlp): Uint8Array {
  const layers = widths.length - 1
  const nodes = Array.from({ length: layers }, (_, layer): readonly ModelNode[] => {
    const [weight, bias] = parameters.slice(2 * layer).map(({ name }) => name)
    const node = (operator: string, given: readonly string[], output: string): ModelNode => ({
      operator,
      inputs: given,
      outputs: [output],
      attributes: {},
    })
    const [before, product] = [layer === 0 ? 'x' : `h${layer}`, `p${layer + 1}`]
    const isLast = layer + 1 === layers
    const sum = isLast ? 'c' : `s${layer + 1}`
    return [
      node('MatMul', [before, weight ?? ''], product),
      node('Add', [product, bias ?? ''], sum),
      ...(isLast ? [] : [node('Relu', [sum], `h${layer + 1}`)]),
    ]
  })
  return modelBytes({
    nodes: nodes.flat(),
    floats: parameters.map((array) => ({ ...array, data: floats(array) })),
    integers: [],
    inputs: [inputs[0]],
    outputs: ['c'],
  })
}

/**
 * The operands lie in the model and only one element of the output is fetched, so that no run
 * pays for copies from and to JavaScript, which nobody else pays for either.
 */
function kernelModel(work: KernelWork): Uint8Array {
  const names = work.inputs.map(({ name }) => name)
  const node = (operator: string, attributes: ModelNode['attributes'] = {}): ModelNode => ({
    operator,
    inputs: names,
    outputs: ['c'],
    attributes,
  })
  const kernels: Record<KernelWork['kind'], ModelNode> = {
    matmul: node('MatMul'),
    gelu: node('Gelu', { approximate: 'tanh' }),
    softmax: node('Softmax', { axis: -1 }),
    sum: { ...node('ReduceSum', { keepdims: 0 }), inputs: [...names, 'axis'] },
    sort: {
      ...node('TopK', { axis: -1, largest: 0, sorted: 1 }),
      inputs: [...names, 'count'],
      outputs: ['c', 'places'],
    },
  }
  return modelBytes({
    nodes: [
      kernels[work.kind],
      { operator: 'Reshape', inputs: ['c', 'flat'], outputs: ['row'], attributes: {} },
      { operator: 'Slice', inputs: ['row', 'zero', 'unit'], outputs: ['one'], attributes: {} },
    ],
    floats: work.inputs.map((array) => ({
      name: array.name,
      shape: array.shape,
      data: floats(array),
    })),
    inputs: [],
    integers: [
      { name: 'axis', numbers: [work.kind === 'sum' ? work.axis : 0] },
      { name: 'count', numbers: [work.inputs[0].shape.at(-1) ?? 1] },
      { name: 'flat', numbers: [-1] },
      { name: 'zero', numbers: [0] },
      { name: 'unit', numbers: [1] },
    ],
    outputs: ['c', 'one'],
  })
}

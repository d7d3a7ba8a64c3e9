/** TensorFlow.js, on its JavaScript backend or its wasm one, which in Node has no threads. */
import { floats } from '../works/fill.ts'
import { isTraining, type KernelWork, type ScalarWork, sampleOf } from '../works/work.ts'
import { loadOptional } from './load.ts'
import { type LoadPeer, notInstalled, type Prepared } from './peer.ts'
import { gradientOf } from './tensorflow-gradients.ts'
import { forwardOf, gelu, trainingOf } from './tensorflow-training.ts'
import type { Tensor, TensorFlow } from './tensorflow-types.ts'

/** `mode` is the backend: `cpu` or `wasm`. */
export const loadTensorFlow: LoadPeer = async ({ mode }) => {
  // It greets on every start.
  console.warn = () => {}
  const loaded = await loadOptional<{ default?: TensorFlow } & TensorFlow>('@tensorflow/tfjs')
  if (!loaded) throw notInstalled('@tensorflow/tfjs')
  if (mode === 'wasm' && !(await loadOptional('@tensorflow/tfjs-backend-wasm'))) {
    throw notInstalled('@tensorflow/tfjs-backend-wasm')
  }
  const tf = loaded.default ?? loaded
  if (!(await tf.setBackend(mode))) throw new Error(`TensorFlow.js does not start on ${mode}`)
  await tf.ready()
  return (work) => {
    if (work.kind === 'scalars') return chainOf(tf, work)
    if (work.kind === 'forward') return forwardOf(tf, work.network)
    if (work.kind === 'gradient') return gradientOf(tf, work)
    return isTraining(work) ? trainingOf(tf, work) : kernelOf(tf, work)
  }
}

function kernelOf(tf: TensorFlow, work: KernelWork): Prepared {
  const operands = work.inputs.map((array) => tf.tensor(floats(array), [...array.shape]))
  const [a, b] = operands as [Tensor, Tensor] // matmul has two, the others do not look at b
  const calls = {
    matmul: () => tf.matMul(a, b),
    gelu: () => gelu(tf, a),
    softmax: () => tf.softmax(a),
    sum: () => tf.sum(a, work.kind === 'sum' ? work.axis : 0),
    // It sorts by topk alone, the largest first.
    sort: () => tf.neg(tf.topk(tf.neg(a), work.inputs[0].shape.at(-1) ?? 1).values),
  }
  const call = () => tf.tidy(calls[work.kind])
  return {
    // Both backends have computed when a call returns.
    run: (count) => {
      for (let turn = 0; turn < count; turn++) call().dispose()
      return 0
    },
    sample: () => sampleOf(call().dataSync()),
  }
}

function chainOf(tf: TensorFlow, work: ScalarWork): Prepared {
  const wrt = [work.start, work.factor, work.term].map((number) => tf.scalar(number))
  const solve = tf.valueAndGrads((start, factor, term) => {
    let end = start as Tensor // the three of wrt
    for (let gate = 0; gate < work.gates; gate++) {
      if (gate % 3 === 0) end = end.add(term as Tensor)
      else if (gate % 3 === 1) end = end.mul(factor as Tensor)
      else end = tf.tanh(end)
    }
    return end
  })
  const run = () => {
    const { value, grads } = solve(wrt)
    const numbers = [value, ...grads].map((tensor) => tensor.dataSync()[0] ?? 0)
    tf.dispose([value, ...grads])
    return numbers
  }
  return {
    run: (count) => {
      let end = 0
      for (let turn = 0; turn < count; turn++) end = run()[0] ?? 0
      return end
    },
    sample: run,
    facts: { nodes: work.gates + 3 },
  }
}

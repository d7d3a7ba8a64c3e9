/** jax-js on its wasm backend: one thread as Node has it, or its pool on Node's workers. */
import { floats } from '../works/fill.ts'
import { isTraining, type KernelWork, type ScalarWork, sampleOf } from '../works/work.ts'
import { gradientOf } from './jax-gradients.ts'
import { forwardOf, trainingOf } from './jax-training.ts'
import type { Jax, JaxArray } from './jax-types.ts'
import { loadOptional } from './load.ts'
import { type LoadPeer, notInstalled, type Prepared } from './peer.ts'
import { offerWorkers } from './web-worker.ts'

export const loadJax: LoadPeer = async ({ threads }) => {
  // It looks for both when it starts: with no Worker it stays on one thread.
  if (threads > 1) offerWorkers(threads)
  const jax = await loadOptional<Jax>('@jax-js/jax')
  if (!jax) throw notInstalled('@jax-js/jax')
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  const isPooled = threads > 1
  return (work) => {
    if (work.kind === 'scalars') return chainOf(jax, work, isPooled)
    if (isTraining(work)) return trainingOf(jax, work, isPooled)
    if (work.kind === 'gradient') return gradientOf(jax, work)
    if (work.kind === 'forward') return forwardOf(jax, work.network, isPooled)
    return kernelOf(jax, work)
  }
}

function kernelOf(jax: Jax, work: KernelWork): Prepared {
  const { numpy: np, nn, jit } = jax
  const operands = work.inputs.map((array) => np.array(floats(array)).reshape([...array.shape]))
  const [a, b] = operands as [JaxArray, JaxArray] // matmul has two, the others do not look at b
  const calls = {
    matmul: (): JaxArray => multiplied(a.ref, b.ref),
    gelu: () => nn.gelu(a.ref),
    softmax: () => softened(a.ref),
    sum: () => summed(a.ref),
    sort: () => sorted(a.ref),
  }
  const multiplied = jit((x: JaxArray, y: JaxArray) => np.matmul(x, y))
  const softened = jit((x: JaxArray) => nn.softmax(x, -1))
  const summed = jit((x: JaxArray) => np.sum(x, work.kind === 'sum' ? work.axis : 0))
  const sorted = jit((x: JaxArray) => np.sort(x, -1))
  const call = calls[work.kind]
  return {
    run: async (count) => {
      for (let turn = 0; turn < count; turn++) {
        const output = call()
        await output.blockUntilReady()
        output.dispose()
      }
      return 0
    },
    sample: async () => sampleOf(await call().data()),
  }
}

/** f32: jax-js has f64, but its tanh has not. */
function chainOf(jax: Jax, work: ScalarWork, isPooled: boolean): Prepared {
  const { numpy: np, jit, valueAndGrad } = jax
  const wrt = [work.start, work.factor, work.term].map((number) =>
    np.array(Float32Array.of(number)).reshape([]),
  )
  const chain = ([start, factor, term]: readonly JaxArray[]): JaxArray => {
    if (!start || !factor || !term) throw new Error('a chain has three operands')
    let end = start
    for (let gate = 0; gate < work.gates; gate++) {
      if (gate % 3 === 0) end = end.add(term.ref)
      else if (gate % 3 === 1) end = end.mul(factor.ref)
      else end = np.tanh(end)
    }
    factor.dispose()
    term.dispose()
    return end
  }
  const solve = jit(valueAndGrad(chain))
  const read = (array: JaxArray) => (isPooled ? array.data() : array.dataSync())
  const run = async () => {
    const [end, gradients] = solve(wrt.map((number) => number.ref))
    const numbers: number[] = []
    for (const array of [end, ...gradients]) numbers.push((await read(array))[0] ?? 0)
    return numbers
  }
  return {
    run: async (count) => {
      let end = 0
      for (let turn = 0; turn < count; turn++) end = (await run())[0] ?? 0
      return end
    },
    sample: run,
    facts: { nodes: work.gates + 3 },
  }
}

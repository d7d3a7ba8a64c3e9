/** Sluice at all works, through what it offers everyone. */
import { floats, labels } from '../works/fill.ts'
import {
  isTraining,
  type KernelWork,
  type Mlp,
  sampleOf,
  type TrainingWork,
} from '../works/work.ts'
import type { LoadPeer, Prepared } from './peer.ts'
import { loadSluice, type Sluice } from './sluice.ts'
import { gradientOf } from './sluice-gradients.ts'
import { lossOf, networkOf } from './sluice-models.ts'
import { checkThreads, noteOf, planOf } from './sluice-program.ts'
import { compiledChain, rebuiltChain } from './sluice-scalars.ts'

/**
 * `mode`: `run`, `repeat` for training in one call, `rebuilt` for scalars built each time,
 * `compile` for building and compiling alone.
 */
export const loadSluiceWork: LoadPeer = async ({ mode, threads }) => {
  const built = await loadSluice()
  return async (work) => {
    if (mode === 'rebuilt' && work.kind === 'scalars') return rebuiltChain(built, work)
    const prepared =
      work.kind === 'scalars'
        ? await compiledChain(built, work)
        : isTraining(work)
          ? await training(built, work, { mode, threads })
          : work.kind === 'forward'
            ? await forward(built, work.network, threads)
            : work.kind === 'gradient'
              ? await gradientOf(built, work, threads)
              : await kernel(built, work, threads)
    return mode === 'compile' ? { ...prepared, run: () => 0, sample: () => [] } : prepared
  }
}

type Value = ReturnType<Sluice['reshape']>

async function training(
  built: Sluice,
  work: TrainingWork,
  { mode, threads }: { readonly mode: string; readonly threads: number },
): Promise<Prepared> {
  const begin = performance.now()
  const { J, updates } = lossOf(built, work)
  const start = performance.now()
  const program = await built.compile({ J }, { updates, ...{ threads } })
  const compileMs = performance.now() - start
  checkThreads(program, threads)
  const feeds = Object.fromEntries(
    work.inputs.map((array) => [
      array.name,
      array.fill.kind === 'labels' ? labels(array) : floats(array),
    ]),
  )
  const facts = { 'build ms': start - begin, 'compile ms': compileMs, ...planOf(program) }
  if (mode === 'repeat') {
    return {
      run: async (count) => Number((await program.repeat(count, feeds).J.data())[count - 1]),
      facts,
      ...noteOf(program),
    }
  }
  const { sync } = program.capabilities
  return {
    run: async (count) => {
      let loss = 0
      for (let turn = 0; turn < count; turn++) {
        const { J: handle } = program.run(feeds)
        loss = Number((sync ? handle.dataSync() : await handle.data())[0])
      }
      return loss
    },
    facts,
    ...noteOf(program),
  }
}

/** The batch is fed and the output read each time. */
async function forward(built: Sluice, work: Mlp, threads: number): Promise<Prepared> {
  const c = networkOf(built, work)
  const start = performance.now()
  const program = await built.compile({ c }, { updates: [], ...{ threads } })
  const compileMs = performance.now() - start
  checkThreads(program, threads)
  const { sync } = program.capabilities
  const feeds = { x: floats(work.inputs[0]) }
  const read = () => {
    const { c: handle } = program.run(feeds)
    return sync ? handle.dataSync() : handle.data()
  }
  return {
    run: async (count) => {
      for (let turn = 0; turn < count; turn++) await read()
      return 0
    },
    sample: async () => sampleOf(await read()),
    facts: { 'compile ms': compileMs, ...planOf(program) },
    ...noteOf(program),
  }
}

/**
 * Operands are states, so that no run copies them in, and so is the result: it stays where it was
 * made, as every other contender's does.
 */
async function kernel(built: Sluice, work: KernelWork, threads: number): Promise<Prepared> {
  const [a, b] = work.inputs.map((array) => built.state(array.name, array.shape, floats(array)))
  if (!a) throw new Error('a kernel has an operand')
  const values: Record<KernelWork['kind'], () => Value> = {
    matmul: () => built.matmul(a, b ?? a),
    gelu: () => built.gelu(a, { approximate: 'tanh' }),
    softmax: () => built.softmax(a),
    sum: () => built.sum(a, work.kind === 'sum' ? work.axis : 0),
    sort: () => built.sort(a)[0],
  }
  const value = values[work.kind]()
  const result = built.state('result', value.shape, 0)
  const updates = [{ state: result, value }]
  const start = performance.now()
  const program = await built.compile({}, { updates, ...{ threads } })
  const compileMs = performance.now() - start
  checkThreads(program, threads)
  if (!program.capabilities.sync) throw new Error('a run is over when the call is')
  return {
    run: async (count) => {
      for (let turn = 0; turn < count; turn++) program.run()
      return 0
    },
    sample: async () => {
      program.run()
      return sampleOf(program.store.get('result').data as Float32Array) // a state is f32 by default
    },
    facts: { 'compile ms': compileMs, ...planOf(program) },
    ...noteOf(program),
  }
}

/** Who takes part in which kind of row. */
import type { Entrant } from '../stage.ts'

type Part = Omit<Entrant, 'name' | 'peer' | 'threads' | 'mode'> &
  Partial<Pick<Entrant, 'threads' | 'mode'>>

function entrant(name: string, peer: string, part: Part): Entrant {
  return { name, peer, threads: 1, mode: '', ...part }
}

export const ours: Entrant = entrant('sluice', 'sluice', { kind: 'ours', mode: 'run' })

export const oursInTwo: Entrant = { ...ours, name: 'sluice, 2 threads', threads: 2 }

export const oursRepeated: Entrant = { ...ours, name: 'sluice, repeat', mode: 'repeat' }

export const oursRebuilt: Entrant = { ...ours, name: 'sluice, rebuilt', mode: 'rebuilt' }

export const oursCompiled: Entrant = { ...ours, name: 'sluice, compiled once', mode: 'compiled' }

export const jax: Entrant = entrant('jax-js', 'jax-js', { kind: 'engine' })

export const jaxInTwo: Entrant = { ...jax, name: 'jax-js, 2 workers', threads: 2 }

export const tensorFlow: Entrant = entrant('tfjs cpu', 'tensorflow', {
  kind: 'engine',
  mode: 'cpu',
})

export const tensorFlowWasm: Entrant = { ...tensorFlow, name: 'tfjs wasm', mode: 'wasm' }

const onnxWeb: Entrant = entrant('onnxruntime-web', 'onnxruntime', {
  kind: 'engine',
  mode: 'onnxruntime-web',
})

const onnxNative: Entrant = entrant('onnxruntime-node', 'onnxruntime', {
  kind: 'native',
  mode: 'onnxruntime-node',
})

export const torch: Entrant = entrant('PyTorch', 'pytorch', { kind: 'native' })

export const torchInTwo: Entrant = { ...torch, name: 'PyTorch, 2 threads', threads: 2 }

const brain: Entrant = entrant('brain.js', 'brain', {
  kind: 'other step',
  note: 'learns from one row at a time: four updates a step, and another curve',
})

const plain: Entrant = entrant('plain loops', 'plain', { kind: 'by hand' })

export const micrograd: Entrant = entrant('micrograd by hand', 'micrograd', { kind: 'by hand' })

/** onnxruntime is not asked: both packages run finished models only. */
const untrained: readonly Entrant[] = [onnxWeb, onnxNative]

export const trainers: readonly Entrant[] = [
  ours,
  oursInTwo,
  jax,
  jaxInTwo,
  tensorFlow,
  tensorFlowWasm,
  ...untrained,
  torch,
  torchInTwo,
]

export const xorTrainers: readonly Entrant[] = [
  oursRepeated,
  ...trainers.filter(({ name }) => name !== torchInTwo.name),
  brain,
  plain,
]

export const kernelRunners: readonly Entrant[] = [
  ours,
  oursInTwo,
  jax,
  jaxInTwo,
  tensorFlow,
  tensorFlowWasm,
  onnxWeb,
  { ...onnxWeb, name: 'onnxruntime-web, 2 threads', threads: 2 },
  onnxNative,
  torch,
]

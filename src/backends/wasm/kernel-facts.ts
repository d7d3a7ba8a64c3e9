/** What a program can tell of its kernels: where buffers lie, which gates they hold, their time. */
import type { Graph } from '../../ir/graph.ts'
import type { Value } from '../../ir/value.ts'
import type { Kernels } from '../../kernel/kernels.ts'
import { loadsOf, storesOf } from '../../kernel/operations.ts'
import type { Kernel } from '../../kernel/routine.ts'
import type {
  KernelExplanation,
  KernelFacts,
  PlannedBuffer,
  Profile,
} from '../../runtime/engine.ts'
import type { Feeds } from '../../runtime/feeds.ts'
import type { Instance } from './instance.ts'
import { sizeOfBuffer } from './layout.ts'

/** `feed` checks feeds and writes them into the memory. */
export function kernelFacts(instance: Instance, feed: (feeds: Feeds) => void): KernelFacts {
  const { kernels, layout } = instance
  let plan: readonly PlannedBuffer[] | undefined
  let explained: readonly KernelExplanation[] | undefined
  const explain = () => {
    explained ??= explainKernels(kernels)
    return explained
  }
  return {
    memory: layout.use,
    get plan() {
      plan ??= planOf(instance)
      return plan
    },
    explain,
    profile: (feeds, runs) => profile(instance, explain(), { runs, feed: () => feed(feeds) }),
  }
}

/** All kernels of a step, in the order in which they run. */
function kernelsInOrder({ routine }: Kernels): readonly Kernel[] {
  return [...routine.kernels, ...routine.checks, ...routine.commits]
}

function planOf({ kernels, layout }: Instance): readonly PlannedBuffer[] {
  const { buffers } = kernels.routine
  const first = new Int32Array(buffers.length).fill(-1)
  const last = new Int32Array(buffers.length).fill(-1)
  kernelsInOrder(kernels).forEach((kernel, position) => {
    for (const { buffer } of [...loadsOf(kernel), ...storesOf(kernel)]) {
      if (first[buffer] === -1) first[buffer] = position
      last[buffer] = position
    }
  })
  return buffers.map((buffer, index) => ({
    name: buffer.name,
    role: buffer.role.kind,
    dtype: buffer.dtype,
    offset: layout.places[index]?.address ?? 0,
    bytes: sizeOfBuffer(buffer),
    firstKernel: first[index] ?? -1,
    lastKernel: last[index] ?? -1,
  }))
}

function explainKernels(kernels: Kernels): readonly KernelExplanation[] {
  const { graph, routine } = kernels
  const names = namesOf(graph)
  const textOf = ({ gate, application }: Value) => {
    const name = names.get(graph.slotOf(application))
    return name === undefined ? gate.name : `${gate.name} ${name}`
  }
  const checks = routine.kernels.length
  const commits = checks + routine.checks.length
  return kernelsInOrder(kernels).map((kernel, index) => {
    const part = index < checks ? 'step' : index < commits ? 'check' : 'commit'
    const gates = gatesOf(kernel).map(textOf)
    const extents = extentsOf(kernel)
    const held = gates.join(', ') || (part === 'check' ? 'looks for NaN and ∞' : 'copies')
    const size = extents.length > 0 ? ` over ${extents.join(' × ')}` : ''
    const text = `${index} ${kernel.kind}${size}: ${held}`
    return { kernel: index, kind: kernel.kind, part, extents, gates, text }
  })
}

/** The gates of a kernel, and of a loop those of its body. */
function gatesOf(kernel: Kernel): readonly Value[] {
  if (kernel.kind !== 'repeat') return kernel.gates
  return [...new Set([...kernel.gates, ...kernel.body.flatMap(gatesOf)])]
}

/** What values are called, by slot; a gradient `dJ/dW1`, after the value that it belongs to. */
function namesOf(graph: Graph): ReadonlyMap<number, string> {
  const names = graph.names()
  const note = (value: Value) => {
    const of = value.edge?.of.name
    const slot = graph.slotOf(value)
    if (of !== undefined && !names.has(slot)) names.set(slot, `dJ/d${of}`)
  }
  for (const application of graph.applications) for (const value of application.inputs) note(value)
  for (const value of Object.values(graph.outputs)) note(value)
  for (const { value } of graph.updates) note(value)
  return names
}

function extentsOf(kernel: Kernel): readonly number[] {
  switch (kernel.kind) {
    case 'nest':
      return [...kernel.points, ...(longest(kernel.stages.map(({ extents }) => extents)) ?? [])]
    case 'contract':
      return [...kernel.batch, ...kernel.rows, ...kernel.columns, ...kernel.depth]
    case 'scatter':
      return kernel.extents
    case 'running':
    case 'sort':
      return [...kernel.points, kernel.length]
    case 'repeat':
      return [kernel.count]
  }
}

function longest(lists: readonly (readonly number[])[]): readonly number[] | undefined {
  const sizeOf = (list: readonly number[]) => list.reduce((size, extent) => size * extent, 1)
  return lists.reduce<readonly number[] | undefined>(
    (best, list) => (best && sizeOf(best) >= sizeOf(list) ? best : list),
    undefined,
  )
}

/** Runs kernels one by one, and puts the states back to what they were. */
function profile(
  { kernels, layout, memory, kernelFunctions }: Instance,
  explained: readonly KernelExplanation[],
  { runs, feed }: { readonly runs: number; readonly feed: () => void },
): Profile {
  const functions = kernelFunctions()
  const states = kernels.routine.buffers.flatMap(({ role, dtype, length }, index) => {
    if (role.kind !== 'state') return []
    const address = layout.places[index]?.address ?? 0
    return [{ address, dtype, contents: memory.view(dtype, address, length).slice() }]
  })
  const times = new Float64Array(functions.length)
  // Engines compile what has run a few times once more, and better.
  const warmUp = 3
  for (let run = -warmUp; run < runs; run++) {
    feed()
    for (let i = 0; i < functions.length; i++) {
      const start = performance.now()
      functions[i]?.()
      if (run >= 0) times[i] = (times[i] ?? 0) + performance.now() - start
    }
    for (const { address, dtype, contents } of states) {
      memory.view(dtype, address, contents.length).set(contents as never) // one dtype
    }
  }
  const total = times.reduce((sum, time) => sum + time, 0)
  return {
    runs,
    milliseconds: total / runs,
    kernels: explained.map((explanation, index) => {
      const time = times[index] ?? 0
      return { ...explanation, milliseconds: time / runs, share: total > 0 ? time / total : 0 }
    }),
  }
}

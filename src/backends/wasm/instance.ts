/** A program's module at work in the memory of its store. */
import { internalError } from '../../errors.ts'
import type { Kernels } from '../../kernel/kernels.ts'
import type { SingleKernel } from '../../kernel/routine.ts'
import type { Store } from '../../runtime/store.ts'
import { contractWorkspaceBytes } from './contract/emit-contract.ts'
import { everyKernel } from './emitted.ts'
import type { Features } from './features.ts'
import { type Layout, layOut, useOf } from './layout.ts'
import { memoryOf, type WasmMemory } from './memory.ts'
import { sortWorkspaceBytes } from './sort/emit-sort.ts'
import { assembleStep, memoryImport } from './step.ts'
import { type Sharing, worthwhile } from './threads/actions.ts'
import { Pace } from './threads/pace.ts'
import { mostThreads } from './threads/pool.ts'
import { startTeam, type Team } from './threads/team.ts'

export interface Instance {
  readonly kernels: Kernels
  readonly memory: WasmMemory
  readonly layout: Layout
  /** Runs one step on what lies in the memory; gives why it failed, 0 where it has not. */
  readonly step: () => number
  /** How many threads share a step. */
  readonly threads: number
  /** Resolves when the threads have started. */
  ready(): Promise<void>
  /** A function for each kernel by itself: those of the step, its checks and its commits. */
  kernelFunctions(): readonly (() => void)[]
}

export interface InstanceOptions {
  readonly features: Features
  readonly isDeterministic: boolean
  /** How many threads may share a step. Default 1. */
  readonly threads?: number
  readonly sharing?: Sharing
}

/**
 * The instance of a program in a store; programs of one structure share it, as they run one after
 * another and each reads its outputs at once. Throws MEMORY where there is not enough.
 */
export function instanceOf(
  kernels: Kernels,
  store: Store,
  { features, isDeterministic, threads = 1, sharing = worthwhile }: InstanceOptions,
): Instance {
  const memory = memoryOf(store, features.hasThreads)
  const isRelaxed = features.hasRelaxedSimd && !isDeterministic
  const limit = memory.isShared ? Math.min(threads, mostThreads) : 1
  const known = instances.get(memory) ?? new WeakMap<Kernels, Map<string, Instance>>()
  instances.set(memory, known)
  const made = known.get(kernels) ?? new Map<string, Instance>()
  known.set(kernels, made)
  const key = JSON.stringify([isRelaxed, limit, sharing])
  const instance =
    made.get(key) ?? instantiate(kernels, store, { memory, isRelaxed, limit, sharing })
  made.set(key, instance)
  return instance
}

// What has been compiled is kept as long as the kernels that it was made from.
const instances = new WeakMap<WasmMemory, WeakMap<Kernels, Map<string, Instance>>>()
const modules = new WeakMap<Kernels, Map<string, CompiledStep>>()

interface CompiledStep {
  readonly module: WebAssembly.Module
  /** How many threads are to run it. */
  readonly threads: number
}

interface Setting {
  readonly memory: WasmMemory
  readonly isRelaxed: boolean
  /** How many threads may share a step. */
  readonly limit: number
  readonly sharing: Sharing
}

function instantiate(kernels: Kernels, store: Store, setting: Setting): Instance {
  const { memory, limit } = setting
  const { routine } = kernels
  const working = everyKernel([...routine.kernels, ...routine.commits])
  const workspaceBytes = Math.max(0, ...working.map(workspaceOf))
  const layout = layOut(kernels, { memory, store }, { workspaceBytes, threads: limit })
  const compiled = moduleOf(kernels, layout, { ...setting, isProfiled: false })
  const alone = exportsOf(compiled, memory).step as () => number // as step.ts exports it
  const team = teamOf(compiled, setting, alone)
  let functions: readonly (() => void)[] | undefined
  const kernelFunctions = () => {
    if (functions) return functions
    const profiled = moduleOf(kernels, layout, { ...setting, limit: 1, isProfiled: true })
    const exported = exportsOf(profiled, memory)
    const count = routine.kernels.length + routine.checks.length + routine.commits.length
    functions = Array.from({ length: count }, (_, index) => {
      return exported[`kernel ${index}`] as () => void // as above
    })
    return functions
  }
  const { threads = 1 } = team ?? {}
  return {
    ...{ kernels, memory, kernelFunctions },
    layout: { ...layout, use: useOf(kernels, { workspaceBytes, threads }) },
    step: team ? () => team.step() : alone,
    get threads() {
      return team?.threads ?? 1
    },
    ready: async () => team?.ready(),
  }
}

/** The threads that share the steps; undefined where one is best, or there are no others. */
function teamOf(
  { module, threads }: CompiledStep,
  { memory: { memory }, sharing }: Setting,
  alone: () => number,
): Team | undefined {
  if (threads === 1) return undefined
  const pace = sharing.isSpread ? {} : { pace: new Pace() }
  return startTeam({ program: { module, memory }, threads, alone, ...pace })
}

/** An instance of the module that runs on this thread alone. */
function exportsOf({ module }: CompiledStep, { memory }: WasmMemory): WebAssembly.Exports {
  const nothing = () => {}
  const { name } = memoryImport
  const imports = { [memoryImport.module]: { [name]: memory, wait: nothing, wake: nothing } }
  return new WebAssembly.Instance(module, imports).exports
}

/** The compiled module; another store that lays its memory out alike takes the same one. */
function moduleOf(
  kernels: Kernels,
  layout: Layout,
  { memory, ...setting }: Setting & { readonly isProfiled: boolean },
): CompiledStep {
  const options = { ...setting, isShared: memory.isShared }
  const key = JSON.stringify([layout.places, layout.workspace, options])
  const known = modules.get(kernels) ?? new Map<string, CompiledStep>()
  modules.set(kernels, known)
  const held = known.get(key)
  if (held) return held
  const { bytes, threads } = assembleStep(kernels.routine, layout, options)
  const made = { module: compiled(bytes), threads }
  known.set(key, made)
  return made
}

function compiled(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes)
  } catch (error) {
    throw internalError(`wasm: the engine refuses the module of ${bytes.length} bytes`, `${error}`)
  }
}

function workspaceOf(kernel: SingleKernel): number {
  switch (kernel.kind) {
    case 'contract':
      return contractWorkspaceBytes(kernel)
    case 'sort':
      return sortWorkspaceBytes(kernel)
    default:
      return 0
  }
}

/**
 * The module of one program: a function for each kernel, and `step`, which runs them in order, then
 * the checks, and, where nothing has failed, the commits.
 */
import { internalError } from '../../errors.ts'
import type { Kernel, Routine, SingleKernel } from '../../kernel/routine.ts'
import { AlikeKernels } from './alike.ts'
import { emitContract } from './contract/emit-contract.ts'
import { type Emitted, everyKernel, runAlone } from './emitted.ts'
import type { Expression, Global } from './expression.ts'
import { i32 } from './instructions.ts'
import { type EmittedKernel, faults, type KernelContext } from './kernel-context.ts'
import type { Layout } from './layout.ts'
import { MathsLibrary } from './maths/library.ts'
import { faultAddress, maximumPages } from './memory.ts'
import { ModuleBuilder, type WasmFunction } from './module-builder.ts'
import { emitNest } from './nest/emit-nest.ts'
import { emitRunning } from './running.ts'
import { emitScatter } from './scatter.ts'
import { emitSort } from './sort/emit-sort.ts'
import type { Sharing } from './threads/actions.ts'
import { importHost } from './threads/barrier.ts'
import { type EmittedList, type EmittedParts, emitShare, planSharing } from './threads/share.ts'

export interface StepOptions {
  readonly isRelaxed: boolean
  readonly isShared: boolean
  /** Whether every kernel is exported too, as `kernel 0` and so on, to be timed by itself. */
  readonly isProfiled: boolean
  /** How many threads may run it. */
  readonly limit: number
  readonly sharing: Sharing
}

/** What a module imports its memory as. */
export const memoryImport = { module: 'host', name: 'memory' } as const

export interface AssembledStep {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** How many threads are to run it; where more than one, the module exports `share` too. */
  readonly threads: number
}

/** The module; it exports `step`, () → why it failed. */
export function assembleStep(
  routine: Routine,
  layout: Layout,
  options: StepOptions,
): AssembledStep {
  const { isShared, isProfiled, limit, sharing } = options
  const module = new ModuleBuilder()
  module.importMemory({ ...memoryImport, minimumPages: 1, maximumPages, isShared })
  const host = limit > 1 ? importHost(module) : undefined
  const context = contextOf(module, routine, layout, options)
  const single = everyKernel([...routine.kernels, ...routine.checks, ...routine.commits])
  const alike = new AlikeKernels(context, single, emitSingle)
  const emit = (kernels: readonly Kernel[]): EmittedList => {
    return { kernels, emitted: kernels.map((kernel) => emitKernel(alike, kernel)) }
  }
  const kernels = emit(routine.kernels)
  const checks = emit(routine.checks)
  const commits = emit(routine.commits)
  const parts = { kernels, checks, commits }
  module.export('step', emitStep(context, parts))
  const shared = host && planSharing(context, parts, { sharing, limit })
  if (host && shared && shared.threads > 1) module.export('share', emitShare(context, shared, host))
  if (isProfiled) {
    const all = [...kernels.emitted, ...checks.emitted, ...commits.emitted]
    for (const [index, one] of all.entries()) {
      module.export(`kernel ${index}`, emitPart(context, `kernel ${index}`, [one]))
    }
  }
  return { bytes: module.toBytes(), threads: shared?.threads ?? 1 }
}

function contextOf(
  module: ModuleBuilder,
  { buffers }: Routine,
  { places, workspace }: Layout,
  { isRelaxed }: StepOptions,
): KernelContext {
  const turns: Global<'i32'>[] = []
  return {
    module,
    maths: new MathsLibrary(module, { isRelaxed }),
    isRelaxed,
    buffers,
    placeOf(buffer) {
      const place = places[buffer]
      if (!place) throw internalError(`step: buffer ${buffer} has no place`)
      return place
    },
    workspace,
    turn(depth) {
      while (turns.length <= depth) turns.push(module.global('i32'))
      return turns[depth] as Global<'i32'> // the line above
    },
    faultAddress,
  }
}

function emitKernel(alike: AlikeKernels, kernel: Kernel): Emitted {
  if (kernel.kind !== 'repeat') return alike.emit(kernel)
  return { repeat: kernel, body: kernel.body.map((inner) => emitKernel(alike, inner)) }
}

function emitSingle(context: KernelContext, kernel: SingleKernel): EmittedKernel {
  switch (kernel.kind) {
    case 'nest':
      return emitNest(context, kernel)
    case 'contract':
      return emitContract(context, kernel)
    case 'scatter':
      return emitScatter(context, kernel)
    case 'running':
      return emitRunning(context, kernel)
    case 'sort':
      return emitSort(context, kernel)
  }
}

type Part = WasmFunction<readonly [], 'nothing'>

/** Calls in one function at most: engines compile large functions slowly, and refuse huge ones. */
const callsPerFunction = 500

function emitStep(context: KernelContext, parts: EmittedParts): WasmFunction<readonly [], 'i32'> {
  const kernels = emitParts(context, 'kernels', parts.kernels.emitted)
  const checks = emitParts(context, 'checks', parts.checks.emitted)
  const commits = emitParts(context, 'commits', parts.commits.emitted)
  return context.module.function('step', { takes: [], gives: 'i32' }, (f) => {
    f.do(i32.store(0, faults.none, faultAddress))
    for (const list of [kernels, checks]) {
      if (list.length === 0) continue
      for (const part of list) f.do(part.call())
      f.if(fault(), () => f.return(fault()))
    }
    for (const part of commits) f.do(part.call())
    f.return(faults.none)
  })
}

function emitParts(
  context: KernelContext,
  name: string,
  kernels: readonly Emitted[],
): readonly Part[] {
  const parts: Part[] = []
  for (let start = 0; start < kernels.length; start += callsPerFunction) {
    const some = kernels.slice(start, start + callsPerFunction)
    parts.push(emitPart(context, `${name} ${start}`, some))
  }
  return parts
}

/** A function that runs these kernels one after another. */
function emitPart(context: KernelContext, name: string, kernels: readonly Emitted[]): Part {
  return context.module.function(name, { takes: [], gives: 'nothing' }, (f) =>
    runAlone({ f, context, depth: 0, thread: 0 }, kernels),
  )
}

function fault(): Expression<'i32'> {
  return i32.load(0, faultAddress)
}

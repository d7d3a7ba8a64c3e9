/** The function that every thread of a step runs: its share of the kernels, in step with the others. */
import { internalError } from '../../../errors.ts'
import { dtypes } from '../../../ir/dtype.ts'
import { loadsOf, storesOf } from '../../../kernel/operations.ts'
import type { Access, Kernel } from '../../../kernel/routine.ts'
import { type Emitted, loop, runAlone, type Site } from '../emitted.ts'
import type { Expression } from '../expression.ts'
import type { Local } from '../function-builder.ts'
import { i32 } from '../instructions.ts'
import type { EmittedKernel, KernelContext } from '../kernel-context.ts'
import type { WasmFunction } from '../module-builder.ts'
import {
  type Action,
  actionsOf,
  bestThreads,
  isShared,
  type Piece,
  type Sharing,
  type Span,
} from './actions.ts'
import { type Barrier, emitBarrier, type Host } from './barrier.ts'
import { addresses, phases } from './words.ts'

/** Kernels and the functions that they have become, in the same order. */
export interface EmittedList {
  readonly kernels: readonly Kernel[]
  readonly emitted: readonly Emitted[]
}

/** The three parts of a step. */
export interface EmittedParts {
  readonly kernels: EmittedList
  readonly checks: EmittedList
  readonly commits: EmittedList
}

export interface ShareOptions {
  readonly sharing: Sharing
  /** How many threads there may be. */
  readonly limit: number
}

/** Takes the thread's number and how many there are; gives why the step failed. */
export type Share = WasmFunction<readonly ['i32', 'i32'], 'i32'>

/** What threads do in the parts of a step, and how many of them are best. */
export interface SharedStep {
  readonly kernels: readonly Action[]
  readonly checks: readonly Action[]
  readonly commits: readonly Action[]
  readonly threads: number
}

/** How threads would run a step; `threads` is 1 where it does not pay. */
export function planSharing(
  context: KernelContext,
  { kernels, checks, commits }: EmittedParts,
  { sharing, limit }: ShareOptions,
): SharedStep {
  const everything = [kernels, checks, commits].flatMap(({ emitted }) => emitted)
  if (!sharing.isSpread && !everything.some((one) => isShared(one, sharing))) return none
  const plan = (list: EmittedList) => actionsOf(piecesOf(context, list), sharing)
  const parts = { kernels: plan(kernels), checks: plan(checks), commits: plan(commits) }
  const all: readonly Action[] = [...parts.kernels, ...parts.checks, ...parts.commits]
  return { ...parts, threads: sharing.isSpread ? limit : bestThreads(all, limit) }
}

const none: SharedStep = { kernels: [], checks: [], commits: [], threads: 1 }

/** The function that the threads of a step run. */
export function emitShare(context: KernelContext, step: SharedStep, host: Host): Share {
  const barrier = emitBarrier(context.module, host, context.faultAddress)
  const parts = [
    { phase: phases.kernels, actions: step.kernels },
    { phase: phases.checks, actions: step.checks },
    { phase: phases.commits, actions: step.commits },
  ]
    // What changes states always comes behind a barrier.
    .filter(({ phase, actions }) => phase === phases.kernels || actions.length > 0)
    .map(({ phase, actions }) => {
      const writer = new ShareWriter(context, barrier, phase)
      return { phase, functions: writer.functions(actions) }
    })
  const signature = { takes: ['i32', 'i32'], gives: 'i32' } as const
  return context.module.function('share', signature, (f, thread, threads) => {
    parts.forEach(({ functions }, index) => {
      for (const part of functions) f.do(part.call(thread, threads))
      f.do(barrier.call(threads, parts[index + 1]?.phase ?? phases.end))
      f.if(verdict(), () => f.return(verdict()))
    })
    f.return(0)
  })
}

function verdict(): Expression<'i32'> {
  return i32.load(0, addresses.verdict)
}

/** Kernels with what they touch of the memory that threads share. */
function piecesOf(context: KernelContext, { kernels, emitted }: EmittedList): readonly Piece[] {
  return emitted.map((one, index): Piece => {
    const kernel = kernels[index]
    if (!kernel) throw internalError('threads: a function without its kernel')
    const isLoop = kernel.kind === 'repeat' && 'repeat' in one
    return {
      emitted: one,
      reads: spansOf(context, loadsOf(kernel)),
      writes: spansOf(context, storesOf(kernel)),
      body: isLoop ? piecesOf(context, { kernels: kernel.body, emitted: one.body }) : [],
    }
  })
}

/** The whole of each buffer: what lies at one place at different times is told apart by addresses. */
function spansOf({ buffers, placeOf }: KernelContext, accesses: readonly Access[]): Span[] {
  const touched = new Set(accesses.map(({ buffer }) => buffer))
  return [...touched].flatMap((index) => {
    const buffer = buffers[index]
    const { address, perThread } = placeOf(index)
    if (!buffer || perThread !== 0) return []
    return { from: address, to: address + buffer.length * dtypes[buffer.dtype].sizeBytes }
  })
}

/** Actions or kernels in one function at most: engines compile large functions slowly. */
const largest = 500

type Part = WasmFunction<readonly ['i32', 'i32'], 'nothing'>

interface ThreadSite extends Site {
  readonly thread: Local<'i32'>
  readonly threads: Local<'i32'>
}

class ShareWriter {
  readonly #context: KernelContext
  readonly #barrier: Barrier
  readonly #phase: number

  constructor(context: KernelContext, barrier: Barrier, phase: number) {
    this.#context = context
    this.#barrier = barrier
    this.#phase = phase
  }

  /** Functions that do the actions when they are called one after another. */
  functions(actions: readonly Action[]): readonly Part[] {
    return slicesOf(actions).map((some) => this.#function(0, (site) => this.#write(site, some)))
  }

  #function(depth: number, body: (site: ThreadSite) => void): Part {
    const context = this.#context
    const signature = { takes: ['i32', 'i32'], gives: 'nothing' } as const
    return context.module.function('part', signature, (f, thread, threads) =>
      body({ f, context, depth, thread, threads }),
    )
  }

  #write(site: ThreadSite, actions: readonly Action[]): void {
    const { f, thread, threads } = site
    for (const action of actions) {
      switch (action.kind) {
        case 'meet':
          f.do(this.#barrier.call(threads, this.#phase))
          break
        case 'share':
          share(site, action.kernel)
          break
        case 'alone': {
          const owner = i32.remU(action.owner, threads)
          f.if(i32.eq(thread, owner), () => this.#alone(site, action.kernels))
          break
        }
        case 'loop':
          loop(site, action.repeat, (inner) =>
            this.#write({ ...site, depth: inner.depth }, action.body),
          )
          break
      }
    }
  }

  #alone(site: ThreadSite, kernels: readonly Emitted[]): void {
    if (kernels.length <= largest) {
      runAlone(site, kernels)
      return
    }
    for (const some of slicesOf(kernels)) {
      const part = this.#function(site.depth, (inner) => runAlone(inner, some))
      site.f.do(part.call(site.thread, site.threads))
    }
  }
}

/** A thread's part of the chunks, which are spread evenly. */
function share(
  { f, thread, threads }: ThreadSite,
  { run, chunks, given = [] }: EmittedKernel,
): void {
  const from = f.let(i32.divU(i32.mul(thread, chunks), threads))
  const to = f.let(i32.divU(i32.mul(i32.add(thread, 1), chunks), threads))
  f.if(i32.ltS(from, to), () => f.do(run.call(from, to, thread, ...given)))
}

function slicesOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / largest)
  return Array.from({ length: count }, (_, index) => {
    return list.slice(index * largest, (index + 1) * largest)
  })
}

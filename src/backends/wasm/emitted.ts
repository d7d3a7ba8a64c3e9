/** Kernels that have become functions of a module, and how they are run one after another. */
import type { Kernel, Repeat, SingleKernel } from '../../kernel/routine.ts'
import type { Operand } from './expression.ts'
import type { FunctionBuilder } from './function-builder.ts'
import { i32 } from './instructions.ts'
import type { EmittedKernel, KernelContext } from './kernel-context.ts'

/** A kernel that is a function, or a loop over such. */
export type Emitted = EmittedKernel | EmittedRepeat

export interface EmittedRepeat {
  readonly repeat: Repeat
  readonly body: readonly Emitted[]
}

/** Nanoseconds on one thread, about. */
export function costOf(emitted: Emitted): number {
  if (!('repeat' in emitted)) return emitted.cost
  return emitted.repeat.count * emitted.body.reduce((total, inner) => total + costOf(inner), 0)
}

/** All kernels, those within loops too. */
export function everyKernel(kernels: readonly Kernel[]): readonly SingleKernel[] {
  return kernels.flatMap((kernel) =>
    kernel.kind === 'repeat' ? everyKernel(kernel.body) : [kernel],
  )
}

/** Where kernels are run: in which function, of which context, and within how many loops. */
export interface Site {
  readonly f: FunctionBuilder
  readonly context: KernelContext
  readonly depth: number
  /** Whose scratch they use. */
  readonly thread: Operand<'i32'>
}

/** Runs whole kernels in their order, on one thread. */
export function runAlone(site: Site, kernels: readonly Emitted[]): void {
  for (const kernel of kernels) {
    if ('repeat' in kernel) loop(site, kernel.repeat, (inner) => runAlone(inner, kernel.body))
    else if (kernel.chunks > 0) {
      const { run, chunks, given = [] } = kernel
      site.f.do(run.call(0, chunks, site.thread, ...given))
    }
  }
}

/** Runs a body once for each turn of a loop. */
export function loop(site: Site, repeat: Repeat, body: (inner: Site) => void): void {
  const { f, context, depth } = site
  const { count, isReversed } = repeat
  f.for({ from: 0, to: count }, (i) => {
    f.setGlobal(context.turn(depth), isReversed ? i32.sub(count - 1, i) : i)
    body({ ...site, depth: depth + 1 })
  })
}

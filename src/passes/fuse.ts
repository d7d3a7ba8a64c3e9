/**
 * Fusion: kernels over the same elements become one, so that what one computes the next takes from
 * a register, or from a row that is still in cache.
 */
import { loadsOf, storesOf } from '../kernel/operations.ts'
import type { Buffer, Kernel, Repeat, Routine } from '../kernel/routine.ts'
import { keptBuffers, Schedule } from '../kernel/schedule.ts'
import { inlineNests } from './inline.ts'
import { joinKernels } from './join.ts'
import { privatise } from './privatise.ts'
import { shareOperations } from './share.ts'

/** The routine with fewer, larger kernels. */
export function fuse(routine: Routine): Routine {
  const { buffers, kernels, commits } = fuseKernels({ ...routine, kept: keptBuffers(routine) })
  return { ...routine, buffers, kernels, commits }
}

interface Part {
  readonly buffers: readonly Buffer[]
  readonly kernels: readonly Kernel[]
  readonly commits: readonly Kernel[]
  /** What is read after these kernels. */
  readonly kept: ReadonlySet<number>
}

function fuseKernels(part: Part): Omit<Part, 'kept'> {
  let { buffers } = part
  const kernels = part.kernels.map((kernel) => {
    if (kernel.kind !== 'repeat') return kernel
    const kept = keptByLoop(kernel, part)
    const inner = fuseKernels({ buffers, kernels: kernel.body, commits: [], kept })
    buffers = inner.buffers
    return { ...kernel, body: inner.kernels }
  })
  const schedule = new Schedule(buffers, kernels, part.commits, part.kept)
  inlineNests(schedule)
  joinKernels(schedule)
  privatise(schedule)
  // What lowering made of one gate has nothing to share; nor have single numbers, which may be many.
  const untouched = new Set([...kernels, ...part.commits])
  const share = (kernel: Kernel) =>
    untouched.has(kernel) && !isTree(kernel) ? kernel : shareOperations(kernel)
  return {
    buffers: schedule.buffers,
    kernels: schedule.kernels().map(share),
    commits: schedule.commits().map(share),
  }
}

/** Whether a kernel as lowering makes it holds more than one gate, each at every element. */
function isTree(kernel: Kernel): boolean {
  return kernel.kind === 'nest' && kernel.points.length > 0 && kernel.gates.length > 1
}

/** What a loop's body must leave in memory: for kernels outside it, and for its own next turn. */
function keptByLoop(loop: Repeat, { kernels, commits, kept }: Part): ReadonlySet<number> {
  const result = new Set(kept)
  for (const kernel of [...kernels, ...commits]) {
    if (kernel === loop) continue
    for (const { buffer } of [...loadsOf(kernel), ...storesOf(kernel)]) result.add(buffer)
  }
  const written = new Set<number>()
  for (const kernel of loop.body) {
    for (const { buffer } of loadsOf(kernel)) if (!written.has(buffer)) result.add(buffer)
    for (const { buffer } of storesOf(kernel)) written.add(buffer)
  }
  return result
}

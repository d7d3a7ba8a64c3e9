/** Leaving out the buffers that no kernel uses any more. */
import { loadsOf, storesOf, withBuffers } from '../kernel/operations.ts'
import type { Kernel, Routine } from '../kernel/routine.ts'

/** The same routine with its buffers numbered anew. Inputs and states stay, whoever uses them. */
export function compact(routine: Routine): Routine {
  const { buffers, kernels, checks, commits, outputs } = routine
  // By buffer, as scalar graphs have very many.
  const used = new Uint8Array(buffers.length)
  for (const buffer of Object.values(outputs)) used[buffer] = 1
  for (const kernel of [...kernels, ...checks, ...commits]) {
    for (const { buffer } of loadsOf(kernel)) used[buffer] = 1
    for (const { buffer } of storesOf(kernel)) used[buffer] = 1
  }
  const numbers = new Int32Array(buffers.length).fill(-1)
  let count = 0
  const kept = buffers.filter(({ role: { kind } }, index) => {
    const stays = used[index] === 1 || kind === 'input' || kind === 'state'
    if (stays) numbers[index] = count++
    return stays
  })
  if (kept.length === buffers.length) return routine
  const rename = (buffer: number) => numbers[buffer] ?? -1
  const renumber = (kernel: Kernel) => withBuffers(kernel, rename)
  return {
    buffers: kept,
    kernels: kernels.map(renumber),
    checks: checks.map(renumber),
    commits: commits.map(renumber),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, at]) => [name, rename(at)])),
  }
}

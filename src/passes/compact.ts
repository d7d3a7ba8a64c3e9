/** Leaving out the buffers that no kernel uses any more. */
import { loadsOf, storesOf } from '../kernel/operations.ts'
import type { Access, Kernel, Operation, Routine } from '../kernel/routine.ts'

/** The same routine with its buffers numbered anew. Inputs and states stay, whoever uses them. */
export function compact(routine: Routine): Routine {
  const { buffers, kernels, checks, commits, outputs } = routine
  const used = new Set(Object.values(outputs))
  for (const kernel of [...kernels, ...checks, ...commits]) {
    for (const { buffer } of loadsOf(kernel)) used.add(buffer)
    for (const { buffer } of storesOf(kernel)) used.add(buffer)
  }
  const numbers = new Map<number, number>()
  const kept = buffers.filter(({ role: { kind } }, index) => {
    const stays = used.has(index) || kind === 'input' || kind === 'state'
    if (stays) numbers.set(index, numbers.size)
    return stays
  })
  if (kept.length === buffers.length) return routine
  const rename = (buffer: number) => numbers.get(buffer) ?? -1
  const renumber = (kernel: Kernel) => withBuffers(kernel, rename)
  return {
    buffers: kept,
    kernels: kernels.map(renumber),
    checks: checks.map(renumber),
    commits: commits.map(renumber),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, at]) => [name, rename(at)])),
  }
}

function withBuffers(kernel: Kernel, rename: (buffer: number) => number): Kernel {
  const access = (one: Access): Access => ({ ...one, buffer: rename(one.buffer) })
  const body = (operations: readonly Operation[]) =>
    operations.map((one) =>
      one.op === 'load' || one.op === 'store' ? { ...one, access: access(one.access) } : one,
    )
  switch (kernel.kind) {
    case 'nest':
      return {
        ...kernel,
        stages: kernel.stages.map((stage) => ({ ...stage, body: body(stage.body) })),
      }
    case 'contract':
      return {
        ...kernel,
        a: access(kernel.a),
        b: access(kernel.b),
        epilogue: body(kernel.epilogue),
      }
    case 'scatter':
      return {
        ...kernel,
        index: access(kernel.index),
        source: access(kernel.source),
        target: access(kernel.target),
      }
    case 'repeat':
      return { ...kernel, body: kernel.body.map((inner) => withBuffers(inner, rename)) }
  }
}

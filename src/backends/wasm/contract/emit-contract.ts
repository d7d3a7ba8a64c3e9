/** Code for contractions: see `Contract` of the kernel IR. */
import type { Contract } from '../../../kernel/routine.ts'
import { i32 } from '../instructions.ts'
import type { EmittedKernel, KernelContext } from '../kernel-context.ts'
import { kernelFunction } from '../kernel-function.ts'
import { type Plan, planOf } from './plan.ts'
import { type Product, simplify } from './product.ts'
import { writeTiled } from './tiled.ts'
import { isTiny, tinyWorkspaceBytes, writeTiny } from './tiny.ts'

/** Planned once: for its workspace, then for its code. */
const plans = new WeakMap<Contract, Plan>()

function planFor(kernel: Contract, product: Product): Plan {
  const plan = plans.get(kernel) ?? planOf(product)
  plans.set(kernel, plan)
  return plan
}

/** What one thread needs in `KernelContext.workspace`, in bytes. */
export function contractWorkspaceBytes(kernel: Contract): number {
  if (isEmpty(kernel)) return 0
  const product = simplify(kernel)
  return isTiny(product) ? tinyWorkspaceBytes(product) : planFor(kernel, product).workspace.bytes
}

/** The function that runs a contraction and its epilogue, in chunks that depend on sizes alone. */
export function emitContract(context: KernelContext, kernel: Contract): EmittedKernel {
  if (isEmpty(kernel)) return nothing(context)
  const product = simplify(kernel)
  if (isTiny(product)) return emitTiny(context, product)
  const plan = planFor(kernel, product)
  const run = kernelFunction(context, 'contract', ({ f, context: inside, from, to, thread }) => {
    const first = (chunk: typeof from) => unitOf(plan, chunk)
    writeTiled(f, inside, plan, { from: f.let(first(from)), to: f.let(first(to)), thread })
  })
  return { run, chunks: plan.chunks, cost: plan.cost }
}

function emitTiny(context: KernelContext, product: Product): EmittedKernel {
  const run = kernelFunction(context, 'contract', ({ f, context: inside, from, to, thread }) => {
    f.if(i32.ltS(from, to), () => writeTiny(f, inside, product, thread))
  })
  return { run, chunks: 1, cost: 20 }
}

function nothing(context: KernelContext): EmittedKernel {
  const run = kernelFunction(context, 'contract', () => {})
  return { run, chunks: 1, cost: 1 }
}

function isEmpty({ batch, rows, columns }: Contract): boolean {
  return [...batch, ...rows, ...columns].includes(0)
}

/** The first unit of a chunk: units are spread evenly. */
function unitOf({ units, chunks }: Plan, chunk: Parameters<typeof i32.mul>[0]) {
  if (units === chunks) return i32.add(chunk, 0)
  return i32.divU(i32.mul(chunk, units), chunks)
}

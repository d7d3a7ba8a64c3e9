/** Emits one contraction as a module of its own, runs it, and computes what it should give. */
import {
  contractWorkspaceBytes,
  emitContract,
} from '../../src/backends/wasm/contract/emit-contract.ts'
import { probeFeatures } from '../../src/backends/wasm/features.ts'
import type { KernelContext } from '../../src/backends/wasm/kernel-context.ts'
import { MathsLibrary } from '../../src/backends/wasm/maths/library.ts'
import { ModuleBuilder } from '../../src/backends/wasm/module-builder.ts'
import { dtypes, type TypedArray } from '../../src/ir/dtype.ts'
import type { Buffer, Contract } from '../../src/kernel/routine.ts'

export interface Emitted {
  readonly chunks: number
  readonly cost: number
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The elements of a buffer: a view of the memory. */
  elements(buffer: number): TypedArray
  /** Runs the chunks from … to − 1 on that thread. */
  run(from: number, to: number, thread?: number): void
}

/** Bytes around each buffer that must stay as they are. */
const margin = 64

/** The kernel over buffers in a memory of its own, with the workspaces of two threads. */
export function emit(
  kernel: Contract,
  buffers: readonly Buffer[],
  { isRelaxed = true, turn = 0 }: { readonly isRelaxed?: boolean; readonly turn?: number } = {},
): Emitted {
  probeFeatures()
  const offsets: number[] = []
  let end = 1024
  for (const { dtype, length } of buffers) {
    offsets.push(end)
    end += Math.ceil((length * dtypes[dtype].sizeBytes) / 64) * 64 + margin
  }
  const perThread = Math.ceil(contractWorkspaceBytes(kernel) / 64) * 64
  const minimumPages = Math.ceil((end + 2 * perThread) / 65536)
  const module = new ModuleBuilder()
  module.importMemory({ module: 'host', name: 'memory', minimumPages })
  const turns = [module.global('i32', turn)]
  const context: KernelContext = {
    ...{ module, isRelaxed, buffers, faultAddress: 16 },
    maths: new MathsLibrary(module, { isRelaxed }),
    placeOf: (buffer) => ({ address: offsets[buffer] ?? 0, perThread: 0 }),
    workspace: { address: end, perThread },
    turn: (depth) => turns[depth] ?? module.global('i32', 0),
  }
  const { run, chunks, cost } = emitContract(context, kernel)
  module.export('run', run)
  const bytes = module.toBytes()
  const memory = new WebAssembly.Memory({ initial: minimumPages })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } })
  const start = exports.run as (from: number, to: number, thread: number) => void // exported above
  return {
    ...{ chunks, cost, bytes },
    elements: (buffer) => viewOf(memory, offsets[buffer] ?? 0, buffers[buffer]),
    run: (from, to, thread = 0) => start(from, to, thread),
  }
}

function viewOf(memory: WebAssembly.Memory, offset: number, buffer: Buffer | undefined) {
  const { dtype, length } = buffer ?? { dtype: 'f32', length: 0 }
  const Elements = dtypes[dtype].allocate(0).constructor as Float32ArrayConstructor // of that kind
  return new Elements(memory.buffer, offset, length)
}

/** Indices of axes, row-major. */
export function* indicesOf(extents: readonly number[]): Generator<readonly number[]> {
  if (extents.includes(0)) return
  const index = extents.map(() => 0)
  for (;;) {
    yield index
    let axis = extents.length - 1
    while (axis >= 0 && index[axis] === (extents[axis] ?? 1) - 1) index[axis--] = 0
    if (axis < 0) return
    index[axis] = (index[axis] ?? 0) + 1
  }
}

/** The sum of products at each of [...batch, ...rows, ...columns], row-major: in f64, or modulo 2³². */
export function productsOf(kernel: Contract, a: TypedArray, b: TypedArray): number[] {
  const { batch, rows, columns, depth } = kernel
  const [atRows, atColumns] = [batch.length, batch.length + rows.length]
  const products: number[] = []
  for (const index of indicesOf([...batch, ...rows, ...columns])) {
    const outer = index.slice(0, atRows)
    let sum = 0
    for (const step of indicesOf(depth)) {
      const inA = at(kernel.a, [...outer, ...index.slice(atRows, atColumns), ...step])
      const inB = at(kernel.b, [...outer, ...step, ...index.slice(atColumns)])
      sum = isWhole(kernel)
        ? (sum + Math.imul(Number(a[inA]), Number(b[inB]))) | 0
        : sum + Number(a[inA]) * Number(b[inB])
    }
    products.push(sum)
  }
  return products
}

function isWhole({ dtype }: Contract): boolean {
  return dtype === 'i32' || dtype === 'u32'
}

interface Affine {
  readonly offset: number
  readonly strides: readonly number[]
}

/** The element that an access names. */
export function at({ offset, strides }: Affine, index: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum + i * (strides[axis] ?? 0), offset)
}

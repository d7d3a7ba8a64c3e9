/** Runs one kernel of the wasm backend over arrays. */

import { probeFeatures } from '../../src/backends/wasm/features.ts'
import type { EmittedKernel, KernelContext } from '../../src/backends/wasm/kernel-context.ts'
import { MathsLibrary } from '../../src/backends/wasm/maths/library.ts'
import { ModuleBuilder } from '../../src/backends/wasm/module-builder.ts'
import { type DType, dtypes, type TypedArray } from '../../src/ir/dtype.ts'
import type { Buffer } from '../../src/kernel/routine.ts'

export interface KernelRun {
  /** What each buffer holds before; of an array of another type, its bits. */
  readonly buffers: readonly { readonly dtype: DType; readonly data: TypedArray }[]
  /** Scratch: which buffers each thread has for itself. */
  readonly scratch?: readonly number[]
  readonly isRelaxed?: boolean
  /** Runs each chunk by a call of its own, the last first. */
  readonly isApart?: boolean
  readonly thread?: number
  /** The counters of the repeats around the kernel. */
  readonly turns?: readonly number[]
}

export interface KernelResult {
  readonly buffers: readonly TypedArray[]
  readonly fault: number
  readonly emitted: EmittedKernel
  /** Runs all chunks again. */
  readonly again: () => void
}

const faultAddress = 0
const perThread = 4096
const workspaceBytes = 2 ** 20

export function runKernel(
  emit: (context: KernelContext) => EmittedKernel,
  options: KernelRun,
): KernelResult {
  probeFeatures()
  const { buffers, scratch = [], thread = 0, turns = [] } = options
  let end = 64
  const places = buffers.map(({ data }, index) => {
    const address = end
    const isScratch = scratch.includes(index)
    end += Math.ceil((data.byteLength + (isScratch ? 4 * perThread : 0) + 16) / 16) * 16
    return { address, perThread: isScratch ? perThread : 0 }
  })
  const module = new ModuleBuilder()
  const pages = Math.ceil((end + workspaceBytes) / 65536)
  module.importMemory({ module: 'host', name: 'memory', minimumPages: pages })
  const isRelaxed = options.isRelaxed ?? false
  const counters = [0, 1, 2].map(() => module.global('i32'))
  const context: KernelContext = {
    module,
    maths: new MathsLibrary(module, { isRelaxed }),
    isRelaxed,
    buffers: buffers.map(({ dtype, data }, index) => bufferOf(dtype, data, index)),
    placeOf: (buffer) => places[buffer] ?? { address: 0, perThread: 0 },
    workspace: { address: Math.ceil(end / 16) * 16, perThread: 0 },
    turn: (depth) => counters[depth] ?? module.global('i32'),
    faultAddress,
  }
  const emitted = emit(context)
  module.export('run', emitted.run)
  module.export(
    'turns',
    module.function('turns', { takes: ['i32', 'i32', 'i32'], gives: 'nothing' }, (f, ...given) => {
      given.forEach((value, depth) => {
        const counter = counters[depth]
        if (counter) f.setGlobal(counter, value)
      })
    }),
  )
  const memory = new WebAssembly.Memory({ initial: pages })
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), {
    host: { memory },
  })
  const { run, turns: setTurns } = instance.exports as Record<string, (...n: number[]) => void> // above
  const addressOf = (index: number): number => {
    const place = places[index]
    return place ? place.address + thread * place.perThread : 0
  }
  buffers.forEach(({ data }, index) => {
    new Uint8Array(memory.buffer, addressOf(index)).set(bytesOf(data))
  })
  setTurns?.(...[0, 1, 2].map((depth) => turns[depth] ?? 0))
  const { chunks } = emitted
  const again = (): void => run?.(0, chunks, thread)
  if (options.isApart)
    for (let chunk = chunks - 1; chunk >= 0; chunk--) run?.(chunk, chunk + 1, thread)
  else again()
  const after = buffers.map(({ dtype, data }, index) => {
    const copy = dtypes[dtype].allocate(data.length)
    bytesOf(copy).set(new Uint8Array(memory.buffer, addressOf(index), copy.byteLength))
    return copy
  })
  const fault = new Int32Array(memory.buffer, faultAddress)[0] ?? 0
  return { buffers: after, fault, emitted, again }
}

function bufferOf(dtype: DType, data: TypedArray, index: number): Buffer {
  return { role: { kind: 'temporary' }, dtype, length: data.length, name: `b${index}` }
}

function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

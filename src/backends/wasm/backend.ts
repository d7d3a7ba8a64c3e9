/** WebAssembly with SIMD: one module for a whole step. */
import { defineBackend, type KernelBackend } from '../define.ts'
import { WasmEngine } from './engine.ts'
import { type Features, probeFeatures } from './features.ts'
import { instanceOf } from './instance.ts'
import { type Sharing, worthwhile } from './threads/actions.ts'
import { coreCount } from './threads/platform.ts'

/**
 * The backend on an engine that can do what `probe` says. Without SIMD, and where a page's policy
 * forbids WebAssembly, it runs nothing, and neither does it compute f32 in f64: then the interpreter
 * runs the program. `sharing` says which kernels threads share.
 */
export function wasmOn(probe: () => Features, sharing: Sharing = worthwhile): KernelBackend {
  let probed: Features | undefined
  const features = () => {
    probed ??= isAllowed() ? probe() : nothing
    return probed
  }
  return defineBackend({
    name: 'wasm',
    takes: 'kernels',
    capabilities: { sync: true },
    canRun: ({ precision }) => precision === 'declared' && features().hasSimd,
    compile: (kernels, context, { isDeterministic, threads = defaultThreads() }) => {
      const options = { features: features(), isDeterministic, threads, sharing }
      return new WasmEngine(instanceOf(kernels, context.store, options), context)
    },
  })
}

/** Beyond it few kernels have enough work to cut, and barriers take longer. */
const mostByDefault = 8

function defaultThreads(): number {
  return Math.min(coreCount(), mostByDefault)
}

const nothing: Features = { hasSimd: false, hasRelaxedSimd: false, hasThreads: false }

/** Whether there is WebAssembly, and no policy against making modules. */
function isAllowed(): boolean {
  try {
    // "\0asm", version 1: the smallest module.
    return Boolean(new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)))
  } catch {
    return false
  }
}

/** What `compile` uses unless it is told otherwise. */
export const wasm: KernelBackend = wasmOn(probeFeatures)

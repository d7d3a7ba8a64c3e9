/** What the engine's WebAssembly can do beyond its first version. */
import type { Expression } from './expression.ts'
import { f32x4, i32, i32x4 } from './instructions.ts'
import { ModuleBuilder } from './module-builder.ts'

export interface Features {
  readonly hasSimd: boolean
  /** Fused multiply-add and the like, whose last bit differs between machines. */
  readonly hasRelaxedSimd: boolean
  /** Atomic instructions, and memory that can be shared with workers. */
  readonly hasThreads: boolean
}

/**
 * Probes the engine. Where relaxed SIMD is behind a flag (Node 20), the flag is set: it changes
 * nothing for modules that do without.
 */
export function probeFeatures(): Features {
  const hasRelaxedSimd = validates(relaxed) || (allowRelaxedSimd() && validates(relaxed))
  return {
    hasSimd: validates(() => i32x4.extractLane(i32x4.constant(0), 0)),
    hasRelaxedSimd,
    hasThreads: typeof SharedArrayBuffer === 'function' && validates(() => i32.atomicLoad(0)),
  }
}

function relaxed(): Expression {
  const zero = f32x4.constant(0)
  return f32x4.relaxedMadd(zero, zero, zero)
}

function validates(probe: () => Expression): boolean {
  const builder = new ModuleBuilder()
  const pages = { minimumPages: 1, maximumPages: 1 }
  builder.importMemory({ module: 'probe', name: 'memory', ...pages, isShared: false })
  builder.function('probe', { takes: [], gives: 'nothing' }, (f) => f.do(probe()))
  return WebAssembly.validate(builder.toBytes())
}

/** Asks V8 for relaxed SIMD; false where this is no Node that lets us. */
function allowRelaxedSimd(): boolean {
  try {
    const v8 = globalThis.process?.getBuiltinModule?.('node:v8')
    v8?.setFlagsFromString('--experimental-wasm-relaxed-simd')
    return v8 !== undefined
  } catch {
    // A policy or another engine that forbids it leaves us without: an optimisation only.
    return false
  }
}

/** What the emitters of kernels share: the module, the maths, and where buffers lie. */
import type { Buffer } from '../../kernel/routine.ts'
import type { Global } from './expression.ts'
import type { MathsLibrary } from './maths/library.ts'
import type { ModuleBuilder, WasmFunction } from './module-builder.ts'

/** Bytes from the start of the memory: address + thread · perThread. A multiple of 16. */
export interface Place {
  readonly address: number
  /** 0 for what all threads share. */
  readonly perThread: number
}

export interface KernelContext {
  readonly module: ModuleBuilder
  readonly maths: MathsLibrary
  readonly isRelaxed: boolean
  readonly buffers: readonly Buffer[]
  placeOf(buffer: number): Place
  /** Room for packing and partial sums, as much as the largest kernel asks for. */
  readonly workspace: Place
  /** Counts the turns of the `repeat` at that depth, the outermost being 0. */
  turn(depth: number): Global<'i32'>
  /** An i32: 0, or why the step failed. */
  readonly faultAddress: number
}

/** Why a step failed, as it stands in the memory. */
export const faults = { none: 0, index: 1, nonFinite: 2 } as const

/**
 * A kernel as a function of the module. Its work is cut into chunks, by size alone: so the results
 * are the same for any number of threads.
 */
export interface EmittedKernel {
  /** Runs the chunks from … to − 1 on that thread. */
  readonly run: WasmFunction<readonly ['i32', 'i32', 'i32'], 'nothing'>
  readonly chunks: number
  /** About how many nanoseconds it takes one thread: what decides whether threads share it. */
  readonly cost: number
}

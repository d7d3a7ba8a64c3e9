/** What the emitters of kernels share: the module, the maths, and where buffers lie. */
import type { Buffer } from '../../kernel/routine.ts'
import type { Global } from './expression.ts'
import type { Local } from './function-builder.ts'
import type { MathsLibrary } from './maths/library.ts'
import type { ModuleBuilder, WasmFunction } from './module-builder.ts'

/** Bytes from the start of the memory: address + thread · perThread. A multiple of 16. */
export interface Place {
  readonly address: number
  /** 0 for what all threads share. */
  readonly perThread: number
  /** Holds the address where kernels share the code, each with buffers of its own. */
  readonly base?: Local<'i32'>
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
  /** What kernels that share a function tell it. */
  readonly given?: Given
}

/** What is told to a function that several kernels share, in this order. */
export interface Given {
  /** The addresses of these buffers. */
  readonly buffers: readonly number[]
  /** How many elements a nest goes over that has one axis of points and no others. */
  readonly hasLength: boolean
}

/** Why a step failed, as it stands in the memory. */
export const faults = { none: 0, index: 1, nonFinite: 2 } as const

/** Runs the chunks from … to − 1 on that thread. */
export type KernelFunction = WasmFunction<readonly ['i32', 'i32', 'i32', ...'i32'[]], 'nothing'>

/**
 * A kernel as a function of the module. Its work is cut into chunks, by size alone: so the results
 * are the same for any number of threads.
 */
export interface EmittedKernel {
  readonly run: KernelFunction
  /** What it takes beside, where other kernels share it. */
  readonly given?: readonly number[]
  readonly chunks: number
  /** Of one axis of points: how many elements a chunk goes over. */
  readonly chunkLength?: number
  /** About how many nanoseconds it takes one thread: what decides whether threads share it. */
  readonly cost: number
}

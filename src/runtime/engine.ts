/** What an engine is: it runs one graph over the states of one store. */
import type { SluiceError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import type { Graph } from '../ir/graph.ts'
import type { StateContents } from '../ir/state.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Feeds } from './feeds.ts'
import type { Handle } from './handle.ts'
import type { Store } from './store.ts'

/** What executes a program's graph. */
export interface Engine {
  readonly name: string
  readonly capabilities: { readonly sync: boolean }
  /** How many threads share a step; where it is not there, one. */
  readonly threads?: number
  /** Resolves when the threads have started; until then one runs the steps. */
  ready?(): Promise<void>
  /** One step: feeds in, updates into the store; a handle for each output. */
  run(feeds: Feeds): Readonly<Record<string, Handle>>
  /** `count` steps, a whole number above 0; outputs stacked along a new leading axis. */
  repeat(count: number, feeds: Feeds): Readonly<Record<string, Handle>>
  /** What only engines have that run kernels in a memory of their own. */
  readonly kernels?: KernelFacts
}

/** What an engine is given beside the code that it runs. */
export interface EngineContext {
  /** The program's own, as it was built: its inputs are what is fed. */
  readonly graph: Graph
  readonly store: Store
  readonly progress: StepCount
  readonly replay: Replay
}

/** How many runs have changed states; programs that are variants of one share it. */
export interface StepCount {
  steps: number
}

/**
 * Runs a step that has failed again, slowly, gate by gate. Gives the error that names the gate which
 * made the first number that is not finite, undefined where every number is finite; throws what the
 * reference throws, such as INDEX.
 */
export type Replay = (
  feeds: Readonly<Record<string, Tensor>>,
  states: StateContents,
  step: number,
) => SluiceError | undefined

export interface KernelFacts {
  readonly memory: ProgramMemory
  readonly plan: readonly PlannedBuffer[]
  explain(): readonly KernelExplanation[]
  profile(feeds: Feeds, runs: number): Profile
}

/** What a program's buffers take, in bytes. */
export interface ProgramMemory {
  /** What lasts between steps, shared with the other programs of the store. */
  readonly states: number
  readonly inputs: number
  readonly constants: number
  /** What lasts no longer than a step; programs of one store take turns in it. */
  readonly arena: number
  /** What each thread has for itself within a kernel. */
  readonly scratch: number
  /** What contractions pack their operands into. */
  readonly workspace: number
  readonly total: number
}

/** A buffer of a program: where it lies, and from which kernel to which it is in use. */
export interface PlannedBuffer {
  readonly name: string
  readonly role: 'input' | 'state' | 'constant' | 'temporary' | 'scratch'
  readonly dtype: DType
  /** From the start of the memory. */
  readonly offset: number
  readonly bytes: number
  /** Positions in the list of kernels; -1 where no kernel touches it. */
  readonly firstKernel: number
  readonly lastKernel: number
}

/** One kernel: what it runs over, and the gates that it holds. */
export interface KernelExplanation {
  readonly kernel: number
  readonly kind: 'nest' | 'contract' | 'scatter' | 'running' | 'sort' | 'repeat'
  /** When it runs: in every step, to look for what is not finite, or to change states. */
  readonly part: 'step' | 'check' | 'commit'
  /** How many times it runs along each axis; of a contraction batch, rows, columns and depth. */
  readonly extents: readonly number[]
  /** `matmul z2`, `sigmoid a2`: each gate with the name of its value, where it has one. */
  readonly gates: readonly string[]
  readonly text: string
}

export interface KernelTime extends KernelExplanation {
  /** Of one step: the mean. */
  readonly milliseconds: number
  /** Of all kernels together, from 0 to 1. */
  readonly share: number
}

/** How long each kernel takes. */
export interface Profile {
  readonly runs: number
  /** Of one step, all kernels together: the mean. */
  readonly milliseconds: number
  readonly kernels: readonly KernelTime[]
}

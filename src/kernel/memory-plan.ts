/** Where the buffers of a routine lie that last no longer than one step. Offsets are in bytes. */
export interface MemoryPlan {
  /** By buffer: its offset in the arena; −1 for inputs, states, constants and scratch. */
  readonly offsets: readonly number[]
  /** What all temporaries take together. Programs that run one after another share an arena. */
  readonly arenaBytes: number
  /** By buffer: the offset of a scratch buffer in the part that each thread has; −1 for others. */
  readonly scratchOffsets: readonly number[]
  /** What the scratch buffers of one thread take together. */
  readonly scratchBytes: number
}

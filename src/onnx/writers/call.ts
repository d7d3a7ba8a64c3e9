/** One application of a gate, as those who write it see it. */
import type { TensorType, Value } from '../../ir/value.ts'
import type { GraphWriter, Wire } from './graph-writer.ts'

export interface Call {
  readonly application: Value
  readonly graph: GraphWriter
  /** Operand `index`, of its whole shape. */
  readonly input: (index: number) => Wire
  /** Operand `index` as what broadcasts to its shape: what operators of elements take. */
  readonly loose: (index: number) => Wire
  /** Whether somebody reads output `index`. */
  readonly isRead: (index: number) => boolean
}

/**
 * Writes the nodes of an application and gives its outputs; a wire that broadcasts to the shape of an
 * output stands for it. What nobody reads may be undefined.
 */
export type Write = (call: Call) => readonly (Wire | undefined)[]

/** The type of the first output. */
export function outputType({ application }: Call): TensorType {
  return application.type
}

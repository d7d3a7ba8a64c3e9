/** The gates that the loop runs over. */
import * as functional from '../../src/functional/index.ts'
import * as gates from '../../src/gates/index.ts'
import { type AnyFunction, type Gate, type GateDefinition, isGate } from '../../src/ir/gate.ts'

export interface Entry {
  /** Whether values have it as a method. */
  readonly isFluent: boolean
  readonly name: string
  readonly gate: Gate<AnyFunction>
  readonly definition: GateDefinition
}

/** Every gate of src/gates and src/functional, under the name that it is exported by. */
export const registry: readonly Entry[] = Object.entries({ ...gates, ...functional }).flatMap(
  ([name, gate]) =>
    isGate(gate)
      ? [{ name, gate, definition: gate.definition, isFluent: Object.hasOwn(gates, name) }]
      : [],
)

/** Whether gradients pass through the gate. */
export function isDifferentiable({ role }: GateDefinition): boolean {
  return role !== 'stop' && role !== 'source'
}

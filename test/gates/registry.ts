/** The gates that the loop runs over. */
import * as gates from '../../src/gates/index.ts'
import { type AnyFunction, type Gate, type GateDefinition, isGate } from '../../src/ir/gate.ts'

export interface Entry {
  readonly name: string
  readonly gate: Gate<AnyFunction>
  readonly definition: GateDefinition
}

/** Every gate of src/gates/index.ts, under the name that it is exported by. */
export const registry: readonly Entry[] = Object.entries(gates).flatMap(([name, gate]) =>
  isGate(gate) ? [{ name, gate, definition: gate.definition }] : [],
)

/** Whether gradients pass through the gate. */
export function isDifferentiable({ role }: GateDefinition): boolean {
  return role !== 'stop' && role !== 'source'
}

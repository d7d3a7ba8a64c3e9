/** Operand names, and records by operand name. */
import type { GateDefinition } from './gate.ts'

/** The name of operand `index`: `a`, or `values[2]` of a variadic one. */
export function operandName(gate: GateDefinition, index: number): string {
  const last = gate.operands.length - 1
  const name = gate.operands[Math.min(index, last)] ?? `operand ${index}`
  return name.startsWith('...') ? `${name.slice(3)}[${index - last}]` : name
}

/** Unpacks a record by operand name into input order; what is absent stays undefined. */
export function unpackOperands<T>(
  operands: readonly string[],
  record: Readonly<Record<string, unknown>>,
  count: number,
): (T | undefined)[] {
  // Records come from rules whose types say what each operand holds.
  const items = new Array<T | undefined>(count).fill(undefined)
  for (let index = 0; index < operands.length; index++) {
    const name = operands[index] as string // index is inside
    if (!name.startsWith('...')) {
      items[index] = record[name] as T | undefined
      continue
    }
    const rest = (record[name.slice(3)] ?? []) as readonly (T | undefined)[]
    for (let k = 0; k < rest.length; k++) items[index + k] = rest[k]
  }
  return items
}

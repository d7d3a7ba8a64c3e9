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
  const items: (T | undefined)[] = []
  for (const name of operands) {
    // Records come from rules whose types say what each operand holds.
    if (name.startsWith('...')) items.push(...((record[name.slice(3)] ?? []) as (T | undefined)[]))
    else items.push(record[name] as T | undefined)
  }
  while (items.length < count) items.push(undefined)
  return items
}

/** Which operations of a nest are sure to give the same numbers. */
import { refsOf, withRefs } from '../../../kernel/operations.ts'
import type { Operation, Ref, Stage } from '../../../kernel/routine.ts'

export interface Sameness {
  /** Equal for operations that give the same number at each index. */
  numberOf(ref: Ref): number
  /** What a largest is the largest of. */
  readonly largest: ReadonlyMap<Ref, Ref>
  readonly differences: ReadonlyMap<Ref, { readonly a: Ref; readonly b: Ref }>
}

/** What is stored and loaded again, at the same index, counts as the same. */
export function samenessOf(stages: readonly Stage[]): Sameness {
  const numbers = new Map<Ref, number>()
  const texts = new Map<string, number>()
  const stored = new Map<string, number>()
  const touched = new Set<number>()
  const largest = new Map<Ref, Ref>()
  const differences = new Map<Ref, { readonly a: Ref; readonly b: Ref }>()
  const numberOf = (ref: Ref): number => numbers.get(ref) ?? -1 - ref
  for (const { extents, body } of stages) {
    for (const operation of body) {
      if (operation.op === 'store') {
        const { buffer } = operation.access
        // Another store to the buffer may be to the same places.
        if (touched.has(buffer)) stored.clear()
        touched.add(buffer)
        stored.set(placeText(operation, extents), numberOf(operation.x))
      }
      if (!('id' in operation)) continue
      if (operation.op === 'reduce') {
        if (operation.combine === 'max') largest.set(operation.id, operation.x)
        continue
      }
      if (operation.op === 'binary' && operation.operation === 'subtract') {
        differences.set(operation.id, operation)
      }
      if (operation.op === 'load' && touched.has(operation.access.buffer)) {
        const same = stored.get(placeText(operation, extents))
        if (same !== undefined && operation.at === undefined) numbers.set(operation.id, same)
        continue
      }
      const text = textOf(operation, extents, numberOf)
      const known = texts.get(text)
      if (known === undefined) texts.set(text, operation.id)
      numbers.set(operation.id, known ?? operation.id)
    }
  }
  return { numberOf, largest, differences }
}

function placeText(
  { access, stored }: Extract<Operation, { op: 'load' | 'store' }>,
  extents: readonly number[],
): string {
  return JSON.stringify([extents, stored, access])
}

function textOf(
  operation: Operation,
  extents: readonly number[],
  numberOf: (ref: Ref) => number,
): string {
  const own = 'id' in operation ? operation.id : undefined
  const named = withRefs(operation, (ref) => (ref === own ? 0 : numberOf(ref)))
  // Without operands it depends on the loops alone.
  return JSON.stringify(refsOf(operation).length > 0 ? named : [extents, named])
}

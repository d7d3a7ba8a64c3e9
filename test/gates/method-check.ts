/** The fluent method of a gate, held against its function. */
import type { AnyFunction, Attribute, Gate } from '../../src/ir/gate.ts'
import { Graph } from '../../src/ir/graph.ts'
import { formatType, Value } from '../../src/ir/value.ts'
import { callGate, callsOf, valuesIn } from './calls.ts'

/** `alias` is what `named` makes of a value that has a name. */
export const withoutMethod: readonly string[] = ['alias']

/** `x.gate(...)` must build what `gate(x, ...)` builds, for all samples. */
export function methodFailures(gate: Gate<AnyFunction>): readonly string[] {
  const { name, operands } = gate.definition
  const [first] = operands
  if (first === undefined || first.startsWith('...') || withoutMethod.includes(name)) return []
  if (first === 'key') return [] // gates that draw are functions only
  return callsOf(gate, 'f32').flatMap(({ label, args: [x, ...rest], outputs }) => {
    if (!(x instanceof Value)) return [`${label}: the first operand is not a value`]
    const method: unknown = Reflect.get(x, name)
    if (typeof method !== 'function') return [`Value has no method ${name}`]
    const built = valuesIn(callGate(method.bind(x), rest))
    const [direct, fluent] = [outputs, built].map((values) => values.map(describe))
    const isSame = JSON.stringify(direct) === JSON.stringify(fluent)
    return isSame ? [] : [`${label}: ${fluent} where the function builds ${direct}`]
  })
}

/** The graph under a value in words: gates, types, attributes and inputs, whatever it is called. */
function describe(value: Value): string {
  const { gate, attributes, inputs, index, type } = value
  const own = Object.entries(attributes).map(([key, one]) => `${key}=${describeAttribute(one)}`)
  const parts = [...inputs.map(describe), ...own].join(', ')
  return `${gate.name}(${parts})#${index}: ${formatType(type)}`
}

function describeAttribute(attribute: Attribute): string {
  if (attribute instanceof Graph) return Object.values(attribute.outputs).map(describe).join('; ')
  return JSON.stringify(attribute, (_, held) => (ArrayBuffer.isView(held) ? `${held}` : held))
}

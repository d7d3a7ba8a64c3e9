/** One gate by itself, on plain numbers in f64. */
import { SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { evaluate } from '../interpret/interpret.ts'
import { type ComputeDType, type Domain, isFloating } from '../ir/dtype.ts'
import type { AnyFunction, Gate, GateDefinition } from '../ir/gate.ts'
import { Graph } from '../ir/graph.ts'
import {
  isTensor,
  isTypedArray,
  type NestedArray,
  type TensorLike,
  toNested,
} from '../ir/tensor.ts'
import { Value } from '../ir/value.ts'
import { applyRule } from './backpropagate.ts'

type Operands = Readonly<Record<string, TensorLike>>

/** What the gate gives for these operands; a list for a gate with several outputs. */
export function forwardAlone(
  gate: Gate<AnyFunction>,
  operands: Operands,
  more: readonly unknown[],
): NestedArray {
  const outputs = applied(gate, operands, more)
  const results = run(outputs)
  return outputs.length === 1 ? (results[0] ?? 0) : results
}

/** What the gate hands back to each operand, by name; operands without a gradient are absent. */
export function backwardAlone(
  gate: Gate<AnyFunction>,
  operands: Operands,
  upstream: TensorLike | undefined,
  more: readonly unknown[],
): Readonly<Record<string, NestedArray>> {
  const outputs = applied(gate, operands, more)
  const [first] = outputs
  if (!first) return {}
  const upstreams = outputs.map(({ shape }, index) => {
    const given = Array.isArray(upstream) && outputs.length > 1 ? upstream[index] : upstream
    return given === undefined
      ? gates.ones(shape, { dtype: 'f64' })
      : gates.broadcastTo(gates.constant(given, { dtype: 'f64' }), shape)
  })
  const application = first.application
  const gradients = applyRule(application, upstreams)
  const handed = new Map<string, Value[]>()
  application.inputs.forEach((input, index) => {
    const gradient = gradients[index]
    const name = input.name
    if (!gradient || name === undefined || !isFloating(input.dtype)) return
    handed.set(name, [...(handed.get(name) ?? []), gradient])
  })
  const { operands: names } = gate.definition
  const isVariadic = (name: string) => names.includes(`...${name}`)
  return Object.fromEntries(
    [...handed].map(([name, values]) => {
      const numbers = run(values)
      return [name, isVariadic(name) ? numbers : (numbers[0] ?? 0)]
    }),
  )
}

function applied(gate: Gate<AnyFunction>, operands: Operands, more: readonly unknown[]): Value[] {
  const { definition } = gate
  const args = definition.operands.map((operand) => {
    const name = operand.replace(/^\.\.\./, '')
    const given = operands[name]
    if (given === undefined) throw missingOperand(definition, name, operands)
    const dtype = dtypeFor(definition.takes[name] ?? 'floating', given)
    const one = (data: TensorLike) => gates.constant(data, { dtype }).labelled({ name })
    return operand === name ? one(given) : (given as readonly TensorLike[]).map(one) // a list
  })
  const result = gate(...([...args, ...more] as never[])) // the gate checks its own arguments
  const outputs = Array.isArray(result) ? result : [result]
  return outputs.filter((output) => output instanceof Value)
}

function dtypeFor(domain: Domain, given: TensorLike): ComputeDType {
  if (domain === 'integer') return 'i32'
  if (domain === 'u32' || domain === 'bool') return domain
  let first: unknown = isTensor(given) || isTypedArray(given) ? 0 : given
  while (Array.isArray(first)) first = first[0]
  return typeof first === 'boolean' ? 'bool' : 'f64'
}

function run(values: readonly Value[]): NestedArray[] {
  const outputs = Object.fromEntries(values.map((value, index) => [String(index), value]))
  return Object.values(evaluate(new Graph(outputs)).outputs).map(toNested)
}

function missingOperand(gate: GateDefinition, name: string, operands: Operands): SluiceError {
  return new SluiceError({
    code: 'ATTRIBUTE',
    what: `${gate.name}: operand "${name}" is missing`,
    expected: `operands ${gate.operands.join(', ')}`,
    got: Object.keys(operands).join(', ') || 'none',
    fix: `give ${name}`,
  })
}

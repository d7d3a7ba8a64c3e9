/** Samples as calls: what the loop over the registry runs, whatever a gate takes. */

import { input } from '../../src/gates/index.ts'
import { type DType, type domains, isFloating } from '../../src/ir/dtype.ts'
import type { AnyFunction, Gate, GateDefinition, Sample } from '../../src/ir/gate.ts'
import { type NestedArray, type Tensor, tensor } from '../../src/ir/tensor.ts'
import { Value } from '../../src/ir/value.ts'
import { blockSamples } from './block-samples.ts'

export type FloatDType = 'f32' | 'f64'

/** One call of a gate's public function on inputs. */
export interface Call {
  readonly label: string
  /** As the public function takes them: a value, or a list of values. */
  readonly args: readonly unknown[]
  readonly feeds: Readonly<Record<string, Tensor>>
  /** All values that came back, in order. */
  readonly outputs: readonly Value[]
  readonly expected: readonly NestedArray[]
}

/**
 * The calls of all samples of a gate, those of block-samples.ts among them, with the operands that
 * may be floating point in `dtype`.
 */
export function callsOf(gate: Gate<AnyFunction>, dtype: DType): readonly Call[] {
  const { definition } = gate
  const own = definition.samples.map((sample, index): Call => {
    const { args, feeds } = argumentsOf(definition, sample, dtype)
    const outputs = valuesIn(callGate(gate, args))
    // A gate of several outputs lists them.
    const listed = outputs.length === 1 ? [sample.output] : sample.output
    const expected = listed as readonly NestedArray[] // samples hold plain numbers
    return { label: `sample ${index + 1}`, args, feeds, outputs, expected }
  })
  const blocks = blockSamples.filter((sample) => sample.gate.definition === definition)
  const called = blocks.map(({ operands, call, outputs }, index): Call => {
    const made = operands.map((data, at) => inputFor(`values[${at}]`, data, 'any', dtype))
    const args = made.map(({ value }) => value)
    const feeds = Object.fromEntries(made.map((one, at) => [`values[${at}]`, one.data]))
    const label = `block sample ${index + 1}`
    return { label, args, feeds, outputs: valuesIn(call(...args)), expected: outputs }
  })
  return [...own, ...called]
}

/** The same gate with other samples. */
export function withSamples(
  gate: Gate<AnyFunction>,
  samples: readonly Sample[],
): Gate<AnyFunction> {
  const copy = (...args: never[]) => gate(...args)
  return Object.assign(copy, { ...gate, definition: { ...gate.definition, samples } })
}

/** The arguments of a sample: its operands as inputs, then what stands in `with`. */
function argumentsOf(
  definition: GateDefinition,
  sample: Sample,
  dtype: DType,
): { readonly args: readonly unknown[]; readonly feeds: Readonly<Record<string, Tensor>> } {
  const feeds: Record<string, Tensor> = {}
  const one = (name: string, data: unknown, domain: keyof typeof domains) => {
    const made = inputFor(name, data as NestedArray, domain, dtype) // samples hold plain numbers
    feeds[name] = made.data
    return made.value
  }
  const operands = definition.operands.map((operand) => {
    const name = operand.replace(/^\.\.\./, '')
    const domain = definition.takes[name] ?? 'floating'
    const given = sample[name]
    if (operand === name) return one(name, given, domain)
    const list = given as readonly unknown[] // what a sample gives for a variadic operand
    return list.map((item, index) => one(`${name}[${index}]`, item, domain))
  })
  return { args: [...operands, ...(sample.with ?? [])], feeds }
}

/** Calls the public function of a gate, or a method of it. */
export function callGate(callee: AnyFunction, args: readonly unknown[]): unknown {
  return callee(...(args as never[])) // each gate checks its own arguments
}

/** The values in what a gate gave: one, a list, or a record of lists. */
export function valuesIn(result: unknown): readonly Value[] {
  if (result instanceof Value) return [result]
  if (typeof result !== 'object' || result === null) return []
  return Object.values(result).flatMap(valuesIn)
}

function inputFor(
  name: string,
  data: NestedArray,
  domain: keyof typeof domains,
  floating: DType,
): { readonly value: Value; readonly data: Tensor } {
  const dtype = dtypeFor(domain, data, floating)
  const held = tensor(data, { dtype })
  return { value: input(name, held.shape, { dtype }), data: held }
}

function dtypeFor(domain: keyof typeof domains, data: NestedArray, floating: DType): DType {
  if (domain === 'integer') return isFloating(floating) ? 'i32' : floating
  if (domain === 'u32' || domain === 'bool') return domain
  let first: NestedArray | undefined = data
  while (Array.isArray(first)) first = first[0]
  return typeof first === 'boolean' ? 'bool' : floating
}

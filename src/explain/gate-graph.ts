/** A graph of one gate and what to feed it with, for looking at the gate by itself. */
import { nearest, SluiceError } from '../errors.ts'
import * as gates from '../gates/index.ts'
import { type Domain, type DType, isFloating, parseDType } from '../ir/dtype.ts'
import type { AnyFunction, Gate, GateDefinition } from '../ir/gate.ts'
import { type Shape, sizeOf } from '../ir/shape.ts'
import { isTensor, isTypedArray, type Tensor, type TensorLike, tensor } from '../ir/tensor.ts'
import { Value } from '../ir/value.ts'

/** Numbers, or a type such as `f32[2, 3]` where none are at hand. */
export type GateOperand = TensorLike | string

export interface GateCall {
  /** By the names of the gate's operands, a list for `...values`. Plain numbers are f64. */
  readonly operands: Readonly<Record<string, GateOperand | readonly GateOperand[]>>
  /**
   * The gradient that reaches the output (top_diff), a list for several outputs. Default: ones,
   * and of a criterion dJ/dJ = 1.
   */
  readonly upstream?: TensorLike
  /** Further arguments of the call, after the operands. */
  readonly with?: readonly unknown[]
}

export interface GateGraph {
  /** What to trace: Σ output ⊙ upstream, so that the upstream is what reaches the gate. */
  readonly J: Value
  /** What to feed it with, by name; nothing for operands that are only types. */
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly application: Value
}

/**
 * A graph of one gate, whose trace gives `explainGate` its numbers.
 *
 * Throws: OPTION where an operand is missing or unknown; whatever the gate throws.
 *
 * @example
 * const call = { operands: { a: 3, b: -4 }, upstream: 2 }
 * const { J, feeds } = gateGraph(multiply, call)
 * explainGate(multiply, { ...call, values: await trace(J, feeds) })
 */
export function gateGraph(gate: Gate<AnyFunction>, call: GateCall): GateGraph {
  const { definition } = gate
  checkOperands(definition, call)
  const feeds: Record<string, Tensor> = {}
  const args = definition.operands.map((operand) => {
    const name = operand.replace(/^\.\.\./, '')
    const given = call.operands[name] ?? []
    const domain = definition.takes[name] ?? 'floating'
    const isOne = operand === name || !Array.isArray(given)
    if (isOne) return operandInput(name, given as GateOperand, { domain, feeds }) // one operand
    return given.map((one, index) => operandInput(`${name}${index + 1}`, one, { domain, feeds }))
  })
  const result = gate(...([...args, ...(call.with ?? [])] as never[])) // the gate checks its own
  const outputs = (Array.isArray(result) ? result : [result]).filter((one) => one instanceof Value)
  const [first] = outputs
  if (!first) throw notAlone(definition)
  return { J: criterionOf(outputs, call, feeds), feeds, application: first.application }
}

interface Into {
  readonly domain: Domain
  readonly feeds: Record<string, Tensor>
}

function operandInput(name: string, given: GateOperand, { domain, feeds }: Into): Value {
  if (typeof given === 'string') {
    const { shape, dtype } = parseType(given, name)
    return gates.input(name, shape, { dtype })
  }
  const contents = tensor(given, { dtype: dtypeFor(given, domain) })
  feeds[name] = contents
  return gates.input(name, contents.shape, { dtype: contents.dtype })
}

/** The scalar whose gradient brings the upstream to the gate; a criterion is one itself. */
function criterionOf(
  outputs: readonly Value[],
  { upstream, operands }: GateCall,
  feeds: Record<string, Tensor>,
): Value {
  const letter = 'z' in operands ? 'output' : 'z'
  const named = outputs.map((output, index) =>
    output.labelled({ name: outputs.length === 1 ? letter : `${letter}${index + 1}` }),
  )
  const [only] = outputs
  const isCriterion = only?.gate.role === 'criterion' && only.shape.length === 0
  if (only && isCriterion && upstream === undefined) return only.labelled({ name: 'J' })
  const weighted = named.flatMap((output, index) => {
    if (!isFloating(output.dtype)) return []
    const given = outputs.length > 1 && Array.isArray(upstream) ? upstream[index] : upstream
    const name = `upstream of ${output.name}`
    feeds[name] = spread(given ?? 1, output)
    const weights = gates.input(name, output.shape, { dtype: output.dtype })
    return [gates.sum(gates.multiply(output, weights))]
  })
  const [first, ...rest] = weighted
  // What has no gradient is traced for its value alone.
  if (!first) return named[0] as Value // gateGraph has seen to it that there is one
  return rest.reduce((total: Value, one) => gates.add(total, one), first).labelled({ name: 'J' })
}

function spread(given: TensorLike, { shape, dtype }: Value): Tensor {
  const contents = tensor(given, { dtype })
  if (contents.shape.length > 0 || shape.length === 0) return contents
  return tensor(new Float64Array(sizeOf(shape)).fill(Number(contents.data[0])), { shape, dtype })
}

function dtypeFor(given: TensorLike, domain: Domain): DType {
  if (isTensor(given)) return given.dtype
  if (isTypedArray(given)) return tensor(given).dtype
  if (domain === 'integer') return 'i32'
  if (domain === 'u32' || domain === 'bool') return domain
  let first: unknown = given
  while (Array.isArray(first)) first = first[0]
  return typeof first === 'boolean' ? 'bool' : 'f64'
}

function parseType(
  text: string,
  operand: string,
): { readonly shape: Shape; readonly dtype: DType } {
  const [, dtype = '', sizes = ''] = /^\s*(\w+)\s*\[([\d\s,]*)\]\s*$/.exec(text) ?? []
  if (dtype === '') {
    throw new SluiceError({
      code: 'OPTION',
      what: `explainGate: "${text}" is not a type`,
      where: `operand "${operand}"`,
      expected: 'numbers, or a dtype and a shape such as f32[2, 3]',
      got: text,
      fix: 'write the dtype and the sizes in brackets',
    })
  }
  const shape = sizes.trim() === '' ? [] : sizes.split(',').map(Number)
  return { shape, dtype: parseDType(dtype) }
}

function checkOperands({ name, operands }: GateDefinition, call: GateCall): void {
  const known = operands.map((operand) => operand.replace(/^\.\.\./, ''))
  const given = Object.keys(call.operands)
  const missing = known.find((operand) => call.operands[operand] === undefined)
  const unknown = given.find((operand) => !known.includes(operand))
  if (missing === undefined && unknown === undefined) return
  const slip = unknown === undefined ? undefined : nearest(unknown, known)
  throw new SluiceError({
    code: 'OPTION',
    what:
      missing === undefined
        ? `explainGate: ${name} has no operand "${unknown}"`
        : `explainGate: operand "${missing}" of ${name} is missing`,
    expected: `operands ${known.join(', ') || 'none'}`,
    got: given.join(', ') || 'none',
    fix:
      missing === undefined
        ? slip === undefined
          ? `leave ${unknown} out`
          : `did you mean ${slip}?`
        : `give ${missing}: a number, nested lists, or a type such as f32[2, 3]`,
  })
}

function notAlone({ name }: GateDefinition): SluiceError {
  return new SluiceError({
    code: 'OPTION',
    what: `explainGate: ${name} does not stand alone`,
    expected: 'a gate whose call gives values',
    got: name,
    fix: 'build a graph with it, and explain that',
  })
}

/** Turns the description of a gate into a function that builds values. */
import { SluiceError } from '../errors.ts'
import type { Domain, DType } from './dtype.ts'
import {
  type AnyFunction,
  type Attributes,
  type BackwardCall,
  type ErasedSymbols,
  type Gate,
  type GateDefinition,
  gatePrototype,
  type Meaning,
  type Notation,
  type Role,
  type RuleTools,
  roles,
} from './gate.ts'
import type { GateSpec } from './gate-spec.ts'
import { unpackOperands } from './operands.ts'
import { contextPacker, type PackContext } from './rule-context.ts'
import type { Shape } from './shape.ts'
import type { Tensor } from './tensor.ts'
import { type TensorType, Value } from './value.ts'

/**
 * Makes a gate from its description and from `call`, which gives a new function that turns its
 * arguments into the application; that function becomes the gate.
 */
export function createGate<
  F extends AnyFunction,
  const N extends readonly string[],
  A extends Attributes,
  G,
>(spec: GateSpec<N, A, G>, call: (definition: GateDefinition) => F): Gate<F> {
  const definition = defineFrom(spec)
  const gate = call(definition)
  Object.setPrototypeOf(gate, gatePrototype)
  Object.defineProperty(gate, 'name', { value: spec.name })
  Object.defineProperty(gate, 'definition', { value: definition, enumerable: true })
  return gate as unknown as Gate<F> // its members were defined by the lines above
}

const scalarTypes = new Map<DType, TensorType>()

/** A frozen type; scalars of one dtype share theirs. */
function typeOf(shape: Shape, dtype: DType): TensorType {
  const known = shape.length === 0 ? scalarTypes.get(dtype) : undefined
  if (known) return known
  const type = Object.freeze({ shape: Object.freeze([...shape]), dtype })
  if (shape.length === 0) scalarTypes.set(dtype, type)
  return type
}

function checkSpec(spec: Readonly<Record<string, unknown>>): void {
  const { name, operands, role, samples } = spec
  const wrong =
    typeof name !== 'string' || name === ''
      ? ['name', 'a word, such as "square"', name]
      : !Array.isArray(operands)
        ? ['operands', "a list of names, such as ['x']", operands]
        : !roles.includes(role as Role) // whatever it is, it is looked up
          ? ['role', roles.join(', '), role]
          : !Array.isArray(samples)
            ? ['samples', 'a list, such as [{ x: 2, output: 4 }]', samples]
            : undefined
  if (!wrong) return
  const [field, expected, got] = wrong
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: `defineGate: ${field} is ${got === undefined ? 'missing' : 'not one that there is'}`,
    where: typeof name === 'string' ? `gate "${name}"` : undefined,
    expected: String(expected),
    got: got === undefined ? 'nothing' : String(got),
    fix: `give the gate its ${field}`,
  })
}

function defineFrom<N extends readonly string[], A extends Attributes, G>(
  spec: GateSpec<N, A, G>,
): GateDefinition {
  checkSpec({ ...spec })
  const { operands, name } = spec
  const pack = contextPacker(operands)
  const constraints = Object.entries(spec.constraints ?? {}).map(([id, constraint]) => [
    id,
    {
      ...constraint,
      code: constraint.code ?? 'SHAPE',
      holds: (inputs: readonly Value[], attributes: Attributes) =>
        constraint.holds(pack(inputs, attributes)),
    },
  ])
  const { shape, dtype, outputTypes, backward, checkData } = spec
  return Object.freeze({
    name,
    operands,
    role: spec.role,
    part: spec.part,
    meaning: meaningOf(spec, pack),
    takes: domainsOf(spec),
    constraints: Object.fromEntries(constraints),
    targets: (spec.targets ?? []).map(String),
    samples: spec.samples,
    hasBackward: backward !== undefined,
    checkData:
      checkData &&
      ((inputs: readonly Tensor[], attributes: Attributes) => checkData(pack(inputs, attributes))),
    outputTypes: (inputs: readonly Value[], attributes: Attributes) => {
      if (outputTypes) return outputTypes(pack(inputs, attributes))
      const [first] = inputs
      if (first && !shape && !dtype) return [first.type]
      const context = (items: readonly unknown[]) => pack(items, attributes)
      const made = shape ? shape(context(inputs.map((v) => v.shape))) : (first?.shape ?? [])
      const of = dtype ? dtype(context(inputs.map((v) => v.dtype))) : (first?.dtype ?? 'f32')
      return [typeOf(made, of)]
    },
    backward: (application: BackwardCall, tools: RuleTools) => {
      if (!backward) return []
      const { inputs, attributes } = application
      const given = backward(pack(inputs, attributes, tools, application))
      return unpackOperands<Value>(operands, given, inputs.length)
    },
    notation: {
      // The symbols' record is packed by explain under the same names.
      equation: (spec.equation ?? defaultEquation(name, operands)) as Notation['equation'],
      local: spec.local as Notation['local'],
      downstream: spec.downstream as Notation['downstream'],
    },
  })
}

function meaningOf<N extends readonly string[], A extends Attributes, G>(
  spec: GateSpec<N, A, G>,
  pack: PackContext,
): Meaning {
  const { element, move, expand } = spec
  if (element) {
    return {
      kind: 'element',
      expression: (operands, attributes) => element(pack(operands, attributes)),
    }
  }
  if (move) return { kind: 'move', move: (inputs, attributes) => move(pack(inputs, attributes)) }
  if (expand) {
    return {
      kind: 'composite',
      expand: (inputs, attributes, gates) => {
        const outputs = expand(pack(inputs, attributes, { gates }))
        return outputs instanceof Value ? [outputs] : outputs
      },
    }
  }
  if (spec.reduce) return { kind: 'reduce', combine: spec.reduce }
  if (spec.running) return { kind: 'running', combine: spec.running }
  if (spec.contract) return { kind: 'contract', form: spec.contract }
  if (spec.index) return { kind: 'index', form: spec.index }
  if (spec.sort) return { kind: 'sort' }
  if (spec.generate) return { kind: 'generate', form: spec.generate }
  if (spec.source) return { kind: 'source', form: spec.source }
  if (spec.scan) return { kind: 'scan' }
  throw new SluiceError({
    code: 'ATTRIBUTE',
    what: 'defineGate: a gate has no meaning',
    expected: 'element (a scalar expression) or expand (other gates)',
    fix: 'say what it computes',
  })
}

function domainsOf<N extends readonly string[], A, G>(
  spec: GateSpec<N, A, G>,
): Record<string, Domain> {
  const names = spec.operands.map((name) => name.replace(/^\.\.\./, ''))
  const given = spec.takes ?? 'floating'
  if (typeof given === 'string') return Object.fromEntries(names.map((name) => [name, given]))
  const byName: Readonly<Record<string, Domain | undefined>> = given
  return Object.fromEntries(names.map((name) => [name, byName[name] ?? 'floating']))
}

function defaultEquation(name: string, operands: readonly string[]) {
  return (symbols: ErasedSymbols) => {
    const list = operands.flatMap((operand) => symbols[operand.replace(/^\.\.\./, '')])
    return String.raw`\operatorname{${name}}(${list.join(', ')})`
  }
}

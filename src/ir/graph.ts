/**
 * A graph is the values that some outputs and updates need, in topological order. It is made from
 * values and frozen; passes, gradients and optimizers give new ones.
 */
import { SluiceError } from '../errors.ts'
import { isFloating } from './dtype.ts'
import type { GateDefinition } from './gate.ts'
import { sameShape } from './shape.ts'
import type { State } from './state.ts'
import { formatType, Value } from './value.ts'
import { type Walk, walk } from './walk.ts'

/** One state and its new value: `W ← W − lr · dJ/dW`. */
export interface Update {
  /** The value that reads the state. */
  readonly state: Value
  readonly value: Value
}

export interface GraphOptions {
  /**
   * Whether it is a piece of what is being built, where placeholders of blocks within blocks meet,
   * so that inputs may share names. Default false.
   */
  readonly isPiece?: boolean
}

export class Graph {
  readonly outputs: Readonly<Record<string, Value>>
  readonly updates: readonly Update[]
  /** Applications in topological order: each after its inputs. */
  readonly applications: readonly Value[]
  /** The gates that it applies. */
  readonly gates: ReadonlySet<GateDefinition>
  /** Applications of `input`, in topological order. */
  readonly inputs: readonly Value[]
  /** Applications of `state`, in topological order. */
  readonly states: readonly Value[]
  readonly #walk: Walk
  #positions: Map<Value, number> | undefined

  constructor(
    outputs: Readonly<Record<string, Value>>,
    updates: readonly Update[] = [],
    { isPiece = false }: GraphOptions = {},
  ) {
    checkOutputs(outputs)
    this.outputs = Object.freeze({ ...outputs })
    this.updates = Object.freeze(updates.map((update) => Object.freeze({ ...update })))
    const roots = [...Object.values(outputs), ...updates.flatMap((u) => [u.state, u.value])]
    const found = walk(roots)
    this.#walk = found
    this.applications = Object.freeze(found.applications)
    this.gates = new Set(found.kinds.map(({ gate }) => gate))
    const isInput = (a: Value) =>
      a.gate.meaning.kind === 'source' && a.gate.meaning.form === 'input'
    this.inputs = Object.freeze(found.sources.filter(isInput))
    this.states = Object.freeze(found.sources.filter((a) => !isInput(a)))
    if (!isPiece) checkNames(this.inputs, this.states)
    checkUpdates(this.updates)
    Object.freeze(this)
  }

  /** How many values there are: the outputs of all applications. */
  get slotCount(): number {
    return this.#walk.firstSlots[this.applications.length] ?? 0
  }

  /** The slot of output 0 of application `position`; its other outputs follow. */
  firstSlot(position: number): number {
    return this.#walk.firstSlots[position] ?? -1
  }

  /** The slot of input `input` of application `position`. */
  inputSlot(position: number, input: number): number {
    const { inputStarts, inputSlots } = this.#walk
    return inputSlots[(inputStarts[position] ?? 0) + input] ?? -1
  }

  /** How many inputs the application at `position` has. */
  inputCount(position: number): number {
    const { inputStarts } = this.#walk
    return (inputStarts[position + 1] ?? 0) - (inputStarts[position] ?? 0)
  }

  /** Applications that differ in their inputs alone are of one kind: the first of each kind. */
  get kinds(): readonly Value[] {
    return this.#walk.kinds
  }

  /** Which of `kinds` the application at `position` is of. */
  kindOf(position: number): number {
    return this.#walk.kindOf[position] ?? -1
  }

  /** The position of a value's application, or -1 where the graph does not hold it. */
  positionOf(value: Value): number {
    const remembered = Value.slotOf(value.application)
    if (this.applications[remembered] === value.application) return remembered
    // Another graph has walked over it since, or it is not here: only then is a map worth making.
    this.#positions ??= new Map(this.applications.map((application, i) => [application, i]))
    return this.#positions.get(value.application) ?? -1
  }

  /** The slot of a value, or -1 where the graph does not hold it. */
  slotOf(value: Value): number {
    const position = this.positionOf(value)
    return position < 0 ? -1 : this.firstSlot(position) + value.index
  }

  /**
   * What the graph is to minimise: the output called J, else its first floating-point scalar.
   * Throws GRADIENT where it has neither.
   */
  criterion(): Value {
    const scalars = Object.values(this.outputs).filter(
      ({ shape, dtype }) => shape.length === 0 && isFloating(dtype),
    )
    const J = this.outputs.J ?? scalars[0]
    if (J) return J
    throw new SluiceError({
      code: 'GRADIENT',
      what: 'graph: there is nothing to differentiate',
      expected: 'an output called J, or one that is a floating-point scalar',
      got: `outputs ${Object.keys(this.outputs).join(', ')}`,
      fix: 'add the criterion to the outputs',
    })
  }

  /** The names of values by slot: the first name that a view of the value was given. */
  names(): Map<number, string> {
    const names = new Map<number, string>()
    const note = (slot: number, { name }: Value) => {
      if (name !== undefined && !names.has(slot)) names.set(slot, name)
    }
    this.applications.forEach((application, position) => {
      note(this.firstSlot(position), application)
      for (let k = 0; k < application.inputCount; k++) {
        note(this.inputSlot(position, k), application.input(k))
      }
    })
    for (const value of Object.values(this.outputs)) note(this.slotOf(value), value)
    for (const update of this.updates) {
      note(this.slotOf(update.state), update.state)
      note(this.slotOf(update.value), update.value)
    }
    return names
  }
}

/** The graph of some outputs, and of updates where there are any. */
export function graph(
  outputs: Value | readonly Value[] | Readonly<Record<string, Value>>,
  updates: readonly Update[] = [],
): Graph {
  if (outputs instanceof Value) return new Graph({ [outputs.name ?? 'output']: outputs }, updates)
  if (!isList(outputs)) return new Graph(outputs, updates)
  return new Graph(Object.fromEntries(outputs.map((value, i) => [String(i), value])), updates)
}

function isList(
  outputs: readonly Value[] | Readonly<Record<string, Value>>,
): outputs is readonly Value[] {
  return Array.isArray(outputs)
}

/** The name of an `input` application. */
export function inputName(application: Value): string {
  return String(application.attributes.name)
}

/** The declaration that a `state` application reads. */
export function stateOf(value: Value): State {
  const { state } = value.application.attributes
  if (typeof state === 'object' && state !== null && 'key' in state) return state
  throw new SluiceError({
    code: 'STATE',
    what: `${value.gate.name}: this value is not a state`,
    where: `value ${value}`,
    expected: 'a value made by state() or parameter()',
    got: `a value made by ${value.gate.name}`,
    fix: 'pass the parameter itself, not something computed from it',
  })
}

function checkOutputs(outputs: Readonly<Record<string, unknown>>): void {
  const isRecord = typeof outputs === 'object' && outputs !== null && !(outputs instanceof Value)
  const wrong = isRecord ? Object.entries(outputs).find(([, one]) => !(one instanceof Value)) : []
  if (!wrong) return
  const [name, given] = wrong
  throw new SluiceError({
    code: 'NAME',
    what:
      name === undefined
        ? 'graph: outputs are no record'
        : `graph: output "${name}" is not a value`,
    expected: 'values by name, such as { J }',
    got: isRecord
      ? given === null
        ? 'null'
        : typeof given
      : outputs instanceof Value
        ? 'a value'
        : typeof outputs,
    fix:
      outputs instanceof Value
        ? 'give it a name: { J }'
        : 'give every output a value made by a gate',
  })
}

function checkNames(inputs: readonly Value[], states: readonly Value[]): void {
  const seen = new Set<string>()
  for (const input of inputs) {
    const name = inputName(input)
    if (seen.has(name)) throw twice('input', name)
    seen.add(name)
  }
  const keys = new Set<string>()
  for (const application of states) {
    const { key } = stateOf(application)
    if (keys.has(key)) throw twice('state', key)
    keys.add(key)
  }
}

/** All right-hand sides read the old states, so a state has one new value, of its own type. */
function checkUpdates(updates: readonly Update[]): void {
  const updated = new Set<Value>()
  for (const { state, value } of updates) {
    const { key, shape, dtype } = stateOf(state)
    if (!sameShape(shape, value.shape) || dtype !== value.dtype) {
      throw new SluiceError({
        code: 'STATE',
        what: `graph: the update of "${key}" does not fit it`,
        where: `update of state "${key}" by value ${value}`,
        expected: formatType({ shape, dtype }),
        got: formatType(value.type),
        fix: 'reduce, reshape or cast the new value to the type of the state',
      })
    }
    if (updated.has(state.application)) {
      throw new SluiceError({
        code: 'STATE',
        what: `graph: "${key}" is updated twice`,
        where: `update of state "${key}" by value ${value}`,
        expected: 'one update of a state',
        got: `two updates of "${key}"`,
        fix: 'compute one new value from both',
      })
    }
    updated.add(state.application)
  }
}

function twice(kind: 'input' | 'state', name: string): SluiceError {
  return new SluiceError({
    code: 'NAME',
    what: `graph: two different ${kind}s are called "${name}"`,
    expected: `one ${kind} to a name`,
    got: `"${name}" twice`,
    fix: `use the value of the first one again, or give the second its own ${kind === 'input' ? 'name' : 'key'}`,
  })
}

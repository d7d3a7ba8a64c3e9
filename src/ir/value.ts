/**
 * A value is what a gate gives for its input values: an application of a gate, and the index of
 * one of its outputs. Values are frozen; everything that is done to a graph makes new ones.
 *
 * A million of them must be cheap to build, so the usual value (the one output of an application,
 * unnamed) is a single object, up to two inputs stand inline, and what is rare stands in a label.
 */

import type { DType } from './dtype.ts'
import type { Attributes, GateDefinition } from './gate.ts'
import { formatShape, type Shape, sameShape } from './shape.ts'

export interface TensorType<S extends Shape = Shape, D extends DType = DType> {
  readonly shape: S
  readonly dtype: D
}

/** Which edge of the forward graph a gradient belongs to. */
export interface GradientEdge {
  /** The forward value that this is the gradient of. */
  readonly of: Value
  /** The application it came back through, and which of its inputs; absent on a sum over uses. */
  readonly through?: { readonly application: Value; readonly input: number }
}

/** What only some values have. */
export interface Label {
  /** The application, where this value is another view of it: a name, an edge, a later output. */
  readonly owner?: Value
  readonly index?: number
  readonly name?: string | undefined
  /** The edge of a gradient, flat: there is one on most values of a backward pass. */
  readonly edgeOf?: Value | undefined
  readonly edgeApplication?: Value | undefined
  readonly edgeInput?: number | undefined
  /** Marks a value that is computed again on purpose; CSE and folding leave it alone. */
  readonly tag?: string
  /** The types of all outputs, on an application that has several. */
  readonly outputTypes?: readonly TensorType[]
}

const noInputs: readonly Value[] = Object.freeze([])

export class Value<out S extends Shape = Shape, out D extends DType = DType> {
  readonly gate: GateDefinition
  readonly attributes: Attributes
  readonly type: TensorType<S, D>
  readonly #first: Value | undefined
  readonly #second: Value | undefined
  readonly #rest: readonly Value[] | undefined
  readonly #label: Label | undefined
  /** Scratch of one walk over the graph (see walk.ts): meaningless outside it. */
  #slot = -1

  /** Made by applying a gate, not by hand. `inputs` may be a value that has the same ones. */
  constructor(
    gate: GateDefinition,
    inputs: readonly Value[] | Value,
    attributes: Attributes,
    type: TensorType<S, D>,
    label?: Label,
  ) {
    this.gate = gate
    this.attributes = attributes
    this.type = type
    if (inputs instanceof Value) {
      this.#first = inputs.#first
      this.#second = inputs.#second
      this.#rest = inputs.#rest
    } else {
      this.#first = inputs[0]
      this.#second = inputs[1]
      this.#rest = inputs.length > 2 ? Object.freeze(inputs.slice(2)) : undefined
    }
    this.#label = label
    Object.freeze(this)
  }

  get shape(): S {
    return this.type.shape
  }

  get dtype(): D {
    return this.type.dtype
  }

  /** The user's name for it, absent where none was given. */
  get name(): string | undefined {
    return this.#label?.name
  }

  /** Where a gradient belongs in the forward graph; absent on other values. */
  get edge(): GradientEdge | undefined {
    const label = this.#label
    const of = label?.edgeOf
    if (!label || !of) return undefined
    const { edgeApplication: application, edgeInput: input = 0 } = label
    return application ? { of, through: { application, input } } : { of }
  }

  /** Whether this is a gradient, without making its edge. */
  get isGradient(): boolean {
    return this.#label?.edgeOf !== undefined
  }

  get tag(): string | undefined {
    return this.application.#label?.tag
  }

  /** Which output of its application this is. */
  get index(): number {
    return this.#label?.index ?? 0
  }

  /** The identity of the gate's application: two views of one application share it. */
  get application(): Value {
    return this.#label?.owner ?? this
  }

  /** The types of all outputs of the application. */
  get outputTypes(): readonly TensorType[] {
    return this.application.#label?.outputTypes ?? [this.application.type]
  }

  get outputCount(): number {
    return this.application.#label?.outputTypes?.length ?? 1
  }

  get inputCount(): number {
    if (this.#rest) return this.#rest.length + 2
    return this.#second ? 2 : this.#first ? 1 : 0
  }

  get inputs(): readonly Value[] {
    if (this.#first === undefined) return noInputs
    if (this.#second === undefined) return [this.#first]
    if (this.#rest === undefined) return [this.#first, this.#second]
    return [this.#first, this.#second, ...this.#rest]
  }

  /** Input `index`, without building the list of all. Throws RangeError where there is none. */
  input(index: number): Value {
    const value = index === 0 ? this.#first : index === 1 ? this.#second : this.#rest?.[index - 2]
    if (!value) throw new RangeError(`${this.gate.name} has no input ${index}`)
    return value
  }

  /** A value of the same application and output under a name. */
  labelled({ name }: { readonly name: string }): Value<S, D> {
    const own = this.#label
    return this.#view({
      owner: this.application,
      index: own?.index ?? 0,
      name,
      edgeOf: own?.edgeOf,
      edgeApplication: own?.edgeApplication,
      edgeInput: own?.edgeInput,
    })
  }

  /** A value of the same application and output, as the gradient that belongs to an edge. */
  asGradientOf(of: Value, application?: Value, input?: number): Value<S, D> {
    const own = this.#label
    return this.#view({
      owner: this.application,
      index: own?.index ?? 0,
      name: own?.name,
      edgeOf: of,
      edgeApplication: application,
      edgeInput: input,
    })
  }

  #view(label: Label): Value<S, D> {
    return new Value(this.gate, this, this.attributes, this.type, label)
  }

  /** Output `index` of this application. */
  output(index: number): Value {
    const type = this.outputTypes[index]
    if (!type) throw new RangeError(`${this.gate.name} has no output ${index}`)
    if (index === this.index) return this
    return new Value(this.gate, this, this.attributes, type, {
      owner: this.application,
      index,
    })
  }

  /** The slot that `walk` gave this application last. Only for ir/walk.ts. */
  static slotOf(application: Value): number {
    return application.#slot
  }

  /** Only for ir/walk.ts. */
  static setSlot(application: Value, slot: number): void {
    application.#slot = slot
  }

  toString(): string {
    return `${this.name ?? this.gate.name}: ${formatType(this.type)}`
  }
}

/** `f32[4, 3]`, as errors and printed IR write types. */
export function formatType({ dtype, shape }: TensorType): string {
  return `${dtype}${formatShape(shape)}`
}

export function isSameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape)
}

/** Whether two values are the same output of the same application, whatever they are called. */
export function isSameValue(a: Value, b: Value): boolean {
  return a === b || (a.application === b.application && a.index === b.index)
}

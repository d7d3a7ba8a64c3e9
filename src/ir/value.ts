/**
 * A value is what a gate gives for its input values: an application of a gate, and the index of
 * one of its outputs. Values are immutable; everything that is done to a graph makes new ones.
 * Private fields see to that: to freeze an object takes longer than to make it.
 *
 * A million of them must be cheap to build, so a value is a single object, up to two inputs stand
 * inline, and all that many values have in common stands in their kind.
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
  /** The types of all outputs, on an application that has several. */
  readonly outputTypes?: readonly TensorType[] | undefined
  /** Marks a value that is computed again on purpose; CSE and folding leave it alone. */
  readonly tag?: string | undefined
  /** The application, where this value is another view of it, and which of its outputs. */
  readonly owner?: Value | undefined
  readonly index?: number | undefined
}

/** All there is to a value but what it stands on; values of one gate and type share theirs. */
interface Kind<S extends Shape = Shape, D extends DType = DType> {
  readonly gate: GateDefinition
  readonly attributes: Attributes
  readonly type: TensorType<S, D>
  /** The inputs after the first two. */
  readonly rest: readonly Value[] | undefined
  readonly outputTypes: readonly TensorType[] | undefined
  readonly tag: string | undefined
  readonly index: number
  readonly name: string | undefined
  /** Whether it is another view of an application: named, a gradient, a further output. */
  readonly isView: boolean
  /** Scratch of one walk over the graph, as the slot of an application is. */
  slot: number
  /** The kind of the gradients that are views of this one, once there are any. */
  gradients: Kind<S, D> | undefined
}

const noInputs: readonly Value[] = Object.freeze([])

/** In the place of an input: a gradient that is whole, and came through no single application. */
const isSum = -1

export class Value<out S extends Shape = Shape, out D extends DType = DType> {
  readonly #kind: Kind<S, D>
  /**
   * Of an application: scratch of one walk over the graph (see walk.ts), meaningless outside it.
   * Of a gradient: the input of `#second` that it came back through, or `isSum`.
   */
  #slot: number
  /** An application's first input; of a view, the application. */
  readonly #first: Value | undefined
  /**
   * An application's second input; of a gradient, the application that it came back through, or,
   * of a sum, what it is the gradient of.
   */
  readonly #second: Value | undefined

  private constructor(kind: Kind<S, D>, first?: Value, second?: Value, slot = 0) {
    this.#kind = kind
    this.#slot = slot
    this.#first = first
    this.#second = second
  }

  /** Made by applying a gate, not by hand. */
  static of<S extends Shape, D extends DType>(
    gate: GateDefinition,
    inputs: readonly Value[],
    attributes: Attributes,
    type: TensorType<S, D>,
    { owner, index = 0, outputTypes, tag }: Label = noLabel,
  ): Value<S, D> {
    const rest = inputs.length > 2 ? Object.freeze(inputs.slice(2)) : undefined
    const isPlain = !(rest || outputTypes || owner) && tag === undefined
    if (isPlain) return new Value(plainKind(gate, attributes, type), inputs[0], inputs[1])
    const more = { rest, outputTypes, tag, index, isView: owner !== undefined }
    const kind = { ...plainKind(gate, attributes, type), ...more, gradients: undefined }
    if (owner) return new Value(kind, owner)
    return new Value(kind, inputs[0], inputs[1])
  }

  /** The gate, attributes and type of `like` on up to two inputs, which are known to fit. */
  static like<S extends Shape, D extends DType>(
    like: Value<S, D>,
    first?: Value,
    second?: Value,
  ): Value<S, D> {
    return new Value(like.#kind, first, second)
  }

  get gate(): GateDefinition {
    return this.#kind.gate
  }

  get attributes(): Attributes {
    return this.#kind.attributes
  }

  get type(): TensorType<S, D> {
    return this.#kind.type
  }

  get shape(): S {
    return this.#kind.type.shape
  }

  get dtype(): D {
    return this.#kind.type.dtype
  }

  /** The user's name for it, absent where none was given. */
  get name(): string | undefined {
    return this.#kind.name
  }

  /** Where a gradient belongs in the forward graph; absent on other values. */
  get edge(): GradientEdge | undefined {
    const end = this.#second
    if (!end || !this.#kind.isView) return undefined
    const input = this.#slot
    if (input === isSum) return { of: end }
    return { of: end.input(input), through: { application: end, input } }
  }

  /** Whether this is a gradient, without making its edge. */
  get isGradient(): boolean {
    return this.#kind.isView && this.#second !== undefined
  }

  get tag(): string | undefined {
    return this.application.#kind.tag
  }

  /** Which output of its application this is. */
  get index(): number {
    return this.#kind.index
  }

  /** The identity of the gate's application: two views of one application share it. */
  get application(): Value {
    return this.#kind.isView && this.#first ? this.#first : this
  }

  /** The types of all outputs of the application. */
  get outputTypes(): readonly TensorType[] {
    const { outputTypes, type } = this.application.#kind
    return outputTypes ?? [type]
  }

  get outputCount(): number {
    return this.application.#kind.outputTypes?.length ?? 1
  }

  get inputCount(): number {
    const owner = this.application
    if (owner.#second === undefined) return owner.#first === undefined ? 0 : 1
    return 2 + (owner.#kind.rest?.length ?? 0)
  }

  get inputs(): readonly Value[] {
    const owner = this.application
    if (owner.#first === undefined) return noInputs
    if (owner.#second === undefined) return [owner.#first]
    const { rest } = owner.#kind
    return rest ? [owner.#first, owner.#second, ...rest] : [owner.#first, owner.#second]
  }

  /** Input `index`, without building the list of all. Throws RangeError where there is none. */
  input(index: number): Value {
    const owner = this.application
    const value =
      index === 0 ? owner.#first : index === 1 ? owner.#second : owner.#kind.rest?.[index - 2]
    if (!value) throw new RangeError(`${this.gate.name} has no input ${index}`)
    return value
  }

  /** A value of the same application and output under a name. */
  labelled({ name }: { readonly name: string }): Value<S, D> {
    const kind = { ...this.#kind, name, isView: true, gradients: undefined }
    if (!this.isGradient) return new Value(kind, this.application)
    return new Value(kind, this.#first, this.#second, this.#slot)
  }

  /**
   * A value of the same application and output, as the gradient of `of`: the whole one, or, where
   * `application` is given, what came back through it to its input `input`, which is `of`.
   */
  asGradientOf(of: Value, application?: Value, input: number = isSum): Value<S, D> {
    this.#kind.gradients ??= { ...this.#kind, isView: true }
    return new Value(this.#kind.gradients, this.application, application ?? of, input)
  }

  /** Output `index` of this application. */
  output(index: number): Value {
    const type = this.outputTypes[index]
    if (!type) throw new RangeError(`${this.gate.name} has no output ${index}`)
    if (index === this.index) return this
    const view = { type, index, name: undefined, isView: true, gradients: undefined }
    return new Value({ ...this.#kind, ...view }, this.application)
  }

  /** The slot that `walk` gave this application last. Only for ir/walk.ts. */
  static slotOf(application: Value): number {
    return application.#slot
  }

  /** Only for ir/walk.ts. */
  static setSlot(application: Value, slot: number): void {
    application.#slot = slot
  }

  /** What an application stands on; undefined past its last input. Only for ir/walk.ts. */
  static operandOf(application: Value, index: number): Value | undefined {
    if (index === 0) return application.#first
    if (index === 1) return application.#second
    return application.#kind.rest?.[index - 2]
  }

  /** Whether two applications differ in their inputs alone. Only for ir/walk.ts. */
  static isOneKind(a: Value, b: Value): boolean {
    return a.#kind === b.#kind
  }

  /** The number that `walk` gave the kind of this application last. Only for ir/walk.ts. */
  static kindSlotOf(application: Value): number {
    return application.#kind.slot
  }

  /** Only for ir/walk.ts. */
  static setKindSlot(application: Value, slot: number): void {
    application.#kind.slot = slot
  }

  toString(): string {
    return `${this.name ?? this.gate.name}: ${formatType(this.type)}`
  }
}

const noLabel: Label = {}

/** The kind that each gate was last applied in: a chain of a million gates has a handful of them. */
const lastKinds = new WeakMap<GateDefinition, Kind>()

function plainKind<S extends Shape, D extends DType>(
  gate: GateDefinition,
  attributes: Attributes,
  type: TensorType<S, D>,
): Kind<S, D> {
  const last = lastKinds.get(gate)
  if (last && last.attributes === attributes && last.type === type) {
    return last as Kind<S, D> // its type is the one that was asked for
  }
  const kind: Kind<S, D> = {
    gate,
    attributes,
    type,
    rest: undefined,
    outputTypes: undefined,
    tag: undefined,
    index: 0,
    name: undefined,
    isView: false,
    slot: 0,
    gradients: undefined,
  }
  lastKinds.set(gate, kind)
  return kind
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

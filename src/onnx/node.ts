/** A node of an ONNX graph as operators see it: its inputs, what is known of them, its attributes. */
import { SluiceError } from '../errors.ts'
import { formatShape } from '../ir/shape.ts'
import { type Tensor, toNumbers } from '../ir/tensor.ts'
import { formatType, type Value } from '../ir/value.ts'
import type { Attributes } from './attributes.ts'
import type { ElementType } from './element-type.ts'
import type { Operand, SequenceOperand, TensorOperand } from './operand.ts'
import type { GraphMessage, TensorMessage } from './schema.ts'

/** What a node asks of the import that it is part of. */
export interface Surroundings {
  /** Runs a graph within the node, which sees all that the node sees. */
  readonly run: (graph: GraphMessage, operands: readonly Operand[]) => readonly Operand[]
  readonly tensor: (message: TensorMessage) => TensorOperand
  /** A weight that is not trained: the state of that name. */
  readonly statistic: (name: string, operand: TensorOperand) => Value
  /** A copy of a weight under another name, where the file holds one for two that are alike. */
  readonly untied: (name: string, operand: TensorOperand) => TensorOperand
  /** A random key of its own, for each node another. */
  readonly key: () => Value
}

export interface NodeFacts {
  readonly operator: string
  readonly opset: number
  /** What errors call it. */
  readonly where: string
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly attributes: Attributes
}

/** Axes of one tensor. */
const mostAxes = 64

/** What lists may hold whose lengths stand in the file. */
const mostObjects = 2 ** 20

export class Node {
  readonly opset: number
  readonly attributes: Attributes
  /** How many outputs are asked for; those at the end may be left out. */
  readonly outputCount: number
  readonly surroundings: Surroundings
  readonly #facts: NodeFacts
  readonly #operands: readonly (Operand | undefined)[]

  constructor(
    facts: NodeFacts,
    operands: readonly (Operand | undefined)[],
    surroundings: Surroundings,
  ) {
    this.opset = facts.opset
    this.attributes = facts.attributes
    this.outputCount = facts.outputNames.length
    this.surroundings = surroundings
    this.#facts = facts
    this.#operands = operands
  }

  get inputCount(): number {
    return this.#operands.length
  }

  get operator(): string {
    return this.#facts.operator
  }

  /** All inputs, undefined for those that are left out. */
  get operands(): readonly (Operand | undefined)[] {
    return this.#operands
  }

  has(index: number): boolean {
    const operand = this.#operands[index]
    return operand !== undefined && operand.kind !== 'absent'
  }

  operand(index: number): TensorOperand {
    const operand = this.#operands[index]
    if (operand?.kind === 'tensor') return operand
    throw this.mistake(`input ${index} is no tensor`, 'a tensor', operand?.kind ?? 'nothing')
  }

  sequence(index: number): SequenceOperand {
    const operand = this.#operands[index]
    if (operand?.kind === 'sequence') return operand
    throw this.mistake(`input ${index} is no sequence`, 'a sequence', operand?.kind ?? 'nothing')
  }

  value(index: number): Value {
    return this.operand(index).value()
  }

  optional(index: number): Value | undefined {
    return this.has(index) ? this.value(index) : undefined
  }

  /** All inputs as values. */
  values(): readonly Value[] {
    return this.#operands.map((_, index) => this.value(index))
  }

  type(index: number): ElementType {
    return this.operand(index).type
  }

  /** Input `index` as data. Throws FILE where it hangs on what is fed. */
  known(index: number): Tensor {
    const host = this.operand(index).host()
    if (host) return host
    throw this.mistake(
      `input ${index} ("${this.#facts.inputNames[index]}") is not known before it runs`,
      'a constant, or what follows from constants and shapes',
      formatType(this.value(index)),
      'export the model so that this is fixed, or with fixed sizes',
    )
  }

  numbers(index: number): readonly number[] {
    return toNumbers(this.known(index))
  }

  /** Sizes or repeats of axes. Throws FILE for more axes than a network has. */
  sizes(index: number): readonly number[] {
    const sizes = this.numbers(index)
    if (sizes.length <= mostAxes) return sizes
    throw this.mistake('a shape has too many axes', `at most ${mostAxes}`, `${sizes.length}`)
  }

  /** The only element of input `index`. */
  number(index: number): number {
    const [number, ...more] = this.numbers(index)
    if (number !== undefined && more.length === 0) return number
    throw this.mistake(`input ${index} is no single number`, 'one', `${more.length + 1}`)
  }

  /**
   * Whole numbers that are an attribute in older opsets and an input in newer ones; undefined where
   * both are left out.
   */
  ints(name: string, index: number): readonly number[] | undefined {
    if (this.has(index)) return this.numbers(index)
    return this.attributes.has(name) ? this.attributes.ints(name) : undefined
  }

  /**
   * What input 0 is under the name of output 0. PyTorch writes weights of equal elements once, and
   * Identity for the others: those that are one number throughout, as biases and scales are before
   * training, become weights of their own again; what else is equal was tied.
   */
  alias(): Operand {
    const operand = this.#operands[0] ?? { kind: 'absent' }
    const weights = operand.kind === 'tensor' && !operand.isConstant ? operand.host() : undefined
    const [first] = weights?.data ?? []
    const isUniform = weights?.data.every((element: number | bigint) => element === first)
    if (operand.kind !== 'tensor' || !isUniform) return operand
    return this.surroundings.untied(this.#facts.outputNames[0] ?? '', operand)
  }

  /** A weight that training must not touch, such as a running mean. */
  statistic(index: number): Value {
    const operand = this.operand(index)
    const name = this.#facts.inputNames[index] ?? ''
    const isWeight = !operand.isConstant && operand.host() !== undefined
    return isWeight ? this.surroundings.statistic(name, operand) : operand.value()
  }

  /** An axis, counted from the front. */
  axis(axis: number, rank: number): number {
    if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis
    throw this.mistake('there is no such axis', `${-rank} to ${rank - 1}`, `axis ${axis}`)
  }

  axes(axes: readonly number[], rank: number): readonly number[] {
    if (axes.length > mostAxes) throw this.mistake('too many axes', `${mostAxes}`, `${axes.length}`)
    const found = axes.map((axis) => this.axis(axis, rank))
    if (new Set(found).size === found.length) return found
    throw this.mistake('an axis stands twice', 'each once', formatShape(axes))
  }

  /**
   * A number that so many objects are made for, such as places of a window. Throws FILE beyond a
   * million: a file of some bytes must not fill the memory.
   */
  count(count: number, what: string): number {
    if (Number.isSafeInteger(count) && count >= 0 && count <= mostObjects) return count
    throw this.mistake(`${what} cannot be ${count}`, `0 to ${mostObjects}`, `${count}`)
  }

  /** An error about what the file asks of this node. */
  mistake(
    what: string,
    expected: string,
    got: string,
    fix = 'export the model again',
  ): SluiceError {
    const { operator, where } = this.#facts
    return new SluiceError({
      code: 'FILE',
      what: `onnx: ${operator}: ${what}`,
      where,
      expected,
      got,
      fix,
    })
  }
}

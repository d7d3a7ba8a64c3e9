/** One walk over one graph: the values that are held, and the application whose turn it is. */
import { internalError } from '../errors.ts'
import { expansionOf } from '../gates/expansion.ts'
import { type Graph, inputName } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Value } from '../ir/value.ts'
import { applyPrimitive, checkData, type Precision } from './apply.ts'
import { Scalars } from './scalars.ts'
import { runScan } from './scan.ts'
import { sortTensor } from './sort.ts'

export interface FrameOptions {
  /** Contents of inputs and states. */
  readonly sources: (application: Value) => Tensor
  readonly precision: Precision
}

export class Frame {
  readonly graph: Graph
  readonly #options: FrameOptions
  /** Tensors by slot. */
  readonly #values = new Map<number, Tensor>()
  /** Made when the first tensor of more than a number is held: letting numbers go gains nothing. */
  #lastUses: Int32Array | undefined
  #scalars: Scalars | undefined
  #position = 0

  constructor(graph: Graph, options: FrameOptions) {
    this.graph = graph
    this.#options = options
  }

  get isDone(): boolean {
    return this.#position >= this.graph.applications.length
  }

  get position(): number {
    return this.#position
  }

  /** The application whose turn it is. */
  get application(): Value {
    const application = this.graph.applications[this.#position]
    if (!application) throw internalError('interpret: the walk is at its end')
    return application
  }

  /** What goes into the application whose turn it is. */
  inputs(): readonly Tensor[] {
    const { inputCount } = this.application
    const inputs = new Array<Tensor>(inputCount)
    for (let k = 0; k < inputCount; k++) {
      inputs[k] = this.#at(this.graph.inputSlot(this.#position, k))
    }
    return inputs
  }

  /** Computes the application whose turn it is, and goes on to the next. */
  advance(): readonly Tensor[] {
    const { application } = this
    const { kind } = application.gate.meaning
    if (kind === 'source') return this.provide([this.#options.sources(application)])
    const inputs = this.inputs()
    if (kind === 'scan') {
      const { precision } = this.#options
      return this.provide(
        runScan(application, inputs, precision, (body, given) => this.#run(body, given)),
      )
    }
    if (kind === 'sort') return this.provide(sortTensor(application, inputs))
    if (kind === 'composite') {
      checkData(application, inputs)
      return this.provide(this.#run(expansionOf(application), inputs))
    }
    return this.provide([applyPrimitive(application, inputs, this.#options.precision)])
  }

  /** A walk over the inside of the composite whose turn it is; undefined for any other gate. */
  open(): Frame | undefined {
    const { application } = this
    if (application.gate.meaning.kind !== 'composite') return undefined
    const inputs = this.inputs()
    checkData(application, inputs)
    return this.#inner(expansionOf(application), inputs)
  }

  /** Takes the outputs of the application whose turn it is, and goes on to the next. */
  provide(outputs: readonly Tensor[]): readonly Tensor[] {
    const position = this.#position
    const { graph } = this
    const { inputCount } = this.application
    const first = graph.firstSlot(position)
    for (let k = 0; k < outputs.length; k++) {
      const output = outputs[k]
      if (!output) continue
      this.#values.set(first + k, output)
      if (output.shape.length > 0) this.#lastUses ??= lastUsesOf(graph)
    }
    this.#position = position + 1
    // What nobody reads any more is let go, so that memory follows the widest place of the graph.
    for (let k = 0; this.#lastUses && k < inputCount; k++) {
      const slot = graph.inputSlot(position, k)
      if (this.#lastUses[slot] === position) this.#values.delete(slot)
    }
    return outputs
  }

  /** Walks to the end: the same numbers as by `advance`, without tensors for gates of numbers. */
  finish(): void {
    const { applications, kinds } = this.graph
    if (kinds.some(({ shape }) => shape.length === 0)) {
      this.#scalars ??= new Scalars(this.graph, this.#values, this.#options.precision)
    }
    const scalars = this.#scalars
    for (let position = this.#position; position < applications.length; position++) {
      if (scalars?.compute(position)) continue
      this.#position = position
      this.advance()
    }
    this.#position = applications.length
  }

  /** An output or update of the graph, once the walk is done. */
  read(value: Value): Tensor {
    return this.#at(this.graph.slotOf(value))
  }

  /** All outputs of the graph, once the walk is done. */
  outputs(): readonly Tensor[] {
    return Object.values(this.graph.outputs).map((value) => this.read(value))
  }

  #run(graph: Graph, given: readonly Tensor[]): readonly Tensor[] {
    const frame = this.#inner(graph, given)
    frame.finish()
    return frame.outputs()
  }

  /** Inputs of an inner graph are named by their index. */
  #inner(graph: Graph, given: readonly Tensor[]): Frame {
    const sources = (application: Value) => {
      const tensor = given[Number(inputName(application))]
      if (!tensor) throw internalError(`interpret: input ${inputName(application)} is empty`)
      return tensor
    }
    return new Frame(graph, { sources, precision: this.#options.precision })
  }

  #at(slot: number): Tensor {
    const value = this.#values.get(slot) ?? this.#scalars?.tensor(slot)
    if (!value) throw internalError(`interpret: slot ${slot} is empty`)
    return value
  }
}

const lastUses = new WeakMap<Graph, Int32Array>()

/** By slot, the position of the last application that reads it; -1 keeps it to the end. */
function lastUsesOf(graph: Graph): Int32Array {
  const known = lastUses.get(graph)
  if (known) return known
  const uses = new Int32Array(graph.slotCount).fill(-1)
  graph.applications.forEach((application, position) => {
    for (let k = 0; k < application.inputCount; k++) uses[graph.inputSlot(position, k)] = position
  })
  for (const value of Object.values(graph.outputs)) uses[graph.slotOf(value)] = -1
  for (const update of graph.updates) uses[graph.slotOf(update.value)] = -1
  lastUses.set(graph, uses)
  return uses
}

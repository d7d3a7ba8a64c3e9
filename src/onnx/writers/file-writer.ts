/** The file as a whole: its inputs, outputs and weights, and what they are called. */
import { internalError, SluiceError } from '../../errors.ts'
import { initialState } from '../../interpret/initial-state.ts'
import { evaluate } from '../../interpret/interpret.ts'
import { type Graph, inputName, stateOf } from '../../ir/graph.ts'
import type { State, StateContents } from '../../ir/state.ts'
import { type Tensor, tensor } from '../../ir/tensor.ts'
import type { Value } from '../../ir/value.ts'
import { encode } from '../codec.ts'
import { modelSchema } from '../schema.ts'
import { type Constant, Constants } from './constants.ts'
import type { General, Sized } from './generalised.ts'
import { GraphWriter, type Wire } from './graph-writer.ts'
import { graphMessage, tensorMessage } from './messages.ts'
import { Names } from './names.ts'
import { pruned } from './pruned.ts'

/** The first opset with operators on bits: every onnxruntime reads it since 1.14. */
const opset = 18n
/** The version of the format that came with it. */
const irVersion = 8n
/** What a message of protobuf may hold. */
const mostBytes = 2 ** 31 - 1

export interface FileOptions {
  /** What states hold, such as `program.store.contents`. What is not there holds its first contents. */
  readonly contents?: StateContents
  /** What random first contents are drawn from. Default 0. */
  readonly seed?: number
  /** The name of the graph. Default `sluice`. */
  readonly name?: string
  readonly description?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** What a state of a training step is called where it comes in and where it goes out. */
export interface StateNames {
  readonly input: string
  readonly output: string
}

export class FileWriter {
  readonly writer: GraphWriter
  readonly #options: FileOptions
  readonly #names = new Names()
  /** What is fed, in the order in which the file lists it. */
  readonly #fed: Wire[] = []
  readonly #inputs = new Map<string, Wire>()
  readonly #states = new Map<string, Wire>()
  /** What stands in the file. */
  readonly #weights: State[] = []
  readonly #outputNames = new Map<string, string>()
  readonly #stateNames = new Map<string, StateNames>()
  readonly #outputs: Wire[] = []
  /** Names of values, for tensors that have no other in the end. */
  readonly #notes = new Map<Wire, string>()

  constructor(graph: Graph, options: FileOptions) {
    this.writer = new GraphWriter(new Constants())
    this.#options = options
    for (const input of graph.inputs) {
      const { shape, dtype } = input
      this.#inputs.set(inputName(input), this.#feed({ shape, dtype }, inputName(input)))
    }
    for (const name of Object.keys(graph.outputs)) {
      // What comes in under a name and goes out under it, as a memory does, is the next of it.
      const isInput = this.#inputs.has(name)
      this.#outputNames.set(name, this.#names.free(isInput ? `${name}.next` : name))
    }
    for (const { state } of graph.updates) {
      const { key, shape, dtype } = stateOf(state)
      const wire = this.#feed({ shape, dtype }, key)
      const input = this.#names.of(wire, key)
      this.#states.set(key, wire)
      this.#stateNames.set(key, { input, output: this.#names.free(`${input}.next`) })
    }
    for (const state of graph.states.map(stateOf)) {
      if (this.#states.has(state.key)) continue
      const wire: Wire = { shape: state.shape, dtype: state.dtype }
      this.#names.give(wire, state.key)
      this.#states.set(state.key, wire)
      this.#weights.push(state)
    }
  }

  /** What stands for an input or a state. */
  source(application: Value): Wire {
    const { meaning } = application.gate
    const isInput = meaning.kind === 'source' && meaning.form === 'input'
    const wire = isInput
      ? this.#inputs.get(inputName(application))
      : this.#states.get(stateOf(application).key)
    if (!wire) throw internalError(`onnx: ${application} is no part of the file`)
    return wire
  }

  note(wire: Wire, name: string): void {
    if (!this.#notes.has(wire)) this.#notes.set(wire, name)
  }

  stateNames(state: Value): StateNames {
    const names = this.#stateNames.get(stateOf(state).key)
    if (!names) throw internalError(`onnx: ${state} is not updated`)
    return names
  }

  /** What the output that is called so is called in the file. */
  outputName(name: string): string {
    return this.#outputNames.get(name) ?? name
  }

  /** The next output, under a name that was kept for it. */
  output(name: string, wire: Wire): void {
    // What is fed, stands in the file or has gone out already needs a second name.
    const isTaken = this.#names.has(wire) || this.writer.constants.tensorOf(wire) !== undefined
    const own = isTaken ? this.writer.add('Identity', [wire], wire) : wire
    this.#names.set(own, name)
    this.#outputs.push(own)
  }

  /** The wire that an input is. */
  inputNamed(name: string): Wire | undefined {
    return this.#inputs.get(name)
  }

  /** What has been written, to be compared with the same for other sizes. */
  sized(): Sized {
    const { nodes } = pruned({ nodes: this.writer.nodes, outputs: this.#outputs })
    const sources = new Map<Wire, string>()
    for (const [name, wire] of this.#inputs) sources.set(wire, `input "${name}"`)
    for (const [key, wire] of this.#states) sources.set(wire, `state "${key}"`)
    return { nodes, outputs: this.#outputs, constants: this.writer.constants, sources }
  }

  /** The bytes; `general` is what stands for the nodes where sizes have names. */
  finish(metadata: Readonly<Record<string, string>>, general?: General): Uint8Array<ArrayBuffer> {
    const { name = 'sluice', description } = this.#options
    const all = general?.nodes ?? this.writer.nodes
    const { nodes, read } = pruned({ nodes: all, outputs: this.#outputs })
    for (const [wire, noted] of this.#notes) if (read.has(wire)) this.#names.give(wire, noted)
    const weights = this.#stored(read)
    for (const { wire } of weights) this.#names.of(wire, 'constant')
    checkSize(weights)
    const draft = { nodes, inputs: this.#fed, outputs: this.#outputs }
    const axesOf = general?.axesOf ?? ((wire: Wire) => wire.shape)
    const graph = graphMessage(draft, { names: this.#names, axesOf }, name)
    const initializer = weights.map(({ wire, tensor: contents }) =>
      tensorMessage(this.#names.of(wire, ''), contents),
    )
    return encode(modelSchema, {
      irVersion,
      producerName: 'sluice',
      ...(description !== undefined && { docString: description }),
      graph: { ...graph, initializer },
      opsetImport: [{ domain: '', version: opset }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      functions: [],
    })
  }

  #feed(wire: Wire, name: string): Wire {
    this.#names.give(wire, name)
    this.#fed.push(wire)
    return wire
  }

  /** Weights and constants that something reads. */
  #stored(read: ReadonlySet<Wire>): readonly Constant[] {
    const weights = this.#weights.flatMap((state) => {
      const wire = this.#states.get(state.key)
      return wire && read.has(wire) ? [{ wire, tensor: this.#contentsOf(state) }] : []
    })
    return [...weights, ...this.writer.constants.all.filter(({ wire }) => read.has(wire))]
  }

  #contentsOf(state: State): Tensor {
    const { contents, seed = 0 } = this.#options
    const held = contents?.get(state.key)
    if (held) return tensor(held, { dtype: state.dtype })
    return initialState(state, seed, (graph, feeds) => evaluate(graph, { feeds }).outputs)
  }
}

function checkSize(weights: readonly Constant[]): void {
  const bytes = weights.reduce((sum, { tensor: { data } }) => sum + data.byteLength, 0)
  if (bytes <= mostBytes) return
  throw new SluiceError({
    code: 'FILE',
    what: 'onnx: the weights are too large for one file',
    expected: `at most ${mostBytes} bytes, as messages of protobuf hold`,
    got: `${bytes} bytes`,
    fix: 'write the weights with writeSafetensors, or export parts of the network',
  })
}
